"""Reading ahead: another thread answers pings while the view works on a message; nothing is lost or out of order."""

import pytest
from websockets.frames import Opcode

from Dweb.ws.ahead import AHEAD_BYTES
from Dweb.ws.stream import FEW_BYTES, MANY_BYTES

from ..support.link import Link, readable
from ..support.waiting import SECONDS, in_thread, wait_until

TEXT, PING, PONG, CLOSE = Opcode.TEXT, Opcode.PING, Opcode.PONG, Opcode.CLOSE


def test_a_ping_is_answered_while_the_view_works_and_messages_keep_their_order(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"first")
    assert websocket.wait() == b"first"
    link.send(TEXT, b"second")
    link.send(PING, b"?")
    link.send(TEXT, b"third")
    wait_until(lambda: readable(link.sock))
    websocket.read_ahead()
    assert link.frame() == (PONG, b"?")
    assert [websocket.wait(), websocket.wait()] == [b"second", b"third"]


def test_while_the_view_waits_it_reads_alone(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"first")
    assert websocket.wait() == b"first"
    waiting = in_thread(websocket.wait)
    wait_until(lambda: not websocket._works)
    link.send(TEXT, b"second")
    websocket.read_ahead()
    assert waiting.result(SECONDS) == b"second"


def test_before_the_first_message_nothing_is_read_ahead(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"first")
    wait_until(lambda: readable(link.sock))
    websocket.read_ahead()
    assert readable(link.sock)
    assert websocket.wait() == b"first"


@pytest.mark.parametrize("taken", [0, 100])
def test_a_peer_that_goes_on_sending_fills_no_memory_however_many_messages_the_view_takes(
    link: Link, taken: int
) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"first")
    assert websocket.wait() == b"first"
    sending = in_thread(lambda: [link.send(TEXT, b"x" * 1_000) for _ in range(1_000)])

    def read_ahead() -> None:
        for _ in range(1_000 // (1 + taken)):
            websocket.read_ahead()
        # What wait() read at once, then AHEAD_BYTES, which the last bytes that are read at once may exceed.
        assert len(websocket._messages) <= (2 * (FEW_BYTES + MANY_BYTES) + AHEAD_BYTES) / 1_000

    read_ahead()
    for _ in range(taken):
        assert websocket.wait() == b"x" * 1_000
        read_ahead()
    assert [websocket.wait() for _ in range(1_000 - taken)] == [b"x" * 1_000] * (1_000 - taken)
    sending.result(SECONDS)


def test_a_peer_that_closes_or_goes_while_the_view_works(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"first")
    assert websocket.wait() == b"first"
    link.send(TEXT, b"last")
    link.send(CLOSE, b"\x03\xe8")
    link.peer.shutdown(1)
    wait_until(lambda: readable(link.sock))
    for _ in range(3):
        websocket.read_ahead()
    assert websocket.wait() == b"last"
    assert websocket.wait() is None
