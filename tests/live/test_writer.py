"""The writer: it joins what has gathered, waits for no client, and releases everything that it held."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import cast
from unittest import mock

import pytest
from websockets.frames import Opcode

from Dweb.live.client import Client
from Dweb.live.wire import CloseCode, encode
from Dweb.live.writer import Writer
from Dweb.parking.sending import send_now

from ..support.link import Link
from ..support.waiting import SECONDS, in_thread, wait_until

SMALL = {"receive_buffer": 4096, "send_buffer": 4096}
SOON = 0.1


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(close_seconds=SOON)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def patient() -> Iterator[Writer]:
    """A writer that waits for the answers to close frames longer than any test lasts."""
    made = Writer(close_seconds=600)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_link() -> Iterator[Callable[..., Link]]:
    with ExitStack() as stack:
        yield lambda **buffers: stack.enter_context(Link(**buffers))


class Held(Client):
    """Its flush() waits until it is released: it holds the writer in the middle of a pass."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(cast(socket.socket, None), 0, "Held", close_socket=print, writer=writer, limit=100)
        self.entered = threading.Event()
        self.released = threading.Event()
        self.send(b"x")
        assert self.entered.wait(SECONDS)

    def flush(self) -> bool:
        self.entered.set()
        assert self.released.wait(SECONDS)
        return self.outbox.sent(len(self.outbox.take()))


def test_what_gathers_during_a_pass_is_written_with_one_send(writer: Writer, open_link: Callable[..., Link]) -> None:
    link = open_link()
    client = link.client(writer)
    held = Held(writer)
    for frame in (b"one", b"two", b"three"):
        number = writer.fan_out([client], frame)
    with mock.patch("Dweb.live.client.send_now", wraps=send_now) as send:
        held.released.set()
        writer.wait(number)
    assert [call.args[1] for call in send.call_args_list] == [b"onetwothree"]
    assert link.read(11) == b"onetwothree"


def test_everyone_gets_the_same_bytes_except_users_with_bytes_of_their_own(
    writer: Writer, open_link: Callable[..., Link]
) -> None:
    links = [open_link() for _ in range(3)]
    clients = [link.client(writer, user_id) for user_id, link in enumerate(links)]
    writer.fan_out(clients, b"all", {1: b"own"})
    assert [link.read(3) for link in links] == [b"all", b"own", b"all"]


def test_a_stalled_reader_delays_no_other_and_is_closed_with_4000_at_its_limit(
    patient: Writer, open_link: Callable[..., Link]
) -> None:
    stalled, reader = open_link(**SMALL), open_link()
    slow, fast = stalled.client(patient, limit=50_000), reader.client(patient)
    frame = encode({"type": "x", "text": "." * 10_000})
    count = 0
    while not slow.outbox.finished:
        patient.wait(patient.fan_out([slow, fast], frame))
        count += 1
        assert reader.frame().json()["type"] == "x"
    assert not fast.outbox.finished
    got = [stalled.frame()]
    while got[-1].opcode != Opcode.CLOSE:
        got.append(stalled.frame())
    assert got[-1].code == CloseCode.TOO_SLOW
    assert 1 <= len(got) - 1 < count
    assert all(each.json()["type"] == "x" for each in got[:-1])
    patient.fan_out([slow, fast], frame)
    assert reader.frame().json()["type"] == "x"
    slow.sever()
    assert stalled.frames() == []


def test_a_blocked_outbox_is_written_on_as_soon_as_the_peer_reads(
    writer: Writer, open_link: Callable[..., Link]
) -> None:
    link = open_link(**SMALL)
    client = link.client(writer)
    frame = encode({"text": "." * 20_000})
    for _ in range(20):
        client.send(frame)
    wait_until(lambda: client.blocked)
    assert [len(link.frame().json()["text"]) for _ in range(20)] == [20_000] * 20
    wait_until(lambda: not client.blocked)
    assert client.drain(SECONDS)


