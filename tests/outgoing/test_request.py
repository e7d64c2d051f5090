"""One request to a webhook: to the address that was checked, and within its bounds whatever the receiver does."""

import gzip
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest

from Dweb.outgoing.address import Ip
from Dweb.outgoing.request import Answer, Failed, post

from ..support.receivers import Raw, Receiver, Reply, certificate, read_request, silent

pytestmark = pytest.mark.once

SECONDS = 0.4
MOST = 1_000
OK = b"HTTP/1.1 200 OK\r\n"
MAKE = Callable[[Reply], Receiver]


def send(url: str, *, private: bool = True, seconds: float = SECONDS, **options: object) -> Answer:
    return post(url, b'{"a":1}', {"Content-Type": "application/json"}, private=private, seconds=seconds, most=MOST,
                **options)  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture
def make() -> Iterator[MAKE]:
    made: list[Receiver] = []

    def start(reply: Reply = silent) -> Receiver:
        made.append(Receiver(reply).start())
        return made[-1]

    yield start
    for each in made:
        each.stop()


@pytest.fixture
def raw() -> Iterator[Callable[..., Raw]]:
    made: list[Raw] = []

    def start(serve: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Raw:
        made.append(Raw(serve, context))
        return made[-1]

    yield start
    for each in made:
        each.stop()


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    def serve(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(answer)

    return serve


def test_what_is_sent_and_what_comes_back(make: MAKE) -> None:
    receiver = make(lambda got: (201, "application/json; charset=utf-8", b'{"text":"yes"}'))
    assert send(receiver.url) == Answer(201, "application/json", b'{"text":"yes"}')
    [got] = receiver.got
    assert got.body == b'{"a":1}'
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["accept-encoding"] == "identity"


def test_a_private_address_is_not_connected_to(make: MAKE) -> None:
    receiver = make()
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "2130706433")):
        with pytest.raises(Failed, match="inside "):
            send(url, private=False)
    assert receiver.got == []


def test_a_name_that_changes_leads_where_it_was_checked(make: MAKE) -> None:
    """The name is asked once: what it says after the check counts for nothing."""
    receiver = make()
    said: list[str] = []

    def resolve(host: str, port: int) -> list[Ip]:
        said.append(host)
        return [ip_address("127.0.0.1" if len(said) == 1 else "127.0.0.2")]

    send(f"http://changing.example:{receiver.port}/", resolve=resolve)
    assert said == ["changing.example"]
    assert receiver.got[0].headers["host"] == f"changing.example:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(raw: Callable[..., Raw], make: MAKE, status: int) -> None:
    inside = make()
    for target in (inside.url, "http://169.254.169.254/latest/meta-data/", "//localhost/", "/again"):
        receiver = raw(saying(f"HTTP/1.1 {status} Go\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()))
        with pytest.raises(Failed, match="redirect") as failed:
            send(receiver.url)
        assert (failed.value.status, receiver.taken) == (status, 1)
    assert inside.got == []


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503, 999])
def test_another_status_is_a_failure(make: MAKE, status: int) -> None:
    with pytest.raises(Failed) as failed:
        send(make(lambda got: (status, "text/plain", b"no")).url)
    assert failed.value.status == status


def drip(sock: socket.socket, start: bytes, more: bytes) -> None:
    read_request(sock)
    forever(sock, start, more)


def forever(sock: socket.socket, start: bytes, more: bytes) -> None:
    sock.sendall(start)
    while True:
        time.sleep(SECONDS / 20)
        sock.sendall(more)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"", b""),
        (b"HTTP/1.1 2", b"0"),
        (OK, b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 " + b"x" * 100, b"x"),
    ],
)
def test_a_slow_head_ends_at_the_deadline(raw: Callable[..., Raw], start: bytes, more: bytes) -> None:
    receiver = raw(lambda sock: drip(sock, start, more))
    with pytest.raises(Failed, match=r"time|http"):
        send(receiver.url)


