"""The report: compares the messages that each receiver got with those that were acknowledged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

Noted = Sequence[tuple[int, str]]  # numbers and texts


@dataclass(frozen=True)
class Report:
    """Counts over all receivers. `received` is the smallest number of acknowledged messages that a receiver got."""

    acknowledged: int
    received: int
    lost: int
    repeated: int
    out_of_order: int
    longest_gap: float
    files: int = 0
    wrong_files: int = 0  # gone, not in the message, or with other bytes
    cuts: int = 0
    kills: int = 0
    master_kills: int = 0
    redis_stops: int = 0
    cross_server_delay: float | None = None  # seconds; see cross_server_delay()

    @property
    def good(self) -> bool:
        return not (self.lost or self.repeated or self.out_of_order or self.wrong_files)

    def table(self) -> str:
        rows = [
            ("acknowledged", f"{self.acknowledged}"),
            ("received by every receiver", f"{self.received}"),
            ("lost", f"{self.lost}"),
            ("repeated", f"{self.repeated}"),
            ("out of order", f"{self.out_of_order}"),
            ("with a file", f"{self.files}"),
            ("of these wrong", f"{self.wrong_files}"),
            ("longest gap in service", f"{self.longest_gap:.1f} s"),
            ("sockets cut", f"{self.cuts}"),
            ("server killed", f"{self.kills} times"),
            ("master killed alone", f"{self.master_kills} times"),
        ]
        if self.cross_server_delay is not None:
            rows.append(("Redis stopped", f"{self.redis_stops} times"))
            rows.append(("later at another server", f"{1_000 * self.cross_server_delay:.1f} ms"))
        return "\n".join(f"{name:<28}{value:>12}" for name, value in rows)


def judge(acknowledged: Noted, seen: Iterable[Noted], answered: Iterable[float], **counts: Any) -> Report:
    """Compares the messages seen with those acknowledged; a message with a wrong text counts as lost."""
    wanted = set(acknowledged)
    received, lost, repeated, out_of_order = len(wanted), 0, 0, 0
    for noted in seen:
        got = wanted.intersection(noted)
        received = min(received, len(got))
        lost += len(wanted) - len(got)
        numbers = [number for number, _ in noted]
        repeated += len(numbers) - len(set(numbers))
        out_of_order += sum(later < earlier for earlier, later in pairwise(numbers))
    # If two messages got one number, that is a repetition, too.
    repeated += len(acknowledged) - len({number for number, _ in acknowledged})
    times = sorted(answered)
    gap = max((later - earlier for earlier, later in pairwise(times)), default=0.0)
    return Report(len(acknowledged), received, lost, repeated, out_of_order, gap, **counts)


def cross_server_delay(accepted: Mapping[int, int], arrived: Sequence[Mapping[int, tuple[float, int]]]) -> float | None:
    """Returns the seconds by which messages come later at other servers than at their own: the median.

    A message's delay is the difference of two medians over receivers: those at other servers, and those at its own.
    """
    later = []
    for number, home in accepted.items():
        times = [each[number] for each in arrived if number in each]
        here = [at for at, server in times if server == home]
        there = [at for at, server in times if server != home]
        if here and there:
            later.append(median(there) - median(here))
    return median(later) if later else None
