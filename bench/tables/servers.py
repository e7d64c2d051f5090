"""Table 8, servers: the CPU time of a server alone, and with a second server and Redis."""

from .. import peer
from ..crew import Crew, Plan, Subject, troubles
from ..figures import Table, ratios, spread
from ..load import Round
from ..ours import Ours

CLIENTS = 1_000
RATES = {"socket": 400, "POST": 200}  # messages a second
ELSEWHERE = 200  # clients of the second server, which get all messages, too


def run(plan: Plan) -> list[Table]:
    """Measures nothing without Redis. Two cores are enough for one server and its load only, so CPU time counts.

    All messages are sent to the first server.
    """
    redis = peer.redis()
    if redis is None:
        plan.say("  Redis is not installed: left out.")
        return []
    table = Table(
        f"A second server, {CLIENTS:,} clients at the first and {ELSEWHERE:,} at the second",
        ["the first server's CPU time", "alone", "with a second one", "ratio"],
    )
    with Crew(plan, CLIENTS) as crew:
        alone = _add(crew, crew.serve(Ours(CLIENTS, "alone")))
        url = f"redis://127.0.0.1:{crew.serve(redis).port}/0"
        first = crew.serve(Ours(CLIENTS, "the first", REDIS_URL=url))
        with_second = _add(crew, first)
        second = crew.serve(Ours(0, "the second", beside=first, REDIS_URL=url))
        crew.connect(second, n=ELSEWHERE)
        crew.take_turns(seconds=3 * plan.seconds)
        for name, one, two in zip(
            ("µs for a delivery, socket", "µs for a delivery, POST"), alone, with_second, strict=True
        ):
            before, after = ([_cost(each) for each in subject.rounds] for subject in (one, two))
            table.rows.append([name, spread(before), spread(after), spread(ratios(after, before))])
        table.notes.append(
            f"{RATES['socket']} messages a second over the socket, {RATES['POST']} over POST, all at the first server."
        )
        table.notes += troubles(crew.subjects)
    return [table]


def _add(crew: Crew, server: Ours) -> tuple[Subject, Subject]:
    """Adds a server at rates that it can keep, so that both do the same work, however busy the machine is."""
    socket = crew.add(server, f"{server.name}, socket", {"http": 16}, by_http=0, rate=RATES["socket"])
    http = Subject(f"{server.name}, POST", server, socket.load, {"by_http": 1, "rate": RATES["POST"]})
    crew.subjects.append(http)
    return socket, http


def _cost(measured: Round) -> float:
    return 1e6 * measured.server_cpu / measured.deliveries