def test_a_receiver_that_reads_nothing(raw: Callable[..., Raw]) -> None:
    receiver = raw(lambda sock: time.sleep(10 * SECONDS))
    with pytest.raises(Failed, match="time"):
        post(receiver.url, b"x" * 50_000_000, {}, private=True, seconds=SECONDS, most=MOST)


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"Content-Type: text/plain\r\n\r\n", b"x"),
        (b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"Content-Type: text/plain\r\nContent-Length: 500\r\n\r\n", b"x"),
    ],
)
def test_a_slow_body_was_taken_all_the_same(raw: Callable[..., Raw], head: bytes, more: bytes) -> None:
    receiver = raw(lambda sock: drip(sock, OK + head, more))
    answer = send(receiver.url)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.fault == "unfinished"


def flood(sock: socket.socket, head: bytes, piece: bytes = b"x" * 65_536) -> None:
    read_request(sock)
    sock.sendall(OK + head)
    while True:
        sock.sendall(piece)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"Content-Type: text/plain\r\nContent-Length: 1000000000\r\n\r\n", b"x" * 65_536),
        (b"Content-Type: text/plain\r\n\r\n", b"x" * 65_536),
        (b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
        (b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 65_536),
        (b"X: ", b"x" * 65_536),
        (b"", b"X: y\r\n" * 10_000),
    ],
)
def test_a_huge_answer_takes_no_memory(raw: Callable[..., Raw], head: bytes, piece: bytes) -> None:
    receiver = raw(lambda sock: flood(sock, head, piece))
    tracemalloc.start()
    try:
        with suppress(Failed):  # for a head that is no HTTP
            answer = send(receiver.url, seconds=5)
            assert (answer.status, answer.body, bool(answer.fault)) == (200, b"", True)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_compressed_answer_is_not_read(raw: Callable[..., Raw]) -> None:
    bomb = gzip.compress(b"x" * 10_000_000)
    head = b"Content-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    answer = send(raw(saying(OK + head + bomb)).url)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.fault == "compressed"


@pytest.mark.parametrize(
    "answer", [b"", b"hello\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 abc\r\n\r\n", b"HTTP/9.9 200 x\r\n\r\n"]
)
def test_what_is_no_http(raw: Callable[..., Raw], answer: bytes) -> None:
    with pytest.raises(Failed):
        send(raw(saying(answer)).url)


def test_nobody_listens(raw: Callable[..., Raw]) -> None:
    receiver = raw(saying(b""))
    receiver.stop()
    with pytest.raises(Failed, match="connection"):
        send(receiver.url)


def test_an_unknown_type_is_taken_and_not_said(make: MAKE) -> None:
    assert send(make(lambda got: (200, "text/html", b"<p>ok")).url) == Answer(200)


def test_longer_than_what_may_be_read(make: MAKE) -> None:
    assert len(send(make(lambda got: (200, "text/plain", b"x" * MOST)).url).body) == MOST
    assert "long" in send(make(lambda got: (200, "text/plain", b"x" * (MOST + 1))).url).fault


def test_a_header_cannot_be_smuggled_in() -> None:
    for url in ("http://127.0.0.1/\r\nX: y", "http://127.0.0.1/%0d%0aX:%20y"):
        with pytest.raises(Failed):
            send(url, private=False)


NAME = "hook.example"


def test_tls_is_checked_for_the_name_and_not_for_the_address(
    raw: Callable[..., Raw], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path, NAME)
    receiver = raw(saying(OK + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"), context)
    asked: list[str] = []
    context.sni_callback = lambda sock, name, old: asked.append(name)

    def to(host: str) -> Answer:
        return send(f"https://{host}:{receiver.port}/", resolve=lambda host, port: [ip_address("127.0.0.1")])

    with pytest.raises(Failed, match="tls self-signed certificate"):
        to(NAME)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    assert to(NAME).body == b"hi"
    with pytest.raises(Failed, match="tls Hostname mismatch"):
        to("other.example")
    assert asked == [NAME, NAME, "other.example"]


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x16\x03\x01"])
def test_a_receiver_that_speaks_no_tls(raw: Callable[..., Raw], start: bytes) -> None:
    receiver = raw(lambda sock: forever(sock, start, start))
    with pytest.raises(Failed):
        send(receiver.url.replace("http:", "https:"))
