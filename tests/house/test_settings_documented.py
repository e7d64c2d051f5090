"""docs/settings.md against the code: every variable and every limit, with its default."""

import re

from chatproj import limits
from chatproj.env import env

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


def test_every_limit_has_its_reason() -> None:
    source = (ROOT / "chatproj" / "limits.py").read_text()
    assert re.findall(r"^([A-Z_]+) = \S.*?  # \w", source, re.MULTILINE) == limits.__all__
