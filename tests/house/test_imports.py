"""The order of the folders: imports run downward, inside functions too, and no module is in a circle."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "Dweb"

# From the top down: a folder, or a module beside the folders, imports only what stands in a lower line.
LAYERS: list[set[str]] = [
    {"management"},
    {"urls", "apps", "admin", "signals"},
    {"views"},
    {"runtime"},
    {"chat", "accounts"},
    {"log", "cluster", "transfer"},
    {"files", "outgoing"},
    {"search", "operations"},
    {"models"},
    {"live", "databases", "ws", "server", "soak"},
    {"parking", "refusal"},
]
LAYER = {place: -number for number, places in enumerate(LAYERS) for place in places}

# These import nothing of this project from outside their folder, but how to park.
ALONE = ["live", "databases", "server", "soak", "parking"]

TOP_MODULES = 6  # beside the folders
MAX_LINES = 250


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts}
MODULES = sorted(FILES.keys() - {"Dweb"})


def place_of(module: str) -> str:
    """The folder of a module, or the module itself if it lies beside the folders."""
    return module.split(".")[1]


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
            yield node
            yield from nodes(node)


def imports(module: str) -> Iterator[str]:
    """The full names of all modules that this one imports, wherever in the file; of packages, the module meant."""
    for node in nodes(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if FILES[module].name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base for alias in node.names)


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name.split(".")[0] == "Dweb"}


def test_every_folder_has_a_place() -> None:
    assert {place_of(module) for module in MODULES} == LAYER.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downward(module: str) -> None:
    others = {name for name in ours(module) if place_of(name) != place_of(module)}
    assert {name for name in others if LAYER[place_of(name)] >= LAYER[place_of(module)]} == set()


def test_no_module_is_in_a_circle() -> None:
    left = {module: ours(module) & FILES.keys() - {module} for module in FILES}
    while free := {module for module, needed in left.items() if not needed & left.keys()}:
        left = {module: needed for module, needed in left.items() if module not in free}
    assert left == {}


@pytest.mark.parametrize("place", ALONE)
def test_a_folder_that_stands_alone_imports_nothing_of_ours_outside_it(place: str) -> None:
    inside = [module for module in MODULES if place_of(module) == place]
    assert inside
    assert [name for module in inside for name in ours(module) if place_of(name) not in (place, "parking")] == []


def test_live_imports_no_django() -> None:
    used = {name.split(".")[0] for module in MODULES if place_of(module) == "live" for name in imports(module)}
    assert "websockets" in used
    assert not used & {"django", "dwebsocket"}


def test_only_two_commands_know_the_project() -> None:
    """All other code has its configuration from Django's settings."""
    users = {module for module in MODULES if any(name.split(".")[0] == "chatproj" for name in imports(module))}
    assert users <= {"Dweb.management.commands.copydata", "Dweb.management.commands.serve"}


def test_only_views_and_signals_ask_for_the_runtime() -> None:
    """Every other module is given it."""
    users = {module for module in MODULES if "Dweb.runtime" in ours(module)}
    assert {place_of(module) for module in users} == {"views", "signals"}


def test_membership_is_asked_in_one_place() -> None:
    """What a user may do in a room, permissions.py decides; it asks membership.py, beside which is what changes it."""
    asking = {
        module
        for module in MODULES
        if (place_of(module) != "models" and "Membership" in FILES[module].read_text().split())
        or "Membership." in FILES[module].read_text()
    }
    assert asking == {"Dweb.chat.membership", "Dweb.chat.membership_changes"}


def test_few_modules_lie_beside_the_folders() -> None:
    beside = [path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]
    assert len(beside) <= TOP_MODULES


def test_a_file_is_a_page_or_two() -> None:
    long = {name: lines for name, path in FILES.items() if (lines := len(path.read_text().splitlines())) > MAX_LINES}
    assert long == {}
