"""Frames that cost the peer nothing and carry nothing: beyond CONTROL_FRAMES_PER_SECOND the connection is closed."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from ..support.crowd import masked
from ..support.raw import Raw
from ..support.server import Server, Visitor

pytestmark = [pytest.mark.service, pytest.mark.once]

CONT, TEXT, PING, PONG = 0x0, 0x1, 0x9, 0xA
MORE = 0x00  # the first byte's upper half without FIN
FLOODS = {
    "pings": masked(PING, b"") * 30_000,
    "pongs": masked(PONG, b"") * 30_000,
    "empty fragments": masked(TEXT, b"te", MORE) + masked(CONT, b"", MORE) * 30_000,
    "empty messages": masked(TEXT, b"") * 30_000,
    "fragments of a byte": masked(TEXT, b"te", MORE) + masked(CONT, b" ", MORE) * 30_000,
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Visitor]]:
    server = Server(tmp_path_factory.mktemp("frames")).start()
    yield server.people(2)
    assert server.faults() == []
    server.close()


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_closed_with_1008_before_most_of_it_is_answered(two: list[Visitor], flood: str) -> None:
    with Raw(two[0]) as raw:
        with suppress(OSError):  # the server has closed it meanwhile
            raw.write(FLOODS[flood])
        answers = 0
        while (frame := raw.frame()) is not None and frame[0] == PONG:
            answers += 1
        assert frame is not None
        assert frame[0] == 0x8
        assert frame[1].startswith(b"\x03\xf0")  # 1008
        assert answers < 500
    two[1].say("not held up")


def test_pings_of_a_client_that_looks_after_its_connection_pass(two: list[Visitor]) -> None:
    with Raw(two[0]) as raw:
        for number in range(40):
            raw.send(PING, b"%d" % number)
        assert [raw.frame() for _ in range(40)] == [(PONG, b"%d" % number) for number in range(40)]
        raw.send(TEXT, b"test")
        assert (raw.frame() or (0, b""))[0] == TEXT
