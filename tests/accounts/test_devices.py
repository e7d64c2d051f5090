"""Devices that have signed in to an account before: a cookie that nobody can forge, and that a password makes void."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory

from Dweb.accounts import devices
from Dweb.models import User

from ..support.fakes import CHEAP_HASHER

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def alice(db: None, settings: Any) -> User:
    settings.PASSWORD_HASHERS = CHEAP_HASHER
    return User.objects.create_user("alice", PASSWORD, "Alice")


def answered(user: User | None, value: str = "") -> HttpResponse:
    request, response = request_with(value), HttpResponse()
    if user is not None:
        devices.remember(request, user)
    devices.store(request, response)
    return response


def request_with(value: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES = {"device": value} if value else {}
    return request


def cookie(user: User, value: str = "") -> str:
    return str(answered(user, value).cookies["device"].value)


def test_signing_in_gives_the_cookie_and_it_is_kept_from_scripts() -> None:
    browser = Browser()
    assert "device" not in browser.get("/").cookies
    answer = browser.post("/", {"userNameOrEmailAddress": "alice", "password": PASSWORD})
    given = answer.cookies["device"]
    assert (given["httponly"], given["samesite"], given["path"], given["max-age"]) == (True, "Lax", "/", 31_536_000)
    assert devices.is_known(request_with(given.value), "ALICE")
    assert "device" not in browser.get("/news_chat/").cookies


def test_registering_gives_it_too() -> None:
    fields = {"account": "bob", "username": "Bob", "password": PASSWORD}
    answer = Browser().post("/register/", fields)
    assert devices.is_known(request_with(answer.cookies["device"].value), "bob")


def test_with_https_it_is_sent_over_https_alone(alice: User, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert answered(alice).cookies["device"]["secure"]


def test_it_is_good_for_its_accounts_alone(alice: User) -> None:
    bob = User.objects.create_user("bob", PASSWORD)
    both = cookie(bob, cookie(alice))
    assert devices.is_known(request_with(both), "alice")
    assert devices.is_known(request_with(both), "bob")
    assert not devices.is_known(request_with(cookie(alice)), "bob")
    assert not devices.is_known(request_with(both), "nobody")
    assert not devices.is_known(request_with(""), "alice")


@pytest.mark.parametrize(
    "forge", [lambda value: value[1:], lambda value: value.replace(":", ".", 1), lambda _: "x:y:z"]
)
def test_what_was_not_signed_here_counts_nothing(alice: User, forge: Any) -> None:
    assert not devices.is_known(request_with(forge(cookie(alice))), "alice")


def test_another_password_makes_it_void(alice: User) -> None:
    value = cookie(alice)
    alice.set_password("staple battery")
    alice.save()
    assert not devices.is_known(request_with(value), "alice")


def test_a_device_of_many_keeps_the_last(alice: User) -> None:
    value = cookie(alice)
    people = [User.objects.create_user(f"person{number}", PASSWORD) for number in range(devices.MAX_ACCOUNTS)]
    for each in [people[0], *people]:
        value = cookie(each, value)
    assert not devices.is_known(request_with(value), "alice")
    assert all(devices.is_known(request_with(value), each.account) for each in people)
    assert len(value) < 400
