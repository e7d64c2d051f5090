"""The page's scripts: which folder of static/js/ may import which, and how long files are."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from Dweb.views.languages import IMPORT, first_scripts

STATIC = Path(__file__).resolve().parents[2] / "static"
ROOT = STATIC / "js"
SCRIPTS = sorted(ROOT.rglob("*.js"))
FILES = [*SCRIPTS, *sorted(STATIC.rglob("*.css"))]

# A folder and those that it imports; modules directly in static/js/ put the page together and may import all.
MAY_IMPORT = {
    "client": set(),
    "lib": set(),
    "net": {"client", "lib"},
    "notify": {"lib"},
    "state": {"client", "net", "lib"},
    "dialogs": {"net", "lib"},
    "view": {"state", "dialogs", "net", "lib"},
}
MOST_AT_THE_TOP = 5
MOST_LINES = 250

# Private metaphors for what has a term of its own.
GONE = {"ring", "rang", "rung", "tell", "teller", "told", "hear", "heard", "ear", "ears", "anew"}
GONE |= {"settle", "settled", "dismiss", "gate", "desk"}


def name(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


def folder(path: Path) -> str:
    return path.parent.relative_to(ROOT).as_posix()


def code(path: Path) -> str:
    """Without comments."""
    return re.sub(r"(^|\s)// .*", "", path.read_text())


def imports(path: Path) -> set[Path]:
    """The modules that one imports at its top or later: every literal that is the address of one."""
    return {(path.parent / address).resolve() for address in re.findall(r'"(\.{1,2}/[^"]+\.js)"', code(path))}


def test_every_import_leads_to_a_module() -> None:
    assert {imported for script in SCRIPTS for imported in imports(script)} <= set(SCRIPTS)


def test_modules_that_load_later_wait_for_their_words() -> None:
    """Those of the first load have theirs in the catalogue that the page names: see views/languages."""
    first = first_scripts()
    late = [script for script in SCRIPTS if code(script) not in re.sub(r"(^|\s)// .*", "", first)]
    speaking = {script for script in late if re.search(r"\b(_|ngettext)\(", code(script)) and script.name != "i18n.js"}
    words = ROOT / "lib" / "words.js"
    waiting = {script for script in speaking if words in reached(script)}
    assert speaking == waiting
    assert {"search.js", "details.js", "completion.js"} <= {script.name for script in speaking}
    assert not {"main.js", "composer.js", "i18n.js"} & {script.name for script in speaking}


def reached(script: Path) -> set[Path]:
    """The modules that one imports at the top, directly or not."""
    found: set[Path] = set()
    wanted = [script]
    while wanted:
        path = wanted.pop()
        new = {(path.parent / address).resolve() for address in IMPORT.findall(path.read_text())} - found
        found |= new
        wanted += new
    return found


def test_every_folder_has_its_place() -> None:
    assert {folder(script) for script in SCRIPTS} == {".", *MAY_IMPORT}


@pytest.mark.parametrize("importer", MAY_IMPORT)
def test_folder_imports_what_lies_below_it_and_nothing_else(importer: str) -> None:
    imported = {folder(other) for script in SCRIPTS if folder(script) == importer for other in imports(script)}
    assert imported - {importer} == MAY_IMPORT[importer]


@pytest.mark.parametrize("script", sorted((ROOT / "client").glob("*.js")), ids=name)
def test_the_client_needs_no_page(script: Path) -> None:
    """Programs import it as it lies: no document, nothing of a window's, no catalogue."""
    names = set(re.findall(r"[A-Za-z]+", re.sub(r'"(?:\\.|[^"\\\n])*"', "", code(script))))
    assert names & {"document", "window", "location", "sessionStorage", "localStorage", "catalogue"} == set()


def test_nothing_imports_in_a_circle() -> None:
    TopologicalSorter({script: imports(script) for script in SCRIPTS}).prepare()
    TopologicalSorter(MAY_IMPORT).prepare()


def test_few_modules_lie_outside_the_folders() -> None:
    assert len([script for script in SCRIPTS if folder(script) == "."]) <= MOST_AT_THE_TOP


@pytest.mark.parametrize("file", FILES, ids=name)
def test_file_is_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("script", [script for script in SCRIPTS if script.name != "emoji.js"], ids=name)
def test_names_are_terms_of_the_field(script: Path) -> None:
    """Parts of names count, too; what people read, such as "Dismiss", is text and no name."""
    names = re.sub(r'"(?:\\.|[^"\\\n])*"', "", code(script))
    assert {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", names)} & GONE == set()
