"""The crew of a table: servers that are measured together, with their clients, in rounds taken in turn."""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import load, peer
from .load import Load, Round
from .ours import Ours
from .server import Server

LEAVE_SECONDS = 60
OTHER_FILES = 50  # which a server may open while its clients leave, such as the database's
USERS = 500  # the smallest number of senders, with 20 messages a second each


@dataclass(frozen=True)
class Plan:
    """The numbers of clients, rounds, seconds and events to measure with."""

    program: Path
    sizes: list[int]
    clients: int = 10_000  # for connecting, returning and memory; sizes are for fan-out
    crowd: int = 19_000  # clients of crowd and cluster
    accounts: int = 5_000  # which these clients share
    processes: int = 0  # of the server, for cluster
    pace: float = 1_000.0  # clients a second, for returning
    rounds: int = 5
    seconds: float = 2.0
    events: int = 1_000_000
    hold: float = 300.0
    minutes: float = 0.0
    say: Callable[[str], None] = print


@dataclass
class Subject:
    """A line of a table: a server, its clients, and the load client's numbers for its rounds."""

    name: str
    server: Server
    load: Load
    numbers: dict[str, float]
    rounds: list[Round] = field(default_factory=list)

    def run(self, **numbers: float) -> Round:
        result = self.load.round(self.server.cpu, **(self.numbers | numbers))
        self.rounds.append(result)
        return result

    @property
    def troubles(self) -> str:
        """Counts of wrong deliveries and errors over all rounds; "" if every client got every message once."""
        sums = {
            name: sum(getattr(each, name) for each in self.rounds)
            for name in ("missing", "extra", "errors", "closed", "given_up")
        }
        return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sums.items() if count)


class Crew(ExitStack):
    """Starts servers and clients, and stops all of them when the context ends."""

    def __init__(self, plan: Plan, clients: int) -> None:
        super().__init__()
        self.plan = plan
        self.clients = clients
        self.subjects: list[Subject] = []

    def serve(self, server: Server) -> Server:
        return self.enter_context(server)

    def connect(self, server: Server, **options: object) -> Load:
        every = server.options | {"n": self.clients, "timeout": load.TIMEOUT_SECONDS} | options
        self.plan.say(f"  {server.name}: {every['n']:,} clients …")
        return self.enter_context(Load(self.plan.program, **every))

    def add(
        self, server: Server, name: str = "", options: dict[str, object] | None = None, **numbers: float
    ) -> Subject:
        """Connects clients to a started server and adds both as a subject. `name` replaces the server's."""
        subject = Subject(name or server.name, server, self.connect(server, **(options or {})), numbers)
        self.subjects.append(subject)
        return subject

    def add_ours(self, *, window: float = 200) -> tuple[Subject, Subject]:
        """Adds the chat twice, with the same clients: messages are sent over the sockets, and over HTTP."""
        server = self.serve(Ours(max(self.clients, USERS)))
        socket = self.add(server, "Dweb, socket", {"http": 16}, by_http=0, window=window)
        http = Subject("Dweb, POST", server, socket.load, {"by_http": 1, "window": 16})
        self.subjects.append(http)
        return socket, http

    def add_peers(self, *, few: bool = False, **channels: float) -> None:
        """Adds every peer that is installed; `few`: only one of Channels, whose rounds get the numbers `channels`."""
        if (node := peer.node_ws()) is None:
            self.plan.say("  Node is not installed: its ws is left out.")
        for each in filter(None, (peer.floor(), node, peer.websockets())):
            self.add(self.serve(each))
        self.add(self.serve(peer.channels_uvicorn()), **channels)
        if few:
            return
        self.add(self.serve(peer.channels_daphne()), **channels)
        if (redis := peer.redis()) is None:
            self.plan.say("  Redis is not installed: Channels with its Redis layer is left out.")
        else:
            self.add(self.serve(peer.channels_redis(self.serve(redis).port)), **channels)

    def take_turns(self, **numbers: float) -> None:
        """Runs a round of each subject, then the next round of each."""
        for turn in range(self.plan.rounds):
            for subject in self.subjects:
                result = subject.run(**(numbers | subject.numbers))
                self.plan.say(f"  {turn + 1}. {subject.name}: {_line(result)}")


def leave(server: Server, load: Load, clients: int) -> None:
    """Disconnects all clients, and waits until the server has closed their connections."""
    most = server.worker.num_fds() - clients + OTHER_FILES
    load.close()
    deadline = time.monotonic() + LEAVE_SECONDS
    while server.worker.num_fds() > most and time.monotonic() < deadline:
        time.sleep(0.1)


def troubles(subjects: Iterable[Subject]) -> list[str]:
    """Returns a note for each subject whose clients did not get every message once."""
    subjects = list(subjects)
    found = [f"{subject.name}: {subject.troubles}." for subject in subjects if subject.troubles]
    for server in {
        subject.server for subject in subjects if isinstance(subject.server, Ours) and subject.server.faults
    }:
        found.append(f"{server.name} said: {server.faults[0]}")
    return found


def _line(result: Round) -> str:
    latency = f", p50 {result.p50:.1f} ms, p99 {result.p99:.1f} ms" if result.p99 else ""
    exact = "" if result.exact else ", not exact"
    return f"{result.rate:,.0f} deliveries/s{latency}, the client's share {result.share:.0%}{exact}"
