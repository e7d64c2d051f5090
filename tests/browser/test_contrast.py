"""The contrast of the pairs of tokens that stand on each other, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from collections.abc import Callable

import pytest

from ..support.server import Server
from .colours import RATIO
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]

PAPER = ("ground", "surface", "raised", "well", "fill")
PAIRS = [
    *((ink, paper, 4.5) for ink in ("text", "soft", "quiet", "accent", "bad") for paper in PAPER),
    *((ink, paper, 4.5) for ink in ("soft", "quiet", "accent", "bad") for paper in ("tint", "hot-tint")),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-press", 4.5),
    ("on-tint", "tint", 4.5),
    ("text", "tint", 4.5),
    ("on-hot", "hot", 4.5),
    ("text", "hot-tint", 4.5),
    ("on-mark", "hot-mark", 4.5),
    ("surface", "text", 4.5),  # a button of ink
    ("edge", "surface", 3.0),
    ("edge", "raised", 3.0),
    ("here", "ground", 3.0),
    ("here", "surface", 3.0),
]
RATIOS = f"""pairs => {{ {RATIO}
    const probe = document.body.appendChild(document.createElement("i"));
    const colourOf = (name) => {{
        probe.style.color = `var(--${{name}})`;
        return getComputedStyle(probe).color;
    }};
    return pairs.map(([one, other]) => ratio(colourOf(one), colourOf(other)));
}}"""
# The least ratio of the letter on an avatar, over all hues.
AVATARS = f"""(className) => {{ {RATIO}
    const made = document.body.appendChild(document.createElement("span"));
    made.className = className;
    const ratios = Array.from({{ length: 360 }}, (_, hue) => {{
        made.style.setProperty("--hue", hue);
        const {{ color, backgroundColor }} = getComputedStyle(made);
        return ratio(color, backgroundColor);
    }});
    return Math.min(...ratios);
}}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_tokens_can_be_read(visit: Opener, server: Server, theme: str) -> None:
    tab = visit(server, None, "/", color_scheme=theme)
    ratios = tab.page.evaluate(RATIOS, [[one, other] for one, other, _ in PAIRS])
    assert len(ratios) == len(PAIRS)
    poor = [
        f"{one} on {other}: {ratio:.2f}"
        for (one, other, least), ratio in zip(PAIRS, ratios, strict=True)
        if ratio < least
    ]
    assert poor == []
    for name in ("avatar", "avatar room"):
        assert tab.page.evaluate(AVATARS, name) >= 4.5
