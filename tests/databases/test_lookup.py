"""Lookups: keys that views in the loop ask for at once share a query; nobody is lost when it fails."""

import threading
from collections.abc import Collection, Mapping
from concurrent.futures import Future

import pytest

from Dweb.databases import lookup
from Dweb.databases.lookup import Lookup
from Dweb.parking.loop import Loop

from ..support.loop import Run
from ..support.waiting import SECONDS, wait_until


class Table:
    """Answers keys with their doubles, once it is opened; remembers the keys of each query. Odd keys do not exist."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.queries: list[list[int]] = []

    def query(self, keys: Collection[int]) -> Mapping[int, int]:
        self.queries.append(list(keys))
        assert self.gate.wait(SECONDS)
        if 13 in keys:
            raise LookupError("unlucky")
        return {key: 2 * key for key in keys if key % 2 == 0}


@pytest.fixture
def table() -> Table:
    return Table()


def ask(in_loop: Run, numbers: Lookup[int, int], *keys: int) -> "list[Future[int | None]]":
    return [in_loop(lambda key=key: numbers.find(key)) for key in keys]


def gathered(in_loop: Run, table: Table, numbers: Lookup[int, int], *keys: int) -> "list[Future[int | None]]":
    """Asks for the first key, and for the others while its query runs."""
    first = ask(in_loop, numbers, keys[0])
    wait_until(lambda: table.queries == [[keys[0]]])
    others = ask(in_loop, numbers, *keys[1:])
    in_loop(lambda: None).result(SECONDS)  # they came before
    table.gate.set()
    return first + others


def test_keys_that_come_while_a_query_runs_share_the_next_one(in_loop: Run, table: Table) -> None:
    found = gathered(in_loop, table, Lookup(table.query), 2, 4, 5, 6)
    assert [each.result(SECONDS) for each in found] == [4, 8, None, 12]
    assert table.queries == [[2], [4, 5, 6]]


def test_who_asks_in_one_pass_of_the_loop_shares_a_query(loop: Loop, table: Table) -> None:
    table.gate.set()
    numbers = Lookup(table.query)
    found: list[int | None] = []

    def both() -> None:
        for key in (2, 4):
            loop.spawn(lambda key=key: found.append(numbers.find(key)))

    loop.post(both)
    wait_until(lambda: len(found) == 2)
    assert (found, table.queries) == ([4, 8], [[2, 4]])


def test_a_key_that_several_ask_for_is_asked_once(in_loop: Run, table: Table) -> None:
    found = gathered(in_loop, table, Lookup(table.query), 2, 4, 4, 2)
    assert [each.result(SECONDS) for each in found] == [4, 8, 8, 4]
    assert table.queries == [[2], [4, 2]]


def test_a_query_has_at_most_so_many_keys(in_loop: Run, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "AT_ONCE", 2)
    found = gathered(in_loop, table, Lookup(table.query), 2, 4, 6, 8, 10, 12)
    assert [each.result(SECONDS) for each in found] == [4, 8, 12, 16, 20, 24]
    assert table.queries == [[2], [4, 6], [8, 10], [12]]


def test_who_asks_again_at_once_comes_after_those_who_wait(
    in_loop: Run, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "AT_ONCE", 1)
    numbers = Lookup(table.query)
    twice = in_loop(lambda: (numbers.find(2), numbers.find(6)))
    wait_until(lambda: table.queries == [[2]])
    other = ask(in_loop, numbers, 4)[0]
    in_loop(lambda: None).result(SECONDS)  # the other has asked by now
    table.gate.set()
    assert (twice.result(SECONDS), other.result(SECONDS)) == ((4, 12), 8)
    assert table.queries == [[2], [4], [6]]


def test_an_error_is_that_of_all_who_asked_and_of_nobody_later(in_loop: Run, table: Table) -> None:
    numbers = Lookup(table.query)
    found = gathered(in_loop, table, numbers, 2, 4, 13)
    assert found[0].result(SECONDS) == 4
    for each in found[1:]:
        with pytest.raises(LookupError, match="unlucky"):
            each.result(SECONDS)
    assert ask(in_loop, numbers, 6)[0].result(SECONDS) == 12


def test_who_asks_again_gets_what_is_there_now(in_loop: Run) -> None:
    rows = {2: "old"}
    names = Lookup(lambda keys: {key: rows[key] for key in keys})
    assert in_loop(lambda: names.find(2)).result(SECONDS) == "old"
    rows[2] = "new"
    assert in_loop(lambda: names.find(2)).result(SECONDS) == "new"


def test_a_thread_asks_alone(table: Table) -> None:
    table.gate.set()
    numbers = Lookup(table.query)
    assert (numbers.find(2), numbers.find(3)) == (4, None)
    assert table.queries == [[2], [3]]
