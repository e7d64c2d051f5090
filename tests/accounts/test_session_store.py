"""Expired sessions are deleted, a few at a time, and no others."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from Dweb.accounts import session_store
from Dweb.accounts.session_store import SessionStore

from ..support.fakes import make_session


@pytest.fixture
def sessions(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Five that have expired and one that lives, whose key is returned."""
    monkeypatch.setattr(session_store, "CLEAR_AT_ONCE", 2)
    monkeypatch.setattr(session_store, "CLEAR_PAUSE_SECONDS", 0)
    yesterday = timezone.now() - timedelta(days=1)
    Session.objects.bulk_create(Session(f"old{number}", "", yesterday) for number in range(5))
    return make_session()


def test_batches_go_on_until_none_is_left(sessions: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3 + 3 + 1):
        SessionStore.clear_expired()
    assert [session.pk for session in Session.objects.all()] == [sessions]


def test_djangos_command_does_it_too(sessions: str) -> None:
    call_command("clearsessions")
    assert [session.pk for session in Session.objects.all()] == [sessions]
