"""A bucket of S3, as moto's server has it: a program of its own on this machine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chatproj.files import storage

KEYS = {"AWS_ACCESS_KEY_ID": "dweb", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
NAME = "dweb-files"
RUNNING = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@contextmanager
def s3() -> Iterator[str]:
    """Yields the FILES_URL of an empty bucket. The keys are in the environment meanwhile."""
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(KEYS)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = next(found[1] for line in server.stderr if (found := RUNNING.search(line)))
            url = f"s3://{NAME}?endpoint={address}&region=us-east-1"
            client(url).create_bucket(Bucket=NAME)
            yield url
        finally:
            server.terminate()
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def client(url: str) -> Any:
    """A client of the bucket's service."""
    import boto3

    options = storage(url, None)["OPTIONS"]  # type: ignore[arg-type]
    return boto3.client("s3", endpoint_url=options["endpoint_url"], region_name=options["region_name"])
