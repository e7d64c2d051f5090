"""Draws the results: an SVG with a panel of bars for each table that has some."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from .figures import Table, number

WIDTH, BAR, GAP, TEXT, LEFT = 800, 18, 6, 13, 190
OURS, THEIRS, INK = "#2f6fde", "#9aa4b2", "#5b6472"  # readable on white and on black


def draw(results: Mapping[str, Sequence[Table]]) -> str:
    parts: list[str] = []
    top = GAP
    for tables in results.values():
        for table in tables:
            if table.bars:
                panel, top = _panel(table, top)
                parts += panel
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" '
    return "\n".join([f'{head}font-size="{TEXT}" fill="{INK}">', *parts, "</svg>", ""])


def _panel(table: Table, top: int) -> tuple[list[str], int]:
    """Draws bars on a logarithmic scale, over orders of magnitude. Returns the top of the next panel, too."""
    title = f"{table.title} ({table.unit}, logarithmic)"
    parts = [f'<text x="{GAP}" y="{top + 20}" font-weight="bold">{escape(title)}</text>']
    top += 32
    values = [value for _, value in table.bars if value > 0]
    low = 10 ** math.floor(math.log10(min(values)))
    scale = (WIDTH - LEFT - 100) / math.log10(max(values) / low)
    for name, value in table.bars:
        length = max(2.0, scale * math.log10(value / low)) if value > 0 else 0
        color = OURS if name.startswith("Dweb") else THEIRS
        middle = top + BAR - 4
        parts += [
            f'<text x="{LEFT - GAP}" y="{middle}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{color}"/>',
            f'<text x="{LEFT + length + GAP:.1f}" y="{middle}">{number(value)}</text>',
        ]
        top += BAR + GAP
    return parts, top + 2 * GAP
