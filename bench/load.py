"""The load client (client.c): built when it must, started with options, told when a round begins."""

import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
BUILD = FOLDER / "build"
SOURCE = FOLDER / "client.c"
PATIENCE = 300.0  # seconds, after which what has not ended is a failure


class LoadError(Exception):
    """The load client failed or was too late; the text is what it said."""


@dataclass(frozen=True)
class Round:
    """What a round measured; `missing` and `extra` are deliveries too few and too many, over all clients."""

    seconds: float
    deliveries: int
    accepted: int
    sent: int
    errors: int
    missing: int
    extra: int
    closed: int
    given_up: int
    cpu: float
    p50: float
    p99: float
    max: float
    server_cpu: float = 0.0

    @property
    def exact(self) -> bool:
        return not (self.missing or self.extra or self.closed or self.given_up or self.errors)

    @property
    def rate(self) -> float:
        """Deliveries a second."""
        return self.deliveries / self.seconds

    @property
    def share(self) -> float:
        """Of one core, what the load client used."""
        return self.cpu / self.seconds


def build(folder: Path = BUILD) -> Path:
    """Compile the client, unless that was done since it was changed last."""
    program = folder / "client"
    if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-std=gnu11", "-o", str(program), str(SOURCE)]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
    return program


class Load:
    """One run of the client: everyone is connected when it is made. A context manager."""

    def __init__(self, program: Path, **options: object) -> None:
        arguments = [f"{name}={value}" for name, value in options.items()]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [str(program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._lines: list[bytes] = [b""]
        self.connect_seconds = 0.0

    def __enter__(self) -> "Load":
        try:
            self.connect_seconds = float(self._event("ready")["seconds"])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """All connections end, without a word."""
        if self._selector.get_map() is not None:
            self._process.kill()
            self._process.communicate()
            self._selector.close()

    def begin(self, **numbers: float) -> None:
        """Begin a round, from now on with these numbers."""
        assert self._process.stdin is not None
        line = " ".join(f"{name}={value}" for name, value in numbers.items())
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def round(
        self, server_cpu: Callable[[], float] = lambda: 0.0, patience: float = PATIENCE, **numbers: float
    ) -> Round:
        """One round; the server's CPU time is read when measuring begins and ends."""
        self.begin(**numbers)
        self._event("start", patience)
        before = server_cpu()
        self._event("stop", patience)
        used = server_cpu() - before
        result = self._event("result", patience)
        return Round(**result, server_cpu=used)

    def _event(self, name: str, patience: float = PATIENCE) -> dict[str, Any]:
        deadline = time.monotonic() + patience
        while len(self._lines) < 2:
            assert self._process.stdout is not None
            ready = self._selector.select(max(0.0, deadline - time.monotonic()))
            data = os.read(self._process.stdout.fileno(), 65_536) if ready else b""
            if not data:
                self._process.kill()
                raise LoadError((self._process.communicate()[1] or b"it said nothing in time").decode(errors="replace"))
            self._lines[-1:] = (self._lines[-1] + data).split(b"\n")
        event: dict[str, Any] = json.loads(self._lines.pop(0))
        if event.pop("event") != name:
            raise LoadError(f"expected {name}, got {event}")
        return event
