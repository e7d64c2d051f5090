"""An answer on its way to a client that may not read it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from Dweb.server.answer import PIECE_BYTES, Answer

MANY = 8 * 1024 * 1024  # more than the kernel takes


class Link:
    """An answer, and the client's end of its socket."""

    def __init__(self) -> None:
        near, self.client = socket.socketpair()
        near.setblocking(False)
        self.client.settimeout(10)
        self.answer = Answer(near, max_bytes=1_000)

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += self.client.recv(count - len(data))
        return data

    def drain(self) -> bytes:
        """All of the answer, read while the loop flushes it."""
        data = b""
        while not self.answer.flush():
            data += self.client.recv(1 << 20)
        return data + self.read(self.answer.sent - len(data))


@pytest.fixture
def link() -> Iterator[Link]:
    made = Link()
    yield made
    made.answer.reset()
    made.answer.sock.close()
    made.client.close()


def test_head_and_body_are_one_segment(link: Link) -> None:
    link.answer.sendall(b"head ")
    assert link.answer.sent == 0
    link.answer.sendall(b"body")
    assert link.client.recv(100) == b"head body"
    assert link.answer.flush()


def test_a_head_alone_goes_with_the_flush(link: Link) -> None:
    link.answer.sendall(b"head")
    assert link.answer.flush()
    assert link.client.recv(100) == b"head"


def test_what_the_kernel_does_not_take_waits(link: Link) -> None:
    body = bytes(range(256)) * (MANY // 256)
    link.answer.sendall(b"head ")
    link.answer.sendall(body)
    assert 0 < link.answer.sent < MANY
    assert not link.answer.flush()
    assert link.answer.size == len(b"head ") + MANY  # as long as one byte of it is left
    assert link.drain() == b"head " + body
    link.answer.reset()
    assert link.answer.size == 0


def test_nothing_is_added_to_what_waits_without_end(link: Link) -> None:
    link.answer.sendall(b"head")
    link.answer.sendall(b"x" * MANY)
    with pytest.raises(BrokenPipeError):
        link.answer.sendall(b"x")


@pytest.mark.parametrize("size", [0, 10, PIECE_BYTES, PIECE_BYTES + 1, MANY])
def test_a_file_is_read_in_pieces_and_may_be_closed_before(link: Link, tmp_path: Path, size: int) -> None:
    content = bytes(index % 251 for index in range(1_000)) * (size // 1_000 + 1)
    (tmp_path / "file").write_bytes(b"skip" + content[:size])
    link.answer.sendall(b"head ")
    with (tmp_path / "file").open("rb") as file:
        link.answer.sendfile(file, offset=4, count=size)
    assert link.answer.size <= len(b"head ") + PIECE_BYTES
    assert link.drain() == b"head " + content[:size]


def test_a_file_that_has_become_shorter_ends_the_connection(link: Link, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 10)
    link.answer.sendall(b"head")
    with (tmp_path / "file").open("rb") as file, pytest.raises(BrokenPipeError):
        link.answer.sendfile(file, count=11)


@pytest.mark.parametrize("size", [10, PIECE_BYTES + 1])
def test_of_a_suppressed_answer_nothing_is_sent_and_the_next_one_is(link: Link, tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    link.answer.suppress()
    with (tmp_path / "file").open("rb") as file:
        for _ in range(2):
            link.answer.sendall(b"suppressed")
            link.answer.sendfile(file, count=size)
    assert (link.answer.begun, link.answer.size, link.answer.sent) == (False, 0, 0)
    assert link.answer.flush()
    link.answer.reset()
    link.answer.sendall(b"answer")
    assert link.answer.flush()
    assert link.client.recv(100) == b"answer"


def test_a_client_that_has_gone_ends_the_answer(link: Link) -> None:
    link.client.close()
    link.answer.sendall(b"head")
    for _ in range(2):
        with pytest.raises(BrokenPipeError):
            link.answer.flush()


def test_bytes_in_the_kernel_have_not_arrived() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        near, _ = listener.accept()
        with near:
            near.setblocking(False)
            answer = Answer(near, 1_000)
            answer.sendall(b"head")
            answer.sendall(b"x" * MANY)
            assert answer.acknowledged() < answer.sent
            while not answer.flush():
                client.recv(1 << 20)
            assert answer.sent == len(b"head") + MANY
