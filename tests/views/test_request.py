"""The request that Django makes of what has come."""

import encodings
from io import BytesIO
from time import process_time

from django.http import QueryDict
from django.test import RequestFactory, SimpleTestCase

from Dweb.views.request import Request, unescaped

FORM = "application/x-www-form-urlencoded"
PART = '--x\r\nContent-Disposition: form-data; name="txt"\r\n\r\né\r\n--x--\r\n'.encode()


def made(kind: str, body: bytes = b"txt=%C3%A9") -> Request:
    sent = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": len(body), "wsgi.input": BytesIO(body)}
    return Request(RequestFactory().get("/?q=%41").environ | sent)


class ContentType(SimpleTestCase):
    def test_a_charset_is_ignored(self) -> None:
        for charset in ("utf-8", "latin-1", "rot13", "base64", "idna", "undefined", "raw_unicode_escape", "hz", "x"):
            with self.subTest(charset=charset):
                request = made(f"{FORM}; charset={charset}")
                self.assertEqual((request.encoding, request.GET["q"], request.POST["txt"]), (None, "A", "é"))
                request = made(f"multipart/form-data; boundary=x; charset={charset}", PART)
                self.assertEqual((request.encoding, request.POST["txt"]), (None, "é"))

    def test_no_name_of_a_charset_is_kept(self) -> None:
        kinds = ("charset=nobody-has-this", "charset*=nobody-has-this''%41", "a*=nobody''%41", "a* =nobody1''%41")
        for kind in kinds:
            self.assertEqual(made(f"x/y; {kind}").GET["q"], "A")
        self.assertEqual([name for name in encodings._cache if "nobody" in name], [])

    def test_one_that_is_too_long_is_none(self) -> None:
        began = process_time()
        for _ in range(10):
            self.assertEqual(made("x/y;a=" + '"' + ";" * 8_000).content_type, "")
        self.assertLess(process_time() - began, 0.3)  # 0.6 s and more if Django parses it


class Forms(SimpleTestCase):
    def test_a_form_reads_as_it_does_with_django(self) -> None:
        for form in (
            b"",
            b"txt=%E4%BD%A0%E5%A5%BD&room=lobby",
            b"a=%e4%bd%a0+%41%26%3D&a=%F0%9F%98%80%0A",
            b"%C3%A9=%C3%A9&%C3=1",
            b"a=%FF%FE&b=%E4%BD",
            b"a=%E4%BD%A&b=%C3%28",
            b"a=%ED%A0%80",
            b"a=%C2%A0%C2%AD&b=%E2%80%A8",
            b"a=\xe4%BD%A0",
            "a=你%E5%A5%BD".encode(),
            b"%25E4=%25E4%BD%A0",
            b"&&=&a",
        ):
            with self.subTest(form=form):
                self.assertEqual(QueryDict(unescaped(form)), QueryDict(form))
                self.assertEqual(made(FORM, form).POST, QueryDict(form))

    def test_characters_beyond_ascii_are_decoded_at_once(self) -> None:
        self.assertEqual(unescaped(b"txt=%E4%BD%A0%21+%E5%A5%BD"), "txt=你%21+好".encode())
