"""Table 1, fan-out at saturation: how many deliveries a second, with more and more clients."""

from statistics import median

from ..crew import Crew, Plan, troubles
from ..figures import Table, ratios, spread

MANY = 2_000  # beyond it only one of the Channels servers is measured
SLOW_SECONDS = 5  # of a round of Channels, which delivers few messages a second
SATURATED = 0.9  # of a core; a server that used less was not saturated


def run(plan: Plan) -> list[Table]:
    return [_with(plan, clients) for clients in plan.sizes]


def _with(plan: Plan, clients: int) -> Table:
    columns = ["", "deliveries/s", "Dweb (socket) is faster by", "Dweb (POST) is faster by",
               "server's CPU", "client's CPU"]  # fmt: skip
    table = Table(f"Fan-out at saturation, {clients:,} clients", columns, unit="deliveries/s")
    with Crew(plan, clients) as crew:
        socket, http = crew.add_ours()
        crew.add_peers(few=clients > MANY, seconds=SLOW_SECONDS * (4 if clients > MANY else 1))
        long = clients > MANY  # the deliveries of one transaction then take a good part of a second
        crew.take_turns(seconds=plan.seconds * (3 if long else 1), warm=2 if long else 0.5)
        ours = [[each.rate for each in subject.rounds] for subject in (socket, http)]
        for subject in crew.subjects:
            rates = [each.rate for each in subject.rounds]
            against = [spread(ratios(mine, rates)) if subject.server is not socket.server else "" for mine in ours]
            cpu = median(each.server_cpu / each.seconds for each in subject.rounds)
            share = median(each.share for each in subject.rounds)
            if cpu < SATURATED:
                table.notes.append(f"{subject.name} used {cpu:.0%} of a core only: was the machine busy otherwise?")
            table.rows.append([subject.name, spread(rates), *against, f"{cpu:.0%}", f"{share:.0%}"])
            table.bars.append((subject.name, median(rates)))
        table.notes += troubles(crew.subjects)
    return table
