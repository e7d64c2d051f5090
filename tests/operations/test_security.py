"""The log of security: what it has of each event, and that nothing which a client chose forges a line."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client as Browser
from django.test import RequestFactory

from Dweb.accounts import throttle
from Dweb.accounts.hashers import Turns
from Dweb.live.direct import direct_room
from Dweb.models import LOBBY, Room, User
from Dweb.operations import security
from Dweb.operations.security import record
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..chatproj.test_logs import SOCKET
from ..support.fakes import CHEAP_HASHER, make_room, make_user, say, sign_in, talk
from ..support.said import write

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def cheap(settings: Any) -> None:
    settings.PASSWORD_HASHERS = CHEAP_HASHER


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """A function: the lines since its last call."""

    def since() -> list[str]:
        found = [entry.getMessage() for entry in caplog.records if entry.name == "dweb.security"]
        caplog.clear()
        return found

    caplog.set_level(logging.INFO, "dweb.security")
    return since


def test_a_line_has_the_event_then_the_address_then_the_rest(lines: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8::1")
    record("signin_failed", request, account="李伟")
    record("session_ended", user=7, why="expired")
    record("throttled", RequestFactory().get("/"), account=None, wait=3)
    assert lines() == [
        "signin_failed address=2001:db8::1 account=李伟",
        "session_ended user=7 why=expired",
        "throttled address=127.0.0.1 wait=3",
    ]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("a\nWARNING dweb.security", r"a\u000aWARNING\u0020dweb.security"),
        ("a address=1.2.3.4", r"a\u0020address\u003d1.2.3.4"),
        ('a", "address": "1', r"a\u0022,\u0020\u0022address\u0022:\u0020\u00221"),
        ("\u202e\u200b\x1b[2K\\u000a", r"\u202e\u200b\u001b[2K\u005cu000a"),
        ("%s %(x)s", r"%s\u0020%(x)s"),
        ("\ud800\U000e0001", r"\ud800\ue0001"),
        ("x" * 10_000, "x" * 200),
    ],
)
def test_what_a_client_chose_stays_one_word(lines: Any, chosen: str, shown: str) -> None:
    record("signin_failed", account=chosen)
    assert lines() == [f"signin_failed account={shown}"]


def test_signing_in_and_out(db: None, lines: Any) -> None:
    user = User.objects.create_user("alice", PASSWORD)
    browser = Browser(REMOTE_ADDR="10.0.0.1")
    for password in ("wrong", PASSWORD):
        browser.post("/", {"userNameOrEmailAddress": "alice", "password": password})
    browser.post("/logout/")
    browser.post("/logout/")
    assert lines() == [
        "signin_failed address=10.0.0.1 account=alice",
        f"signin_ok address=10.0.0.1 user={user.pk}",
        f"session_ended address=10.0.0.1 user={user.pk} why=signed_out",
    ]


def test_waiting(db: None, lines: Any) -> None:
    for _ in range(7):
        Browser().post("/admin/login/", {"username": "nobody", "password": "wrong"})
    failed, throttled = "signin_failed address=127.0.0.1 account=nobody", "throttled address=127.0.0.1 account=nobody"
    assert lines() == [failed] * 5 + [f"{throttled} wait=1"] * 2


def test_registering(db: None, lines: Any) -> None:
    make_user("host")
    fields = {"account": "alice", "username": "Alice", "password": PASSWORD}
    Browser().post("/register/", fields | {"password": "short", "username": ""})
    Browser().post("/register/", fields)
    user = User.objects.get(account="alice")
    assert lines() == [
        "register_failed address=127.0.0.1 account=alice fields=username,password",
        f"register_ok address=127.0.0.1 user={user.pk} account=alice",
        f"signin_ok address=127.0.0.1 user={user.pk}",
    ]


def test_changing_the_password(db: None, lines: Any) -> None:
    user = User.objects.create_user("alice", PASSWORD)
    browser = sign_in(user)
    lines()
    for old in ("wrong", PASSWORD):
        fields = {"old_password": old, "new_password1": "staple battery", "new_password2": "staple battery"}
        browser.post("/password_change/", fields)
    who = f"address=127.0.0.1 user={user.pk}"
    assert lines() == [f"password_change_failed {who}", f"password_changed {who}"]


def test_foreign_pages(alice: User, lines: Any) -> None:
    Browser(enforce_csrf_checks=True).post("/", {})
    evil = Browser().get("/chat/", **SOCKET, HTTP_ORIGIN="https://evil.example")
    assert evil.status_code == 403
    assert lines() == [
        r"csrf_failed address=127.0.0.1 reason=CSRF\u0020cookie\u0020not\u0020set.",
        "origin_refused address=127.0.0.1 origin=https://evil.example",
    ]


def test_rooms_and_messages_of_others(live: Runtime, alice: User, bob: User, lines: Any) -> None:
    """Over HTTP with the address, on a socket without one; a socket's lines have the id of its handshake."""
    make_room("team", alice)
    write(Room.objects.get(name=LOBBY), alice, ["hers"])
    browser = sign_in(bob)
    lines()
    for page, query in (("/history/", {"room": "team"}), ("/search/", {"q": "word", "room": "team"})):
        assert browser.get(page, query).status_code == 403
    assert say(browser, userfrom=alice.pk).status_code == 403
    assert say(browser, type="edit", room="lobby", seq=1).status_code == 403
    who = f"access_refused address=127.0.0.1 user={bob.pk}"
    assert lines() == [f"{who} room=team", f"{who} room=team", f"{who} userfrom={alice.pk}", f"{who} room=lobby"]
    last = {"team": 0, "other": 0}
    talk(live, bob, {"type": "1", "txt": "x", "room": "team"}, {"type": "hello", "last": last})
    who = f"access_refused user={bob.pk}"
    assert lines() == [f"{who} room=team", f"{who} room=team", f"{who} room=other"]


