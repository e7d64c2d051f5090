"""A machine with less: commands that start a server under limits, and limits that change while it runs."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

USER = 54_321  # who owns nothing else, and has no name
START = ("scripts/serve", "--port")


def with_files(count: int) -> tuple[str, ...]:
    """`ulimit -n`, soft and hard."""
    return ("prlimit", f"--nofile={count}:{count}", *START)


def with_threads(count: int) -> tuple[str, ...]:
    """`ulimit -u`, which binds no root: another user has the server then, who may still read and write all files."""
    if os.geteuid():
        mine = [each for each in psutil.process_iter(["uids", "num_threads"]) if each.info["uids"]]
        used = sum(each.info["num_threads"] or 0 for each in mine if each.info["uids"].real == os.getuid())
        return ("prlimit", f"--nproc={used + count}:{used + count}", *START)
    user = ("setpriv", f"--reuid={USER}", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    return (*user, "prlimit", f"--nproc={count}:{count}", *START)


@contextmanager
def limited(process: psutil.Process, which: int, value: int) -> Iterator[None]:
    """Gives a running process a lower soft limit for a while."""
    before = resource.prlimit(process.pid, which)
    resource.prlimit(process.pid, which, (value, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process.pid, which, before)
