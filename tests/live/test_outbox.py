"""An outbox: counted in bytes, bounded, and closed for good by its close frame."""

import pytest

from Dweb.live.outbox import Outbox, Pushed

from ..support.waiting import SECONDS, in_thread

CLOSE = b"\x88\x02\x0f\xa0"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(100_000)


def write_all(outbox: Outbox) -> bytes:
    """Takes and counts in small steps, as a kernel with little room does, until nothing waits."""
    data = b""
    while taken := bytes(outbox.take()):
        data += taken[:30_000]
        assert outbox.sent(len(taken[:30_000])) == (outbox.size == 0)
    return data


def test_the_first_frame_of_an_empty_outbox_is_distinguished_from_those_behind_it(outbox: Outbox) -> None:
    assert outbox.push(b"one") is Pushed.FIRST
    assert outbox.push(b"two") is Pushed.QUEUED
    assert write_all(outbox) == b"onetwo"
    assert outbox.push(b"three") is Pushed.FIRST


def test_the_limit_counts_bytes_that_wait_whether_they_were_taken_or_not(outbox: Outbox) -> None:
    assert outbox.push(b"x" * 99_990) is Pushed.FIRST
    outbox.take()
    assert outbox.push(b"x" * 10) is Pushed.QUEUED
    assert outbox.size == 100_000
    assert outbox.push(b"x") is Pushed.FULL


def test_bytes_that_were_sent_count_no_longer(outbox: Outbox) -> None:
    for _ in range(100):
        assert outbox.push(b"x" * 2_000) is Pushed.FIRST
        assert outbox.sent(len(outbox.take()))
    assert outbox.size == 0


def test_what_was_taken_is_given_again_until_it_is_sent(outbox: Outbox) -> None:
    outbox.push(b"one")
    assert outbox.take() == b"one"
    outbox.push(b"two")
    assert outbox.take() == b"one"
    assert not outbox.sent(0)
    assert not outbox.sent(1)
    assert outbox.take() == b"ne"
    assert not outbox.sent(2)
    assert outbox.take() == b"two"
    assert outbox.sent(3)
    assert outbox.take() == b""


def test_a_partly_sent_outbox_has_room_for_as_much_as_was_sent(outbox: Outbox) -> None:
    outbox.push(b"a" * 100_000)
    outbox.take()
    assert not outbox.sent(1_000)
    assert outbox.push(b"b" * 1_000) is Pushed.QUEUED
    assert write_all(outbox) == b"a" * 99_000 + b"b" * 1_000
    assert outbox.push(b"c" * 100_000) is Pushed.FIRST


def test_a_full_outbox_is_full_for_good_and_says_so_once(outbox: Outbox) -> None:
    outbox.push(b"x" * 99_000)
    assert outbox.push(b"y" * 2_000) is Pushed.FULL
    assert outbox.push(b"z") is Pushed.QUEUED
    assert write_all(outbox) == b"x" * 99_000


def test_the_close_frame_is_the_last_one_and_there_is_one_only(outbox: Outbox) -> None:
    outbox.push(b"before")
    assert not outbox.finished
    assert outbox.finish(CLOSE)
    assert outbox.finished
    assert outbox.push(b"after") is Pushed.QUEUED
    assert not outbox.finish(CLOSE)
    assert write_all(outbox) == b"before" + CLOSE


@pytest.mark.parametrize("full", [True, False])
def test_finishing_keeps_what_was_taken_and_of_a_full_outbox_drops_what_waits(outbox: Outbox, full: bool) -> None:
    outbox.push(b"a" * 50_000)
    outbox.take()
    outbox.push(b"b" * 50_000)
    if full:
        assert outbox.push(b"c") is Pushed.FULL
    assert outbox.finish(CLOSE)
    waits = b"" if full else b"b" * 50_000
    assert outbox.size == 50_000 + len(waits) + len(CLOSE)
    assert write_all(outbox) == b"a" * 50_000 + waits + CLOSE


def test_drain_returns_when_few_enough_bytes_wait(outbox: Outbox) -> None:
    assert outbox.drain(0)
    outbox.push(b"x" * 100)
    assert not outbox.drain(0)
    assert outbox.drain(0, below=101)
    waiting = in_thread(lambda: outbox.drain(SECONDS))
    write_all(outbox)
    assert waiting.result(SECONDS)


def test_a_thread_that_waits_returns_when_the_outbox_is_abandoned(outbox: Outbox) -> None:
    outbox.push(b"never sent")
    waiting = in_thread(lambda: outbox.drain(SECONDS))
    outbox.abandon()
    assert outbox.gone
    assert waiting.result(SECONDS) is False
