"""Table 1, fan-out at saturation: how many deliveries a second, with more and more clients."""

from statistics import median

from ..crew import Crew, Plan, troubles
from ..figures import Table, ratios, spread

MANY = 2_000  # from here on one of Channels says enough
SLOW_SECONDS = 5  # of its rounds, for it delivers few messages a second
SATURATED = 0.9  # of a core; a server that used less did not get what it could have used


def run(plan: Plan) -> list[Table]:
    return [_with(plan, clients) for clients in plan.sizes]


def _with(plan: Plan, clients: int) -> Table:
    columns = ["", "deliveries/s", "Dweb (socket) is faster by", "Dweb (POST) is faster by",
               "server's CPU", "client's CPU"]  # fmt: skip
    table = Table(f"Fan-out at saturation, {clients:,} clients", columns, unit="deliveries/s")
    with Crew(plan, clients) as crew:
        socket, http = crew.add_ours()
        crew.add_peers(few=clients > MANY, seconds=SLOW_SECONDS * (4 if clients > MANY else 1))
        long = clients > MANY  # a transaction of the chat's is then a good part of a second's deliveries
        crew.take_turns(seconds=plan.seconds * (3 if long else 1), warm=2 if long else 0.5)
        ours = [[each.rate for each in entry.rounds] for entry in (socket, http)]
        for entry in crew.entries:
            rates = [each.rate for each in entry.rounds]
            against = [spread(ratios(mine, rates)) if entry.server is not socket.server else "" for mine in ours]
            cpu = median(each.server_cpu / each.seconds for each in entry.rounds)
            share = median(each.share for each in entry.rounds)
            if cpu < SATURATED:
                table.notes.append(f"{entry.name} used {cpu:.0%} of a core only: was the machine busy otherwise?")
            table.rows.append([entry.name, spread(rates), *against, f"{cpu:.0%}", f"{share:.0%}"])
            table.bars.append((entry.name, median(rates)))
        table.notes += troubles(crew.entries)
    return table
