"""GET /chat/: why a socket is refused, and a whole connection through the view, its middleware and a real socket."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol

from Dweb.models import User
from Dweb.runtime import Runtime

from ..support.fakes import connected, sign_in

HANDSHAKE = {
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection over the loopback: the server's, the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname(), timeout=10)
        near, _ = listener.accept()
    with near, far:
        yield near, far


def test_without_an_upgrade_it_says_426(live: Runtime, alice: User) -> None:
    response = sign_in(alice).get("/chat/")
    assert response.status_code == 426
    assert response["Upgrade"] == "websocket"
    assert response.json()["error"] == "upgrade_required"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("upgrade", [{}, HANDSHAKE])
def test_who_is_not_signed_in_gets_401(
    db: None, live: Runtime, upgrade: dict[str, str], pair: tuple[socket.socket, socket.socket]
) -> None:
    near, _ = pair
    response = Browser().get("/chat/", **upgrade, **{"gunicorn.socket": near})
    assert response.status_code == 401
    assert response.json() == {"msg": "error", "error": "not_signed_in", "detail": "Sign in first."}


@pytest.mark.parametrize("upgrade", [{}, HANDSHAKE])
def test_a_full_server_says_503_and_when_to_come_back(
    live: Runtime, alice: User, upgrade: dict[str, str], pair: tuple[socket.socket, socket.socket]
) -> None:
    near, _ = pair
    live.hub._max_sockets = 1
    assert live.hub.reserve() is None
    response = sign_in(alice).get("/chat/", **upgrade, **{"gunicorn.socket": near})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response.json()["error"] == "unavailable"
    live.hub.release()
    assert sign_in(alice).get("/chat/").status_code == 426


def test_a_stopping_server_takes_nobody_in(live: Runtime, alice: User) -> None:
    live.stop()
    assert sign_in(alice).get("/chat/").status_code == 503


def test_a_foreign_origin_is_refused(live: Runtime, alice: User, pair: tuple[socket.socket, socket.socket]) -> None:
    near, _ = pair
    handshake = HANDSHAKE | {"HTTP_ORIGIN": "https://evil.example"}
    response = sign_in(alice).get("/chat/", **handshake, **{"gunicorn.socket": near})
    assert response.status_code == 403
    assert response.json()["error"] == "forbidden"


def test_a_closed_account_gets_401(live: Runtime, alice: User) -> None:
    browser = sign_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get("/chat/").status_code == 401


def test_a_connection_is_greeted_answered_and_ended(
    live: Runtime, alice: User, pair: tuple[socket.socket, socket.socket]
) -> None:
    near, far = pair
    received: list[object] = []
    peer = threading.Thread(target=_greet_say_and_close, args=(far, received))
    peer.start()
    sign_in(alice).get("/chat/", **HANDSHAKE, **{"gunicorn.socket": near})
    peer.join(10)
    assert received == [0, 1, "ack", b"\x03\xe8"]
    assert live.hub.connections() == []
    assert live.hub.reserve() is None


def test_one_user_has_so_many_sockets(live: Runtime, alice: User) -> None:
    live.hub._max_per_user = 2
    tabs = [connected(live, alice) for _ in range(3)]
    assert [tab.closed for tab in tabs] == [[], [], [(4003, "at most 2 connections for one user")]]
    for tab in tabs:
        tab.end()


def _greet_say_and_close(far: socket.socket, received: list[object]) -> None:
    """The client's side; `received` gets the types of the frames, and the code with which the server closed."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += far.recv(1)
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    client = Protocol(CLIENT)
    for frame in (b'{"type":"hello"}', '{"type":"1","txt":"你好","cid":"c"}'.encode()):
        far.sendall(Frame(Opcode.TEXT, frame).serialize(mask=True))
    while data := far.recv(1 << 16):
        client.receive_data(data)
        for frame in client.events_received():
            received.append(frame.data if frame.opcode is Opcode.CLOSE else json.loads(bytes(frame.data))["type"])
        if received[-1] == "ack":
            far.sendall(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_do_not_open_a_socket(live: Runtime, alice: User, method: str) -> None:
    response = getattr(sign_in(alice), method)("/chat/")
    assert response["Content-Type"] == "application/json"
    assert 400 <= response.status_code < 500
