"""docs/settings.md against the code: every variable, every limit and every price, with its default."""

import re

import pytest

from chatproj import limits
from chatproj.env import env
from Dweb.chat import prices

from ..support.server import ROOT

MOST_VARIABLES = 22
DOCUMENT = (ROOT / "docs" / "settings.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def rows(title: str) -> list[tuple[str, str]]:
    """Names and defaults in the table under a title; each has a text, too."""
    [section] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    found = ROW.findall(section)
    assert len(found) == section.count("\n| `")
    return [(name, default) for name, default, text in found]


def shown(name: str, value: object) -> str:
    """A default as the document has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if not name.endswith("_BYTES"):
            return f"{value:,}"
        if value % 1024**3 == 0:
            return f"{value // 1024**3} GiB"
        return f"{value // 1024**2} MiB" if value % 1024**2 == 0 else f"{value // 1024} KiB"
    return (value if isinstance(value, str) else ", ".join(value)) or "none"


def test_every_variable_is_documented_with_its_default() -> None:
    documented = dict(rows("Variables"))
    assert documented.keys() == env.scheme.keys()
    fixed = {name: shown(name, entry[1]) for name, entry in env.scheme.items() if isinstance(entry, tuple)}
    assert fixed == {name: documented[name] for name in fixed}


def test_the_variables_are_few_and_in_the_order_of_the_code() -> None:
    assert len(env.scheme) <= MOST_VARIABLES
    assert [name for name, _ in rows("Variables")] == list(env.scheme)


def test_every_limit_is_documented_with_its_value() -> None:
    assert rows("Limits") == [(name, shown(name, getattr(limits, name))) for name in limits.__all__]


PRICES = list(filter(str.isupper, vars(prices)))


def test_every_price_is_documented_with_its_value() -> None:
    public = [name for name in PRICES if not name.startswith("_")]
    assert rows("Prices") == [(name, shown(name, getattr(prices, name))) for name in public]


@pytest.mark.parametrize(
    ("module", "names"),
    [("chatproj/limits.py", limits.__all__), ("Dweb/chat/prices.py", PRICES)],
    ids=["limits", "prices"],
)
def test_every_limit_and_price_has_its_reason(module: str, names: list[str]) -> None:
    source = (ROOT / module).read_text()
    assert re.findall(r"^([A-Z_]+) = \S.*?  # \w", source, re.MULTILINE) == names
