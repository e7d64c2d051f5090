"""The storage of the files that people send: an entry of Django's STORAGES from FILES_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOR_GROUP = 0o750  # folders that nginx, in the server's group, reads
MEMORY_BYTES = 1024 * 1024  # of a file that is read, before it is written to the disk
CONNECT_SECONDS = 3  # to the bucket; a request holds a thread meanwhile
READ_SECONDS = 20
RETRIES = {"max_attempts": 2, "mode": "standard"}
LINK_SECONDS = 300  # a browser follows a link to the bucket at once; who copies it has it no longer


def accel(url: str) -> str:
    """The address of `nginx:/address/`, at which an nginx on this machine has the folder; else nothing."""
    return urlsplit(url).path if url.startswith("nginx:") else ""


def origin(url: str) -> str:
    """The origin of the bucket's links; "" for a folder."""
    parts = urlsplit(url)
    if parts.scheme != "s3":
        return ""
    endpoint = urlsplit(parse_qs(parts.query).get("endpoint", ["https://*.amazonaws.com"])[-1])
    return f"{endpoint.scheme}://{endpoint.netloc}"


def storage(url: str, folder: Path) -> dict[str, Any]:
    """The folder, or the bucket of `s3://bucket?endpoint=…&region=…`; boto3 finds the keys in its own variables."""
    if not url or accel(url):
        modes = {"file_permissions_mode": 0o640, "directory_permissions_mode": FOR_GROUP} if url else {}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder, **modes}}
    from boto3.s3.transfer import TransferConfig  # of requirements-s3.txt
    from botocore.config import Config

    parts = urlsplit(url)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "endpoint_url": given.get("endpoint"),
            "region_name": given.get("region"),
            "querystring_expire": LINK_SECONDS,
            "file_overwrite": False,
            "default_acl": None,
            "max_memory_size": MEMORY_BYTES,
            "client_config": Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=RETRIES),
            "transfer_config": TransferConfig(use_threads=False),  # its threads hold 80 MB of each upload
        },
    }
