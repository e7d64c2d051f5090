"""Programs that use the Python client, at a whole server. All tests share it; each has its room."""

import secrets
from collections.abc import Iterator

import pytest
from dweb_client import Chat

from ..conftest import starting_servers
from ..support.programs import Program, program_of
from ..support.server import Server, Visitor

ONCE = [pytest.mark.once, pytest.mark.service]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("server")) as make:
        yield make(SEND_RATE=1_000, SEND_BURST=1_000, SESSION_CHECK_SECONDS=1)


@pytest.fixture
def ann(server: Server) -> Visitor:
    return server.people(1)[0]


@pytest.fixture
def program(ann: Visitor) -> Program:
    return program_of(ann, scopes="read,write,manage")


@pytest.fixture
def chat(program: Program) -> Iterator[Chat]:
    with Chat(program.server.url, program.token) as chat:
        yield chat


@pytest.fixture
def room(chat: Chat) -> str:
    """An open room, of which Ann is the owner."""
    return chat.make_room(secrets.token_hex(4)).name
