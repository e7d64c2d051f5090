"""Table of many rooms: everybody in a thousand rooms of ten talks, against one room of a thousand."""

from statistics import median

from ..crew import Crew, Plan, Subject, troubles
from ..figures import Table, ratios, spread
from ..ours import Ours
from ..wire import DWEB

ROOMS, EACH = 1_000, 10
ONE = 1_000  # clients of the one room
WARM_SECONDS = 2
MANY = {"groups": ROOMS, "send_as": DWEB["send_as"].replace('"lobby"', '"room%G"')}


def run(plan: Plan) -> list[Table]:
    columns = ["", "deliveries/s", "accepted/s", "of the one room's", "server's CPU", "CPU, µs for a delivery"]
    table = Table("Many rooms", columns, unit="deliveries/s")
    with Crew(plan, ONE) as crew:
        one = crew.add(crew.serve(Ours(ONE)), f"one room of {ONE:,}", window=200)
        crew.clients = ROOMS * EACH
        server = Ours(crew.clients, "Dweb, many rooms", sockets=crew.clients)
        server.run("-m", "bench.seat", str(ROOMS))
        crew.add(crew.serve(server), f"{ROOMS:,} rooms of {EACH}", MANY, window=1_000)
        crew.take_turns(seconds=3 * plan.seconds, warm=WARM_SECONDS)
        for subject in crew.subjects:
            rates = [each.rate for each in subject.rounds]
            accepted = _accepted(subject)
            against = "" if subject is one else spread(ratios(accepted, _accepted(one)))
            cpu = median(each.server_cpu / each.seconds for each in subject.rounds)
            cost = spread([1e6 * each.server_cpu / each.deliveries for each in subject.rounds if each.deliveries])
            table.rows.append([subject.name, spread(rates), spread(accepted), against, f"{cpu:.0%}", cost])
            table.bars.append((f"Dweb, {subject.name}", median(rates)))
        table.notes.append("Everybody talks. A message is delivered to ten people, or to a thousand.")
        table.notes += troubles(crew.subjects)
    return [table]


def _accepted(subject: Subject) -> list[float]:
    return [each.accepted / each.seconds for each in subject.rounds]
