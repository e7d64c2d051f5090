"""A client: what it is sent goes through its outbox, is written without waiting, and ends with the close frame."""

from collections.abc import Iterable, Iterator

import pytest

from Dweb.live.client import Client
from Dweb.live.outbox import Pushed
from Dweb.live.wire import CloseCode

from ..support.link import Link, readable
from ..support.waiting import SECONDS, in_thread, wait_until

CLOSE = b"\x88\x02\x0f\xa0"


class Waker:
    """Stands for the writer: remembers the clients that it should write to."""

    def __init__(self) -> None:
        self.woken: list[Client] = []
        self.waited: list[int] = []

    def wake(self, clients: Iterable[Client]) -> int:
        self.woken.extend(clients)
        return len(self.woken)

    def wait(self, number: int) -> None:
        self.waited.append(number)


@pytest.fixture
def link() -> Iterator[Link]:
    with Link(receive_buffer=4096, send_buffer=4096) as made:
        yield made


@pytest.fixture
def waker() -> Waker:
    return Waker()


@pytest.fixture
def closed() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def client(link: Link, waker: Waker, closed: list[tuple[int, str]]) -> Client:
    def close(code: int, reason: str) -> None:
        closed.append((code, reason))

    return Client(link.sock, 1, "Alice", close_socket=close, writer=waker, limit=100_000)


def fill(client: Client) -> int:
    """Gives the kernel more than it takes. Returns how many bytes were pushed."""
    assert client.outbox.push(b"a" * 100_000) is Pushed.FIRST
    assert not client.flush()
    return 100_000


def read_all(link: Link, client: Client) -> bytes:
    """Flushes and reads in turns, as the writer and the peer do, until nothing waits."""
    data = b""
    while not client.drain(0) and not client.outbox.gone:
        client.flush()
        while not link.silent():
            data += link.peer.recv(65536)
    while not link.silent():
        data += link.peer.recv(65536)
    return data


def test_bytes_that_were_written_count_no_longer(client: Client, link: Link) -> None:
    for _ in range(50):
        assert client.outbox.push(b"x" * 2_000) is Pushed.FIRST
        assert client.flush()
        link.read(2_000)


def test_a_partly_written_outbox_frees_what_the_kernel_took(client: Client, link: Link) -> None:
    fill(client)
    assert client.outbox.push(b"b" * 1_000) is Pushed.QUEUED
    assert read_all(link, client) == b"a" * 100_000 + b"b" * 1_000
    assert client.outbox.push(b"c" * 100_000) is Pushed.FIRST


def test_a_full_outbox_is_full_for_good_and_says_so_once(client: Client, link: Link) -> None:
    client.outbox.push(b"x" * 99_000)
    assert client.outbox.push(b"y" * 2_000) is Pushed.FULL
    assert client.outbox.push(b"z") is Pushed.QUEUED
    assert read_all(link, client) == b"x" * 99_000


def test_send_wakes_the_writer_for_the_first_frame_only(client: Client, waker: Waker) -> None:
    client.send(b"one")
    client.send(b"two")
    assert waker.woken == [client]


def test_send_closes_a_client_that_is_too_slow_once(client: Client, closed: list[tuple[int, str]]) -> None:
    for _ in range(3):
        client.send(b"x" * 60_000)
    assert [code for code, _ in closed] == [CloseCode.TOO_SLOW]


def test_the_close_frame_is_the_last_thing_written(client: Client, waker: Waker, link: Link) -> None:
    client.send(b"before")
    client.finish(CLOSE)
    client.send(b"after")
    client.finish(CLOSE)
    assert client.outbox.finished
    assert waker.woken == [client, client]
    assert client.flush()
    link.sock.shutdown(1)
    assert link.read(10) == b"before" + CLOSE
    assert link.peer.recv(1) == b""


def test_finishing_a_full_outbox_keeps_the_frame_that_is_half_written_and_gives_up_what_waits(
    client: Client, link: Link
) -> None:
    fill(client)
    while client.outbox.push(b"b" * 10_000) is not Pushed.FULL:
        pass
    client.finish(CLOSE)
    assert read_all(link, client) == b"a" * 100_000 + CLOSE
    assert client.drain(0)


def test_finishing_an_outbox_that_is_not_full_writes_what_waits(client: Client, link: Link) -> None:
    client.outbox.push(b"a" * 90_000)
    client.flush()
    client.outbox.push(b"b" * 1_000)
    client.finish(CLOSE)
    assert read_all(link, client) == b"a" * 90_000 + b"b" * 1_000 + CLOSE


def test_the_close_frame_of_a_full_outbox_goes_out_though_nothing_was_written_yet(client: Client, link: Link) -> None:
    client.outbox.push(b"x" * 99_999)
    client.outbox.push(b"xx")
    client.finish(CLOSE)
    assert client.flush()
    assert link.read(4) == CLOSE
    assert client.drain(0)


def test_drain_returns_when_few_enough_bytes_wait(client: Client, link: Link) -> None:
    assert client.drain(0)
    fill(client)
    assert not client.drain(0)
    assert client.drain(0, below=100_001)
    waiting = in_thread(lambda: client.drain(SECONDS))
    read_all(link, client)
    assert waiting.result(SECONDS)


def test_sever_ends_the_stream_for_both_and_frees_threads_that_wait(client: Client, link: Link) -> None:
    fill(client)
    draining = in_thread(lambda: client.drain(SECONDS))
    receiving = in_thread(lambda: link.sock.recv(1))
    client.sever()
    assert draining.result(SECONDS) is False
    assert receiving.result(SECONDS) == b""
    assert client.flush()
    client.sever()


def test_flush_raises_when_the_connection_is_broken(client: Client, link: Link) -> None:
    link.reset()
    wait_until(lambda: readable(link.sock))
    client.outbox.push(b"x")
    with pytest.raises(OSError, match="reset"):
        client.flush()


def test_detach_waits_until_the_writer_has_passed(client: Client, waker: Waker, link: Link) -> None:
    client.outbox.push(b"never written")
    client.detach()
    assert (waker.woken, waker.waited) == ([client], [1])
    assert client.flush()
    assert link.silent()
