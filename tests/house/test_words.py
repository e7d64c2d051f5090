"""The words: names that a textbook does not know are gone from the code, in Python and in JavaScript."""

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

GONE = {
    "_ears", "_ear", "_anew", "look_anew", "came_back", "_desk", "Undone", "Doubtful", "settle", "dismiss",
    "give_connection_back", "forget_connection", "Word", "hear", "tell", "ring", "converse", "Visit", "Gate",
}  # fmt: skip

# Words that no name has as a part, such as _tell_all.
GONE_PARTS = {"anew", "desk", "settle", "dismiss", "hear", "tell", "converse"}

FOLDERS = ("Dweb", "chatproj", "bench", "client", "examples", "tests")
PYTHON = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
SCRIPTS = list((ROOT / "static/js").rglob("*.js"))

# Comments, strings and templates are no names.
NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL)


def python_names(text: str) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def script_names(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_$][\w$]*", NO_CODE.sub(" ", text)))


def parts(names: set[str]) -> set[str]:
    """The words in names of any style: snake_case, camelCase."""
    return {part.lower() for name in names for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


@pytest.mark.parametrize("path", [path for path in PYTHON if "build" not in path.parts], ids=str)
def test_python(path: Path) -> None:
    names = python_names(path.read_text())
    assert names & GONE | parts(names) & GONE_PARTS == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_scripts(path: Path) -> None:
    names = script_names(path.read_text())
    assert names & GONE | parts(names) & GONE_PARTS == set()


def test_the_names_are_found() -> None:
    assert parts({"_tell_all", "lookAnew", "Desk"}) == {"tell", "all", "look", "anew", "desk"}
    assert python_names("def ring(): # tell\n    'hear'\n") == {"def", "ring"}
    assert script_names('ring(); // tell\nconst a = "hear" + b;') == {"ring", "const", "a", "b"}
