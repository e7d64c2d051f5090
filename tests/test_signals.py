"""What follows a change of an account: its sockets are closed, and then its name is compared with those of others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import OperationalError

from Dweb.chat import namesakes
from Dweb.models import User
from Dweb.runtime import Runtime

from .support.fakes import connected, make_user

Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Callable[..., Any]) -> Committing:
    """As in a transaction that is committed at the end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_sockets_are_closed_even_if_names_cannot_be_compared(
    live: Runtime,
    alice: User,
    committing: Committing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    websocket = connected(live, alice)
    codes: list[list[int]] = []

    def fail(user: User) -> None:
        codes.append([code for code, _ in websocket.closed])
        raise OperationalError("the database is away")

    monkeypatch.setattr(namesakes, "mark", fail)
    with committing():
        alice.is_active = False
        alice.save()
    assert codes == [[4002]]
    assert "the database is away" in caplog.text
    websocket.end()


def test_an_account_that_has_just_waited_keeps_its_sockets(live: Runtime, db: None, committing: Committing) -> None:
    """It was let in by another program, of which this process was told nothing."""
    with committing():
        ann = make_user("ann", is_active=False, waiting=True)
    assert not live.endings.among(ann.pk)


def test_a_name_that_two_have_is_shown_with_their_accounts_in_all_processes(
    live: Runtime, alice: User, bob: User, committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(live.bus, "send", sent.append)
    sockets = [connected(live, user) for user in (alice, bob)]
    shown = {alice.pk: "Bob (alice)", bob.pk: "Bob (bob)"}
    with committing():
        alice.username = "Bob"
        alice.save()
    assert live.hub.people() == shown
    for user_id in shown:  # as another process knows them
        live.hub.rename(user_id, "Bob")
    for message in sent:
        live._handle(message)
    assert live.hub.people() == shown
    assert [socket.closed for socket in sockets] == [[], []]
    for socket in sockets:
        socket.end()
