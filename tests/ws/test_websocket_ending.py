"""How a connection ends, from either side or in silence."""

import socket
import threading
import time

import pytest
from websockets.frames import Opcode

from Dweb.ws import stream
from Dweb.ws.stream import Stream

from ..support.link import Link
from ..support.waiting import SECONDS, in_thread

TEXT, PING, PONG, CLOSE = Opcode.TEXT, Opcode.PING, Opcode.PONG, Opcode.CLOSE
NORMAL = b"\x03\xe8"  # 1000
SOON = 0.1


# Closing.


def test_messages_before_the_peers_close_frame_count(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"in time")
    link.send(CLOSE, NORMAL)
    assert [websocket.wait(), websocket.wait()] == [b"in time", None]


def test_close_sends_code_and_reason_once_and_wait_ends_when_the_peer_answers(link: Link) -> None:
    websocket = link.accepted()
    websocket.close(4001, "signed out")
    websocket.close(1011)
    assert websocket.is_closed()
    waiting = in_thread(websocket.wait)
    assert link.frame() == (CLOSE, b"\x0f\xa1signed out")
    link.send(CLOSE, b"\x0f\xa1")
    assert waiting.result(SECONDS) is None
    websocket.end()
    assert link.frames() == []


def test_the_ending_says_the_code_and_which_side_was_first(link: Link) -> None:
    websocket = link.accepted()
    assert websocket.ending == (1006, False)
    websocket.close(4001, "signed out")
    link.send(CLOSE, NORMAL)
    assert websocket.wait() is None
    assert websocket.ending == (4001, True)


@pytest.mark.parametrize(("payload", "code"), [(b"\x03\xe9", 1001), (b"", 1005)])
def test_a_peer_that_closes_first_gives_the_code(link: Link, payload: bytes, code: int) -> None:
    websocket = link.accepted()
    link.send(CLOSE, payload)
    assert websocket.wait() is None
    assert websocket.ending == (code, False)


def test_what_breaks_the_protocol_is_closed_by_us(link: Link) -> None:
    websocket = link.accepted()
    link.send(TEXT, b"\xff")
    assert websocket.wait() is None
    assert websocket.ending == (1007, True)


def test_close_without_a_code_is_a_normal_closure(link: Link) -> None:
    websocket = link.accepted()
    websocket.close(reason=b"later")
    websocket.send("too late")
    link.peer.shutdown(socket.SHUT_WR)
    websocket.end()
    assert link.frames() == [(CLOSE, NORMAL + b"later")]


def test_messages_on_their_way_are_still_given_after_our_close(link: Link) -> None:
    websocket = link.accepted()
    websocket.close()
    link.send(TEXT, b"crossing")
    link.send(CLOSE, NORMAL)
    assert list(websocket) == [b"crossing"]


def test_end_closes_and_returns_as_soon_as_the_peer_ends(link: Link) -> None:
    websocket = link.accepted(close_seconds=60)
    ending = in_thread(websocket.end)
    assert link.frames() == [(CLOSE, NORMAL)]
    link.send(TEXT, b"unheard")
    link.send(CLOSE, NORMAL)
    assert not ending.done()
    link.peer.close()
    ending.result(SECONDS)


def test_end_does_not_wait_for_a_peer_that_has_closed_already(link: Link) -> None:
    websocket = link.accepted(close_seconds=60)
    link.send(CLOSE, NORMAL)
    assert websocket.wait() is None
    in_thread(websocket.end).result(SECONDS)
    assert link.frames() == [(CLOSE, NORMAL)]


def test_end_gives_a_mute_peer_close_seconds_and_no_more(link: Link) -> None:
    websocket = link.accepted(close_seconds=SOON)
    began = time.monotonic()
    in_thread(websocket.end).result(SECONDS)
    assert time.monotonic() - began >= SOON
    assert link.frames() == [(CLOSE, NORMAL)]


def test_end_gives_a_peer_that_sends_without_end_close_seconds_and_no_more(link: Link) -> None:
    websocket = link.accepted(close_seconds=SOON)
    stop = threading.Event()

    def flood() -> None:
        try:
            while not stop.is_set():
                link.peer.sendall(b"x" * 1000)
        except OSError:
            pass

    flooding = in_thread(flood)
    in_thread(websocket.end).result(SECONDS)
    stop.set()
    flooding.result(SECONDS)


def test_a_failed_peer_that_is_still_sending_can_read_why(link: Link) -> None:
    """Unread bytes at the end of a connection would make the kernel reset it and destroy the close frame."""
    websocket = link.accepted(max_size=1000)
    link.send(Opcode.BINARY, b"x" * 1_000_000)
    assert websocket.wait() is None
    ending = in_thread(websocket.end)
    [close] = link.frames()
    assert close.code == 1009
    link.peer.close()
    ending.result(SECONDS)


def test_end_leaves_the_descriptor_to_the_server(link: Link) -> None:
    websocket = link.accepted(close_seconds=SOON)
    websocket.end()
    assert link.sock.fileno() >= 0
    with pytest.raises(OSError, match="Broken pipe"):
        link.sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


# Silence.


def test_a_silent_peer_is_pinged_twice_and_given_up_within_two_intervals(link: Link) -> None:
    websocket = link.accepted(ping_seconds=SOON)
    began = time.monotonic()
    assert in_thread(websocket.wait).result(SECONDS) is None
    assert time.monotonic() - began >= 1.9 * SOON
    assert websocket.is_closed()
    websocket.end()
    assert [frame.opcode for frame in link.frames() if frame.opcode != CLOSE] == [PING, PING]


def test_a_peer_that_answers_pings_stays(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each interval is over at once, unless there is a ping that the peer answers."""
    websocket = link.accepted(ping_seconds=60)
    receive, intervals = Stream.receive, []

    def receive_or_pass(stream: Stream, patience: float) -> bytes | None:
        intervals.append(patience)
        if not link.silent():
            ping = link.frame()
            assert ping.opcode == PING
            link.send(PONG, ping.payload)
        elif len(intervals) < 10:
            return None
        else:
            link.send(TEXT, b"still here")
        return receive(stream, SECONDS)

    monkeypatch.setattr(Stream, "receive", receive_or_pass)
    assert websocket.wait() == b"still here"
    assert intervals == [60, 30] * 5 + [60]


def test_a_view_that_waits_in_short_turns_finds_a_silent_peer_too(link: Link) -> None:
    websocket = link.accepted(ping_seconds=SOON)

    def poll() -> None:
        while not websocket.is_closed():
            websocket.wait(timeout=SOON / 10)

    in_thread(poll).result(SECONDS)
    websocket.end()
    assert [frame.opcode for frame in link.frames() if frame.opcode != CLOSE] == [PING, PING]


def test_a_pong_counts_whichever_call_reads_it(link: Link) -> None:
    websocket = link.accepted(ping_seconds=0.4)
    for _ in range(2):
        assert websocket.wait(timeout=0.5) is None
        while not link.silent():
            link.send(PONG, link.frame().payload)
        assert not websocket.has_messages()
        assert not websocket.is_closed()


def test_a_reader_that_never_comes_back_makes_send_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SEND_SECONDS", SOON)
    with Link(receive_buffer=4096, send_buffer=4096) as link:
        websocket = link.accepted(close_seconds=SOON)
        in_thread(lambda: websocket.send(b"x" * 1_000_000, binary=True)).result(SECONDS)
        assert websocket.is_closed()
        reading = in_thread(lambda: drain(link.peer))
        websocket.send("this would land inside the broken frame")
        websocket.end()
        assert b"land inside" not in reading.result(SECONDS)


def drain(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))
