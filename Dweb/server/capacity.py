"""The limits of files and threads, read when the server starts: each socket takes a file, requests take threads."""

import logging
import os
import resource
import sys
from pathlib import Path, PurePosixPath

from django.conf import settings

logger = logging.getLogger(__name__)

UNLIMITED = sys.maxsize
CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")


def bounded_sockets(wanted: int, connections: int, workers: int) -> int:
    """Raises the limits as far as this process may, and returns how many of `wanted` sockets each worker can hold.

    `connections` are those that a worker serves beside its sockets. If a limit is too low, the log says which one.
    """
    files = _raise_limit(resource.RLIMIT_NOFILE, wanted + connections + settings.SPARE_FILES)
    by_files = max(1, files - min(settings.SPARE_FILES, files // 2))
    if by_files < wanted:
        logger.warning(
            "Each process takes at most %d sockets, not MAX_SOCKETS = %d, because it may open %d files."
            " Raise that limit (ulimit -n; systemd: LimitNOFILE=).",
            by_files, wanted, files,
        )  # fmt: skip
    _check_threads(workers)
    return min(wanted, by_files)


def _check_threads(workers: int) -> None:
    """Says so if requests may have to wait for a thread."""
    wanted = (settings.HTTP_THREADS + settings.DB_MAX_CONNECTIONS + settings.SPARE_THREADS) * workers
    threads = min(_thread_limit(wanted), *cgroup_limits(CGROUPS, OWN_CGROUPS))
    if threads < wanted:
        logger.warning(
            "The server may have %d threads, and takes up to %d: while it has no more, requests wait."
            " Raise that limit (ulimit -u, the cgroup's pids.max; systemd: TasksMax=, Docker: pids_limit).",
            threads, wanted,
        )  # fmt: skip


def cgroup_limits(root: Path, own: Path) -> list[int]:
    """The numbers of threads that this process's cgroup and those above it may have; the file `own` names the groups.

    cgroups of version 2 are under `root` itself, those of version 1 in a folder for each controller.
    """
    found = [UNLIMITED]
    try:
        groups = [line.split(":", 2) for line in own.read_text().splitlines()]
    except OSError:  # not Linux
        return found
    for _, controllers, path in groups:
        if controllers and "pids" not in controllers.split(","):
            continue
        folder = root / "pids" if controllers else root
        group = PurePosixPath(path.lstrip("/"))
        for each in (group, *group.parents):
            try:
                found.append(int((folder / each / "pids.max").read_text()))
            except (OSError, ValueError):  # no limit there: no such file, or the word "max"
                continue
    return found


def _thread_limit(wanted: int) -> int:
    """The threads that this user may have; Linux bounds root's by no such limit, and other systems count processes."""
    if sys.platform != "linux" or os.geteuid() == 0:
        return UNLIMITED
    return _raise_limit(resource.RLIMIT_NPROC, wanted)


def _raise_limit(which: int, wanted: int) -> int:
    """Raises this process's soft limit to `wanted`, or as far as the hard one allows, and returns it."""
    soft, hard = (UNLIMITED if limit == resource.RLIM_INFINITY else limit for limit in resource.getrlimit(which))
    limit = min(wanted, hard)
    if soft >= limit:
        return soft
    resource.setrlimit(which, (limit, resource.RLIM_INFINITY if hard == UNLIMITED else hard))
    return limit
