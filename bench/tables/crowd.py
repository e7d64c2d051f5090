"""Tables of crowds: many clients at one process of the server, or at several over Redis, in heartbeats and messages."""

import time
from collections.abc import Sequence

import psutil

from .. import peer
from ..crew import Crew, Plan
from ..crowd import Crowd, pieces
from ..figures import Table, number
from ..load import Round, percentile
from ..meter import Meter
from ..ours import Ours

FINISH_SECONDS = 3
COLUMNS = ["", "KB each", "after the messages", "threads", "servers, MB", "whole machine, MB", "processors idle"]
ONE = {"rate": 1, "seconds": 0.5, "warm": 0}  # a round of one message


def run(plan: Plan) -> list[Table]:
    with Crew(plan, plan.crowd) as crew:
        server = Ours(plan.accounts, sockets=plan.crowd)
        crew.serve(server)
        return [_measure(plan, crew, [server], messages=100)]


def run_cluster(plan: Plan) -> list[Table]:
    """Measures nothing without `processes` or without Redis."""
    if not plan.processes or (redis := peer.redis()) is None:
        plan.say("  Without --processes, or Redis is not installed: left out.")
        return []
    with Crew(plan, plan.crowd) as crew:
        url = f"redis://127.0.0.1:{crew.serve(redis).port}/0"
        each = -(-plan.crowd // plan.processes)
        first = Ours(plan.accounts, sockets=each, REDIS_URL=url)
        crew.serve(first)
        servers = [first]
        for count in range(2, plan.processes + 1):
            server = Ours(plan.accounts, f"Dweb {count}", beside=first, sockets=each, REDIS_URL=url)
            crew.serve(server)
            servers.append(server)
        return [_measure(plan, crew, servers, messages=10)]


def _measure(plan: Plan, crew: Crew, servers: Sequence[Ours], messages: int) -> Table:
    meter = Meter(*servers)
    crowd = _connect(plan, crew, servers)
    time.sleep(FINISH_SECONDS)
    at_once = meter.each(plan.crowd)
    idle = _idle(plan.hold)
    rounds = [crowd.round(turn % len(crowd.loads), **ONE) for turn in range(messages)]
    later = meter.each(plan.crowd)
    where = f" at {len(servers)} servers over Redis" if len(servers) > 1 else ""
    table = Table(f"A crowd of {plan.crowd:,}{where}", COLUMNS)
    sizes = [f"{bytes_ / 2**20:,.0f}" for bytes_ in (meter.rss, meter.of_the_machine)]
    table.rows.append(["Dweb", number(at_once[0]), number(later[0]), f"{later[2]}", *sizes, f"{idle:.0%}"])
    table.notes.append(
        f"{plan.crowd:,} connections of {plan.accounts:,} accounts, {plan.hold / 60:g} minutes of heartbeats: so long "
        "the processors were idle. Threads are those of one server; the whole machine has the kernel and the load "
        "client, too."
    )
    table.notes.append(_deliveries(plan, rounds))
    table.notes += [f"{server.name} said: {server.faults[0]}" for server in servers if server.faults]
    return table


def _connect(plan: Plan, crew: Crew, servers: Sequence[Ours]) -> Crowd:
    """Divides all clients among the servers; those of one have different accounts, as far as there are enough."""
    loads = []
    for place, server in enumerate(servers):
        mine = plan.crowd // len(servers) + (place < plan.crowd % len(servers))
        first = 0
        for clients in pieces(mine):
            loads.append(crew.connect(server, n=clients, first=first, rate=1, quiet=-1))
            first += clients
    return Crowd(loads)


def _idle(seconds: float) -> float:
    """Returns the share of the processors that is idle meanwhile."""
    before = psutil.cpu_times()
    time.sleep(seconds)
    spent = [after - earlier for after, earlier in zip(psutil.cpu_times(), before, strict=True)]
    return dict(zip(before._fields, spent, strict=True))["idle"] / sum(spent)


def _deliveries(plan: Plan, rounds: Sequence[Round]) -> str:
    last, delays = rounds[-1], [pair for each in rounds for pair in each.delays]
    return (
        f"{last.accepted_ever:,} messages to all, {last.accepted_ever * plan.crowd:,} deliveries: "
        f"{last.delivered_ever:,} came, {last.missing:,} lost, {last.extra:,} twice, {last.closed:,} clients gone; "
        f"p50 {percentile(delays, 0.5):,.0f} ms, p99 {percentile(delays, 0.99):,.0f} ms, "
        f"the last {percentile(delays, 1):,.0f} ms."
    )
