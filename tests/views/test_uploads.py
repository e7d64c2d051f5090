"""What the parts of a multipart body may not have: files, and charsets of their own."""

import encodings
from io import BytesIO

from django.http.multipartparser import MultiPartParserError
from django.test import RequestFactory, SimpleTestCase

from Dweb.views.request import Request

SIGNED = "text*text; a*=nobody''x"


def multipart(head: str, body: str = "é") -> Request:
    """A request with one part, whose Content-Disposition goes on with `head`."""
    sent = f"--x\r\nContent-Disposition: form-data; name=txt{head}\r\n\r\n{body}\r\n--x--\r\n".encode()
    made = RequestFactory().post("/", sent, "multipart/form-data; boundary=x").environ
    return Request(made | {"wsgi.input": BytesIO(sent)})


class Charsets(SimpleTestCase):
    def test_no_name_of_a_charset_in_a_part_is_kept(self) -> None:
        for head in ("; a*=nobody{}''b", "; a*0* =nobody-{}%27%27b", "\r\nX: y; z*=nobody.{}''b"):
            for number in range(350):
                with self.assertRaises(MultiPartParserError):
                    _ = multipart(head.format(number)).POST
        self.assertEqual([name for name in encodings._cache if "nobody" in name], [])

    def test_a_text_may_have_whatever_it_likes(self) -> None:
        for body in ("é", SIGNED, f"{SIGNED}\r\n\r\n{SIGNED}", "--*"):
            request = multipart("", body)
            self.assertEqual(request.POST["txt"], body)
            self.assertEqual(multipart("; filename=", body).POST["txt"], body)

    def test_the_body_can_be_read_before(self) -> None:
        request = multipart("")
        self.assertIn(b"form-data", request.body)
        self.assertEqual(request.POST["txt"], "é")
