"""Connects the workers of one server: each has a number and a socket in a folder that the master makes.

A number is a lock on a file. The system frees the lock however a process ends, so the worker that replaces another one
gets its number. One thread of each worker answers the others.
"""

import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from socketserver import BaseRequestHandler, UnixStreamServer
from typing import Any

END = b"# EOF\n"  # a comment in Prometheus' format; an answer without it is incomplete
ANSWER_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Answerer(UnixStreamServer):
    """Sends a worker's answer to each worker that connects."""

    request_queue_size = 16
    answer: Callable[[], bytes]

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(ANSWER_SECONDS)
        request.sendall(self.answer() + END)

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.exception("Another worker was not answered.")


class WorkerSlot:
    """The number and the socket of a worker, until it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        number, self._lock = _take_number(folder)
        self.name = str(number)
        self._path = folder / f"{number}.sock"
        self._path.unlink(missing_ok=True)  # the socket of the worker that had this number before
        self._answerer = Answerer(str(self._path), BaseRequestHandler)
        self._thread: threading.Thread | None = None

    def open(self, answer: Callable[[], bytes]) -> None:
        """Sends what `answer` returns to each other worker that connects; calls it in a thread of its own."""
        self._answerer.answer = answer
        self._thread = threading.Thread(target=self._answerer.serve_forever, name="workers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Gives the number back, as the end of the process does."""
        if self._thread is not None:
            self._answerer.shutdown()
        self._answerer.server_close()
        os.close(self._lock)

    def ask_others(self) -> list[bytes]:
        """Returns the answers of all other workers. A worker that takes too long is left out, and logged.

        All connections are opened before the first answer is read, so that workers prepare their answers together.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        with ExitStack() as stack:
            asked = [
                (path.stem, stack.enter_context(asker))
                for path in sorted(self.folder.glob("*.sock"))
                if path != self._path and (asker := _ask(path)) is not None
            ]
            answers = [_read(name, asker, deadline) for name, asker in asked]
        return [answer for answer in answers if answer.endswith(END)]


def _take_number(folder: Path) -> tuple[int, int]:
    """Returns the lowest free number, and the descriptor of its lock's file."""
    number = 1
    while True:
        file = os.open(folder / f"{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            number += 1
        else:
            return number, file


def _ask(path: Path) -> socket.socket | None:
    """Connects to another worker; None if that worker has ended or does not accept."""
    asker = socket.socket(socket.AF_UNIX)
    try:
        asker.settimeout(ANSWER_SECONDS)
        asker.connect(str(path))
    except OSError as error:
        asker.close()
        if not isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
            logger.warning("Worker %s could not be asked: %s", path.stem, error)
        return None
    return asker


def _read(name: str, asker: socket.socket, deadline: float) -> bytes:
    """Reads a worker's answer to its end; returns nothing if that takes too long."""
    answer = b""
    try:
        while True:
            asker.settimeout(max(0.01, deadline - time.monotonic()))
            chunk = asker.recv(65_536)
            if not chunk:
                return answer
            answer += chunk
    except OSError as error:
        logger.warning("Worker %s did not answer: %s", name, error)
        return b""
