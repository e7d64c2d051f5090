"""The threads that write to a connection: any, one frame after the other; after hand_over() the client alone."""

from collections.abc import Callable

from websockets.frames import Opcode

from Dweb.ws.websocket import WebSocket

from ..support.link import HANDSHAKE, Link
from ..support.waiting import SECONDS, in_thread

TEXT, PING, CLOSE = Opcode.TEXT, Opcode.PING, Opcode.CLOSE
NORMAL = b"\x03\xe8"  # 1000
SOON = 0.1


def test_sends_from_many_threads_never_interleave_their_frames() -> None:
    """Frames longer than the kernel's buffers, so that every send is written in pieces."""
    with Link(receive_buffer=4096, send_buffer=4096) as link:
        websocket = link.accepted()

        def send(sender: int) -> Callable[[], None]:
            return lambda: [websocket.send(bytes([65 + sender]) * 50_000) for _ in range(5)] and None

        sending = [in_thread(send(sender)) for sender in range(6)]
        got = [link.frame() for _ in range(30)]
        for each in sending:
            each.result(SECONDS)
    assert all(frame.opcode == TEXT and len(frame.payload) == 50_000 for frame in got)
    assert all(frame.payload == frame.payload[:1] * 50_000 for frame in got)
    assert sorted(frame.payload[0] for frame in got) == sorted(list(range(65, 71)) * 5)


class FakeClient:
    """Stands for the client: keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.calls: list[str] = []

    def send(self, frames: bytes) -> None:
        self.sent.append(frames)

    def finish(self, frame: bytes) -> None:
        self.sent.append(frame)
        self.calls.append("finish")

    def drain(self, timeout: float) -> bool:
        self.calls.append("drain")
        return True

    def detach(self) -> None:
        self.calls.append("detach")


def handed_over(link: Link, **options: float) -> tuple[WebSocket, FakeClient]:
    websocket, client = link.websocket(**options), FakeClient()  # type: ignore[arg-type]
    websocket.hand_over(client)
    assert link.read(len(HANDSHAKE)) == HANDSHAKE
    return websocket, client


def test_after_hand_over_messages_pongs_and_the_close_frame_go_through_the_client_alone(link: Link) -> None:
    websocket, client = handed_over(link)
    websocket.send("hi")
    link.send(PING, b"?")
    link.send(CLOSE, NORMAL)
    assert websocket.wait() is None
    assert client.sent == [b"\x81\x02hi", b"\x8a\x01?", b"\x88\x02" + NORMAL]
    assert link.silent()
    websocket.end()
    assert client.calls == ["finish", "drain", "detach"]
    assert link.frames() == []


def test_after_hand_over_pings_and_our_own_close_go_through_the_client_too(link: Link) -> None:
    websocket, client = handed_over(link, ping_seconds=SOON, close_seconds=SOON)
    assert in_thread(websocket.wait).result(SECONDS) is None
    assert client.sent == [b"\x89\x00", b"\x89\x00", b"\x88\x19\x03\xf3pings were not answered"]  # 1011
    websocket.end()
    assert client.calls == ["finish", "drain", "detach"]
    assert link.frames() == []


def test_a_message_after_our_close_ends_the_wait_of_a_connection_that_was_handed_over(link: Link) -> None:
    """A peer that goes on sending would keep its view, and a place among the sockets, for as long as it likes."""
    websocket, _ = handed_over(link)
    websocket.close(4000, "bye")
    link.send(TEXT, b"too late")
    link.send(TEXT, b"later still")
    assert websocket.wait() is None
