"""dwebsocket's interface on a real socket: what a view sees of a connection, and when the handshake goes out."""

import pytest
from websockets.frames import Opcode

from Dweb.ws import websocket as module

from ..support.link import HANDSHAKE, Link, readable
from ..support.waiting import SECONDS, in_thread, wait_until

TEXT, BINARY, CONT = Opcode.TEXT, Opcode.BINARY, Opcode.CONT
PING, PONG, CLOSE = Opcode.PING, Opcode.PONG, Opcode.CLOSE
NORMAL = b"\x03\xe8"  # 1000


def test_wait_gives_messages_in_order_and_binary_says_what_the_last_one_was(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, "你好".encode())
    link.send(BINARY, b"\xff\x00")
    link.send(TEXT, b"")
    assert (websocket.wait(), websocket.binary) == ("你好".encode(), False)
    assert (websocket.wait(), websocket.binary) == (b"\xff\x00", True)
    assert (websocket.wait(), websocket.binary) == (b"", False)


def test_wait_without_a_timeout_waits_until_a_message_comes(link: Link) -> None:
    websocket = link.accepted()
    waiting = in_thread(websocket.wait)
    link.send(PING)
    assert link.frame().opcode == PONG
    assert not waiting.done()
    link.send(TEXT, b"at last")
    assert waiting.result(SECONDS) == b"at last"


def test_wait_that_times_out_gives_none_and_leaves_the_connection_open(link: Link) -> None:
    websocket = link.accepted()
    assert websocket.wait(timeout=0.01) is None
    assert not websocket.is_closed()
    link.send(TEXT, b"later")
    assert websocket.wait(timeout=SECONDS) == b"later"


def test_wait_gives_what_has_come_even_with_a_timeout_of_zero(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"here")
    wait_until(lambda: readable(link.sock))
    assert websocket.wait(timeout=0) == b"here"
    assert websocket.wait(timeout=0) is None
    assert not websocket.is_closed()


def test_wait_gives_none_once_the_peer_has_closed_but_first_what_came_before(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"last words")
    link.send(CLOSE, NORMAL)
    assert websocket.wait() == b"last words"
    assert websocket.wait() is None
    assert websocket.wait(timeout=SECONDS) is None
    assert websocket.is_closed()


def test_read_and_has_messages_never_wait(link: Link) -> None:
    websocket = link.accepted()
    assert not websocket.has_messages()
    assert websocket.read() is None
    assert websocket.read(b"fallback") == b"fallback"
    link.send(TEXT, b"one")
    wait_until(websocket.has_messages)
    assert websocket.read(b"fallback") == b"one"
    assert not websocket.has_messages()


def test_count_messages_counts_what_has_come_and_is_not_read(link: Link) -> None:
    websocket = link.accepted()
    assert websocket.count_messages() == 0
    link.peer.sendall(b"".join(module.Frame(TEXT, b"%d" % n).serialize(mask=True) for n in range(3)))
    wait_until(websocket.count_messages)
    assert websocket.count_messages() == 3
    assert websocket.wait() == b"0"
    assert websocket.count_messages() == 2


def test_iteration_ends_when_the_connection_is_closed(link: Link) -> None:
    websocket = link.accepted()
    for message in (b"a", b"", b"b"):
        link.send(TEXT, message)
    link.send(CLOSE, NORMAL)
    assert list(websocket) == [b"a", b"", b"b"]


def test_send_takes_text_and_bytes_and_says_which_on_the_wire(link: Link) -> None:
    websocket = link.accepted()
    websocket.send("héllo")
    websocket.send(b"text too")
    websocket.send(bytearray(b"\xff"), binary=True)
    assert link.frame() == (TEXT, "héllo".encode())
    assert link.frame() == (TEXT, b"text too")
    assert link.frame() == (BINARY, b"\xff")


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_messages_of_any_length_arrive_whole(link: Link, size: int) -> None:
    websocket = link.accepted()
    link.send(BINARY, b"x" * size)
    assert websocket.wait() == b"x" * size
    websocket.send(b"y" * size, binary=True)
    assert link.frame() == (BINARY, b"y" * size)


def test_nothing_is_written_before_the_view_uses_the_connection(link: Link) -> None:
    websocket = link.websocket()
    websocket.accept_connection()
    assert not websocket.accepted
    assert not websocket.is_closed()
    assert link.silent()
    websocket.send("hello")
    assert link.read(len(HANDSHAKE)) == HANDSHAKE
    assert link.frame() == (TEXT, b"hello")


@pytest.mark.parametrize("first_use", ["wait", "has_messages", "read", "count_messages"])
def test_the_first_use_sends_the_handshake_once(link: Link, first_use: str) -> None:
    websocket = link.websocket()
    for _ in range(2):
        getattr(websocket, first_use)(*([0.001] if first_use == "wait" else []))
    websocket.send("hello")
    assert link.read(len(HANDSHAKE)) == HANDSHAKE
    assert link.frame() == (TEXT, b"hello")


def test_an_unaccepted_connection_ends_without_a_byte_and_stays_usable_for_a_response(link: Link) -> None:
    websocket = link.websocket()
    websocket.end()
    assert link.silent()
    link.sock.sendall(b"HTTP/1.1 401 Unauthorized\r\n\r\n")
    assert link.read(12) == b"HTTP/1.1 401"


def test_closing_an_unaccepted_connection_refuses_it_for_good(link: Link) -> None:
    websocket = link.websocket()
    websocket.close(1011)
    assert websocket.is_closed()
    assert websocket.wait() is None
    websocket.send("too late")
    websocket.end()
    assert link.silent()


def test_a_peer_that_ends_the_stream_without_a_close_frame_is_closed(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"bye")
    link.peer.shutdown(module.socket.SHUT_WR)
    assert list(websocket) == [b"bye"]
    assert websocket.is_closed()
    websocket.send("nobody listens")
    websocket.end()
    assert link.frames() == []


def test_a_peer_that_resets_the_connection_is_closed(link: Link) -> None:
    websocket = link.accepted()
    link.reset()
    assert websocket.wait() is None
    assert websocket.is_closed()
    websocket.send("nobody listens")
    websocket.close()
    websocket.end()


def test_a_send_to_a_reset_peer_closes_the_connection_and_raises_nothing(link: Link) -> None:
    websocket = link.accepted()
    link.reset()

    def send() -> bool:
        websocket.send("x")
        return websocket.is_closed()

    wait_until(send)
    assert websocket.wait() is None
