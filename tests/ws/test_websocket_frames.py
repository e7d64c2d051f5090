"""What a peer may put on the wire: fragments, pings and floods arrive or are answered as RFC 6455 says."""

import itertools
import tracemalloc
from collections.abc import Sequence
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import Opcode

from Dweb.ws.websocket import WebSocket

from ..support.link import Link, Received, client_frame, raw_frame
from ..support.waiting import SECONDS, in_thread

TEXT, BINARY, CONT = Opcode.TEXT, Opcode.BINARY, Opcode.CONT
PING, PONG, CLOSE = Opcode.PING, Opcode.PONG, Opcode.CLOSE
NORMAL = b"\x03\xe8"  # 1000
NOT_UTF8 = b"\xe4\xbd"  # begins a character that never ends


def answer(link: Link, *frames: bytes, **options: int) -> tuple[list[bytes], list[Received]]:
    """The messages that a view gets of these bytes, and the frames that the peer gets by the end."""
    websocket = link.accepted(**options)
    link.peer.sendall(b"".join(frames))
    messages = list(websocket)
    ending = in_thread(websocket.end)
    got = link.frames()
    link.peer.close()
    ending.result(SECONDS)
    return messages, got


def test_fragments_make_one_message_with_pings_answered_in_between(link: Link) -> None:
    messages, got = answer(
        link,
        client_frame(TEXT, "你好".encode()[:2], fin=False),
        client_frame(PING, b"1"),
        client_frame(CONT, "你好".encode()[2:5], fin=False),
        client_frame(PING, b"2"),
        client_frame(CONT, "你好".encode()[5:]),
        client_frame(CLOSE, NORMAL),
    )
    assert messages == ["你好".encode()]
    assert got == [(PONG, b"1"), (PONG, b"2"), (CLOSE, NORMAL)]


def test_unasked_pongs_are_passed_over(link: Link) -> None:
    messages, got = answer(link, client_frame(PONG, b"?"), client_frame(TEXT, b"x"), client_frame(CLOSE, NORMAL))
    assert (messages, got) == ([b"x"], [(CLOSE, NORMAL)])


CLOSES = [b"", NORMAL, b"\x03\xe9bye", b"\x0b\xb8", b"\x13\x87" + "再见".encode(), NORMAL + b"x" * 123]


@pytest.mark.parametrize("payload", CLOSES, ids=len)
def test_a_close_frame_is_echoed(link: Link, payload: bytes) -> None:
    messages, got = answer(link, client_frame(CLOSE, payload), client_frame(TEXT, b"after"))
    assert (messages, got) == ([], [(CLOSE, payload)])


def test_a_close_frame_between_two_fragments_is_echoed_and_the_message_void(link: Link) -> None:
    """RFC 6455 section 5.4: control frames may come there."""
    away = b"\x03\xe9bye"
    half = client_frame(TEXT, b"a", fin=False)
    messages, got = answer(link, half, client_frame(CLOSE, away), client_frame(CONT, b"b"))
    assert (messages, got) == ([], [(CLOSE, away)])


BAD = {
    "unmasked": (raw_frame(0x81, b"x", masked=False), 1002),
    "reserved bit 1": (raw_frame(0xC1, b"x"), 1002),
    "reserved bit 2": (raw_frame(0xA1, b"x"), 1002),
    "reserved bit 3": (raw_frame(0x91, b"x"), 1002),
    "unknown opcode": (raw_frame(0x83, b"x"), 1002),
    "unknown control opcode": (raw_frame(0x8B, b"x"), 1002),
    "continuation of nothing": (client_frame(CONT, b"x"), 1002),
    "a message inside another": (client_frame(TEXT, b"a", fin=False) + client_frame(TEXT, b"b"), 1002),
    "fragmented ping": (raw_frame(0x09, b"x"), 1002),
    "close of one byte": (raw_frame(0x88, b"\x03"), 1002),
    "close with code 999": (raw_frame(0x88, b"\x03\xe7"), 1002),
    "close with code 1005": (raw_frame(0x88, b"\x03\xed"), 1002),
    "close with code 5000": (raw_frame(0x88, b"\x13\x88"), 1002),
    "close of 126 bytes": (b"\x88\xfe\x00\x7e" + bytes(130), 1002),
    "close reason not UTF-8": (raw_frame(0x88, NORMAL + NOT_UTF8), 1007),
    "text not UTF-8": (client_frame(TEXT, NOT_UTF8), 1007),
    "text of surrogates": (client_frame(TEXT, b"\xed\xa0\x80"), 1007),
    "fragments not UTF-8": (client_frame(TEXT, NOT_UTF8, fin=False) + client_frame(CONT, b"x"), 1007),
    "too long": (client_frame(BINARY, b"x" * 1001), 1009),
    "too long in fragments": (client_frame(TEXT, b"x" * 600, fin=False) + client_frame(CONT, b"x" * 401), 1009),
    "a length of 2 to the 63": (b"\x82\xff\x80" + bytes(7) + b"mask", 1009),
}


@pytest.mark.parametrize("what", BAD)
def test_a_violation_fails_the_connection_with_its_code_and_nothing_after_it_is_received(link: Link, what: str) -> None:
    data, code = BAD[what]
    messages, got = answer(link, client_frame(TEXT, b"before"), data, client_frame(TEXT, b"after"), max_size=1000)
    assert messages == [b"before"]
    assert [close.code for close in got] == [code]


def test_binary_messages_need_not_be_utf8(link: Link) -> None:
    messages, _ = answer(link, client_frame(BINARY, NOT_UTF8), client_frame(CLOSE, NORMAL))
    assert messages == [NOT_UTF8]


