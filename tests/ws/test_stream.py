"""The bytes around the handshake: it waits for no client, and what came with it is read first."""

import socket
from contextlib import suppress
from typing import Any

import pytest
from websockets.frames import Opcode

from Dweb.server.answer import Answer
from Dweb.ws import stream
from Dweb.ws.websocket import WebSocket

from ..support.link import HANDSHAKE, OPTIONS, Link, client_frame
from ..support.waiting import SECONDS, in_thread


def test_a_handshake_waits_for_no_client_that_reads_nothing(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SEND_SECONDS", 10 * SECONDS)
    with suppress(BlockingIOError):
        while True:
            link.sock.send(bytes(1 << 20), socket.MSG_DONTWAIT)
    websocket = link.websocket()
    accepted = in_thread(websocket.accept)
    accepted.result(SECONDS)
    assert websocket.accepted
    assert websocket.is_closed()
    assert websocket.wait() is None


def test_what_came_with_the_handshake_is_read_first_and_answered_after_it(link: Link) -> None:
    late = client_frame(Opcode.TEXT, b"late")
    server_sock: Any = Answer(link.sock, 0)
    server_sock.ahead = client_frame(Opcode.TEXT, b"early") + client_frame(Opcode.PING) + late[:4]
    websocket = WebSocket(server_sock, HANDSHAKE, **OPTIONS)
    try:
        assert websocket.wait(SECONDS) == b"early"
        assert link.read(len(HANDSHAKE)) == HANDSHAKE
        assert link.frame().opcode == Opcode.PONG
        link.peer.sendall(late[4:])
        assert websocket.wait(SECONDS) == b"late"
    finally:
        websocket.sock.close()