@pytest.mark.parametrize("stalled", [False, True], ids=["reading", "stalled"])
def test_a_client_that_does_not_answer_a_close_frame_is_severed(
    writer: Writer, open_link: Callable[..., Link], stalled: bool
) -> None:
    link = open_link(**SMALL)
    client = link.client(writer)
    if stalled:
        client.send(b"x" * 200_000)
        wait_until(lambda: client.blocked)
    client.close(1012, "bye")
    wait_until(lambda: client.outbox.gone)
    if not stalled:
        [close] = link.frames()
        assert (close.opcode, close.code) == (Opcode.CLOSE, 1012)
    assert link.sock.recv(1) == b""
    wait_until(lambda: not client.blocked)


def test_a_client_has_its_time_to_answer_a_close_frame(patient: Writer, open_link: Callable[..., Link]) -> None:
    link = open_link()
    client = link.client(patient)
    client.close(1012, "bye")
    assert link.frame().code == 1012
    for _ in range(3):
        patient.wait(patient.wake(()))
    assert not client.outbox.gone
    assert link.silent()


def test_a_broken_connection_is_severed_and_the_others_are_served(
    writer: Writer, open_link: Callable[..., Link]
) -> None:
    broken, well = open_link(), open_link()
    gone, client = broken.client(writer), well.client(writer)
    broken.reset()

    def severed() -> bool:
        writer.wait(writer.fan_out([gone, client], b"x"))
        assert well.read(1) == b"x"
        return gone.outbox.gone

    wait_until(severed)


def test_after_detach_the_descriptors_number_serves_another_connection(
    writer: Writer, open_link: Callable[..., Link]
) -> None:
    old, new = open_link(**SMALL), open_link(**SMALL)
    client = old.client(writer)
    client.send(b"x" * 200_000)
    wait_until(lambda: client.blocked)
    client.detach()
    assert not client.blocked
    number = old.sock.fileno()
    old.sock.close()
    os.dup2(new.sock.fileno(), number)
    new.sock.close()
    new.sock = socket.socket(fileno=number)
    again = new.client(writer)
    again.send(b"y" * 200_000)
    wait_until(lambda: again.blocked)
    assert new.read(200_000) == b"y" * 200_000


def test_wait_returns_when_what_was_pushed_before_is_written(writer: Writer, open_link: Callable[..., Link]) -> None:
    link = open_link()
    client = link.client(writer)
    for _ in range(100):
        writer.wait(writer.fan_out([client], b"x"))
        assert not link.silent()
        link.read(1)


def test_a_pass_that_was_asked_for_during_another_comes_though_there_is_no_client_to_write_to(writer: Writer) -> None:
    held = Held(writer)
    number = writer.fan_out([], b"")
    waiting = in_thread(lambda: writer.wait(number))
    held.released.set()
    waiting.result(SECONDS)


def test_the_thread_sleeps_when_nothing_is_to_be_written(writer: Writer, open_link: Callable[..., Link]) -> None:
    wait_until(lambda: writer._asleep)
    link = open_link(**SMALL)
    client = link.client(writer)
    client.send(b"x" * 200_000)
    wait_until(lambda: client.blocked and writer._asleep)
    link.read(200_000)
    wait_until(lambda: not client.blocked and writer._asleep)


def test_stop_in_the_middle_of_a_pass_returns_after_it(writer: Writer) -> None:
    other = Writer(SOON)
    other.start()
    held = Held(other)
    stopping = in_thread(other.stop)
    held.released.set()
    stopping.result(SECONDS)


def test_no_thread_and_no_descriptor_is_left_after_stop(open_link: Callable[..., Link]) -> None:
    link = open_link(**SMALL)
    threads, descriptors = threading.active_count(), os.listdir("/proc/self/fd")
    writer = Writer(SOON)
    writer.start()
    client = link.client(writer)
    client.send(b"x" * 200_000)
    wait_until(lambda: client.blocked)
    assert threading.active_count() == threads + 1
    writer.stop()
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)
