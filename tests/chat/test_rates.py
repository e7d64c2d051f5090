"""The budget of a user: what takes from it, what waits for it, and what is charged afterwards."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from Dweb.chat import prices
from Dweb.chat.rates import ClientBudget, Rates
from Dweb.parking.activity import Activity


class Clock:
    """The time stands still, but for those who sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with mock.patch("Dweb.chat.rates.time", clock), mock.patch("Dweb.chat.rates.sleep", lambda s: clock.sleep(s)):
        yield clock


def test_a_price_is_taken_as_a_whole_or_not_at_all(clock: Clock) -> None:
    rates = Rates(2, 10)
    assert rates.take(1, 7) == 0
    assert rates.take(1, 4) == pytest.approx(0.5)
    assert rates.take(1, 3) == 0
    assert rates.take(1, 0.2) == pytest.approx(0.1)
    assert rates.take(2, 10) == 0
    clock.now += 1
    assert rates.take(1, 2) == 0


def test_a_price_above_the_burst_takes_all_and_more(clock: Clock) -> None:
    rates = Rates(1, 3)
    assert rates.take(1, 21) == 0
    assert rates.take(1) == pytest.approx(19)


def test_what_is_charged_afterwards_may_make_a_debt_and_may_be_given_back(clock: Clock) -> None:
    rates = Rates(1, 3)
    rates.charge(1, 5)
    assert rates.take(1, 0) == pytest.approx(2)
    assert rates.take(1) == pytest.approx(3)
    rates.charge(1, -2)
    assert rates.take(1, 0) == 0


def test_who_is_sparing_leaves_half_of_the_burst(clock: Clock) -> None:
    rates = Rates(1, 10)
    assert rates.take(1, 5, sparing=True) == 0
    assert rates.take(1, 0, sparing=True) == 0
    assert rates.take(1, 1, sparing=True) == pytest.approx(1)
    assert rates.take(1, 5) == 0


def test_other_processes_are_told_of_fractions_and_of_debts(clock: Clock) -> None:
    here, there = Rates(1, 10), Rates(1, 10)
    assert here.take_counts() == {}
    here.take(1, 0.2)
    here.take(1, 2)
    here.charge(2, 12.5)
    for user_id, count in here.take_counts().items():
        there.spend(user_id, count)
    assert here.take_counts() == {}
    assert there.take(1, 8) == pytest.approx(0.2)
    assert there.take(2, 0) == pytest.approx(2.5)


def budget(rates: Rates, **outbox: bool) -> ClientBudget:
    runtime: Any = SimpleNamespace(rates=rates, activity=Activity())
    client: Any = SimpleNamespace(user_id=1, outbox=SimpleNamespace(**{"finished": False, "gone": False} | outbox))
    return ClientBudget(runtime, client)


def test_a_greeting_waits_for_its_price(clock: Clock) -> None:
    rates = Rates(1, 2)
    for _ in range(3):
        assert budget(rates).wait(prices.HELLO)
    assert clock.slept == [0.5, 0.5]


@pytest.mark.parametrize("end", ["finished", "gone"])
def test_a_connection_that_has_ended_does_not_wait(clock: Clock, end: str) -> None:
    rates = Rates(1, 1)
    rates.charge(1, 100)
    assert not budget(rates, **{end: True}).wait(1)
    assert clock.slept == []


def test_a_replay_waits_after_a_while_until_half_is_left(clock: Clock) -> None:
    rates = Rates(1, 10)
    mine = budget(rates)
    for _ in range(2):
        assert mine.ready()
        mine.charge(2 * prices.LOG_BYTES)
    assert mine.ready()
    assert clock.slept == []
    mine.charge(3 * prices.LOG_BYTES)
    assert mine.ready()
    assert sum(clock.slept) == pytest.approx(2)
    assert rates.take(1, 5) == 0


def test_who_goes_on_spending_is_spared_only_as_long_as_a_burst_takes_to_grow(clock: Clock) -> None:
    rates = Rates(1, 10)
    mine = budget(rates)
    mine.charge(10 * prices.LOG_BYTES)

    def sleep_and_spend(seconds: float) -> None:
        clock.now += seconds
        assert clock.now < 1_020
        rates.take(1, seconds * 0.99)

    with mock.patch.object(clock, "sleep", sleep_and_spend):
        assert mine.ready()
    assert clock.now == pytest.approx(1_010, abs=0.5)


def test_a_short_replay_waits_only_for_the_end_of_a_debt(clock: Clock) -> None:
    rates = Rates(1, 10)
    rates.charge(1, 11)
    mine = budget(rates)
    assert mine.ready()
    mine.charge(100)
    assert mine.ready()
    assert sum(clock.slept) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("hello", 1),
        ("a " * 199, 1),
        (" ".join(f"w{number}" for number in range(199)), 1),
        (" ".join(f"w{number}" for number in range(200)), 2),
        (" ".join(f"w{number}" for number in range(400)), 3),
        ("the same words " * 266, 1),
        ("中" * 4_000, 1),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 200))), 2),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 4_000))), 21),
    ],
)
def test_the_price_of_a_text_grows_with_its_terms(text: str, price: float) -> None:
    assert prices.MESSAGE + prices.of_terms(text) == price


def test_short_texts_are_not_cut_into_terms() -> None:
    with mock.patch.object(prices, "terms", side_effect=AssertionError):
        for text in ("a" * 399, "中" * 199, ""):
            assert prices.of_terms(text) == 0
