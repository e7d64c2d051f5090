"""What comes in, parsed: a frame as a mapping with a type, and text that can be sent on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from Dweb.live import wire
from Dweb.refusal import Refusal
from Dweb.views.fields import is_text, parse_frame


@pytest.mark.parametrize("greeting", [b"test", b" test\n"])
def test_the_greeting_of_the_demo_is_a_hello(greeting: bytes) -> None:
    assert parse_frame(greeting) == {"type": "hello"}


def test_a_number_as_type_is_the_same_as_its_text() -> None:
    assert parse_frame(b'{"type":1,"txt":"x"}') == parse_frame(b'{"type":"1","txt":"x"}') == {"type": "1", "txt": "x"}


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
def test_what_is_no_frame_of_ours_is_refused(message: bytes) -> None:
    with pytest.raises(Refusal, match=r"\.$") as refused:
        parse_frame(message)
    assert refused.value.code == "bad_input"


def test_binary_frames_are_refused() -> None:
    with pytest.raises(Refusal, match="binary"):
        parse_frame(b'{"type":"1"}', binary=True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("type"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.text(max_size=50).map(str.encode))
def test_any_text_is_a_mapping_with_a_type_or_refused(message: bytes) -> None:
    try:
        frame = parse_frame(message)
    except Refusal:
        return
    assert isinstance(frame["type"], str)


@given(st.text(st.characters(exclude_categories=())))
def test_is_text_says_whether_a_value_can_be_sent(value: str) -> None:
    sendable = all(not 0xD800 <= ord(character) < 0xE000 for character in value)
    assert is_text(value) == sendable
    if sendable:
        payload = wire.encode({"text": value}).partition(b"{")[2]
        assert json.loads(b"{" + payload) == {"text": value}


def test_is_text_refuses_what_is_no_string_and_half_a_character() -> None:
    assert not is_text(json.loads(r'"\ud83d"'))
    assert is_text(json.loads(r'"\ud83d\ude00"'))
    assert not any(is_text(value) for value in (None, 1, b"x", ["x"]))
