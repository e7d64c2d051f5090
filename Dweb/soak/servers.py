"""The servers under test, on one temporary database; several processes get a Redis server, too."""

import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType

from .redis import OwnRedis
from .server import OwnServer

REDIS_AWAY_SECONDS = 10.0

# Everybody registers from one address.
SETTINGS = "from {base} import *\n\nREGISTRATIONS_PER_HOUR = 1_000_000\n"


class OwnServers:
    """Runs `servers` servers of `workers` processes each, until the context ends.

    Raises ServerError, or OSError if Redis is needed and is not installed.
    """

    def __init__(self, root: Path, environ: dict[str, str], servers: int, workers: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dweb-soak-"))
        self._redis = OwnRedis() if servers * workers > 1 else None
        environ = environ | {"VAR_DIR": str(self._folder), "WEB_CONCURRENCY": str(workers)}
        environ |= self._settings()
        environ |= {"TMPDIR": str(self._folder)}  # a killed server leaves its files there
        environ |= {"SEND_RATE": "1000", "SEND_BURST": "1000"}  # few people say all of it
        environ |= {"REDIS_URL": self._redis.url if self._redis else ""}
        self._servers = [OwnServer(root, environ, self._folder / f"log{number}") for number in range(servers)]
        self._redis_due = float("inf")  # the time at which a stopped Redis is started again
        self._several_workers = workers > 1
        self.redis_stops = 0

    def __enter__(self) -> "OwnServers":
        if self._redis is not None:
            self._redis.start()
        for server in self._servers:  # one after the other: the first server makes the tables
            server.start()
            if server is self._servers[0]:
                server.make_admin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in self._servers:
            server.kill()
        if self._redis is not None:
            self._redis.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _settings(self) -> dict[str, str]:
        """Writes the servers' settings module, and returns the variables that name it."""
        base = os.environ.get("DJANGO_SETTINGS_MODULE", "chatproj.settings")
        (self._folder / "soak_settings.py").write_text(SETTINGS.format(base=base))
        path = os.pathsep.join(filter(None, [str(self._folder), os.environ.get("PYTHONPATH")]))
        return {"DJANGO_SETTINGS_MODULE": "soak_settings", "PYTHONPATH": path}

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self._servers]

    @property
    def kills(self) -> int:
        return sum(server.kills for server in self._servers)

    @property
    def master_kills(self) -> int:
        return sum(server.master_kills for server in self._servers)

    def kill_one(self) -> None:
        """Kills a server, and starts it again, or one of its workers, which the server replaces."""
        server = random.choice(self._servers)  # noqa: S311 - no secret
        if self._several_workers and random.random() < 0.5:  # noqa: S311
            server.kill_worker()
        else:
            server.kill()
            server.start()

    def kill_master(self) -> None:
        """Kills the master of a server, whose workers have to notice, and starts the server again."""
        random.choice(self._servers).kill_master()  # noqa: S311

    def stop_redis(self) -> None:
        if self._redis is not None:
            self._redis.stop()
            self.redis_stops += 1
            self._redis_due = time.monotonic() + REDIS_AWAY_SECONDS

    def restart_redis_when_due(self) -> None:
        """Starts Redis again REDIS_AWAY_SECONDS after it was stopped."""
        if self._redis is not None and time.monotonic() >= self._redis_due:
            self._redis.start()
            self._redis_due = float("inf")
