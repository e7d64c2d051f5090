"""Table 2, latency at a fixed rate: the time from sending a message to each of its deliveries."""

from statistics import median

from ..crew import USERS, Crew, Plan, Subject, troubles
from ..figures import Table, ratios, spread
from ..ours import Ours

CLIENTS = 1_000
RATE = 20  # messages a second
CHANNELS_RATE = 1  # it cannot deliver 20 to 1,000 clients
STALLED = 100  # one client in 100 does not read


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
        for subject in crew.subjects:
            theirs = {name: [getattr(each, name) for each in subject.rounds] for name in ours}
            against = ["" if subject is socket else spread(ratios(theirs[name], ours[name])) for name in ours]
            table.rows.append([subject.name, *map(spread, theirs.values()), *against])
            table.bars.append((subject.name, median(theirs["p99"])))
        table.notes += [f"Channels at {CHANNELS_RATE} message a second: {RATE} are more than it can deliver (table 1)."]
        table.notes += troubles(crew.subjects)
    return [table]


def _fill_outboxes(subject: Subject) -> None:
    """Fills the sockets of the clients that do not read, so that their outboxes hold the rest."""
    subject.load.round(rate=40, size=4_000, seconds=4)
    subject.numbers["size"] = 64