def test_a_message_of_just_the_limit_is_taken(link: Link) -> None:
    parts = client_frame(TEXT, b"x" * 600, fin=False) + client_frame(CONT, b"x" * 400)
    messages, got = answer(link, parts, client_frame(CLOSE, NORMAL), max_size=1000)
    assert [len(message) for message in messages] == [1000]
    assert got == [(CLOSE, NORMAL)]


@pytest.mark.parametrize(
    ("opcode", "payload", "fin"),
    [(PING, b"", True), (PONG, b"x" * 125, True), (CONT, b"", False), (CONT, b"x" * 63, False)],
)
def test_more_control_frames_and_small_fragments_than_allowed_are_closed_with_1008(
    link: Link, monkeypatch: pytest.MonkeyPatch, opcode: Opcode, payload: bytes, fin: bool
) -> None:
    clock = mock.Mock()
    clock.monotonic.side_effect = [1_000.0] * 10 + [1_001.0] * 11
    monkeypatch.setattr("Dweb.ws.messages.time", clock)
    frames = [client_frame(TEXT, b"x" if fin else b"", fin=fin), *[client_frame(opcode, payload, fin)] * 20]
    messages, got = answer(link, *frames, client_frame(opcode, payload, fin), control_frames=10)
    assert messages == [b"x"] * fin
    assert got[-1].code == 1008
    assert len(got) == (22 if opcode is PING else 1)


def test_fragments_that_bring_something_are_not_counted(link: Link) -> None:
    whole = [client_frame(TEXT, b"x", fin=False), client_frame(CONT, b"y")] * 20
    large = [client_frame(CONT, b"x" * 64, fin=False)] * 20
    frames = [*whole, client_frame(TEXT, fin=False), *large, client_frame(CONT)]
    messages, got = answer(link, *frames, client_frame(CLOSE, NORMAL), control_frames=2)
    assert messages == [b"xy"] * 20 + [b"x" * 64 * 20]
    assert got == [(CLOSE, NORMAL)]


def test_a_flood_of_empty_fragments_costs_no_memory(link: Link) -> None:
    websocket = link.accepted(control_frames=100_000)
    link.send(TEXT, b"", fin=False)
    flood = client_frame(CONT, fin=False) * 2000
    tracemalloc.start()
    try:
        for _ in range(30):
            link.peer.sendall(flood)
            assert not websocket.has_messages()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    link.send(CONT, b"end")
    assert websocket.wait() == b"end"
    assert held < 100_000  # a pointer for each would be 480,000


# Any messages, cut anywhere.

messages = st.lists(st.one_of(st.text(max_size=300).map(str.encode), st.binary(max_size=300)), max_size=6)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Messages, the segments that carry them in any fragments, and the pings in between."""
    data = draw(messages)
    wire, pings = [], []
    for message in data:
        cuts = [0, *sorted(draw(st.lists(st.integers(0, len(message)), max_size=4))), len(message)]
        for number, (start, end) in enumerate(itertools.pairwise(cuts)):
            opcode = CONT if number else kind(message)
            wire.append(client_frame(opcode, message[start:end], fin=number == len(cuts) - 2))
            if draw(st.booleans()):
                pings.append(b"%d" % len(pings))
                wire.append(client_frame(PING, pings[-1]))
    whole = b"".join(wire)
    cuts = [0, *sorted(draw(st.lists(st.integers(0, len(whole)), max_size=12))), len(whole)]
    return data, [whole[start:end] for start, end in itertools.pairwise(cuts)], pings


def kind(message: bytes) -> Opcode:
    try:
        message.decode()
    except UnicodeDecodeError:
        return BINARY
    return TEXT


@settings(max_examples=100, deadline=None)
@given(streams())
def test_any_messages_in_any_fragments_and_segments_arrive_intact(
    stream: tuple[list[bytes], list[bytes], list[bytes]],
) -> None:
    sent, segments, pings = stream
    with Link() as link:
        websocket = link.accepted()
        got: list[tuple[bytes, Opcode]] = []
        for segment in segments:
            link.peer.sendall(segment)
            got += read_all(websocket)
        while len(got) < len(sent):
            message = websocket.wait()
            assert message is not None
            got.append((message, BINARY if websocket.binary else TEXT))
        assert got == [(message, kind(message)) for message in sent]
        websocket.has_messages()
        assert [link.frame() for _ in pings] == [(PONG, ping) for ping in pings]


def read_all(websocket: WebSocket) -> list[tuple[bytes, Opcode]]:
    found = []
    while (message := websocket.read()) is not None:
        found.append((message, BINARY if websocket.binary else TEXT))
    return found


pieces = st.one_of(
    st.binary(max_size=40),
    st.builds(raw_frame, st.integers(0, 255), st.binary(max_size=60), st.booleans()),
    st.builds(client_frame, st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=100)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=8))
@example([client_frame(TEXT, b"\xff"), client_frame(TEXT, b"\xff"), client_frame(CLOSE)])
def test_any_bytes_raise_nothing_and_get_well_formed_frames_with_a_close_frame_only_at_the_end(
    data: Sequence[bytes],
) -> None:
    with Link() as link:
        websocket = link.accepted(max_size=80)
        link.peer.sendall(b"".join(data))
        for message in iter(lambda: websocket.wait(timeout=0.001), None):
            assert len(message) <= 80
            assert websocket.binary or kind(message) is TEXT
        stayed_open = not websocket.is_closed()
        link.peer.shutdown(1)
        for _ in websocket:
            pass
        websocket.end()
        got = link.frames()
        closes = [frame for frame in got if frame.opcode == CLOSE]
        assert all(frame.opcode == PONG for frame in got[: len(got) - len(closes)])
        assert len(closes) <= 1
        assert stayed_open or closes
