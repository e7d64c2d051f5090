"""client/: a package of its own, which programs of others install without the server."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets

from .test_imports import MAX_LINES

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "client/dweb_client").glob("*.py"))
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PROJECT = tomllib.loads((ROOT / "client/pyproject.toml").read_text())["project"]
# These do no I/O, but for the file of a place: threads and asyncio take their steps.
PURE = ["asking", "calls", "errors", "follower", "following", "models", "steps", "transfers"]
DOING_IO = {"socket", "ssl", "asyncio", "threading", "http", "urllib.request", "websockets", "concurrent"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


@pytest.mark.parametrize("path", [*MODULES, *EXAMPLES], ids=lambda path: path.name)
def test_a_file_is_a_page_or_two(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES


def test_it_needs_one_package_beside_python() -> None:
    needed = {name.split(".")[0] for path in MODULES for name in imports(path)} - sys.stdlib_module_names
    assert needed == {"websockets"}
    [dependency] = PROJECT["dependencies"]
    assert dependency.startswith("websockets>=")
    assert int(websockets.__version__.split(".")[0]) >= int(dependency.partition(">=")[2])


def test_examples_need_the_client_alone() -> None:
    needed = {name.split(".")[0] for path in EXAMPLES for name in imports(path)} - sys.stdlib_module_names
    assert needed == {"dweb_client"}


@pytest.mark.parametrize("name", PURE)
def test_the_protocol_does_no_io(name: str) -> None:
    used = set(imports(ROOT / f"client/dweb_client/{name}.py"))
    assert not {each for each in used if each in DOING_IO or each.split(".")[0] in DOING_IO}
