"""A program that is slower than what comes: the network waits, and behind it the server; nothing is lost."""

import json
import threading
from itertools import islice
from typing import Any

from dweb_client import Chat
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from ..support.waiting import wait_until
from .test_follower import READY, greeting

EVENTS = 20_000
TEXT = "x" * 4_000  # so all of them have 80 MB


class Flood:
    """A server that sends EVENTS events as fast as a client takes them."""

    def __init__(self) -> None:
        self.sent = 0

    def answer(self, socket: ServerConnection) -> None:
        socket.recv()
        for frame in (greeting(("lobby", EVENTS)), READY):
            socket.send(json.dumps(frame))
        try:
            for seq in range(1, EVENTS + 1):
                data: dict[str, Any] = {"room": "lobby", "seq": seq, "msg": TEXT, "time": "2026-12-01T00:00:00.000Z"}
                socket.send(json.dumps({"type": 1, "data": data}))
                self.sent = seq
        except ConnectionClosed:
            return


def test_what_comes_waits_outside_the_program() -> None:
    flood = Flood()
    with serve(flood.answer, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        with Chat(f"http://127.0.0.1:{port}", "dweb_x") as chat:
            events = chat.events("lobby")
            assert next(events).seq == 1
            seen: list[int] = []

            def is_still() -> bool:
                seen.append(flood.sent)
                return len(seen) > 100 and seen[-1] == seen[-100]

            wait_until(is_still, 30)  # all buffers are full
            assert 1 < flood.sent < EVENTS / 2
            assert [event.seq for event in islice(events, 5_000)] == [*range(2, 5_002)]
            events.close()
        server.shutdown()
