"""Any text that comes in is a frame or refused, and what is_text() accepts can be sent on."""

import json

from hypothesis import given
from hypothesis import strategies as st

from Dweb.live import wire
from Dweb.refusal import Refusal
from Dweb.views.fields import parse_frame
from Dweb.views.values import is_text

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
