"""Passwords are hashed in turn: so many at once as there are processors, few wait, others are refused."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth import hashers as djangos
from django.contrib.auth.hashers import check_password, make_password

from Dweb.accounts import hashers
from Dweb.accounts.hashers import Turns
from Dweb.models import User
from Dweb.refusal import Refusal

from ..support.waiting import SECONDS, in_thread, wait_until

OURS = configured.PASSWORD_HASHERS


@pytest.fixture
def held() -> Any:
    """Makes turns of which all are taken, and the function that gives them back."""
    release = threading.Event()
    threads = []

    def make(at_once: int, queue: int, seconds: float) -> Turns:
        turns = Turns(at_once, queue, seconds)
        inside = threading.Barrier(at_once + 1)

        def hold() -> None:
            with turns.turn():
                inside.wait(SECONDS)
                release.wait(SECONDS)

        threads.extend(in_thread(hold) for _ in range(at_once))
        inside.wait(SECONDS)
        return turns

    yield make, release.set
    release.set()
    for each in threads:
        each.result(SECONDS)


def take(turns: Turns) -> None:
    with turns.turn():
        pass


def test_beyond_the_queue_one_is_refused_at_once(held: tuple[Callable[..., Turns], Callable[[], None]]) -> None:
    make, release = held
    turns = make(2, 1, SECONDS)
    waiting = in_thread(lambda: take(turns))
    wait_until(lambda: not turns._places._value)
    with pytest.raises(Refusal) as refused:
        take(turns)
    assert (refused.value.status, refused.value.retry_after) == (429, 2)
    release()
    waiting.result(SECONDS)
    take(turns)


def test_no_more_hash_and_wait_than_the_limit_says(settings: Any) -> None:
    turns = hashers.turns
    assert turns._turns._initial_value + turns._places._value == settings.HASH_QUEUE


def test_whoever_waits_too_long_is_refused_and_leaves_the_queue(
    held: tuple[Callable[..., Turns], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashers, "release_connections", lambda: None)
    turns = held[0](1, 1, 0.01)
    for _ in range(3):
        with pytest.raises(Refusal):
            take(turns)


def test_a_thread_that_has_its_turn_does_not_wait_for_another() -> None:
    turns = Turns(1, 0, 0)
    with turns.turn():
        take(turns)
    take(turns)


def test_a_fault_gives_the_turn_back() -> None:
    turns = Turns(1, 0, 0)
    with pytest.raises(LookupError), turns.turn():
        raise LookupError
    take(turns)


def test_a_thread_that_waits_holds_no_database_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    released: list[bool] = []
    turns = Turns(1, 1, 0)
    monkeypatch.setattr(hashers, "release_connections", lambda: released.append(True))
    with turns.turn(), pytest.raises(Refusal):
        in_thread(lambda: take(turns)).result(SECONDS)
    assert released


@pytest.mark.parametrize("algorithm", ["argon2", "pbkdf2_sha256"])
def test_every_hash_is_computed_in_turn(monkeypatch: pytest.MonkeyPatch, settings: Any, algorithm: str) -> None:
    settings.PASSWORD_HASHERS = OURS
    monkeypatch.setattr(djangos.PBKDF2PasswordHasher, "iterations", 1)
    stored = make_password("correct horse", hasher=algorithm)
    monkeypatch.setattr(hashers, "turns", Turns(1, 0, 0))
    assert check_password("correct horse", stored)
    with hashers.turns.turn():
        for work in (
            lambda: make_password("correct horse", hasher=algorithm),
            lambda: check_password("wrong", stored),
            lambda: User().set_password("correct horse"),
            lambda: User(password=stored).check_password("wrong"),
        ):
            with pytest.raises(Refusal):
                in_thread(work).result(SECONDS)


def test_new_hashes_have_owasps_parameters(settings: Any) -> None:
    settings.PASSWORD_HASHERS = OURS
    assert make_password("correct horse").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
