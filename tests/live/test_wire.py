"""The JSON of the socket: what each frame looks like, and what is refused as not one of ours."""

import json
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from Dweb.live import wire
from Dweb.live.wire import Event, Kind, Misunderstood

from ..support.log import TIME

EVENT = Event("lobby", 7, 70, 1, "Alice", "你好 😀", TIME)
EDIT = EVENT._replace(seq=8, kind=Kind.EDIT, of=7, cid="abc")


def test_a_message_looks_as_the_wire_says() -> None:
    assert EVENT.as_json() == {
        "type": 1,
        "data": {
            "msg": "你好 😀",
            "user": "Alice",
            "userid": 1,
            "room": "lobby",
            "seq": 7,
            "id": 70,
            "time": "2024-02-29T12:30:15.678Z",
        },
    }


def test_the_time_is_utc_whatever_zone_it_was_given_in() -> None:
    elsewhere = TIME.astimezone(timezone(timedelta(hours=8)))
    assert EVENT._replace(time=elsewhere).as_json() == EVENT.as_json()


def test_what_a_message_has_is_said_and_what_it_has_not_is_left_out() -> None:
    data = EVENT._replace(userto=2, reply=3).as_json()["data"]
    assert (data["userto"], data["reply"]) == (2, 3)
    assert not {"userto", "reply", "cid"} & EVENT.as_json()["data"].keys()


def test_the_cid_is_for_the_sender_alone() -> None:
    event = EVENT._replace(cid="abc")
    assert event.as_json(reader=1)["data"]["cid"] == "abc"
    assert "cid" not in event.as_json(reader=2)["data"]
    assert "cid" not in event.as_json()["data"]


def test_a_message_says_when_it_was_edited_and_whether_it_was_deleted() -> None:
    later = TIME + timedelta(seconds=1)
    assert EVENT._replace(edited=later).as_json()["data"]["edited"] == "2024-02-29T12:30:16.678Z"
    deleted = EVENT._replace(text="").as_json()
    assert (deleted["type"], deleted["data"]["msg"], deleted["data"]["deleted"]) == (1, "", True)
    assert not {"edited", "deleted"} & EVENT.as_json()["data"].keys()


def test_an_edit_and_a_deletion_look_as_the_wire_says() -> None:
    data = {"room": "lobby", "seq": 8, "of": 7, "time": "2024-02-29T12:30:15.678Z"}
    assert EDIT.as_json() == {"type": "edit", "data": data | {"msg": "你好 😀"}}
    assert EDIT._replace(text="").as_json(2) == {"type": "edit", "data": data | {"msg": ""}}
    assert EDIT._replace(text="", kind=Kind.DELETION).as_json() == {"type": "delete", "data": data}
    assert EDIT.as_json(1)["data"]["cid"] == EDIT._replace(kind=Kind.DELETION).as_json(1)["data"]["cid"] == "abc"


def test_a_frame_is_unmasked_text_of_utf8_without_escapes() -> None:
    frame = wire.encode({"text": "你"})
    assert frame == b'\x81\x0e{"text":"\xe4\xbd\xa0"}'


def test_members_that_are_json_already_go_in_as_they_are() -> None:
    assert wire.encode({"a": 1}, b="[2]", c='{"d":3}') == wire.encode({"a": 1, "b": [2], "c": {"d": 3}})


@pytest.mark.parametrize("greeting", [b"test", b" test\n"])
def test_the_demos_greeting_is_a_hello(greeting: bytes) -> None:
    assert wire.parse(greeting) == {"type": "hello"}


def test_a_number_as_type_is_the_same_as_its_text() -> None:
    assert wire.parse(b'{"type":1,"txt":"x"}') == wire.parse(b'{"type":"1","txt":"x"}') == {"type": "1", "txt": "x"}


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"hello",
        b"tests",
        b"[]",
        b'"1"',
        b"null",
        b"{}",
        b'{"type":null}',
        b'{"type":true}',
        b'{"type":1.0}',
        b'{"type":["1"]}',
        b'{"type":"1","x":NaN}',
        b'{"type":"1","x":-Infinity}',
        b'{"type":' + b"9" * 5000 + b"}",
        b"[" * 60_000,
        b'{"type":"1"} {"type":"1"}',
    ],
    ids=lambda message: message[:20].decode(),
)
def test_what_is_no_frame_of_ours_is_misunderstood(message: bytes) -> None:
    with pytest.raises(Misunderstood, match=r"\.$"):
        wire.parse(message)


def test_binary_frames_are_misunderstood() -> None:
    with pytest.raises(Misunderstood, match="binary"):
        wire.parse(b'{"type":"1"}', binary=True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("type"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.text(max_size=50).map(str.encode))
def test_any_text_is_a_mapping_with_a_type_or_misunderstood(message: bytes) -> None:
    try:
        frame = wire.parse(message)
    except Misunderstood:
        return
    assert isinstance(frame["type"], str)


@given(st.text(st.characters(exclude_categories=())))
def test_is_text_says_whether_a_value_can_be_sent(value: str) -> None:
    sendable = all(not 0xD800 <= ord(character) < 0xE000 for character in value)
    assert wire.is_text(value) == sendable
    if sendable:
        payload = wire.encode({"text": value}).partition(b"{")[2]
        assert json.loads(b"{" + payload) == {"text": value}


def test_is_text_refuses_what_is_no_string_and_half_a_character() -> None:
    assert not wire.is_text(json.loads(r'"\ud83d"'))
    assert wire.is_text(json.loads(r'"\ud83d\ude00"'))
    assert not any(wire.is_text(value) for value in (None, 1, b"x", ["x"]))


def test_the_room_of_two_people_has_their_ids_in_order_and_gives_them_back() -> None:
    assert wire.direct_room(12, 3) == wire.direct_room(3, 12) == "@3.12"
    assert wire.direct_users("@3.12") == (3, 12)
    assert wire.is_direct("@3.12")


@pytest.mark.parametrize("room", ["lobby", "111", "班级"])
def test_other_rooms_belong_to_no_two_people(room: str) -> None:
    assert wire.direct_users(room) is None
    assert not wire.is_direct(room)
