"""The sessions that a user sees: they are listed, follow their keys, go with the sessions, and are bounded."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from Dweb.accounts import session_store, sessions
from Dweb.accounts.session_store import SessionStore
from Dweb.models import User, UserSession
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_session, make_user, sign_in
from ..support.loop import Run
from ..support.waiting import SECONDS

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
LONG_AGO = timezone.now() - timedelta(days=3)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(session_store, "CLEAR_PAUSE_SECONDS", 0)


def row_of(browser: Browser) -> UserSession:
    return UserSession.objects.get(key=browser.session.session_key)


def make_old(*browsers: Browser) -> None:
    keys = [browser.session.session_key for browser in browsers]
    UserSession.objects.filter(key__in=keys).update(seen=LONG_AGO)


def test_a_request_writes_nothing_and_the_regular_job_all(
    live: Runtime, alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    here, there, idle = sign_in(alice), sign_in(bob), sign_in(bob)
    live.seen.store(live.hub)
    make_old(here, there, idle)
    for browser in (here, there):
        with django_assert_num_queries(2):  # the session, the user
            browser.get("/chat/", REMOTE_ADDR="192.0.2.7")
    assert row_of(here).seen == LONG_AGO
    with django_assert_num_queries(3):  # the times; the rows; their addresses
        live.seen.store(live.hub)
    assert all(row_of(each).seen > LONG_AGO and row_of(each).address == "192.0.2.7" for each in (here, there))
    assert row_of(idle).seen == LONG_AGO
    with django_assert_num_queries(0):
        live.seen.store(live.hub)


def test_an_open_socket_is_seen_without_a_request(live: Runtime, alice: User) -> None:
    browser = sign_in(alice)
    live.seen.store(live.hub)
    websocket = connected(live, alice, browser.session.session_key)
    make_old(browser)
    live.seen.store(live.hub)
    assert row_of(browser).seen > LONG_AGO
    websocket.end()


def test_a_session_that_another_program_made_is_listed_once_it_is_used(live: Runtime, alice: User) -> None:
    browser = sign_in(alice)
    UserSession.objects.all().delete()
    browser.get("/chat/", headers={"User-Agent": FIREFOX})
    live.seen.store(live.hub)
    row = row_of(browser)
    assert (row.user_id, row.browser, row.system) == (alice.pk, "Firefox", "Linux")


def test_a_session_that_has_ended_meanwhile_is_not(live: Runtime, alice: User) -> None:
    browser = sign_in(alice)
    browser.get("/chat/")
    Session.objects.all().delete()
    live.seen.store(live.hub)
    assert not UserSession.objects.exists()


def test_who_is_not_signed_in_is_not_noted(live: Runtime, db: None) -> None:
    Browser().get("/chat/")
    assert live.seen._noted == {}


def test_it_follows_its_key_and_goes_with_the_session(alice: User) -> None:
    browser = sign_in(alice)
    before = row_of(browser)
    store = SessionStore(before.key)
    store.cycle_key()
    after = UserSession.objects.get()
    assert (after.pk, after.since) == (before.pk, before.since)
    assert after.key == store.session_key != before.key
    assert store["_auth_user_id"] == str(alice.pk)
    store.flush()
    assert not UserSession.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_does_so_in_the_loop(in_loop: Run) -> None:
    alice = make_user("alice")
    key = make_session()
    UserSession.objects.create(key=key, user=alice)
    store = SessionStore(key)
    in_loop(store.cycle_key).result(SECONDS)
    assert UserSession.objects.get().key == store.session_key != key


def test_rows_of_sessions_that_have_expired_go_a_few_at_a_time(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "AT_ONCE", 2)
    UserSession.objects.bulk_create(UserSession(key=f"gone{number}", user=alice) for number in range(5))
    expired = Session.objects.create(pk="expired", session_data="", expire_date=LONG_AGO)
    UserSession.objects.create(key=expired.pk, user=alice)
    browser = sign_in(alice)
    SessionStore.clear_expired()
    assert [row.key for row in UserSession.objects.all()] == [browser.session.session_key]


def test_of_too_many_the_oldest_ends(live: Runtime, alice: User, bob: User, settings: Any) -> None:
    settings.SESSIONS_PER_USER = 3
    other = sign_in(bob)
    browsers = [sign_in(alice) for _ in range(3)]
    make_old(browsers[1])
    browsers.append(sign_in(alice))
    assert [each.get("/chat/").status_code for each in browsers] == [426, 401, 426, 426]
    assert other.get("/chat/").status_code == 426


def test_all_sessions_of_a_user_end_or_all_but_one(alice: User, bob: User) -> None:
    browsers, other = [sign_in(alice) for _ in range(3)], sign_in(bob)
    assert sessions.end_all(alice, browsers[1].session.session_key) == 2
    assert [each.get("/chat/").status_code for each in browsers] == [401, 426, 401]
    assert sessions.end_all(alice) == 1
    assert sessions.end_all(alice) == 0
    assert browsers[1].get("/chat/").status_code == 401
    assert other.get("/chat/").status_code == 426


def test_sessions_of_before_the_table_are_listed_by_the_migration(alice: User) -> None:
    browser = sign_in(alice)
    make_session()  # nobody's
    gone = make_user("gone")
    sign_in(gone)
    gone.delete()
    Session.objects.create(pk="broken", session_data="x", expire_date=timezone.now() + timedelta(days=1))
    old = sign_in(alice)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=LONG_AGO)
    UserSession.objects.all().delete()
    migration = import_module("Dweb.migrations.0014_sessions")
    migration.fill(apps, SimpleNamespace(connection=connection))
    row = row_of(browser)
    assert UserSession.objects.get() == row
    assert row.user_id == alice.pk
    assert abs(row.since - timezone.now()) < timedelta(minutes=5)
