"""The servers under test, on one temporary database, with a Redis if they are several processes."""

import random
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType

from .redis import OwnRedis
from .server import OwnServer

REDIS_AWAY_SECONDS = 10.0


class OwnServers:
    """`servers` servers of `workers` processes each. A context manager: they run inside it and are gone after it.

    Raises ServerError, or OSError when there is no Redis to be had.
    """

    def __init__(self, root: Path, environ: dict[str, str], servers: int, workers: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dweb-soak-"))
        self._redis = OwnRedis() if servers * workers > 1 else None
        environ = environ | {"VAR_DIR": str(self._folder), "WEB_CONCURRENCY": str(workers)}
        environ |= {"TMPDIR": str(self._folder)}  # a killed server leaves its files there
        environ |= {"REDIS_URL": self._redis.url if self._redis else ""}
        self._servers = [OwnServer(root, environ, self._folder / f"log{number}") for number in range(servers)]
        self._redis_back = float("inf")  # when it is to be started again
        self._several_workers = workers > 1
        self.redis_stops = 0

    def __enter__(self) -> "OwnServers":
        if self._redis is not None:
            self._redis.start()
        for server in self._servers:  # one after the other: the first one makes the tables
            server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in self._servers:
            server.kill()
        if self._redis is not None:
            self._redis.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self._servers]

    @property
    def kills(self) -> int:
        return sum(server.kills for server in self._servers)

    def kill_one(self) -> None:
        """A whole server, which is started again, or one of its workers, which the server replaces."""
        server = random.choice(self._servers)  # noqa: S311 - no secret
        if self._several_workers and random.random() < 0.5:  # noqa: S311
            server.kill_worker()
        else:
            server.kill()
            server.start()

    def stop_redis(self) -> None:
        if self._redis is not None:
            self._redis.stop()
            self.redis_stops += 1
            self._redis_back = time.monotonic() + REDIS_AWAY_SECONDS

    def look_after_redis(self) -> None:
        """Start it again when it is time."""
        if self._redis is not None and time.monotonic() >= self._redis_back:
            self._redis.start()
            self._redis_back = float("inf")
