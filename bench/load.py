"""Builds the load client (client.c), starts it with options, and runs its rounds."""

import itertools
import json
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
BUILD = FOLDER / "build"
SOURCES = [FOLDER / "client.c", FOLDER / "counts.h"]
TIMEOUT_SECONDS = 300.0  # a part of a round that takes longer has failed

Counts = Sequence[tuple[int, int]]  # microseconds, and how often they were counted

# Each process has an address of its own: one has 28,000 ports, and those of ended connections are taken for a while.
_addresses = (f"127.1.{number}.1" for number in itertools.cycle(range(1, 255)))


class LoadError(Exception):
    """The load client failed or was too late; the text is its standard error."""


@dataclass(frozen=True)
class Round:
    """The figures of a round; `missing` and `extra` are deliveries too few and too many, over all clients."""

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
    accepted_ever: int
    delivered_ever: int
    delays: Counts = ()
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
        """The share of one core that the load client used."""
        return self.cpu / self.seconds

    @property
    def p50(self) -> float:
        """Milliseconds from sending a message to its delivery."""
        return percentile(self.delays, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.delays, 0.99)

    @property
    def max(self) -> float:
        return percentile(self.delays, 1)


def percentile(counts: Counts, part: float) -> float:
    """Returns the milliseconds within which this part of the times lies; 0 if there are none."""
    ordered = sorted(counts)
    wanted, so_far = part * sum(count for _, count in ordered), 0
    for microseconds, count in ordered:
        so_far += count
        if so_far >= wanted:
            return microseconds / 1_000
    return 0.0


def build(folder: Path = BUILD) -> Path:
    """Compiles the client, unless the program is newer than its sources."""
    program = folder / "client"
    if not program.exists() or program.stat().st_mtime < max(source.stat().st_mtime for source in SOURCES):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["gcc", "-O2", "-Wall", "-Wextra", "-std=gnu11", "-o", str(program), str(SOURCES[0])]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
    return program


class Load:
    """A running load client; all of its clients are connected once the context is entered."""

    def __init__(self, program: Path, **options: object) -> None:
        arguments = [f"{name}={value}" for name, value in ({"source": next(_addresses)} | options).items()]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [str(program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._lines: list[bytes] = [b""]
        self.connect_seconds = 0.0
        self.waits: Counts = ()  # of the clients, until they were greeted

    def __enter__(self) -> "Load":
        try:
            ready = self._event("ready")
            self.connect_seconds, self.waits = float(ready["seconds"]), ready["waits"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Kills the client, which ends all connections without a close frame."""
        if self._selector.get_map() is not None:
            self._process.kill()
            self._process.communicate()
            self._selector.close()

    def begin(self, **numbers: float) -> None:
        """Begins a round; its numbers hold for later rounds, too. During a round it changes the numbers."""
        assert self._process.stdin is not None
        line = " ".join(f"{name}={value}" for name, value in numbers.items())
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def round(
        self, server_cpu: Callable[[], float] = lambda: 0.0, timeout: float = TIMEOUT_SECONDS, **numbers: float
    ) -> Round:
        """Runs a round; reads the server's CPU time when measuring begins and ends."""
        self.begin(listen=0, **numbers)
        self._event("start", timeout)
        before = server_cpu()
        self._event("stop", timeout)
        used = server_cpu() - before
        return Round(**self._event("result", timeout), server_cpu=used)

    def end(self) -> Round:
        """Ends a round that begin() began."""
        self.begin(seconds=0)
        self._event("start")
        self._event("stop")
        return Round(**self._event("result"))

    def listen(self, others: int, **numbers: float) -> Round:
        """Waits until each client has the messages that were accepted elsewhere, `others` so far."""
        self.begin(listen=1, others=others, **numbers)
        return Round(**self._event("result"))

    def _event(self, name: str, timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
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
