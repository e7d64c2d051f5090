"""The verdict: what each receiver saw, held against what was acknowledged. Trusts no counter of the server's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Noted = Sequence[tuple[int, str]]  # numbers and texts


@dataclass(frozen=True)
class Report:
    """Counts over all receivers. `received` is the least that any of them got of what was acknowledged."""

    acknowledged: int
    received: int
    lost: int
    repeated: int
    out_of_order: int
    longest_gap: float
    cuts: int
    kills: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.repeated or self.out_of_order)

    def table(self) -> str:
        rows = [
            ("acknowledged", f"{self.acknowledged}"),
            ("received by every receiver", f"{self.received}"),
            ("lost", f"{self.lost}"),
            ("repeated", f"{self.repeated}"),
            ("out of order", f"{self.out_of_order}"),
            ("longest gap in service", f"{self.longest_gap:.1f} s"),
            ("sockets cut", f"{self.cuts}"),
            ("server killed", f"{self.kills} times"),
        ]
        return "\n".join(f"{name:<28}{value:>12}" for name, value in rows)


def judge(
    acknowledged: Noted, seen: Iterable[Noted], answered: Iterable[float], *, cuts: int = 0, kills: int = 0
) -> Report:
    """Hold what was seen against what was acknowledged; a message with another text than its own counts as lost."""
    wanted = set(acknowledged)
    received, lost, repeated, out_of_order = len(wanted), 0, 0, 0
    for noted in seen:
        got = wanted.intersection(noted)
        received = min(received, len(got))
        lost += len(wanted) - len(got)
        numbers = [number for number, _ in noted]
        repeated += len(numbers) - len(set(numbers))
        out_of_order += sum(later < earlier for earlier, later in pairwise(numbers))
    # A number that was given to two messages is a repetition too.
    repeated += len(acknowledged) - len({number for number, _ in acknowledged})
    times = sorted(answered)
    gap = max((later - earlier for earlier, later in pairwise(times)), default=0.0)
    return Report(len(acknowledged), received, lost, repeated, out_of_order, gap, cuts, kills)
