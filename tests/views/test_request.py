"""The request that Django makes of what has come."""

from io import BytesIO

from django.core.exceptions import BadRequest
from django.test import RequestFactory, SimpleTestCase

from Dweb.views.request import Request, extends_ascii

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="txt"\r\n\r\n\xe9\r\n--x--\r\n'


def made(kind: str, body: bytes = b"txt=%E9") -> Request:
    sent = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": len(body), "wsgi.input": BytesIO(body)}
    return Request(RequestFactory().get("/?q=%41").environ | sent)


class Charset(SimpleTestCase):
    def test_one_that_does_not_extend_ascii_is_ignored(self) -> None:
        for charset in ("rot13", "base64", "hex", "zlib", "idna", "undefined", "utf-16", "utf-7", "hz", "x"):
            with self.subTest(charset=charset):
                request = made(f"{FORM}; charset={charset}", "txt=é".encode())
                self.assertEqual((request.encoding, request.GET["q"], request.POST["txt"]), (None, "A", "é"))

    def test_others_count_as_before(self) -> None:
        for charset in ("latin-1", "ISO-8859-1", '"latin-1"'):
            with self.subTest(charset=charset):
                request = made(f"multipart/form-data; boundary=x; charset={charset}", PART)
                self.assertEqual(request.POST["txt"], "é")
                with self.assertRaises(BadRequest):  # Django's own rule for these forms
                    _ = made(f"{FORM}; charset={charset}").POST

    def test_charsets_of_forms_extend_ascii(self) -> None:
        for charset in ("utf-8", "ascii", "gbk", "big5", "shift_jis", "koi8-r", "windows-1252", "euc-kr"):
            with self.subTest(charset=charset):
                self.assertTrue(extends_ascii(charset))

    def test_a_content_type_that_cannot_be_read_is_none(self) -> None:
        for value in ("nope''x", "undefined''%41", "rot13''%41"):
            with self.subTest(value=value):
                self.assertIsNone(made(f"x/y; charset*={value}").encoding)
