"""A socket's view in the loop or in a thread of its own: where its answer goes, and the server's connection."""

import socket
import threading
from collections.abc import Callable
from contextvars import ContextVar
from copy import copy
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.utils import translation
from websockets.frames import CloseCode, Opcode

from Dweb.ws.views import own_thread, parked

from ..support.link import HANDSHAKE, Link
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

REQUEST: ContextVar[str] = ContextVar("REQUEST")


@pytest.fixture
def no_threads() -> None:
    """Here there are some."""


def as_it_is(request: HttpRequest) -> HttpRequest:
    return request


KINDS = {"parked": parked(as_it_is), "in a thread": own_thread}


@pytest.fixture(params=KINDS)
def keeping(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """The decorator of the view."""
    return KINDS[request.param]


def call(link: Link, view: Callable[[HttpRequest], Any], keeping: Callable[..., Any]) -> Any:
    request = RequestFactory().get("/chat/")
    request.websocket = link.websocket()
    request.is_websocket = lambda: True
    return keeping(view)(request)


def ended(link: Link) -> None:
    """Waits for the end of the view and of its connection, and that its socket is closed."""
    assert link.peer.recv(1) == b""
    link.peer.close()
    wait_until(lambda: link.made[-1].sock.fileno() == -1)


def test_the_servers_thread_is_free_once_the_view_has_spoken(link: Link, keeping: Callable[..., Any]) -> None:
    seen: list[Any] = []

    def view(request: HttpRequest) -> None:
        request.websocket.send("hello")
        seen.append(request.websocket.wait())

    assert isinstance(call(link, view, keeping), HttpResponse)
    assert seen == []
    assert link.read(len(HANDSHAKE)) == HANDSHAKE
    with pytest.raises(BrokenPipeError):
        link.sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")  # the server's leftover answer
    link.sock.close()
    assert link.frame().payload == b"hello"
    link.send(Opcode.TEXT, b"and you")
    assert link.frame().code == CloseCode.NORMAL_CLOSURE
    assert seen == [b"and you"]
    link.send(Opcode.CLOSE, b"\x03\xe8")
    link.peer.shutdown(socket.SHUT_WR)
    ended(link)


@pytest.mark.parametrize("where", ["admission", "view"])
def test_what_goes_wrong_before_the_handshake_is_raised_in_the_servers_thread(link: Link, where: str) -> None:
    def fail(request: HttpRequest) -> None:
        if where == "admission":
            assert threading.current_thread() is threading.main_thread()
        raise LookupError(where)

    with pytest.raises(LookupError, match=where):
        call(link, fail, parked(fail if where == "admission" else as_it_is))
    assert link.silent()
    link.sock.sendall(b"x")
    assert link.read(1) == b"x"


def test_an_ordinary_response_is_the_servers_to_send(link: Link, keeping: Callable[..., Any]) -> None:
    answer = HttpResponse("no")
    assert call(link, lambda request: answer, keeping) is answer
    assert link.silent()


def test_what_goes_wrong_later_closes_the_connection_and_is_logged(
    link: Link, keeping: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    def view(request: HttpRequest) -> None:
        request.websocket.send("hello")
        raise LookupError("lost")

    call(link, view, keeping)
    link.read(len(HANDSHAKE))
    assert link.frame().payload == b"hello"
    assert link.frame().code == CloseCode.INTERNAL_ERROR
    link.send(Opcode.CLOSE, b"\x03\xf3")
    link.peer.shutdown(socket.SHUT_WR)
    ended(link)
    assert "Internal Server Error: /chat/" in caplog.text
    assert "LookupError: lost" in caplog.text


def test_the_view_speaks_the_language_of_its_request(link: Link, keeping: Callable[..., Any]) -> None:
    def view(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse(translation.get_language())

    with translation.override("zh-hans"):
        assert call(link, view, keeping).content == b"zh-hans"
    with translation.override("en"):
        assert call(link, view, keeping).content == b"en"


@pytest.mark.parametrize("websocket", [True, False])
def test_the_view_gets_the_request_that_the_admission_gives_and_that_one_is_its_own(
    link: Link, websocket: bool
) -> None:
    request = RequestFactory().get("/chat/")
    request.websocket = link.websocket()
    request.is_websocket = lambda: websocket
    given = copy(request)

    def view(own: HttpRequest) -> HttpResponseBase:
        assert own is given
        vars(own).clear()
        return HttpResponse()

    parked(lambda request: given)(view)(request)
    assert vars(given) == {}
    assert request.path == "/chat/"


def test_a_request_without_an_upgrade_stays_where_it_is(keeping: Callable[..., Any]) -> None:
    request = RequestFactory().get("/chat/")
    request.is_websocket = lambda: False

    def view(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse(threading.current_thread().name)

    assert keeping(view)(request).content.decode() == threading.current_thread().name


def test_the_view_has_the_context_of_the_request(link: Link) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> None:
        request.websocket.send("hello")
        seen.append(REQUEST.get())

    token = REQUEST.set("this one")
    try:
        assert call(link, view, own_thread).status_code == 101
    finally:
        REQUEST.reset(token)
    link.sock.close()
    link.read(len(HANDSHAKE))
    assert link.frame().payload == b"hello"
    link.peer.shutdown(socket.SHUT_WR)
    assert link.frame().opcode == Opcode.CLOSE
    ended(link)
    assert seen == ["this one"]
