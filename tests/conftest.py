"""Fixtures for all tests: a runtime without the database's threads, a server on a database of its own."""

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck, settings

from Dweb.models import User
from Dweb.runtime import Runtime

from .support import documented, tables
from .support.fakes import FakeWebSocket, connected, make_user, sign_in
from .support.loop import in_loop as in_loop
from .support.loop import loop as loop
from .support.mariadb import create_database
from .support.process import new_runtime, without_threads
from .support.redis import RedisServer
from .support.server import Server, Visitor

SERVERS = {"server", "make_server", "cluster", "hurt", "redis", "mariadb", "nginx"}  # fixtures that start programs
SERVICES = {"serve", "runserver", "soak", "mariadb-install-db", "redis-server", "nginx"}  # words of their commands
LONG = [pytest.mark.long, pytest.mark.alone]
NEEDS_DATABASE = {"db", "transactional_db", "server", "make_server", "cluster", "hurt"}

MARKERS = {
    "database": "runs on SQLite and on MariaDB (added here)",
    "service": "starts a server, a browser or another program (added here, or by hand)",
    "long": "takes long or measures time; runs with `scripts/test long` only",
    "mariadb": "slow, and about MariaDB most of all; runs there only",
    "both_screens": "of a test in the browser: neither of its screens is long",
    "alone": "loads the machine, or changes its network; runs when no other test does",
    "browser": "drives Chromium; runs on SQLite only",
    "once": "says nothing about the database; runs on SQLite only",
}

settings.register_profile("dweb", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # busy machines pass
settings.load_profile("dweb")


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marks, fixtures = {mark.name for mark in item.iter_markers()}, set(getattr(item, "fixturenames", ()))
        if marks & {"browser", "alone", "mariadb"} or fixtures & SERVERS:
            item.add_marker("service")
        of_django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
        if ("django_db" in marks or fixtures & NEEDS_DATABASE or of_django) and not marks & {"browser", "once"}:
            item.add_marker("database")
            assert "alone" not in marks or "long" in marks, f"{item.nodeid}: scripts/test would not run it on MariaDB"


running: list[pytest.Item] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    running[:] = [item]


def refuse_services(event: str, arguments: tuple[Any, ...]) -> None:
    """`scripts/test quick` runs where there are none: a test that starts one must be marked."""
    if event == "subprocess.Popen" and running and not running[0].get_closest_marker("service"):
        words = {os.path.basename(word) for word in arguments[1] if isinstance(word, str)}
        assert not words & SERVICES, f"{running[0].nodeid} starts a service and is not marked so: {arguments[1]}"


sys.addaudithook(refuse_services)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a gap, not a pass."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def live() -> Iterator[Runtime]:
    """This process's runtime for one test. The views' test cases make their own inside it."""
    with new_runtime() as runtime:
        yield runtime


@pytest.fixture(autouse=True)
def no_threads() -> Iterator[None]:
    with without_threads():
        yield


@pytest.fixture(autouse=True, scope="session")
def documented_answers() -> Iterator[None]:
    with documented.watching():
        yield


@contextmanager
def starting_servers(folder_of_all: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, with settings from the keywords, each on a new database of the engine under test."""
    servers: list[Server] = []

    def make(start: bool = True, beside: Server | None = None, laid: bool = True, **env: object) -> Server:
        """`beside` another server: on its database, and with its secret key. Unless `laid`, it makes its tables."""
        url = os.environ.get("DATABASE_URL", "")
        if beside is not None:
            url = beside.env.get("DATABASE_URL", "")
            env = {"VAR_DIR": beside.env["VAR_DIR"], **env}
        elif url.startswith("mysql"):
            url = f"{url.rsplit('/', 1)[0]}/dweb_{uuid.uuid4().hex}"
            create_database(url)
            if laid:
                tables.lay_in_mariadb(url)
        folder = folder_of_all / str(len(servers))
        folder.mkdir()
        server = Server(folder, url, **env)
        servers.append(server)
        if laid and "VAR_DIR" not in env and not server.env.get("DATABASE_URL"):
            tables.lay(Path(server.env["VAR_DIR"]) / "dweb.sqlite3")
        return server.start() if start else server

    try:
        yield make
    finally:
        for server in servers:
            server.close()


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    with starting_servers(tmp_path) as make:
        yield make


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began <= seconds


@pytest.fixture(params=[False, pytest.param(True, marks=LONG)], ids=["however long", "in time"])
def in_time(request: pytest.FixtureRequest) -> bool:
    """The test looks at the time, too: in the long run only, where nothing else loads the machine."""
    return bool(request.param)


@pytest.fixture
def within(in_time: bool) -> Callable[[float], AbstractContextManager[None]]:
    """Makes context managers: `with within(3):` fails if what runs inside takes over 3 seconds, if time counts."""
    return at_most if in_time else lambda seconds: nullcontext()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server()


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.close()


@pytest.fixture
def two(server: Server) -> tuple[Visitor, Visitor]:
    one, other = server.people(2)
    return one, other


@pytest.fixture
def connect(live: Runtime) -> Iterator[Callable[[User], FakeWebSocket]]:
    """Makes greeted connections that stay until the test ends."""
    opened: list[FakeWebSocket] = []

    def connect(user: User) -> FakeWebSocket:
        opened.append(connected(live, user))
        return opened[-1]

    yield connect
    for each in opened:
        each.end()


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def carol(db: None) -> User:
    return make_user("carol")


@pytest.fixture
def browser(alice: User) -> Client:
    """Alice's, signed in."""
    return sign_in(alice)
