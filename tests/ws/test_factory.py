"""The requests that become a WebSocket, and the answers to the others."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from Dweb.refusal import Refusal
from Dweb.ws.factory import WebSocketFactory
from Dweb.ws.websocket import WebSocket

from ..support.link import Link

HANDSHAKE = {
    "HTTP_HOST": "chat.example:8000",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


@pytest.fixture
def open_socket(link: Link) -> Callable[..., WebSocket | None]:
    """Makes the WebSocket of a handshake with these changes; None leaves a header out."""

    def create(method: str = "GET", **changes: str | None) -> WebSocket | None:
        return WebSocketFactory(handshake(link, method, **changes)).create_websocket()

    with override_settings(ALLOWED_HOSTS=["chat.example"]):
        yield create


def handshake(link: Link, method: str = "GET", **changes: str | None) -> HttpRequest:
    meta = {key: value for key, value in (HANDSHAKE | changes).items() if value is not None}
    return RequestFactory().generic(method, "/chat/", **{"gunicorn.socket": link.sock}, **meta)


def test_a_good_handshake_is_answered_as_in_rfc_6455(link: Link, open_socket: Callable[..., WebSocket]) -> None:
    websocket = open_socket()
    assert link.silent()
    websocket.send("x")
    head = link.read(12)
    while not head.endswith(b"\r\n\r\n"):
        head += link.read(1)
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "http/1.1 101 switching protocols"
    assert {"upgrade: websocket", "connection: upgrade"} <= set(lines)
    assert "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=" in lines
    assert not any(line.startswith("sec-websocket-extensions") for line in lines)
    websocket.sock.close()


@pytest.mark.parametrize("upgrade", [None, "h2c", ""])
def test_a_request_that_asks_for_no_websocket_is_an_ordinary_one(
    open_socket: Callable[..., WebSocket], upgrade: str | None
) -> None:
    assert open_socket(HTTP_UPGRADE=upgrade) is None


BAD = {
    "another version": (426, {"HTTP_SEC_WEBSOCKET_VERSION": "8"}),
    "no version": (400, {"HTTP_SEC_WEBSOCKET_VERSION": None}),
    "no key": (400, {"HTTP_SEC_WEBSOCKET_KEY": None}),
    "a short key": (400, {"HTTP_SEC_WEBSOCKET_KEY": "c2hvcnQ="}),
    "a key that is no base64": (400, {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=!"}),
    "a key of other letters": (400, {"HTTP_SEC_WEBSOCKET_KEY": "é" * 24}),
    "two keys": (400, {"HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==,dGhlIHNhbXBsZSBub25jZQ=="}),
    "no Connection": (426, {"HTTP_CONNECTION": None}),
    "Connection: keep-alive": (426, {"HTTP_CONNECTION": "keep-alive"}),
    "a Connection that is none": (400, {"HTTP_CONNECTION": '"'}),
    "HTTP/1.0": (505, {"SERVER_PROTOCOL": "HTTP/1.0"}),
    "a body": (400, {"CONTENT_LENGTH": "5"}),
    "a chunked body": (400, {"HTTP_TRANSFER_ENCODING": "chunked"}),
    "POST": (405, {"method": "POST"}),
    "no socket": (501, {"gunicorn.socket": None}),
    "a foreign Origin": (403, {"HTTP_ORIGIN": "http://evil.example"}),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_handshake_is_refused_with_its_status_and_a_reason(link: Link, what: str) -> None:
    status, changes = BAD[what]
    request = handshake(link, **changes)
    if what == "no socket":
        del request.META["gunicorn.socket"]
    with override_settings(ALLOWED_HOSTS=["chat.example"]), pytest.raises(Refusal, match=r"\.") as refused:
        WebSocketFactory(request).create_websocket()
    assert refused.value.status == status
    assert link.silent()


@pytest.mark.parametrize("version", ["8", "7", "13, 8", "", "x"])
def test_the_answer_to_another_version_says_which_one_is_spoken(
    open_socket: Callable[..., WebSocket], version: str
) -> None:
    with pytest.raises(Refusal) as refused:
        open_socket(HTTP_SEC_WEBSOCKET_VERSION=version)
    assert (refused.value.status, refused.value.headers) == (426, {"Sec-WebSocket-Version": "13"})


def test_the_answers_carry_the_headers_that_http_asks_for(open_socket: Callable[..., WebSocket]) -> None:
    with pytest.raises(Refusal) as refused:
        open_socket(HTTP_CONNECTION="close")
    assert refused.value.headers == {"Upgrade": "websocket"}
    with pytest.raises(Refusal) as refused:
        open_socket("PUT")
    assert refused.value.headers == {"Allow": "GET"}


TRUSTED = ["https://app.example", "https://*.wild.example", "http://lan.example:8080"]

ORIGINS = {
    None: True,
    "http://chat.example:8000": True,
    "https://app.example": True,
    "https://a.wild.example": True,
    "https://a.b.wild.example": True,
    "http://lan.example:8080": True,
    "https://chat.example:8000": False,
    "http://chat.example": False,
    "http://chat.example:8001": False,
    "http://app.example": False,
    "https://sub.app.example": False,
    "https://app.example:444": False,
    "http://a.wild.example": False,
    "https://notwild.example": False,
    "https://wild.example.evil.example": False,
    "http://lan.example": False,
    "null": False,
    "": False,
    "http://[": False,
    "http://chat.example:8000.evil.example": False,
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_origin_is_ours_or_trusted_or_there_is_none(
    open_socket: Callable[..., WebSocket], origin: str | None
) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=TRUSTED):
        try:
            status = 101 if open_socket(HTTP_ORIGIN=origin) else 200
        except Refusal as refused:
            status = refused.status
    assert status == (101 if ORIGINS[origin] else 403)


def test_an_origin_that_matches_a_host_which_is_not_ours_is_foreign(open_socket: Callable[..., WebSocket]) -> None:
    with pytest.raises(Refusal) as refused:
        open_socket(HTTP_HOST="evil.example", HTTP_ORIGIN="http://evil.example")
    assert refused.value.status == 403


def test_the_limits_are_the_settings(open_socket: Callable[..., WebSocket], link: Link) -> None:
    with override_settings(WEBSOCKET_MAX_MESSAGE_BYTES=1024, WEBSOCKET_PING_SECONDS=0.1, WEBSOCKET_CLOSE_SECONDS=0.1):
        websocket = open_socket()
    link.send(2, b"x" * 1024)
    assert websocket.wait() == b"x" * 1024
    assert websocket.wait() is None
    websocket.end()
