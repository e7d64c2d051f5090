"""A receiver of outgoing webhooks as a process of its own, which can be killed; what it got stands in a file."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from .mariadb import free_port
from .receivers import Got, Receiver
from .server import ROOT
from .waiting import wait_until


class Line(NamedTuple):
    """`what` is got or answered, `at` the machine's monotonic time."""

    what: str
    at: float
    id: str
    room: str
    seq: int


class ReceiverProcess:
    """Answers each message with a text, "did" and its own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "received"
        self.path.touch()
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> "ReceiverProcess":
        command = [sys.executable, "-m", "tests.support.receiving", str(self.port), str(self.path)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        wait_until(self._listens)
        return self

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def lines(self) -> list[Line]:
        """What is whole: of a line that is being written, the next call tells."""
        text = self.path.read_text()
        return [Line(*json.loads(line)) for line in text[: text.rfind("\n") + 1].splitlines()]

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def main(port: int, path: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND)

    def note(what: str, told: Any) -> None:
        message = told["message"]
        line = [what, time.monotonic(), told["id"], message["room"], message["seq"]]
        os.write(file, f"{json.dumps(line)}\n".encode())

    def reply(got: Got) -> tuple[int, str, bytes]:
        note("got", got.told)
        return 200, "text/plain", f"did {got.told['message']['msg']}".encode()

    receiver = Receiver(reply, answered=lambda got: note("answered", got.told))
    receiver.port = port
    receiver.start()
    signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
