"""RFC 6455 sections 5 and 7, over real connections to the real server."""

import json
import struct
from collections.abc import Iterator

import pytest

from ..support.crowd import masked
from ..support.raw import Raw
from ..support.server import Server, Visitor

pytestmark = pytest.mark.service

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MORE = 0x00  # the first byte's upper half without FIN


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    many = {"MAX_SOCKETS_PER_USER": 1_000, "SEND_BURST": 1_000}  # each test has a socket of the same person's
    server = Server(tmp_path_factory.mktemp("rfc6455"), **many).start()
    yield server.people(1)[0]
    assert server.faults() == []
    server.close()


@pytest.fixture
def raw(person: Visitor) -> Iterator[Raw]:
    with Raw(person) as connection:
        yield connection


def greeting(raw: Raw) -> dict[str, object]:
    """What the server answers to a greeting: the proof that a message arrived whole."""
    while True:
        frame = raw.frame()
        assert frame is not None
        opcode, payload = frame
        assert opcode == TEXT
        event = json.loads(payload)
        if event["type"] == 0:
            return event


# 5.2 to 5.4: frames and fragments


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_000])
def test_text_of_every_length_form_is_answered(raw: Raw, size: int) -> None:
    raw.send(TEXT, json.dumps({"type": "hello", "padding": "x" * size}).encode())
    assert greeting(raw)["online"] == 1


def test_a_message_in_fragments_is_one_message(raw: Raw) -> None:
    raw.send(TEXT, b"te", first=MORE)
    raw.send(CONT, b"", first=MORE)
    raw.send(CONT, b"st")
    assert greeting(raw)


def test_a_character_may_be_cut_by_a_fragment(raw: Raw) -> None:
    text = json.dumps({"type": "hello", "padding": "你好"}, ensure_ascii=False).encode()
    raw.send(TEXT, text[:1], first=MORE)
    for byte in text[1:-1]:
        raw.send(CONT, bytes([byte]), first=MORE)
    raw.send(CONT, text[-1:])
    assert greeting(raw)


def test_control_frames_may_come_between_fragments(raw: Raw) -> None:
    raw.send(TEXT, b"te", first=MORE)
    raw.send(PING, b"are you there")
    assert raw.frame() == (PONG, b"are you there")
    raw.send(CONT, b"st")
    assert greeting(raw)


def test_frames_may_arrive_byte_by_byte_and_joined(raw: Raw) -> None:
    frames = masked(PING, b"1") + masked(PING, b"2") + masked(TEXT, b"test")
    for byte in frames[:9]:
        raw.write(bytes([byte]))
    raw.write(frames[9:])
    assert [raw.frame(), raw.frame()] == [(PONG, b"1"), (PONG, b"2")]
    assert greeting(raw)


def test_a_binary_message_is_answered_with_an_error_event(raw: Raw) -> None:
    raw.send(BINARY, b"\x00\xff")
    frame = raw.frame()
    assert frame is not None
    assert json.loads(frame[1])["error"] == "bad_input"


@pytest.mark.parametrize(
    ("first", "opcode"),
    [(0xC0, TEXT), (0xA0, TEXT), (0x90, TEXT), (0x80, 0x3), (0x80, 0x7), (0x80, 0xB), (0x80, 0xF)],
    ids=["rsv1", "rsv2", "rsv3", "opcode 3", "opcode 7", "opcode B", "opcode F"],
)
def test_reserved_bits_and_opcodes_fail_the_connection(raw: Raw, first: int, opcode: int) -> None:
    raw.send(opcode, b"x", first=first)
    assert raw.closed() == 1002
    assert raw.ended()


def test_an_unmasked_frame_fails_the_connection(raw: Raw) -> None:
    raw.write(b"\x81\x04test")
    assert raw.closed() == 1002


def test_a_continuation_of_nothing_fails_the_connection(raw: Raw) -> None:
    raw.send(CONT, b"x")
    assert raw.closed() == 1002


def test_a_new_message_inside_a_fragmented_one_fails_the_connection(raw: Raw) -> None:
    raw.send(TEXT, b"te", first=MORE)
    raw.send(TEXT, b"st")
    assert raw.closed() == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_a_control_frame_may_not_be_fragmented(raw: Raw, opcode: int) -> None:
    raw.send(opcode, b"", first=MORE)
    assert raw.closed() == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_a_control_frame_has_at_most_125_bytes(raw: Raw, opcode: int) -> None:
    raw.send(opcode, struct.pack("!H", 1000) + b"x" * 124)
    assert raw.closed() == 1002


