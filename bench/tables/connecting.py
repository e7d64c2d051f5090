"""Table 4, connecting: all clients reconnect after a restart, while others send messages."""

from collections.abc import Callable
from typing import Any

from .. import peer
from ..crew import Crew, Plan
from ..figures import Table, ratios, spread
from ..load import Load
from ..ours import Ours
from ..server import Server

MISSED = 20  # messages that each client gets
FLOW = {"n": 0, "http": 2, "by_http": 1, "rate": 5, "seconds": 1_000, "quiet": -1}
BACK: dict[str, Any] = {"hello": '{"type":"hello","last":{"lobby":%d}}', "greeting": '{"type":"ready"', "quiet": -1}


def run(plan: Plan) -> list[Table]:
    table = Table(f"Connecting, {plan.clients:,} clients", ["", "connections/s", "of Dweb's"])
    makers: list[Callable[[], Server | None]] = [peer.channels_uvicorn, peer.websockets, peer.node_ws]
    taken: dict[str, list[float]] = {}
    with Crew(plan, plan.clients) as crew:
        ours = crew.serve(Ours(plan.clients))
        write_some(plan, ours)
        for _ in range(plan.rounds):
            seen = ours.last_number() - MISSED
            ours.stop()
            ours.start()
            taken.setdefault(ours.name, []).append(_ours(plan, ours, seen))
            for server in filter(None, (make() for make in makers)):
                taken.setdefault(server.name, []).append(_peer(plan, server))
    for name, rates in taken.items():
        against = "" if name == ours.name else spread(ratios(rates, taken[ours.name]))
        table.rows.append([name, spread(rates), against])
    table.notes.append(
        f"Dweb: with sessions and accounts, the greeting, the {MISSED} messages that each missed and those since; "
        f"{FLOW['rate']} messages a second go to all clients that are back. The peers: the handshake alone."
    )
    return [table]


def write_some(plan: Plan, server: Server) -> None:
    """Sends the messages that everyone will have missed."""
    with Load(plan.program, **(server.options | {"n": 1, "rate": MISSED})) as load:
        load.round(seconds=1, warm=0)


def _ours(plan: Plan, server: Server, seen: int) -> float:
    with Load(plan.program, **(server.options | FLOW)) as flow:
        flow.begin()
        return _peer(plan, server, BACK | {"hello": BACK["hello"] % seen})


def _peer(plan: Plan, server: Server, options: dict[str, object] | None = None) -> float:
    """Connects all clients; returns connections a second."""
    with Crew(plan, plan.clients) as crew:
        if options is None:
            crew.serve(server)
        load = crew.connect(server, **(options or {}))
        rate = plan.clients / load.connect_seconds
        plan.say(f"  {rate:,.0f} connections/s")
        return rate
