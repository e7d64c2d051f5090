"""Server-sent events: what they are made of, and the ids that clients resume from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from Dweb.live import sse
from Dweb.live.framed import frame, join
from Dweb.live.sse import Place, RoomEvents, id_of, place_of
from Dweb.live.stream import PING
from Dweb.live.wire import encode, reset_frame

from ..support.log import Log

EPOCH = "0123456789abcdef"
ROOMS = st.text(st.characters(categories=["L", "M", "N"], include_characters="-_@.~"), min_size=1, max_size=64)


@given(st.dictionaries(ROOMS, st.integers(0, 2**63 - 1), max_size=8))
def test_an_id_is_ascii_without_line_breaks_and_names_the_same_place(cursors: dict[str, int]) -> None:
    id = id_of(EPOCH, marks(cursors))
    assert id.isascii()
    assert id.decode().isprintable()
    assert place_of(id.decode()) == Place(EPOCH, cursors, True)


def marks(cursors: dict[str, int]) -> list[bytes]:
    return [sse.mark(room, seq) for room, seq in cursors.items()]


def test_an_id_of_many_rooms_names_those_of_the_newest_events_and_says_that_it_is_cut() -> None:
    cursors = {f"a-room-of-many-{number}": number for number in range(1_000)}
    place = place_of(id_of(EPOCH, marks(cursors)).decode())
    assert place is not None
    assert not place.is_whole
    assert list(place.cursors.items()) == list(cursors.items())[-len(place.cursors) :]
    assert len(place.cursors) > 80
    assert len(id_of(EPOCH, marks(cursors))) <= sse.ID_BYTES


WRONG = """
garbage!
EPOCH lobby
EPOCH lobby:x
EPOCH lobby:-1
EPOCH  lobby:1
EPOCH a:b:1
EPOCH :1
EPOCH++ lobby:1
EPOCH a:11111111111111111111
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
"""


@pytest.mark.parametrize("id", ["", " ", f"{EPOCH} lobby:1 ", *WRONG.split("\n")])
def test_what_is_no_id(id: str) -> None:
    assert place_of(id.replace("EPOCH", EPOCH)) is None


@given(st.lists(st.integers(0, 70_000), max_size=4))
def test_frames_of_any_length_are_opened(lengths: list[int]) -> None:
    frames = b"".join(encode({"type": "x", "text": "x" * length}) for length in lengths)
    assert [len(json.loads(payload)["text"]) for _, payload in sse.opened(frames)] == lengths


def test_frames_are_events_and_only_a_reset_has_a_name() -> None:
    assert sse.translated(encode({"type": "pong"})) == b'data: {"type":"pong"}\n\n'
    assert sse.translated(reset_frame("lobby")) == b'event: reset\ndata: {"type":"reset","room":"lobby"}\n\n'
    assert sse.translated(PING) == b":\n\n"
    close = bytes([0x88, 8]) + (4001).to_bytes(2, "big") + b"a word"
    assert sse.translated(close) == b'data: {"type":"close","code":4001,"reason":"a word"}\n\n'
    two = encode({"type": "pong"}) + encode({"type": "pong"})
    assert sse.translated(two) == 2 * sse.translated(encode({"type": "pong"}))


def test_whatever_stands_in_a_text_an_event_stays_one() -> None:
    text = "a\r\n\r\nid: b\n\ndata: c\u2028\u0085\r"
    lines = sse.translated(encode({"type": "x", "text": text})).split(b"\n")
    assert b"\r" not in b"".join(lines)
    assert [line[:6] for line in lines] == [b"data: ", b"", b""]
    assert json.loads(lines[0][6:])["text"] == text


def test_events_have_ids_and_those_of_one_beginning_are_one_text() -> None:
    framed = list(frame(Log().append("lobby", 2)))
    events = RoomEvents(framed, join(framed, 7))
    text = events.text(b"E ")
    assert [line for line in text.split(b"\n") if line.startswith(b"id")] == [b"id: E lobby:1", b"id: E lobby:2"]
    assert text.count(b"\n\n") == 2
    assert events.text(b"E ") == text
    begin = b"E ops:3 "
    assert events.text(begin).startswith(b"id: E ops:3 lobby:1\ndata: {")
    assert events.text(begin) is events.text(begin)
