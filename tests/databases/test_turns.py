"""Turns to write: who waits for one holds no connection, not too many wait, and readers have connections always."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from chatproj import databases
from Dweb.databases.turns import Turns
from Dweb.databases.wrapper import close_idle
from Dweb.parking.precedence import of_commits

from ..support.waiting import SECONDS, in_thread, wait_until

pytestmark = pytest.mark.once

ALIAS = "apart"


def test_a_turn_is_waited_for_after_the_connection_was_released() -> None:
    turns = Turns(1, most_waiting=1, timeout=SECONDS)
    turns.take(pytest.fail)
    released: list[bool] = []
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(turns.take, lambda: released.append(True))
        wait_until(lambda: released)
        assert not waiting.done()
        turns.give()
        waiting.result(SECONDS)


def test_a_wait_ends_with_an_error_and_beyond_a_number_it_does_not_begin() -> None:
    turns = Turns(1, most_waiting=1, timeout=0.01)
    turns.take(pytest.fail)
    for _ in range(3):
        with pytest.raises(OperationalError, match="still wait to write"):
            turns.take(lambda: None)
    full = Turns(1, most_waiting=0, timeout=SECONDS)
    full.take(pytest.fail)
    with pytest.raises(OperationalError, match="0 threads of this process wait"):
        full.take(lambda: None)


def test_those_who_wait_have_their_turns_in_order_and_the_one_who_goes_first_before_them() -> None:
    turns = Turns(1, most_waiting=2, timeout=SECONDS)
    turns.take(pytest.fail)
    order: list[str] = []

    def take(name: str) -> None:
        if name == "first":
            assert turns.take_first(SECONDS)
        else:
            turns.take(lambda: None)
        order.append(name)
        turns.give()

    with ThreadPoolExecutor(3) as threads:
        for number, name in enumerate(("second", "third", "first")):
            threads.submit(take, name)
            wait_until(lambda number=number: len(turns._waiting) == number + 1)
        turns.give()
    assert order == ["first", "second", "third"]


def test_who_goes_first_waits_for_a_while_only() -> None:
    turns = Turns(1, most_waiting=0, timeout=SECONDS)
    turns.take(pytest.fail)
    assert not turns.take_first(0.01)
    turns.give()
    assert turns.take_first(0)


@pytest.mark.parametrize("came", [False, True])
def test_a_wait_that_fails_loses_no_turn(monkeypatch: pytest.MonkeyPatch, came: bool) -> None:
    turns = Turns(1, most_waiting=1, timeout=SECONDS)
    turns.take(pytest.fail)

    def fail(event: threading.Event, timeout: float) -> None:
        if came:
            turns.give()
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(threading.Event, "wait", fail)
        with pytest.raises(MemoryError):
            turns.take(lambda: None)
    if not came:
        turns.give()
    turns.take(pytest.fail)


@pytest.fixture
def apart(tmp_path: Path, django_db_blocker: Any) -> Iterator[None]:
    """A file with a table, under an alias of its own: three connections, so one turn and two readers."""
    config = databases.entry(databases.file(tmp_path / "a.sqlite3"), 3)
    config |= {"LOCK_SECONDS": 2 * SECONDS, "OPTIONS": config["OPTIONS"] | {"timeout": 2 * SECONDS}}
    connections.settings[ALIAS] = connections.configure_settings({"default": config})["default"]
    with django_db_blocker.unblock():
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("CREATE TABLE note (text TEXT)")
        connections[ALIAS].close()
        yield
        connections[ALIAS].close()
        close_idle()
    del connections[ALIAS], connections.settings[ALIAS]


def write() -> None:
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("INSERT INTO note VALUES ('x')")
    finally:
        connections[ALIAS].close()


def write_in_transaction() -> None:
    try:
        with transaction.atomic(ALIAS), connections[ALIAS].cursor() as cursor:
            cursor.execute("INSERT INTO note VALUES ('x')")
    finally:
        connections[ALIAS].close()


def read() -> int:
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM note")
            return int(cursor.fetchone()[0])
    finally:
        connections[ALIAS].close()


@pytest.mark.parametrize("work", [write, write_in_transaction])
def test_readers_read_while_writers_wait(apart: None, work: Any) -> None:
    turns = connections[ALIAS]._pool().turns
    with ThreadPoolExecutor(12) as threads:
        with transaction.atomic(ALIAS):
            writing = [threads.submit(work) for _ in range(10)]
            wait_until(lambda: len(turns._waiting) == 10)
            assert [threads.submit(read).result(SECONDS) for _ in range(4)] == [0] * 4
        for each in writing:
            each.result(SECONDS)
        assert threads.submit(read).result(SECONDS) == 10


def write_first() -> None:
    """In a thread of its own, whose connection is a reserved one from then on."""
    connections[ALIAS].settings_dict = connections[ALIAS].settings_dict | {"POOL": "one", "MAX_CONNECTIONS": 1}
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("INSERT INTO note VALUES ('first')")
    finally:
        connections[ALIAS].close()


def test_a_reserved_connection_writes_before_those_who_wait(apart: None) -> None:
    turns = connections[ALIAS]._pool().turns
    with ThreadPoolExecutor(4) as threads:
        with transaction.atomic(ALIAS):
            writing = [threads.submit(write) for _ in range(3)]
            wait_until(lambda: len(turns._waiting) == 3)
            writing.append(threads.submit(write_first))
            wait_until(lambda: len(turns._waiting) == 4)
        for each in writing:
            each.result(SECONDS)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT text FROM note ORDER BY rowid")
        assert [text for (text,) in cursor.fetchall()] == ["first", "x", "x", "x"]


def test_a_reserved_connection_writes_without_a_turn_that_does_not_come(apart: None) -> None:
    turns = connections[ALIAS]._pool().turns
    turns.take(pytest.fail)
    in_thread(write_first).result(SECONDS)
    turns.give()
    write()
    assert read() == 2


@pytest.mark.parametrize("work", [write, write_in_transaction])
def test_who_has_waited_for_a_turn_writes_although_readers_have_all_connections(apart: None, work: Any) -> None:
    pool = connections[ALIAS]._pool()
    stop, reading = threading.Event(), threading.Semaphore(0)

    def read_for_long() -> None:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
            reading.release()
            stop.wait(4 * SECONDS)
        connections[ALIAS].close()

    pool.turns.take(pytest.fail)
    writing = in_thread(work)
    wait_until(lambda: pool.turns._waiting)
    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read_for_long) for _ in range(3)]
        for _ in readers:
            assert reading.acquire(timeout=SECONDS)
        pool.turns.give()
        writing.result(SECONDS)
        assert pool._open == 3
        stop.set()
        for each in readers:
            each.result(SECONDS)
    assert read() == 1


def test_statements_defer_to_the_committer_but_none_of_a_thread_that_holds_a_lock(
    apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred: list[bool] = []
    monkeypatch.setattr(of_commits, "defer", lambda: deferred.append(True))
    read()
    write()
    assert deferred == [True, True]
    write_in_transaction()
    assert deferred == [True, True]


def test_a_turn_ends_with_its_transaction_however_that_ends(apart: None) -> None:
    def fail() -> None:
        with transaction.atomic(ALIAS):
            raise ZeroDivisionError

    def close() -> None:
        with transaction.atomic(ALIAS):
            connections[ALIAS].close()

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            fail()
        close()
        with pytest.raises(OperationalError):
            connections[ALIAS].cursor().execute("INSERT INTO nowhere VALUES (1)")
        write()
        write_in_transaction()
    assert read() == 6


def test_a_transaction_that_follows_a_commit_has_a_turn_of_its_own(apart: None) -> None:
    with transaction.atomic(ALIAS):
        transaction.on_commit(write_in_transaction, ALIAS)
    assert read() == 1
    write()
