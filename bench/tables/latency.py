"""Table 2, latency at a fixed rate: from a message's sending to each of its deliveries."""

from statistics import median

from ..crew import USERS, Crew, Entry, Plan, troubles
from ..figures import Table, ratios, spread
from ..ours import Ours

CLIENTS = 1_000
RATE = 20  # messages a second
CHANNELS_RATE = 1  # it cannot do 20 with so many
STALLED = 100  # one in so many


def run(plan: Plan) -> list[Table]:
    columns = ["", "p50, ms", "p99, ms", "its p50 / Dweb's", "its p99 / Dweb's"]
    table = Table(f"Latency, {CLIENTS:,} clients, {RATE} messages a second", columns, unit="ms, p99")
    with Crew(plan, CLIENTS) as crew:
        socket, _ = crew.add_ours()
        stalled = crew.serve(Ours(max(CLIENTS, USERS), "Dweb, 1 in 100 stalled"))
        mute = crew.add(stalled, options={"stall": STALLED})
        crew.add_peers(rate=CHANNELS_RATE)
        _fill_outboxes(mute)
        crew.take_turns(rate=RATE, seconds=plan.seconds * 1.5)
        ours = {name: [getattr(each, name) for each in socket.rounds] for name in ("p50", "p99")}
        for entry in crew.entries:
            theirs = {name: [getattr(each, name) for each in entry.rounds] for name in ours}
            against = ["" if entry is socket else spread(ratios(theirs[name], ours[name])) for name in ours]
            table.rows.append([entry.name, *map(spread, theirs.values()), *against])
            table.bars.append((entry.name, median(theirs["p99"])))
        table.notes += [f"Channels at {CHANNELS_RATE} message a second: {RATE} are more than it can deliver (table 1)."]
        table.notes += troubles(crew.entries)
    return [table]


def _fill_outboxes(entry: Entry) -> None:
    """So much that the sockets of those who do not read are full, and their outboxes hold the rest."""
    entry.load.round(rate=40, size=4_000, seconds=4)
    entry.numbers["size"] = 64
