"""Fixtures for all tests: a runtime without the database's threads, a server on a database of its own."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from Dweb import runtime
from Dweb.models import User, give_connection_back
from Dweb.runtime import Runtime
from Dweb.ws.threads import Visit

from .support.fakes import make_user, sign_in
from .support.mariadb import create_database
from .support.redis import RedisServer
from .support.server import Server, Visitor

NEEDS_DATABASE = {"db", "transactional_db", "server", "make_server", "house"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database: runs on SQLite and on MariaDB")
    config.addinivalue_line("markers", "mariadb: slow, and about MariaDB most of all; runs there only")
    config.addinivalue_line("markers", "alone: measures time; runs when no other test does")
    config.addinivalue_line("markers", "browser: drives Chromium; runs on SQLite only")
    config.addinivalue_line("markers", "once: says nothing about the database; runs on SQLite only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        needed = item.get_closest_marker("django_db") or NEEDS_DATABASE & set(getattr(item, "fixturenames", ()))
        if needed and not item.get_closest_marker("browser") and not item.get_closest_marker("once"):
            item.add_marker("database")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a gap, not a pass."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def live() -> Iterator[Runtime]:
    """This process's runtime for one test: the committer writes in the caller's thread, nothing runs on a clock."""
    cache.clear()
    made = Runtime()
    made.writer.start()
    runtime._runtime = made
    yield made
    runtime._runtime = None
    made.writer.stop()


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets' views run in the caller's thread, which sees the test's transaction and keeps its connection."""
    monkeypatch.setattr("Dweb.views.frames.forget_connection", give_connection_back)
    monkeypatch.setattr(Visit, "run", lambda self, view, request, args, kwargs: view(copy(request), *args, **kwargs))


@contextmanager
def starting_servers(folder_of_all: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, with settings from the keywords, each on a new database of the engine under test."""
    servers: list[Server] = []

    def make(start: bool = True, beside: Server | None = None, **env: object) -> Server:
        """`beside` another server: on its database, and with its secret key."""
        url = os.environ.get("DATABASE_URL", "")
        if beside is not None:
            url = beside.env.get("DATABASE_URL", "")
            env = {"VAR_DIR": beside.env["VAR_DIR"], **env}
        elif url.startswith("mysql"):
            url = f"{url.rsplit('/', 1)[0]}/dweb_{uuid.uuid4().hex}"
            create_database(url)
        folder = folder_of_all / str(len(servers))
        folder.mkdir()
        server = Server(folder, url, **env)
        servers.append(server)
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
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def browser(alice: User) -> Client:
    """Alice's, signed in."""
    return sign_in(alice)
