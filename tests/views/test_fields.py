"""What comes in, parsed: a frame as a mapping with a type, and text that can be sent on."""

import json

from django.test import SimpleTestCase

from Dweb.refusal import Refusal
from Dweb.views.fields import parse_frame
from Dweb.views.values import is_text

NO_FRAMES = (
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
)


class ParseFrame(SimpleTestCase):
    def test_the_greeting_of_the_demo_is_a_hello(self) -> None:
        for greeting in (b"test", b" test\n"):
            with self.subTest(greeting=greeting):
                self.assertEqual(parse_frame(greeting), {"type": "hello"})

    def test_a_number_as_type_is_the_same_as_its_text(self) -> None:
        for message in (b'{"type":1,"txt":"x"}', b'{"type":"1","txt":"x"}'):
            with self.subTest(message=message):
                self.assertEqual(parse_frame(message), {"type": "1", "txt": "x"})

    def test_what_is_no_frame_of_ours_is_refused(self) -> None:
        for message in NO_FRAMES:
            with self.subTest(message=message[:20]):
                with self.assertRaisesRegex(Refusal, r"\.$") as refused:
                    parse_frame(message)
                self.assertEqual(refused.exception.code, "bad_input")

    def test_binary_frames_are_refused(self) -> None:
        with self.assertRaisesRegex(Refusal, "binary"):
            parse_frame(b'{"type":"1"}', binary=True)


class IsText(SimpleTestCase):
    def test_half_a_character_is_none(self) -> None:
        self.assertFalse(is_text(json.loads(r'"\ud83d"')))
        self.assertTrue(is_text(json.loads(r'"\ud83d\ude00"')))

    def test_what_is_no_string_is_none(self) -> None:
        for value in (None, 1, b"x", ["x"]):
            with self.subTest(value=value):
                self.assertFalse(is_text(value))
