"""Sending with the interpreter's lock kept: as the socket's own send, but for what would have to wait."""

import socket
from collections.abc import Iterator

import pytest

from Dweb.parking.sending import Receiver, send_now

from ..support.link import Link, readable
from ..support.waiting import wait_until

pytestmark = pytest.mark.once


@pytest.fixture
def link() -> Iterator[Link]:
    with Link() as made:
        yield made


@pytest.mark.parametrize("data", [b"hello", memoryview(b"well, hello")[6:]], ids=["bytes", "a part"])
def test_it_sends_and_says_how_much(link: Link, data: "bytes | memoryview") -> None:
    assert send_now(link.sock, data) == 5
    assert link.read(5) == b"hello"


def test_bytes_may_have_zeros_in_them(link: Link) -> None:
    assert send_now(link.sock, b"a\0b") == 3
    assert link.read(3) == b"a\0b"


@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_what_the_kernel_does_not_take_is_not_waited_for(link: Link, kind: type) -> None:
    sent = 0
    while count := send_now(link.sock, kind(bytes(1 << 20))):
        sent += count
    assert sent
    assert link.read(sent) == bytes(sent)


@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_a_broken_connection_raises(link: Link, kind: type) -> None:
    link.reset()
    wait_until(lambda: readable(link.sock))
    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        send_now(link.sock, kind(b"x"))


@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_a_closed_socket_raises(kind: type) -> None:
    closed = socket.socket()
    closed.close()
    with pytest.raises(OSError, match=r"[Bb]ad file descriptor"):
        send_now(closed, kind(b"x"))


def test_what_has_come_is_received_up_to_the_most(link: Link) -> None:
    receiver = Receiver(4)
    link.peer.sendall(b"a\0bcd")
    wait_until(lambda: readable(link.sock))
    assert receiver.receive_now(link.sock) == b"a\0bc"
    assert receiver.receive_now(link.sock) == b"d"
    assert receiver.receive_now(link.sock) is None


def test_the_end_of_the_stream_is_nothing_more(link: Link) -> None:
    link.peer.shutdown(socket.SHUT_WR)
    wait_until(lambda: readable(link.sock))
    assert Receiver(4).receive_now(link.sock) == b""


def test_from_a_broken_connection_nothing_is_received(link: Link) -> None:
    link.reset()
    wait_until(lambda: readable(link.sock))
    with pytest.raises(OSError, match="reset"):
        Receiver(4).receive_now(link.sock)
