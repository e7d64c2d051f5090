"""Closes the sockets of sessions that are over: at once by Django's signals, and by a regular check of all.

Signing out ends that session's sockets; a changed password or a closed account all of the user's. The
check finds what other processes did, such as the admin's shell, and sessions that expired. What ended
lately is noted for those whose handshake was under way. Other servers are told; of a session, not its key.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from .. import runtime
from ..cluster.bus import Word
from ..live.client import Client
from ..live.wire import CloseCode
from ..models import User

CHECK_AT_ONCE = 500

SIGNED_OUT = (CloseCode.SIGNED_OUT, "signed out, or the session is over")
ACCOUNT_CLOSED = (CloseCode.ACCOUNT_CLOSED, "the account was closed or its password changed")


def connect() -> None:
    """Listen to Django's signals, and have the check run regularly. Called once, when Django is ready."""
    runtime.every("sessions", settings.SESSION_CHECK_SECONDS, check_all, anew=True)
    runtime.listen("session", _hear_session)
    runtime.listen("account", _hear_account)
    post_delete.connect(_session_deleted, Session)
    post_delete.connect(_user_deleted, User)
    post_save.connect(_user_saved, User)


def check_entered(live: runtime.Runtime, client: Client) -> None:
    """Close a connection that the hub has just come to know, if its session or account ended during the handshake."""
    digest = _digest(client.session_key)
    ended = live.endings.among(client.user_id, digest)
    if client.user_id in ended and not _good(client, ended[client.user_id]):
        client.close(*ACCOUNT_CLOSED)
    elif digest in ended:
        client.close(*SIGNED_OUT)


def check_all() -> None:
    """Close every connection whose session or account is no longer good. Reads the database, writes nothing."""
    live = runtime.running()
    for clients in _chunks(live.hub.connections() if live else ()):
        check(clients)


def check(clients: Sequence[Client]) -> None:
    """Close those of these connections whose session or account is no longer good."""
    keys = {client.session_key for client in clients}
    sessions = Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("session_key", flat=True))
    users = User.objects.in_bulk({client.user_id for client in clients})
    for client in clients:
        if not _good(client, users.get(client.user_id)):
            client.close(*ACCOUNT_CLOSED)
        elif client.session_key not in alive:
            client.close(*SIGNED_OUT)


def _good(client: Client, user: User | None) -> bool:
    return user is not None and user.is_active and user.get_session_auth_hash() == client.auth_hash


def _session_deleted(instance: Session, **kwargs: Any) -> None:
    key = instance.session_key  # once deleted, the instance forgets it
    digest = _digest(key)

    def close() -> None:
        _close_session(digest, key.__eq__)
        _tell({"tell": "session", "digest": digest})

    transaction.on_commit(close)


def _close_session(digest: str, is_it: Callable[[str], bool]) -> None:
    if live := runtime.running():
        live.endings.note(digest)
        for client in live.hub.connections():
            if is_it(client.session_key):
                client.close(*SIGNED_OUT)


def _hear_session(word: Word) -> None:
    _close_session(word["digest"], lambda key: _digest(key) == word["digest"])


def _hear_account(word: Word) -> None:
    _close_stale(word["user"], User.objects.filter(pk=word["user"]).first())


def _user_saved(instance: User, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or {*update_fields} != {"last_login"}:  # that every sign-in saves
        _account_changed(instance.pk, instance)


def _user_deleted(instance: User, **kwargs: Any) -> None:
    _account_changed(instance.pk, None)


def _account_changed(user_id: int, user: User | None) -> None:
    def close() -> None:
        _close_stale(user_id, user)
        _tell({"tell": "account", "user": user_id})

    transaction.on_commit(close)


def _close_stale(user_id: int, user: User | None) -> None:
    if live := runtime.running():
        live.endings.note(user_id, user)
        for client in live.hub.connections(user_id):
            if not _good(client, user):
                client.close(*ACCOUNT_CLOSED)


def _tell(word: Word) -> None:
    if live := runtime.running():
        live.bus.tell(word)


def _digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def _chunks(clients: Iterable[Client]) -> Iterator[Sequence[Client]]:
    rest = iter(clients)
    while chunk := list(islice(rest, CHECK_AT_ONCE)):
        yield chunk
