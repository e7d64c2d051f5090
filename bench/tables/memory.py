"""Table 3, memory for each connection: the growth of the serving process and of the kernel's stacks."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from .. import peer
from ..crew import Crew, Plan
from ..figures import Table, ratios, spread
from ..ours import Ours
from ..server import Server

CLIENTS = 1_000
FINISH_SECONDS = 1
MESSAGES, RATE = 100, 2  # to all clients, and messages a second


def run(plan: Plan) -> list[Table]:
    columns = ["", "clients", "KB each", "kernel stacks, KB each", "threads", "of Dweb's"]
    table = Table("Memory for each connection", columns)
    makers: list[Callable[[], Server | None]] = [
        lambda: Ours(CLIENTS), peer.channels_uvicorn, peer.channels_daphne, peer.websockets, peer.node_ws,
    ]  # fmt: skip
    taken: dict[str, list[tuple[float, float, int]]] = {}
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
    at_once, later, note = _hold(plan)
    table.rows.insert(1, _row("Dweb", plan.clients, [at_once], ours))
    table.rows.insert(
        2, _row("Dweb", plan.clients, [later], ours, f", after {plan.hold / 60:g} minutes and {MESSAGES} messages")
    )
    table.notes.append(note)
    return [table]


def _row(
    name: str, clients: int, figures: list[tuple[float, float, int]], ours: list[float], when: str = ""
) -> list[str]:
    sizes, stacks, threads = (list(column) for column in zip(*figures, strict=True))
    against = "" if name == "Dweb" else spread(ratios(sizes, ours))
    return [name + when, f"{clients:,}", spread(sizes), spread(stacks), f"{median(threads):,.0f}", against]


def _take(plan: Plan, server: Server, clients: int) -> tuple[float, float, int]:
    """Returns KB of memory and of kernel stacks for each client, and the number of threads."""
    with Crew(plan, clients) as crew:
        crew.serve(server)
        grown = _meter(server, clients)
        crew.connect(server, quiet=-1)
        time.sleep(FINISH_SECONDS)
        return grown()


def _hold(plan: Plan) -> tuple[tuple[float, float, int], tuple[float, float, int], str]:
    """Keeps many clients connected, then sends messages; returns the growth before and after, and a note."""
    with Crew(plan, plan.clients) as crew:
        server = crew.serve(Ours(plan.clients))
        grown = _meter(server, plan.clients)
        load = crew.connect(server, quiet=-1)
        time.sleep(FINISH_SECONDS)
        at_once = grown()
        time.sleep(plan.hold)
        result = load.round(server.cpu, rate=RATE, seconds=MESSAGES / RATE - 0.5 / RATE, warm=0)
        note = (
            f"Of {plan.clients:,} clients {result.closed} were gone after {plan.hold / 60:g} minutes of heartbeats. "
            f"{result.accepted:,} messages to all: {result.accepted * plan.clients - result.missing:,} deliveries, "
            f"{result.missing} lost, {result.extra} too many; p50 {result.p50:.0f} ms, p99 {result.p99:.0f} ms."
        )
        return at_once, grown(), note


def _meter(server: Server, clients: int) -> Callable[[], tuple[float, float, int]]:
    """Returns a function that returns the server's growth since this call."""
    memory, stacks = server.rss, _kernel_stacks()

    def grown() -> tuple[float, float, int]:
        sizes = (server.rss - memory) / 1024 / clients, (_kernel_stacks() - stacks) / clients
        return *sizes, server.worker.num_threads()

    return grown


def _kernel_stacks() -> int:
    """Returns the kernel's stacks of the whole machine, in KB."""
    found = re.search(r"^KernelStack:\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
