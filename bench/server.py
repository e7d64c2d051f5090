"""A server under measurement: starts it on a free port, reads its CPU time and memory, stops it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from tests.support.mariadb import free_port

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
STOP_SECONDS = 30


class ServerError(Exception):
    """The server did not start; the text is the end of its log."""


class Server:
    """A program that listens on a port of the loopback; it runs while the context does.

    `options` are those of the load client for this server.
    """

    def __init__(self, name: str, command: Sequence[str], options: Mapping[str, object], **env: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="dweb-bench-"))
        self.port = free_port()
        self.env = os.environ | env
        self._options = options
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: psutil.Process | None = None

    @property
    def options(self) -> dict[str, object]:
        return {**self._options, "port": self.port}

    def start(self) -> "Server":
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"{self.name}: {self._log.read_text(errors='replace')[-2_000:]}")
            time.sleep(0.05)
        self._worker = self._find_worker()
        return self

    def stop(self) -> None:
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True) if self._process.poll() is None else []
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        for child in psutil.wait_procs(children, 5)[1]:
            child.kill()
        self._process = self._worker = None

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu(self) -> float:
        """Returns the CPU time, in seconds, that the serving process has used since its start."""
        times = self.worker.cpu_times()
        return times.user + times.system

    @property
    def worker(self) -> psutil.Process:
        assert self._worker is not None
        return self._worker

    @property
    def rss(self) -> int:
        return int(self.worker.memory_info().rss)

    @property
    def faults(self) -> list[str]:
        """The lines of its log about errors."""
        words = ("ERROR", "CRITICAL", "Traceback", "capacity")
        return [line for line in self._log.read_text(errors="replace").splitlines() if any(w in line for w in words)]

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def _find_worker(self) -> psutil.Process:
        """Returns the last descendant, because gunicorn's master serves no requests."""
        assert self._process is not None
        family = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
        return family[-1]
