"""dwebsocket's decorators on today's Django: plain views work unchanged, and every request gets an answer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from dwebsocket import accept_websocket, require_websocket

from Dweb.ws.middleware import WebSocketMiddleware

from ..support.link import Link
from ..support.waiting import SECONDS, in_thread
from .test_factory import handshake

NORMAL = b"\x03\xe8"  # 1000
View = Callable[[HttpRequest], HttpResponse | None]


@pytest.fixture(autouse=True)
def host() -> Iterator[None]:
    with override_settings(ALLOWED_HOSTS=["chat.example", "testserver"], WEBSOCKET_CLOSE_SECONDS=10):
        yield


@pytest.fixture
def no_threads() -> None:
    """Here there are some."""


@accept_websocket
def echo(request: Any) -> HttpResponse | None:
    """The demo's view, as dwebsocket's README has it."""
    if not request.is_websocket():
        return HttpResponse("ordinary")
    for message in request.websocket:
        request.websocket.send(message)
    return None


@require_websocket
def strict(request: Any) -> None:
    request.websocket.send(request.websocket.wait())


@accept_websocket
def broken(request: Any) -> None:
    request.websocket.send("so far")
    raise LookupError


@accept_websocket
def refusing(request: Any) -> HttpResponse:
    return HttpResponse("sign in", status=401)


@accept_websocket
def broken_at_once(request: Any) -> HttpResponse:
    raise LookupError


def plain(request: Any) -> HttpResponse:
    return HttpResponse("plain")


def serve(request: HttpRequest, view: View) -> HttpResponse:
    """What Django's handler does with a view, its arguments and this one middleware."""

    def handler(request: HttpRequest) -> HttpResponse:
        try:
            return middleware.process_view(request, view, (), {}) or view(request)
        except LookupError as error:
            middleware.process_exception(request, error)
            return HttpResponse("Server Error", status=500)

    middleware = WebSocketMiddleware(handler)
    return middleware(request)


def read_head(link: Link) -> bytes:
    head = link.read(12)
    while not head.endswith(b"\r\n\r\n"):
        head += link.read(1)
    return head


def test_a_plain_view_that_accepts_websockets_works_unchanged(link: Link) -> None:
    serving = in_thread(lambda: serve(handshake(link), echo))
    link.send(1, b"hello")
    assert read_head(link).startswith(b"HTTP/1.1 101 ")
    assert link.frame() == (1, b"hello")
    link.send(1, "再见".encode())
    assert link.frame() == (1, "再见".encode())
    link.send(8, NORMAL)
    assert link.frames() == [(8, NORMAL)]
    assert serving.result(SECONDS).content == b""


def test_a_view_that_requires_a_websocket_works_and_its_return_closes(link: Link) -> None:
    serving = in_thread(lambda: serve(handshake(link), strict))
    link.send(1, b"hello")
    assert read_head(link).startswith(b"HTTP/1.1 101 ")
    assert link.frames() == [(1, b"hello"), (8, NORMAL)]
    link.peer.close()
    serving.result(SECONDS)


def test_an_ordinary_request_of_such_views_is_answered_as_one() -> None:
    request = RequestFactory().get("/")
    assert serve(request, echo).content == b"ordinary"
    answer = serve(RequestFactory().get("/"), strict)
    body = json.loads(answer.content)
    assert (answer.status_code, body["error"], body["detail"]) == (400, "bad_input", "This address speaks WebSocket.")


def test_a_view_that_takes_no_websockets_answers_400_and_says_why(link: Link) -> None:
    answer = serve(handshake(link), plain)
    assert answer.status_code == 400
    assert json.loads(answer.content) == {
        "msg": "error",
        "error": "bad_input",
        "detail": "There is no WebSocket at this address.",
    }
    assert link.silent()


def test_an_exception_in_a_view_closes_with_1011(link: Link) -> None:
    serving = in_thread(lambda: serve(handshake(link), broken))
    read_head(link)
    said, close = link.frames()
    assert said == (1, b"so far")
    assert close.code == 1011
    link.peer.close()
    assert serving.result(SECONDS).status_code == 101


@pytest.mark.parametrize(("view", "status"), [(refusing, 401), (broken_at_once, 500)])
def test_before_the_handshake_a_view_may_answer_as_usual(link: Link, view: View, status: int) -> None:
    answer = serve(handshake(link), view)
    assert answer.status_code == status
    assert link.silent()
    link.sock.sendall(answer.content)
    assert link.read(len(answer.content)) == answer.content


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"HTTP_ORIGIN": "http://evil.example"}, 403, "forbidden"),
        ({"HTTP_SEC_WEBSOCKET_VERSION": "8"}, 426, "bad_input"),
        ({"HTTP_SEC_WEBSOCKET_KEY": "x"}, 400, "bad_input"),
    ],
)
def test_a_refused_handshake_is_answered_as_json_without_calling_the_view(
    link: Link, changes: dict[str, str], status: int, code: str
) -> None:
    request: Any = handshake(link, **changes)
    answer = serve(request, echo)
    body = json.loads(answer.content)
    assert (answer.status_code, body["msg"], body["error"]) == (status, "error", code)
    assert body["detail"]
    assert not request.is_websocket()
    assert answer.headers.get("Sec-WebSocket-Version") == ("13" if status == 426 else None)
    assert link.silent()
