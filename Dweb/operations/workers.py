"""This server's workers, as they find each other: in a folder of the master's each has a number and a socket.

A number is a lock on a file, which the system gives back however a process ends: the worker that comes instead of
another one has its number. One thread answers those who ask; nothing here knows what they are told.
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

END = b"# EOF\n"  # a comment in Prometheus' format; an answer without it is that of a worker that died over it
ANSWER_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Desk(UnixStreamServer):
    """Where a worker is asked: it sends its answer to whoever connects."""

    request_queue_size = 16
    answer: Callable[[], bytes]

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(ANSWER_SECONDS)
        request.sendall(self.answer() + END)

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.exception("Another worker was not answered.")


class Place:
    """One worker's, for as long as it lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        number, self._lock = _take_number(folder)
        self.name = str(number)
        self._path = folder / f"{number}.sock"
        self._path.unlink(missing_ok=True)  # of the one that had this number before
        self._desk = Desk(str(self._path), BaseRequestHandler)
        self._thread: threading.Thread | None = None

    def open(self, answer: Callable[[], bytes]) -> None:
        """Call `answer`, in a thread for that, for each of the others that asks."""
        self._desk.answer = answer
        self._thread = threading.Thread(target=self._desk.serve_forever, name="workers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give the number back: what else the end of the process does."""
        if self._thread is not None:
            self._desk.shutdown()
        self._desk.server_close()
        os.close(self._lock)

    def ask_others(self) -> list[bytes]:
        """What every other worker that lives answers; one that takes too long is left out, and the log says so.

        All of them are asked before the first is heard, so that those after a slow one have their answers ready.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        with ExitStack() as stack:
            asked = [
                (path.stem, stack.enter_context(asker))
                for path in sorted(self.folder.glob("*.sock"))
                if path != self._path and (asker := _ask(path)) is not None
            ]
            answers = [_hear(name, asker, deadline) for name, asker in asked]
        return [answer for answer in answers if answer.endswith(END)]


def _take_number(folder: Path) -> tuple[int, int]:
    """The lowest number that is free, and the open file whose lock it is."""
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
    """A connection to another worker; None when it has ended, or when nobody takes it."""
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


def _hear(name: str, asker: socket.socket, deadline: float) -> bytes:
    """All that it says; nothing when that takes too long."""
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
