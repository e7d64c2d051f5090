"""Expired sessions are deleted, a few at a time, and no others. In the loop a session is used without blocking."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from Dweb.accounts import session_store
from Dweb.accounts.session_store import SessionStore

from ..support.fakes import make_session
from ..support.loop import Run
from ..support.waiting import SECONDS


@pytest.fixture
def sessions(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Five that have expired and one that lives, whose key is returned."""
    monkeypatch.setattr(session_store, "CLEAR_AT_ONCE", 2)
    monkeypatch.setattr(session_store, "CLEAR_PAUSE_SECONDS", 0)
    yesterday = timezone.now() - timedelta(days=1)
    Session.objects.bulk_create(Session(f"old{number}", "", yesterday) for number in range(5))
    return make_session()


def test_batches_go_on_until_none_is_left(sessions: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3 + 3 + 1 + 1):
        SessionStore.clear_expired()
    assert [session.pk for session in Session.objects.all()] == [sessions]


def test_djangos_command_does_it_too(sessions: str) -> None:
    call_command("clearsessions")
    assert [session.pk for session in Session.objects.all()] == [sessions]


@pytest.mark.django_db(transaction=True)
def test_the_loop_reads_changes_and_ends_a_session(in_loop: Run) -> None:
    def live_and_end() -> list[Any]:
        store = SessionStore()
        store.create()
        store["color"] = "red"
        store.cycle_key()
        found = [SessionStore(store.session_key).get("color"), store.exists(store.session_key)]
        store.flush()
        return found

    assert in_loop(live_and_end).result(SECONDS) == ["red", True]
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["expired", "unknown", None])
def test_the_loop_finds_nothing_in_a_session_that_is_over(in_loop: Run, key: str | None) -> None:
    Session.objects.create(pk="expired", session_data="", expire_date=timezone.now() - timedelta(seconds=1))
    store = SessionStore(key)
    assert in_loop(store.load).result(SECONDS) == {}
    assert store.session_key is None
