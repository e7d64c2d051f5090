"""A real Redis in a temporary folder, that keeps nothing: stop() it, start() it again, and it is empty."""

import shutil
import signal
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

from redis import Redis, RedisError

from .mariadb import free_port
from .waiting import wait_until

PASSWORD = "hush"


class RedisServer:
    """On a free port of the loopback, or of another address of this machine, with a password."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.folder = Path(tempfile.mkdtemp(prefix="dweb-redis-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://default:{PASSWORD}@{self.host}:{self.port}/0"

    @cached_property
    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", self.host, "--dir", str(self.folder), "--save", ""]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", *options, "--requirepass", PASSWORD], stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._answers, 30)

    @property
    def running(self) -> bool:
        return self._process is not None

    def stop(self) -> None:
        if self._process is not None:
            self.go_on()
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def hang(self) -> None:
        """It takes connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        self.client.close()  # the garbage collector would warn of its sockets
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False
