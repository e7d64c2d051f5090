"""Headers that anybody may send: none of them is a fault of the server."""

from collections.abc import Callable
from encodings import aliases
from http.client import HTTPConnection
from itertools import cycle

import pytest

from ..support.raw import talk
from ..support.server import CSRF, Server

pytestmark = pytest.mark.once

CHARSETS = sorted({*aliases.aliases.values(), "idna", "undefined", "punycode", "unicode_escape", "base64", "x"})
PATHS = ("/", "/healthz", "/msg_send/", "/history/", "/nowhere", "/static/nothing.css", "/chat/")
MULTIPART = b"--x\r\nContent-Disposition: form-data; name=\"%41\"; name*=CODE''%41\r\n\r\n%41\r\n--x--\r\n"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


def requests(charset: str) -> list[tuple[str, str, bytes | None]]:
    """Methods, types and bodies that name a charset."""
    multipart = MULTIPART.replace(b"CODE", charset.encode())
    return [
        ("GET", f"x/y; charset={charset}", None),
        ("POST", f"application/x-www-form-urlencoded; charset={charset}", b"type=1&txt=%41%e9"),
        ("POST", f"multipart/form-data; boundary=x; charset={charset}", multipart),
        ("POST", f"multipart/form-data; boundary=x; charset*={charset}''%41", multipart),
    ]


def test_a_charset_that_is_none_is_no_fault(server: Server) -> None:
    connection = HTTPConnection(server.host, server.port, timeout=60)
    paths = cycle(PATHS)
    for charset in CHARSETS:
        for method, kind, body in requests(charset):
            headers = {"Content-Type": kind, "X-CSRFToken": CSRF, "Cookie": f"csrftoken={CSRF}"}
            connection.request(method, f"{next(paths)}?q=%41%e9&a", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status in {200, 301, 302, 400, 401, 403, 404, 405, 413, 426}, (method, kind)
    connection.close()
    assert server.faults() == []


def test_nobody_moves_the_server_to_another_path(make_server: Callable[..., Server]) -> None:
    server = make_server(TRUSTED_PROXIES="127.0.0.1")
    for name in (b"SCRIPT_NAME", b"SCRIPT-NAME", b"PATH_INFO", b"Script_Name"):
        for value in (b"/x", b"/health", b"\xff", b"//"):
            answer = talk(server.port, HEAD + name + b": " + value + b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 ")
    assert server.faults() == []
