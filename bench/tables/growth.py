"""Table 6, growth: the cost of a delivery with few and with many clients, of a message on a short and a long log."""

from collections.abc import Callable

from ..crew import USERS, Crew, Plan
from ..figures import Table, ratios, spread
from ..load import Round
from ..ours import Ours

FEW, MANY = 100, 5_000
KEPT_ALIVE = 16


def run(plan: Plan) -> list[Table]:
    table = Table("Growth", ["server's CPU time", "small", "large", "large / small"])
    table.rows.append(_row(plan, "µs for a delivery, 100 and 5,000 clients", _clients, _of_delivery))
    table.rows.append(
        _row(plan, f"ms for an accepted POST, a log of 0 and of {plan.events:,} events", _logs, _of_message)
    )
    return [table]


def _row(plan: Plan, name: str, make: Callable[[Plan, Crew], None], cost: Callable[[Round], float]) -> list[str]:
    with Crew(plan, 0) as crew:
        make(plan, crew)
        crew.take_turns(seconds=plan.seconds)
        small, large = ([cost(each) for each in subject.rounds] for subject in crew.subjects)
        return [name, spread(small), spread(large), spread(ratios(large, small))]


def _clients(plan: Plan, crew: Crew) -> None:
    for clients in (FEW, MANY):
        crew.clients = clients
        crew.add(
            crew.serve(Ours(max(clients, USERS))), f"{clients:,} clients", window=200, warm=2, seconds=3 * plan.seconds
        )


def _logs(plan: Plan, crew: Crew) -> None:
    for events in (0, plan.events):
        server = Ours(USERS)
        if events:
            plan.say(f"  writing {events:,} events …")
            server.run("-m", "bench.fill", str(events))
        over = {"http": KEPT_ALIVE, "by_http": 1, "window": KEPT_ALIVE, "quiet": 0.1}
        crew.add(crew.serve(server), f"{events:,} events", over)


def _of_delivery(measured: Round) -> float:
    return 1e6 * measured.server_cpu / measured.deliveries


def _of_message(measured: Round) -> float:
    return 1e3 * measured.server_cpu / measured.accepted
