"""The rule of the house: imports run downward only, inside functions too, and nothing goes in a circle."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "Dweb"

# From the top down: a module imports only what stands in a lower line than itself.
LEVELS = [
    {
        "Dweb.management.commands.runserver",
        "Dweb.management.commands.serve",
        "Dweb.management.commands.soak",
        "Dweb.management.commands.newepoch",
        "Dweb.management.commands.copydata",
    },
    {"Dweb.urls"},
    {"Dweb.views"},
    {"Dweb.frames", "Dweb.apps"},
    {"Dweb.catchup"},
    {"Dweb.chat", "Dweb.sessions", "Dweb.metrics"},
    {"Dweb.runtime", "Dweb.forms", "Dweb.account_forms", "Dweb.admin", "Dweb.errors"},
    {"Dweb.committer"},
    {"Dweb.batch"},
    {"Dweb.search"},
    {"Dweb.transfer.rows"},
    {
        "Dweb.history",
        "Dweb.marks",
        "Dweb.people",
        "Dweb.session_store",
        "Dweb.accounts",
        "Dweb.headers",
        "Dweb.trace",
        "Dweb.transfer.ends",
    },
    {"Dweb.models", "Dweb.counters"},
    {
        "Dweb.refusal",
        "Dweb.rates",
        "Dweb.uploads",
        "Dweb.languages",
        "Dweb.activity",
        "Dweb.assets",
        "Dweb.endings",
        "Dweb.gate",
        "Dweb.shared_cache",
        "Dweb.workers",
    },
    {"Dweb.terms"},
    {"Dweb.live.peers"},
    {"Dweb.live.hub"},
    {"Dweb.live.delivery"},
    {"Dweb.live.rooms"},
    {"Dweb.live.room", "Dweb.live.writer"},
    {"Dweb.live.tail"},
    {"Dweb.live.bus_redis"},
    {"Dweb.live.client", "Dweb.live.bus", "Dweb.live.framed"},
    {"Dweb.live.wire", "Dweb.live.presence"},
    {"Dweb.ws.middleware", "Dweb.ws.threads"},
    {"Dweb.ws.factory"},
    {"Dweb.ws.websocket"},
    {"Dweb.ws.messages", "Dweb.ws.stream"},
    {"Dweb.soak.parties"},
    {"Dweb.soak.house"},
    {"Dweb.soak.person", "Dweb.soak.report", "Dweb.soak.server"},
    {"Dweb.soak.redis"},
    {"Dweb.databases.mysql.base", "Dweb.databases.sqlite.base"},
    {"Dweb.databases.pool", "Dweb.databases.sql"},
    {"chatproj.databases"},
]
LEVEL = {module: -number for number, modules in enumerate(LEVELS) for module in modules}

# These know nothing else of ours; nobody but the named ones imports what is inside.
ALONE = {
    "Dweb.live.": None,
    # The one leaves the socket where the factory looks for it; the other has a view that keeps it.
    "Dweb.ws.": {"Dweb.management.commands.runserver", "Dweb.views"},
    "Dweb.soak.": {"Dweb.management.commands.soak"},
    "Dweb.databases.": {
        "Dweb.management.commands.serve",
        "Dweb.batch",
        "Dweb.history",
        "Dweb.marks",
        "Dweb.search",
        "Dweb.transfer.ends",
        "Dweb.transfer.rows",
    },
    # All else has what the environment says from Django's settings; this one is given URLs of databases.
    "chatproj.": {"Dweb.management.commands.copydata"},
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts}
FILES["chatproj.databases"] = ROOT / "chatproj" / "databases.py"  # of the project's own, what the application may use
PACKAGES = {name for name, path in FILES.items() if path.name == "__init__.py"}
PLACED = sorted(FILES.keys() - PACKAGES)


def imports(module: str) -> Iterator[str]:
    """The full names of all modules that this one imports, wherever in the file; of packages, the module meant."""
    for node in ast.walk(ast.parse(FILES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if FILES[module].name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base for alias in node.names)


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name.split(".")[0] in {"Dweb", "chatproj"}}


def test_every_module_has_a_place() -> None:
    assert set(PLACED) == LEVEL.keys()


@pytest.mark.parametrize("module", PLACED)
def test_imports_run_downward(module: str) -> None:
    assert {name for name in ours(module) if LEVEL[name] >= LEVEL[module]} == set()


@pytest.mark.parametrize("package", ALONE)
def test_a_package_that_stands_alone_imports_nothing_of_ours_outside_it(package: str) -> None:
    inside = [module for module in PLACED if module.startswith(package)]
    assert inside
    assert [name for module in inside for name in ours(module) if not name.startswith(package)] == []


@pytest.mark.parametrize("package", [package for package, users in ALONE.items() if users is not None])
def test_only_the_named_import_what_is_inside(package: str) -> None:
    outside = [module for module in PLACED if not module.startswith(package)]
    users = {module for module in outside if any(name.startswith(package) for name in ours(module))}
    assert users == ALONE[package]


def test_live_imports_no_django() -> None:
    used = {name.split(".")[0] for module in PLACED if module.startswith("Dweb.live.") for name in imports(module)}
    assert "websockets" in used
    assert not used & {"django", "dwebsocket"}


def test_packages_import_nothing_and_are_not_imported_themselves() -> None:
    """`from . import x` must name a module: what hides behind a package's name has no place in the order."""
    assert not any(ours(package) for package in PACKAGES)
    assert not any(PACKAGES & ours(module) for module in PLACED)
