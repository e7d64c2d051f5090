"""One server for all tests of a file."""

from collections.abc import Iterator

import pytest

from ..conftest import starting_servers
from ..support.server import Server, Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for a whole file, whose log has no fault at the end."""
    with starting_servers(tmp_path_factory.mktemp("shared")) as make:
        yield (server := make())
        assert server.faults() == []


@pytest.fixture(scope="module")
def person(shared: Server) -> Visitor:
    return shared.people(1)[0]
