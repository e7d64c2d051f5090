"""Table of a return: after a restart all clients come back at a pace, while those who are back already talk."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..crew import Crew, Plan
from ..crowd import join
from ..figures import Table, spread
from ..load import Counts, Load, Round, percentile
from ..ours import Ours
from .connecting import BACK, MISSED, write_some

EARLY = 20  # clients that are back already, and talk
RATE = 5  # messages a second
ADDRESSES = 250  # from which the others come


@dataclass(frozen=True)
class Return:
    """All clients come back once; `figures` are the deliveries of messages that came meanwhile."""

    seconds: float
    waits: Counts
    figures: Round


def run(plan: Plan) -> list[Table]:
    columns = ["", "resumed/s", "wait, p50, s", "the last one's", "messages meanwhile, p50, ms", "p99, ms"]
    table = Table(f"Returning, {plan.clients:,} clients at {plan.pace:,.0f} a second", columns)
    with Crew(plan, plan.clients) as crew:
        people = plan.clients + EARLY
        server = Ours(people, sockets=people)
        crew.serve(server)
        write_some(plan, server)
        taken = []
        for _ in range(plan.rounds):
            seen = server.last_number() - MISSED
            server.stop()
            server.start()
            taken.append(_come_back(plan, server, seen))
            plan.say(f"  {plan.clients / taken[-1].seconds:,.0f} resumed/s")
    table.rows.append(_row(plan, server.name, taken))
    table.notes.append(
        f"From the restarted server's first second on: a handshake, a greeting and a resume of the {MISSED} messages "
        f"that each missed, and of those since. {EARLY} who are back already send {RATE} messages a second to all who "
        f"are. Lost {_sum(taken, 'missing')}, twice {_sum(taken, 'extra')}, closed {_sum(taken, 'closed')}."
    )
    return [table]


def _come_back(plan: Plan, server: Ours, seen: int) -> Return:
    early = {"n": EARLY, "first": plan.clients, "rate": RATE, "seconds": 1_000, "warm": 0, "quiet": -1}
    late = {"n": plan.clients, "pace": plan.pace, "sources": ADDRESSES, "rate": RATE, "timeout": 300}
    hello = {"hello": BACK["hello"] % seen}
    with Load(plan.program, **(server.options | early)) as talkers:
        talkers.begin()
        with Load(plan.program, **(server.options | BACK | late | hello)) as load:
            said = talkers.end()
            figures = join(said, [load.listen(server.last_number() - seen)])
            return Return(load.connect_seconds, load.waits, figures)


def _row(plan: Plan, name: str, taken: Sequence[Return]) -> list[str]:
    return [
        name,
        spread([plan.clients / each.seconds for each in taken]),
        *(spread([percentile(each.waits, part) / 1_000 for each in taken]) for part in (0.5, 1)),
        spread([each.figures.p50 for each in taken]),
        spread([each.figures.p99 for each in taken]),
    ]


def _sum(taken: Sequence[Return], name: str) -> int:
    return sum(getattr(each.figures, name) for each in taken)
