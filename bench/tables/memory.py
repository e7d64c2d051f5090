"""Table 3, memory for each connection: the growth of the serving process and of the kernel's stacks."""

import time
from collections.abc import Callable
from statistics import median

from .. import peer
from ..crew import Crew, Plan, leave
from ..figures import Table, ratios, spread
from ..load import Load
from ..meter import Meter
from ..ours import Ours
from ..server import Server

CLIENTS = 1_000
FINISH_SECONDS = 1
GRACE_SECONDS = 7  # those who leave are shown for five more
MESSAGES, RATE = 100, 2  # to all clients, and messages a second

Figures = tuple[float, float, int]  # KB of memory and of kernel stacks for each client, threads


def run(plan: Plan) -> list[Table]:
    columns = ["", "clients", "KB each", "kernel stacks, KB each", "threads", "of Dweb's"]
    table = Table("Memory for each connection", columns)
    makers: list[Callable[[], Server | None]] = [
        lambda: Ours(CLIENTS), peer.channels_uvicorn, peer.channels_daphne, peer.websockets, peer.node_ws,
    ]  # fmt: skip
    taken: dict[str, list[Figures]] = {}
    for _ in range(plan.rounds):
        for make in makers:
            if (server := make()) is not None:
                taken.setdefault(server.name, []).append(_take(plan, server, CLIENTS))
    ours = [each[0] for each in taken["Dweb"]]
    for name, figures in taken.items():
        table.rows.append(_row(name, CLIENTS, figures, ours))
    table.notes.append(
        "KB each: the growth of the serving process (VmRSS) divided by the clients, all connected and idle."
    )
    *held, note = _hold(plan)
    names = ["", f", after {plan.hold / 60:g} minutes and {MESSAGES} messages", ", others after these had left"]
    rows = [_row("Dweb", plan.clients, [each], ours, when) for each, when in zip(held, names, strict=True)]
    table.rows[1:1] = rows
    table.notes.append(note)
    return [table]


def _row(name: str, clients: int, figures: list[Figures], ours: list[float], when: str = "") -> list[str]:
    sizes, stacks, threads = (list(column) for column in zip(*figures, strict=True))
    against = "" if name == "Dweb" else spread(ratios(sizes, ours))
    return [name + when, f"{clients:,}", spread(sizes), spread(stacks), f"{median(threads):,.0f}", against]


def _take(plan: Plan, server: Server, clients: int) -> Figures:
    with Crew(plan, clients) as crew:
        crew.serve(server)
        meter = Meter(server)
        crew.connect(server, quiet=-1)
        time.sleep(FINISH_SECONDS)
        return meter.each(clients)


def _hold(plan: Plan) -> tuple[Figures, Figures, Figures, str]:
    """Keeps many clients connected, then sends messages; lets them leave, and as many others come.

    Returns the growth at once, after the messages and with the others, and a note.
    """
    with Crew(plan, plan.clients) as crew:
        server = crew.serve(Ours(plan.clients, sockets=plan.clients))
        meter = Meter(server)
        load = crew.connect(server, quiet=-1)
        time.sleep(FINISH_SECONDS)
        at_once = meter.each(plan.clients)
        time.sleep(plan.hold)
        result = load.round(server.cpu, rate=RATE, seconds=MESSAGES / RATE - 0.5 / RATE, warm=0)
        later, used = meter.each(plan.clients), [meter.rss]
        used.append(_leave(plan, server, load))
        again = crew.connect(server, quiet=-1)
        time.sleep(FINISH_SECONDS)
        others = meter.each(plan.clients)
        used.append(meter.rss)
        used.append(_leave(plan, server, again))
    held, left, second, left_again = (each / 2**20 for each in used)
    note = (
        f"Of {plan.clients:,} clients {result.closed} were gone after {plan.hold / 60:g} minutes of heartbeats. "
        f"{result.accepted:,} messages to all: {result.delivered_ever:,} deliveries, {result.missing} lost, "
        f"{result.extra} too many; p50 {result.p50:.0f} ms, p99 {result.p99:.0f} ms. The process had {held:.0f} MB, "
        f"{left:.0f} MB after they had left, {second:.0f} MB with as many others ({second / held - 1:+.1%}), and "
        f"{left_again:.0f} MB after those had left ({left_again / left - 1:+.1%})."
    )
    return at_once, later, others, note


def _leave(plan: Plan, server: Server, load: Load) -> int:
    """Disconnects all clients; returns the server's memory, in bytes, once it has forgotten them."""
    leave(server, load, plan.clients)
    time.sleep(GRACE_SECONDS)
    return server.rss
