"""The documents name what is there: files, their functions and tests, limits, and headings of each other."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ..support.server import ROOT

DOCUMENTS = sorted(path for folder in ("", "docs", "bench", "client") for path in (ROOT / folder).glob("*.md"))
OF_THE_CODE = [ROOT / "docs/architecture.md", ROOT / "docs/security.md"]
SECURITY = (ROOT / "docs/security.md").read_text()
OF_TODAY = [document for document in DOCUMENTS if document.name != "CHANGELOG.md"]
PLACES = (ROOT, ROOT / "Dweb", ROOT / "tests")
CODE = ("Dweb/**/*.py", "chatproj/*.py", "static/**/*.js", "deploy/*.*", "deploy/.env.example", "gunicorn.conf.py")
CODE += ("client/dweb_client/*.py",)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")
# Words in backticks, and the names that follow a file: `chat/search`: `Turns`, `Other`.
NAMED = re.compile(r"`([\w./-]+)`(?:: ((?:`\w+`(?:, )?)+))?")
VERDICTS = ("holds", "gap", "does not apply")
COUNTED = r"\| (all|V\d+ [^|]+) \| (\d+) \| (\d+) \| (\d+) \|"


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def headings(document: Path) -> set[str]:
    """The anchors that repository hosts make of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_every_link_leads_to_a_file_and_to_a_heading(document: Path) -> None:
    for target, heading in LINK.findall(document.read_text()):
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), target
        assert not heading or heading in headings(path), f"{target}#{heading}"


@cache
def code() -> str:
    return "".join(path.read_text() for pattern in CODE for path in ROOT.glob(pattern))


@pytest.mark.parametrize("document", OF_TODAY, ids=short)
def test_every_limit_and_variable_is_one_of_the_code(document: Path) -> None:
    named = {*re.findall(r"`([A-Z]+_[A-Z_]+)`", document.read_text())}
    assert {each for each in named if not re.search(rf"\b{each}\b", code())} == set()


@cache
def found(words: str) -> Path | None:
    """The file or folder that words mean: in the top folder, in Dweb/ or in tests/, with or without its .py."""
    paths = (place / f"{words}{suffix}" for place in PLACES for suffix in ("", ".py"))
    return next((path for path in paths if path.exists()), None)


def missing(line: str) -> Iterator[str]:
    """The files that a line names and that are not there, and the names that the file before them does not have."""
    file = None
    for words, listed in NAMED.findall(line):
        names = re.findall(r"\w+", listed)
        if not found(words):
            words, *attributes = words.split(".")  # as in `chat/search.Turns`
            names += attributes
        if "/" in words.strip("/") and not words.startswith(("/", "VAR_DIR/")):
            file = found(words)
            if not file:
                yield words
                continue
        elif found(words) and (listed or words.startswith("test_")):
            file = found(words)
        elif words.startswith("test_"):
            names.append(words)
        else:
            continue
        for name in names:
            if not file or (file.is_file() and not re.search(rf"\b{name}\b", file.read_text())):
                yield f"{words}: {name}"


@pytest.mark.parametrize("document", OF_THE_CODE, ids=short)
def test_every_file_function_and_test_is_there(document: Path) -> None:
    assert [each for line in document.read_text().splitlines() for each in missing(line)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("`chat/search`: `Turns`, and `chat/search.Turns.turn`, `/search/`", []),
        ("`chat/seek` and `chat/search`", ["chat/seek"]),
        ("`chat/search`: `Turns`, `Gone`; `admin`: `Gone`", ["chat/search: Gone", "admin: Gone"]),
        ("`chat/search.Gone`", ["chat/search: Gone"]),
        ("`chat/test_search`, `views/test_chat`: why; `test_gone`", ["test_gone: test_gone"]),
        ("`test_admin`: `test_staff_give_nobody_rights`, `test_gone`", ["test_admin: test_gone"]),
    ],
)
def test_a_name_that_is_not_there_is_found(line: str, wrong: list[str]) -> None:
    assert [*missing(line)] == wrong


def chapter(title: str) -> list[int]:
    """How often each verdict stands in the table of a chapter of ASVS. A row may have several numbers."""
    [table] = re.findall(rf"^### {title}\n(.*?)(?=^##|\Z)", SECURITY, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (\d[\d., ]+) \| [^|]+ \| ([^|]+) \|", table, re.MULTILINE)
    given = Counter(verdict for numbers, verdict in rows for _ in numbers.split(", "))
    assert given.keys() <= {*VERDICTS}
    return [given[verdict] for verdict in VERDICTS]


def test_the_verdicts_of_asvs_are_counted() -> None:
    [table] = re.findall(r"^\| chapter .+?(?=^$)", SECURITY, re.MULTILINE | re.DOTALL)
    counted = {title: [int(number) for number in numbers] for title, *numbers in re.findall(COUNTED, table)}
    every = counted.pop("all")
    assert counted == {title: chapter(title) for title in counted}
    assert every == [sum(column) for column in zip(*counted.values(), strict=True)]
    assert [*counted] == re.findall(r"^### (V\d+ .+)$", SECURITY, re.MULTILINE)
