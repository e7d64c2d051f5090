"""HTTP as clients speak it: requests in parts, several at once, with bodies of all kinds; each gets its answer."""

import re
import socket
import time

import pytest

from ..support.crowd import handshake, masked
from ..support.raw import talk
from ..support.server import Server, Visitor
from ..support.slow import HEAD, dial, status

pytestmark = [pytest.mark.once, pytest.mark.service]

LOST = HEAD.replace(b"/healthz", b"/nowhere")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="txt"; filename="x"\r\n\r\n'
TOO_LARGE = 300_000


def post(person: Visitor, length: int, kind: str = FORM, more: str = "") -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in person.headers.items())
    line = "POST /msg_send/ HTTP/1.1\r\nHost: localhost\r\n"
    return f"{line}{headers}Content-Type: {kind}\r\nContent-Length: {length}\r\n{more}\r\n".encode()


def message(person: Visitor, text: str) -> bytes:
    body = f"type=1&txt={text}".encode()
    return post(person, len(body)) + body


def answers(data: bytes) -> list[str]:
    """The statuses in what the server has sent."""
    return [found.decode() for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


def test_a_request_may_come_in_any_parts(shared: Server, person: Visitor) -> None:
    whole = message(person, "in parts")
    for size in (1, 50, len(whole) - 3):
        with dial(shared) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(whole), size):
                sock.sendall(whole[start : start + size])
            assert status(sock) == b"200"


def test_requests_at_once_are_answered_in_their_order(shared: Server, person: Visitor) -> None:
    said = message(person, "pipelined")
    data = talk(shared.port, (said + LOST + HEAD) * 20)
    assert answers(data) == ["200", "404", "200"] * 20


def test_a_request_that_follows_in_part_is_answered_when_it_is_whole(shared: Server) -> None:
    with dial(shared, data=HEAD + LOST[:20]) as sock:
        assert status(sock) == b"200"
        sock.sendall(LOST[20:])
        assert status(sock) == b"404"
        for _ in range(3):
            sock.sendall(HEAD)
            assert status(sock) == b"200"


def test_a_client_that_ends_its_half_still_gets_its_answer(shared: Server) -> None:
    for _ in range(20):
        assert answers(talk(shared.port, HEAD)) == ["200"]


def test_http_1_0_and_connection_close_end_the_connection(shared: Server) -> None:
    for head in (b"GET /healthz HTTP/1.0\r\n\r\n", HEAD[:-2] + b"Connection: close\r\n\r\n"):
        with dial(shared, data=head) as sock:
            assert status(sock) == b"200"
            assert sock.recv(1) == b""


def test_a_client_that_expects_100_continue_is_told_so_once(shared: Server, person: Visitor) -> None:
    expects = "Expect: 100-continue\r\n"
    body = b"type=1&txt=expected"
    with dial(shared, data=post(person, len(body), more=expects)) as sock:
        assert status(sock) == b"100"
        sock.sendall(body)
        assert status(sock) == b"200"
        sock.sendall(post(person, len(body), more=expects) + body)
        assert status(sock) == b"200"
    assert answers(talk(shared.port, post(person, TOO_LARGE, more=expects))) == ["413"]


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
@pytest.mark.parametrize("size", [TOO_LARGE, 3 * 1024 * 1024], ids=["a little", "far"])
def test_a_body_that_is_too_large_is_refused_and_not_kept(
    shared: Server, person: Visitor, kind: str, size: int
) -> None:
    start = PART if kind == MULTIPART else b"txt="
    data = talk(shared.port, post(person, size, kind) + start + b"x" * (size - len(start)))
    assert answers(data) == ["413"]
    assert b'"error": "too_large"' in data
    assert b"Connection: close" in data


def test_a_file_in_a_small_body_is_refused_and_the_connection_stays(shared: Server, person: Visitor) -> None:
    body = PART + b"data\r\n--x--\r\n"
    assert answers(talk(shared.port, post(person, len(body), MULTIPART) + body + HEAD)) == ["413", "200"]


def test_a_body_that_no_view_reads_stays_out_of_the_next_request(shared: Server) -> None:
    request = HEAD[:-2] + f"Content-Length: {len(LOST)}\r\n\r\n".encode() + LOST
    assert answers(talk(shared.port, request + HEAD)) == ["200", "200"]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"GET /" + b"x" * 5_000 + b" HTTP/1.1\r\n\r\n", "414"),
        (b"GET /" + b"x" * 100_000, "414"),
        (HEAD[:-2] + b"X: " + b"x" * 9_000 + b"\r\n\r\n", "431"),
        (HEAD[:-2] + b"X: " + b"x" * 100_000, "431"),
        (HEAD[:-2] + b"X: y\r\n" * 101 + b"\r\n", "431"),
        (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", "400"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\n\n", "400"),
        (b"GET /healthz\r\n\r\n", "400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"),
        (HEAD[:-2] + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "400"),
        (HEAD[:-2] + b"Content-Length: x\r\n\r\n", "400"),
        (HEAD[:-2] + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        (HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "411"),
        (HEAD[:-2] + b"Transfer-Encoding: gzip\r\n\r\n", "400"),
        (HEAD[:-2] + b"Expect: something\r\n\r\n", "417"),
    ],
)
def test_a_wrong_head_is_refused_and_ends_the_connection(shared: Server, data: bytes, wanted: str) -> None:
    with dial(shared, data=data) as sock:  # which says no more, and waits
        assert status(sock).decode() == wanted
        assert sock.recv(1) == b""


@pytest.mark.parametrize("line", [b"X: " + b"x" * 9_000, b"Expect: <b>", b"Transfer-Encoding: chunked"])
def test_such_a_refusal_is_neither_sniffed_nor_framed_and_has_no_markup_of_the_client(
    shared: Server, line: bytes
) -> None:
    head, _, body = talk(shared.port, HEAD[:-2] + line + b"\r\n\r\n").partition(b"\r\n\r\n")
    length = b"Content-Length: %d" % len(body)
    assert {length, b"X-Content-Type-Options: nosniff"} <= {*head.split(b"\r\n")}
    assert b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'" in head
    assert b"<b>" not in body


def test_a_connection_that_was_idle_goes_on(shared: Server) -> None:
    with dial(shared) as sock:
        for _ in range(3):
            time.sleep(0.3)
            sock.sendall(HEAD)
            assert status(sock) == b"200"


def test_frames_that_come_with_the_handshake_are_read(shared: Server, person: Visitor) -> None:
    with dial(shared, data=handshake(person) + masked(0x9, b"early")) as sock:
        data = b""
        while b"early" not in data:  # the pong
            data += sock.recv(4_096)
        assert answers(data) == ["101"]
        sock.sendall(masked(0x8, b""))
        while more := sock.recv(4_096):
            data += more
        assert data.endswith(b"\x88\x00")


def test_a_request_after_a_refused_handshake_is_answered(shared: Server) -> None:
    refused = HEAD.replace(b"/healthz", b"/chat/")[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    assert answers(talk(shared.port, refused + HEAD))[1:] == ["200"]
    with dial(shared, data=refused) as sock:
        assert status(sock) != b"101"
        sock.sendall(HEAD)
        assert status(sock) == b"200"