def test_too_much(live: Runtime, alice: User, bob: User, lines: Any, settings: Any) -> None:
    browser = sign_in(alice)
    lines()
    settings.PRIVATE_CHATS_PER_HOUR = 0
    assert say(browser, type="0", userto=bob.pk).status_code == 429
    live.rates.charge(alice.pk, 1_000)
    assert say(browser).status_code == 429
    who = f"address=127.0.0.1 user={alice.pk}"
    assert lines() == [f"quota_refused {who} room={direct_room(alice.pk, bob.pk)}", f"rate_refused {who}"]


def test_too_many_people_who_sign_in(db: None, lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Turns(1, 0, 0)
    full._turns.acquire()
    monkeypatch.setattr(throttle, "turns", full)
    assert Browser().post("/", {"userNameOrEmailAddress": "alice", "password": "x"}).status_code == 429
    assert Browser().post("/admin/login/", {"username": "alice", "password": "x"}).status_code == 429
    assert lines() == ["hashing_refused address=127.0.0.1"] * 2


def test_a_flood_of_refusals_has_a_few_lines_a_minute(
    lines: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REFUSALS_LOGGED = 2
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(security, "time", clock)
    refusals = security.Refusals()
    for now in (60.0, 119.0, 120.0):  # noqa: B007 - the clock reads it
        for user in (1, 1, 1, 2):
            refusals.record(Refusal("too_fast", "", event="rate_refused"), user=user)
    refusals.record(Refusal("forbidden", "", event="access_refused"), user=1)
    refusals.record(Refusal("forbidden", ""), user=1)
    first = ["rate_refused user=1", "rate_refused user=1", "rate_refused user=2"]
    assert lines() == [*first, "rate_refused user=2", *first, "access_refused user=1"]


def test_what_the_admin_does(db: None, lines: Any) -> None:
    root = make_user("root", is_staff=True, is_superuser=True)
    admin = sign_in(root)
    lines()
    passwords = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    admin.post("/admin/Dweb/user/add/", {"account": "bob", "username": "Bob"} | passwords)
    user = User.objects.get(account="bob")
    page = f"/admin/Dweb/user/{user.pk}"
    admin.post(f"{page}/change/", {"account": "bob", "username": "Bob", "is_active": "on", "is_staff": "on"})
    admin.post(f"{page}/password/", passwords)
    who = f"address=127.0.0.1 user={root.pk} target={user.pk} account=bob"
    assert lines() == [
        f"account_added {who}",
        f"account_changed {who} fields=may_use_the_admin_pages",
        f"account_changed {who} fields=password",
    ]


def test_without_a_request_there_is_no_address(db: None, lines: Any) -> None:
    assert authenticate(username="alice", password="wrong") is None
    assert lines() == ["signin_failed account=alice"]
