"""Precedence: who defers waits until nobody goes first, but never for long."""

import pytest

from Dweb.parking import precedence
from Dweb.parking.precedence import Precedence

from ..support.waiting import SECONDS, in_thread, wait_until

pytestmark = pytest.mark.once


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Precedence:
    monkeypatch.setattr(precedence, "DEFER_SECONDS", 100 * SECONDS)
    return Precedence()


def forbid_waiting(of: Precedence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of._nobody, "wait", lambda seconds: pytest.fail(f"waits for {seconds} s"))


def test_nobody_defers_to_one_that_has_gone(patient: Precedence, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_waiting(patient, monkeypatch)
    with patient.first():
        pass
    patient.defer()


def test_others_wait_until_the_last_one_has_gone(patient: Precedence) -> None:
    with patient.first():
        with patient.first():
            deferring = in_thread(patient.defer)
            wait_until(lambda: patient._nobody._cond._waiters)  # it waits by now
        assert not patient._nobody.is_set()
        assert not deferring.done()
    deferring.result(SECONDS)


def test_one_that_goes_first_does_not_wait_for_itself(patient: Precedence, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_waiting(patient, monkeypatch)
    with patient.first():
        patient.defer()


def test_a_failure_ends_the_precedence(patient: Precedence, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_waiting(patient, monkeypatch)
    with pytest.raises(ZeroDivisionError), patient.first():
        raise ZeroDivisionError
    patient.defer()


def test_pauses_have_an_end_which_all_of_them_share(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Precedence()
    with other.first():
        in_thread(other.defer).result(SECONDS)
        forbid_waiting(other, monkeypatch)
        in_thread(other.defer).result(SECONDS)
