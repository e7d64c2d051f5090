"""The bytes of one request until it is whole."""

from pathlib import Path
from unittest import mock

import pytest

from Dweb.server.request import Request
from Dweb.server.spool import Spool

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


def new() -> Request:
    return Request(head_max=100, body_max=50)


def test_a_head_is_whole_however_it_comes() -> None:
    for size in range(1, len(HEAD) + 1):
        request = new()
        parts = [HEAD[start : start + size] for start in range(0, len(HEAD), size)]
        assert [request.add(part) for part in parts] == [False] * (len(parts) - 1) + [True]
        assert (request.held, request.take(), request.buffer) == (True, HEAD, b"")


def test_a_body_belongs_to_the_request_and_what_follows_does_not() -> None:
    for cut in range(len(POST) + 5):
        request = new()
        whole = POST + b"12345"
        assert not request.add(whole[:cut])
        assert request.add(whole[cut:] + HEAD[:10])
        assert (request.held, request.take()) == (True, whole)
        assert not request.add(b"")
        assert request.add(HEAD[10:])
        assert request.take() == HEAD


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 51",
        b"Content-Length: 99999999999999999999",
        b"Content-Length: x",
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked",
    ],
)
def test_a_body_that_is_too_large_or_has_no_length_is_not_waited_for(header: bytes) -> None:
    request = new()
    head = b"POST / HTTP/1.1\r\n" + header + b"\r\n\r\n"
    assert request.add(head + b"123")
    assert (request.held, request.take()) == (False, head)


@pytest.mark.parametrize(
    ("header", "unread"),
    [
        (b"Content-Length: 51", 51),
        (b"Content-Length: 50", 0),
        (b"Content-Length: 51\r\nContent-Length: 51", 0),
        (b"Content-Length: 51\r\nTransfer-Encoding: chunked", 0),
    ],
)
def test_how_long_a_body_is_that_is_not_read(header: bytes, unread: int) -> None:
    request = new()
    request.add(b"POST / HTTP/1.1\r\n" + header + b"\r\n\r\n")
    assert request.unread == unread


@pytest.mark.parametrize("come", [0, 10, 51, 60])
def test_a_request_that_is_put_back_is_complete_with_the_body_in_its_spool(tmp_path: Path, come: int) -> None:
    request = new()
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 51\r\n\r\n"
    body = b"x" * 51 + HEAD
    assert request.add(head + body[:come])
    assert request.take() == head
    spool = Spool(tmp_path, 51, mock.Mock())
    request.put_back(head, spool)
    assert (request.held, request.unread, request.expects) == (True, 0, True)
    assert request.add(b"") is (come >= 51)
    assert request.add(body[come:])
    assert (request.come, len(request.buffer)) == (len(head) + len(body), len(head) + len(HEAD))
    with spool.reader() as reader:
        assert reader.read() == b"x" * 51
    assert (request.take(), request.spool) == (head, None)
    assert request.add(b"")
    assert request.take() == HEAD


def test_a_request_that_is_dropped_ends_its_transfer(tmp_path: Path) -> None:
    request, ended = new(), mock.Mock()
    request.put_back(POST.replace(b"5", b"51"), Spool(tmp_path, 51, ended))
    request.drop()
    ended.assert_called_once_with()
    assert request.come == 0


def test_a_head_that_never_ends_is_given_up() -> None:
    request = new()
    assert not request.add(b"G" * 100)
    assert request.add(b"G")
    assert (request.held, request.take()) == (False, b"G" * 101)


@pytest.mark.parametrize("parts", [(b"GET / HTTP/1.1\n",), (b"GET / HTTP/1.1\r\nHost: x", b"\n")])
def test_a_bare_line_feed_is_not_waited_on(parts: tuple[bytes, ...]) -> None:
    request = new()
    assert [request.add(part) for part in parts][-1]


def test_a_line_end_in_two_parts_is_no_bare_line_feed() -> None:
    request = new()
    assert not request.add(b"GET / HTTP/1.1\r")
    assert not request.add(b"\nHost: x\r")
    assert request.add(b"\n\r\n")
    assert request.held


@pytest.mark.parametrize(
    ("version", "header", "expects"),
    [(b"1", b"Expect: 100-continue", True), (b"0", b"Expect: 100-continue", False), (b"1", b"X: y", False)],
)
def test_only_http_1_1_is_told_to_continue(version: bytes, header: bytes, expects: bool) -> None:
    request = new()
    assert not request.add(b"POST / HTTP/1." + version + b"\r\n" + header + b"\r\ncontent-length:5\r\n\r\n")
    assert request.expects is expects


def test_an_upgrade_is_seen_and_forgotten() -> None:
    request = new()
    request.add(b"GET / HTTP/1.1\r\nUPGRADE: websocket\r\n\r\n" + HEAD)
    assert request.upgrades
    request.take()
    assert request.add(b"")
    assert not request.upgrades
