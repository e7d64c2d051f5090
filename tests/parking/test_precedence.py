"""Precedence: who defers waits until nobody goes first, but never for long."""

import time
from collections.abc import Callable

import pytest

from Dweb.parking import precedence
from Dweb.parking.precedence import Precedence

from ..support.waiting import in_thread

pytestmark = pytest.mark.once

LONG = 30.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Precedence:
    monkeypatch.setattr(precedence, "DEFER_SECONDS", LONG)
    return Precedence()


def seconds_of(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_nobody_defers_to_nobody(patient: Precedence) -> None:
    with patient.first():
        pass
    assert seconds_of(patient.defer) < LONG


def test_others_wait_until_the_last_one_has_gone(patient: Precedence) -> None:
    with patient.first():
        with patient.first():
            deferring = in_thread(patient.defer)
        assert not deferring.done()
    deferring.result(LONG)


def test_one_that_goes_first_does_not_wait_for_itself(patient: Precedence) -> None:
    with patient.first():
        assert seconds_of(patient.defer) < LONG


def test_a_failure_ends_the_precedence(patient: Precedence) -> None:
    with pytest.raises(ZeroDivisionError), patient.first():
        raise ZeroDivisionError
    assert seconds_of(patient.defer) < LONG


def test_pauses_have_an_end_which_all_of_them_share(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Precedence()
    with other.first():
        in_thread(other.defer).result(LONG)
        monkeypatch.setattr(other._nobody, "wait", pytest.fail)
        in_thread(other.defer).result(LONG)
