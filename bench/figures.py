"""Formats the figures of several rounds: the median with the range, ratios, and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


def number(value: float) -> str:
    """Formats a number with two or three significant digits, or as a whole number."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: Sequence[float], unit: str = "") -> str:
    """Formats the median, with the smallest and the largest value."""
    if not values:
        return "–"
    middle = f"{number(median(values))}{unit}"
    return middle if len(values) == 1 else f"{middle} ({number(min(values))} to {number(max(values))})"


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Divides round by round, since the figures of a round were measured one after the other."""
    return [one / other for one, other in zip(ours, theirs, strict=False) if other]


@dataclass
class Table:
    """A table of the results. `bars` are for the picture: (label, value)."""

    title: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bars: list[tuple[str, float]] = field(default_factory=list)
    unit: str = ""

    def markdown(self) -> str:
        lines = [f"## {self.title}", ""]
        lines += [f"| {' | '.join(row)} |" for row in (self.columns, ["---"] * len(self.columns), *self.rows)]
        for note in self.notes:
            lines += ["", note]
        return "\n".join([*lines, ""])
