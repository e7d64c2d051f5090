"""Those who are measured together: servers with their clients connected, and rounds taken in turn."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import load, peer
from .load import Load, Round
from .ours import Ours
from .server import Server

USERS = 500  # senders, at the least: 20 messages a second each


@dataclass(frozen=True)
class Plan:
    """What to measure, and how often."""

    program: Path
    sizes: list[int]
    crowd: int = 10_000
    rounds: int = 5
    seconds: float = 2.0
    events: int = 1_000_000
    hold: float = 300.0
    minutes: float = 0.0
    say: Callable[[str], None] = print


@dataclass
class Entry:
    """One line of a table: a server, its clients, and with what numbers its rounds run."""

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
        """What was not as it should be, over all rounds; "" if every client got exactly what was sent."""
        sums = {
            name: sum(getattr(each, name) for each in self.rounds)
            for name in ("missing", "extra", "errors", "closed", "given_up")
        }
        return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sums.items() if count)


class Crew(ExitStack):
    """Starts servers and clients, and stops them all in the end."""

    def __init__(self, plan: Plan, clients: int) -> None:
        super().__init__()
        self.plan = plan
        self.clients = clients
        self.entries: list[Entry] = []

    def serve(self, server: Server) -> Server:
        return self.enter_context(server)

    def connect(self, server: Server, **options: object) -> Load:
        self.plan.say(f"  {server.name}: {self.clients:,} clients …")
        return self.enter_context(
            Load(self.plan.program, **(server.options | {"n": self.clients, "patience": load.PATIENCE} | options))
        )

    def add(self, server: Server, name: str = "", options: dict[str, object] | None = None, **numbers: float) -> Entry:
        """A started server and its clients; with a `name` for the line if it is not the server's."""
        entry = Entry(name or server.name, server, self.connect(server, **(options or {})), numbers)
        self.entries.append(entry)
        return entry

    def add_ours(self, *, window: float = 200) -> tuple[Entry, Entry]:
        """The chat, its messages going in over the sockets and, with the same clients, over HTTP."""
        server = self.serve(Ours(max(self.clients, USERS)))
        socket = self.add(server, "Dweb, socket", {"http": 16}, by_http=0, window=window)
        http = Entry("Dweb, POST", server, socket.load, {"by_http": 1, "window": 16})
        self.entries.append(http)
        return socket, http

    def add_peers(self, *, few: bool = False, **channels: float) -> None:
        """Every peer that can run here; `few`: one of Channels only. `channels` are the numbers of its rounds."""
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
        """Each entry a round, then each its next one."""
        for turn in range(self.plan.rounds):
            for entry in self.entries:
                result = entry.run(**(numbers | entry.numbers))
                self.plan.say(f"  {turn + 1}. {entry.name}: {_line(result)}")


def troubles(entries: Iterable[Entry]) -> list[str]:
    """A note for each entry whose clients did not get exactly what was sent."""
    entries = list(entries)
    found = [f"{entry.name}: {entry.troubles}." for entry in entries if entry.troubles]
    for server in {entry.server for entry in entries if isinstance(entry.server, Ours) and entry.server.faults}:
        found.append(f"{server.name} said: {server.faults[0]}")
    return found


def _line(result: Round) -> str:
    latency = f", p50 {result.p50:.1f} ms, p99 {result.p99:.1f} ms" if result.p99 else ""
    exact = "" if result.exact else ", not exact"
    return f"{result.rate:,.0f} deliveries/s{latency}, the client's share {result.share:.0%}{exact}"