# 5.5: control frames


@pytest.mark.parametrize("payload", [b"", b"x", b"\x00\xff" * 62 + b"x"], ids=["empty", "one byte", "125 bytes"])
def test_a_ping_is_answered_with_its_payload(raw: Raw, payload: bytes) -> None:
    raw.send(PING, payload)
    assert raw.frame() == (PONG, payload)


def test_an_unsolicited_pong_is_ignored(raw: Raw) -> None:
    raw.send(PONG, b"nobody asked")
    raw.send(TEXT, b"test")
    assert greeting(raw)


# 8.1: UTF-8


@pytest.mark.parametrize(
    "payload",
    [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xbd", b"ok \x80"],
    ids=["no lead byte", "overlong", "surrogate", "above U+10FFFF", "cut short", "lone continuation"],
)
def test_text_that_is_not_utf8_fails_the_connection(raw: Raw, payload: bytes) -> None:
    raw.send(TEXT, payload)
    assert raw.closed() == 1007
    assert raw.ended()


def test_text_that_is_not_utf8_as_a_whole_fails_though_its_fragments_come_apart(raw: Raw) -> None:
    raw.send(TEXT, b"\xe4\xbd", first=MORE)
    raw.send(CONT, b"\x41")
    assert raw.closed() == 1007


# 7: closing


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1011, 3000, 4999])
def test_a_close_frame_is_echoed_and_the_server_ends_the_stream(raw: Raw, code: int) -> None:
    raw.send(CLOSE, struct.pack("!H", code) + "再见".encode())
    assert raw.closed() == code
    assert raw.ended()


def test_an_empty_close_frame_is_echoed_empty(raw: Raw) -> None:
    raw.send(CLOSE)
    assert raw.closed() == 1005
    assert raw.ended()


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])
def test_a_close_code_that_may_not_be_sent_fails_the_connection(raw: Raw, code: int) -> None:
    raw.send(CLOSE, struct.pack("!H", code))
    assert raw.closed() == 1002


def test_a_close_frame_of_one_byte_fails_the_connection(raw: Raw) -> None:
    raw.send(CLOSE, b"\x03")
    assert raw.closed() == 1002


def test_a_close_reason_that_is_not_utf8_fails_the_connection(raw: Raw) -> None:
    raw.send(CLOSE, struct.pack("!H", 1000) + b"\xff")
    assert raw.closed() == 1007


@pytest.mark.parametrize("code", [1000, 1001, 4999])
def test_a_close_frame_between_two_fragments_is_echoed(raw: Raw, code: int) -> None:
    raw.send(TEXT, b"te", first=MORE)
    raw.send(CLOSE, struct.pack("!H", code))
    assert raw.closed() == code
    assert raw.ended()


def test_what_comes_after_a_close_frame_is_ignored(raw: Raw) -> None:
    raw.send(CLOSE, struct.pack("!H", 1000))
    raw.send(TEXT, b"test")
    assert raw.closed() == 1000
    assert raw.ended()


@pytest.mark.parametrize("fragments", [1, 9], ids=["one frame", "fragments"])
def test_a_message_over_the_limit_is_refused_with_1009(raw: Raw, fragments: int) -> None:
    piece = b"x" * (64 * 1024 // fragments + 1)
    for number in range(fragments):
        raw.send(TEXT if number == 0 else CONT, piece, first=MORE if number < fragments - 1 else 0x80)
    assert raw.closed() == 1009


def test_a_message_at_the_limit_is_taken(raw: Raw) -> None:
    frame = json.dumps({"type": "hello", "padding": ""}).encode()
    raw.send(TEXT, frame[:-2] + b"x" * (64 * 1024 - len(frame)) + frame[-2:])
    assert greeting(raw)


def test_an_announced_length_of_2_to_the_62_is_refused_at_once(raw: Raw) -> None:
    raw.write(b"\x81\xff" + struct.pack("!Q", 1 << 62) + b"mask")
    assert raw.closed() == 1009


def test_a_stream_that_just_ends_leaves_nothing_behind(person: Visitor) -> None:
    for opening in (b"", b"\x81", b"\x81\xff\x00"):
        with Raw(person) as raw:
            raw.write(opening)
    with Raw(person) as raw:
        raw.send(TEXT, b"test")
        assert greeting(raw)
