"""Signing in: any spelling of an account, and a wait for a pair of account and address that fails too often."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client as Browser
from django.test import RequestFactory

from Dweb.cluster import local_cache
from Dweb.models import User, normalize_account
from Dweb.refusal import Refusal

from ..support.fakes import CHEAP_HASHER

PASSWORD = "correct horse"
SIGN_IN_PATHS = ["/", "/admin/login/"]


@pytest.fixture(autouse=True)
def alice(db: None, settings: Any) -> User:
    settings.PASSWORD_HASHERS = CHEAP_HASHER
    return User.objects.create_superuser("alice", PASSWORD, "Alice")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(local_cache, "time", made)
    return made


def enter(account: str = "alice", password: str = "wrong", address: str = "10.0.0.1", path: str = "/") -> Any:
    fields = {"userNameOrEmailAddress": account, "username": account, "password": password}
    return Browser(REMOTE_ADDR=address).post(path, fields)


def fail(times: int, account: str = "alice", **more: str) -> None:
    for _ in range(times):
        assert enter(account, **more).status_code == 200


@pytest.mark.parametrize("path", SIGN_IN_PATHS)
@pytest.mark.parametrize("spelling", ["alice", "ALICE", "Alice", "ａｌｉｃｅ", "ＡＬＩＣＥ", "aliCe"])
def test_any_spelling_of_an_account_signs_in(spelling: str, path: str) -> None:
    assert enter(spelling, PASSWORD, path=path).status_code == 302


def test_folding_is_stable_and_keeps_different_accounts_apart() -> None:
    for account in ("alice", "ǅ", "Straße", "İx", "ﬃ", "\u0345\u1fb3", "한글", "①"):
        assert normalize_account(normalize_account(account)) == normalize_account(account)
    assert normalize_account("STRASSE") == normalize_account("straße")
    assert len({normalize_account(account) for account in ("alice", "al1ce", "аlice", "alicé")}) == 4


def test_a_few_failures_are_free() -> None:
    fail(4)
    assert enter(password=PASSWORD).status_code == 302


def test_then_the_pair_waits_even_with_the_right_password() -> None:
    fail(5)
    response = enter(password=PASSWORD)
    assert (response.status_code, response["Retry-After"]) == (429, "1")
    assert "Too many failed attempts: try again in 1 second." in response.content.decode()


def test_each_further_failure_doubles_the_wait_up_to_the_limit(clock: Clock) -> None:
    fail(5)
    waits = []
    for _ in range(12):
        waits.append(int(enter()["Retry-After"]))
        clock.now += waits[-1]
        fail(1)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert "try again in 15 minutes." in enter().content.decode()


def test_waiting_out_the_time_lets_in_and_forgets(clock: Clock) -> None:
    fail(5)
    clock.now += 1
    assert enter(password=PASSWORD).status_code == 302
    fail(4)
    assert enter(password=PASSWORD).status_code == 302


def test_trying_while_waiting_does_not_lengthen_the_wait(clock: Clock) -> None:
    fail(5)
    for _ in range(20):
        assert enter()["Retry-After"] == "1"
    clock.now += 1
    assert enter(password=PASSWORD).status_code == 302


@pytest.mark.parametrize("apart", [-86_400, 86_400])
def test_a_clock_that_is_set_neither_lengthens_nor_lifts_the_wait(monkeypatch: pytest.MonkeyPatch, apart: int) -> None:
    fail(5)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + apart)
    assert enter(password=PASSWORD)["Retry-After"] == "1"


def test_a_window_of_an_address_ends(clock: Clock) -> None:
    for number in range(30):
        fail(1, f"somebody{number}")
    assert enter(password=PASSWORD)["Retry-After"] == "600"
    clock.now += 599.5
    assert enter(password=PASSWORD)["Retry-After"] == "1"
    clock.now += 0.5
    assert enter(password=PASSWORD).status_code == 302


def test_what_passes_while_others_fail_is_given_back_alone() -> None:
    for number in range(29):
        fail(1, f"somebody{number}")
    assert enter(password=PASSWORD).status_code == 302
    fail(1, "one more")
    assert enter(password=PASSWORD).status_code == 429


def test_other_addresses_and_other_accounts_do_not_wait() -> None:
    User.objects.create_user("bob", PASSWORD)
    fail(5)
    assert enter().status_code == 429
    assert enter(password=PASSWORD, address="10.0.0.2").status_code == 302
    assert enter("bob", PASSWORD).status_code == 302


def test_other_spellings_share_the_wait() -> None:
    for spelling in ("alice", "ALICE", "Alice", "ａｌｉｃｅ", "aLICE"):
        assert enter(spelling).status_code == 200
    assert enter("aliCE").status_code == 429


def test_both_sign_in_pages_share_the_wait() -> None:
    fail(5, path="/admin/login/")
    assert enter(password=PASSWORD).status_code == 429
    assert enter(password=PASSWORD, path="/admin/login/").status_code == 429


@pytest.mark.parametrize("path", SIGN_IN_PATHS)
def test_an_unknown_account_is_answered_as_a_wrong_password_is(
    path: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Also in the work that is done: one hash for each, so that the time tells nothing."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    answers = []
    for account in ("alice", "nobody"):
        for _ in range(6):
            response = enter(account, path=path)
            page = response.content.decode().replace(account, "…")
            answers.append((response.status_code, response.get("Retry-After"), _without_token(page), len(hashed)))
            hashed.clear()
    assert answers[:6] == answers[6:]
    assert [hashes for *_, hashes in answers[:6]] == [1, 1, 1, 1, 1, 0]


def _without_token(page: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w{64}"', r"\1", page)


def test_an_attempt_counts_before_its_password_is_checked(
    alice: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attempts at the same time get no more guesses than attempts one after the other."""
    request = RequestFactory().post("/")
    checked: list[str] = []

    def check(self: User, password: str) -> bool:
        checked.append(password)
        if len(checked) < 20:
            authenticate(request, username="alice", password="wrong")
        return False

    monkeypatch.setattr(User, "check_password", check)
    with pytest.raises(Refusal) as refused:
        authenticate(request, username="alice", password="wrong")
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    assert len(checked) == 5


def test_without_a_request_nobody_waits() -> None:
    for _ in range(10):
        assert authenticate(username="alice", password="wrong") is None
    assert authenticate(username="alice", password=PASSWORD) is not None


def test_sessions_that_earlier_versions_stored_are_still_valid(browser: Browser) -> None:
    """A session holds the backend's name; a user whose session names another one is signed out."""
    assert browser.session["_auth_user_backend"] == "Dweb.accounts.AccountBackend"
