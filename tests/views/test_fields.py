"""What comes in, parsed: a frame as a mapping with a type, and text that can be sent on."""

import json

from django.conf import settings
from django.test import SimpleTestCase

from Dweb.log.entry import Entry
from Dweb.refusal import Refusal
from Dweb.views.fields import clean_entry, parse_frame
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


class Files(SimpleTestCase):
    def entry(self, **fields: object) -> Entry:
        return clean_entry({"type": "1", "txt": "hello"} | fields)

    def test_ids_come_with_commas_or_as_a_list(self) -> None:
        most = settings.MESSAGE_FILES
        many = [f"file{number}" for number in range(most)]
        for given, ids in (
            ("a", ("a",)),
            ("b,a", ("b", "a")),
            ("b , a_-9", ("b", "a_-9")),
            (["b", "A" * 16], ("b", "A" * 16)),
            (many, tuple(many)),
            (",".join(many), tuple(many)),
            ("", ()),
            ([], ()),
            (None, ()),
        ):
            with self.subTest(given=given):
                self.assertEqual(self.entry(files=given).files, ids)
                private = clean_entry({"type": "0", "userto": 7, "txt": "psst", "files": given})
                self.assertEqual((private.files, private.userto), (ids, 7))

    def test_with_files_a_message_needs_no_text(self) -> None:
        for fields in ({}, {"txt": None}, {"txt": ""}, {"txt": " \n"}):
            with self.subTest(fields=fields):
                entry = clean_entry({"type": "1", "files": "a"} | fields)
                self.assertEqual((entry.text, entry.files), ("", ("a",)))
                for files in ("", []):
                    with self.assertRaises(Refusal):
                        clean_entry({"type": "1", "files": files} | fields)
        for text in (7, ["x"], "a\0b", "x" * (settings.MESSAGE_MAX_CHARS + 1)):
            with self.subTest(text=text), self.assertRaises(Refusal):
                self.entry(txt=text, files="a")

    def test_what_is_no_list_of_ids_is_refused(self) -> None:
        most = settings.MESSAGE_FILES
        for files in (
            [f"file{number}" for number in range(most + 1)],
            ",".join(f"file{number}" for number in range(most + 1)),
            "a," * 50_000,
            "a,a",
            ["a", "a"],
            "a,",
            ",",
            " ",
            "A" * 17,
            "a b",
            "a/b",
            "a.b",
            ["a\n"],
            "é",
            "٣",
            "\0",
            [1],
            [None],
            [["a"]],
            [{}],
            [""],
            {"a": 1},
            7,
            0,
            True,
            False,
        ):
            with self.subTest(files=str(files)[:40]):
                with self.assertRaisesRegex(Refusal, r"\.$") as refused:
                    self.entry(files=files)
                self.assertEqual(refused.exception.code, "bad_input")

    def test_an_edit_and_a_deletion_have_none(self) -> None:
        for kind in ("edit", "delete"):
            with self.subTest(kind=kind):
                self.assertEqual(self.entry(type=kind, room="lobby", seq=1, files="a").files, ())


class IsText(SimpleTestCase):
    def test_half_a_character_is_none(self) -> None:
        self.assertFalse(is_text(json.loads(r'"\ud83d"')))
        self.assertTrue(is_text(json.loads(r'"\ud83d\ude00"')))

    def test_what_is_no_string_is_none(self) -> None:
        for value in (None, 1, b"x", ["x"]):
            with self.subTest(value=value):
                self.assertFalse(is_text(value))
