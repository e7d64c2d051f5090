"""A Redis server for the soak, on a free port of the loopback, which stores nothing on disk."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 30
PROGRAM = "redis-server"


class OwnRedis:
    """A Redis server that may be stopped and started again; each time it starts empty."""

    def __init__(self) -> None:
        program = shutil.which(PROGRAM)
        if program is None:
            raise FileNotFoundError(f"Several processes need Redis: install {PROGRAM}.")
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="dweb-soak-redis-"))
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server and waits until it listens. Raises TimeoutError."""
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [self._program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{PROGRAM} did not start.")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
