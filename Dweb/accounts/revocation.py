"""Closes the sockets of sessions that have ended and of accounts that have changed.

Signing out ends that session's sockets; a changed password or a closed account ends all of the user's. The regular
check finds what other programs did, such as the admin's shell, and sessions that expired. Other processes get
a message; for a session it has a digest, not the key.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.utils import timezone

from ..cluster.bus import Message
from ..live.client import Client
from ..live.wire import CloseCode
from ..models import User
from ..operations.security import record
from . import tokens
from .access import KEY

if TYPE_CHECKING:
    from ..runtime import Runtime

CHECK_AT_ONCE = 500

SIGNED_OUT = (CloseCode.SIGNED_OUT, "signed out, or the session is over")
ACCOUNT_CLOSED = (CloseCode.ACCOUNT_CLOSED, "the account was closed or its password changed")
CONNECT_AGAIN = (CloseCode.SERVICE_RESTART, "this user sees other rooms and people now: connect again")


def check_entered(runtime: "Runtime", client: Client) -> None:
    """Closes a client that the hub has just registered, if its session or account ended during the handshake."""
    digest = _digest(client.session_key)
    ended = runtime.endings.among(client.user_id, digest)
    if client.user_id in ended and _close_changed(client, ended[client.user_id]):
        return
    if digest in ended:
        client.close(*SIGNED_OUT)


def check_all(runtime: "Runtime") -> None:
    """Closes all clients whose session or account is no longer valid. Reads the database, writes nothing."""
    for clients in _chunks(runtime.hub.connections()):
        check(clients)


def check(clients: Sequence[Client]) -> None:
    """Closes the clients among these whose session or account is no longer valid."""
    keys = {client.session_key for client in clients}
    sessions = Session.objects.filter(pk__in=keys, expire_date__gt=timezone.now())
    alive = set(sessions.values_list("session_key", flat=True)) | tokens.alive(keys)
    users = User.objects.in_bulk({client.user_id for client in clients})
    for client in clients:
        if not _close_changed(client, users.get(client.user_id)) and client.session_key not in alive:
            _close(client, SIGNED_OUT, "expired_or_deleted")


def end_session(runtime: "Runtime", session_key: str) -> None:
    """A session was deleted in this process, or a token."""
    digest = _digest(session_key)
    _close_session(runtime, digest, session_key.__eq__)
    runtime.bus.send({"type": "session", "digest": digest})


def on_session_ended(runtime: "Runtime", message: Message) -> None:
    digest = message["digest"]
    _close_session(runtime, digest, lambda key: _digest(key) == digest)


def change_account(runtime: "Runtime", user_id: int, user: User | None) -> None:
    """An account was changed in this process, or deleted (None)."""
    _close_invalid(runtime, user_id, user)
    runtime.bus.send({"type": "account", "user": user_id})


def on_account_changed(runtime: "Runtime", message: Message) -> None:
    _close_invalid(runtime, message["user"], User.objects.filter(pk=message["user"]).first())


def _close_session(runtime: "Runtime", digest: str, matches: Callable[[str], bool]) -> None:
    runtime.endings.note(digest)
    for client in runtime.hub.connections():
        if matches(client.session_key):
            client.close(*SIGNED_OUT)


def _close_invalid(runtime: "Runtime", user_id: int, user: User | None) -> None:
    runtime.endings.note(user_id, user)
    for client in runtime.hub.connections(user_id):
        _close_changed(client, user)


def _close_changed(client: Client, user: User | None) -> bool:
    """Closes a client whose account is not valid any more, or whose user has become a guest or is none any more."""
    if user is None or not _is_valid(client, user):
        _close(client, ACCOUNT_CLOSED, "account_changed")
    elif user.is_guest != client.is_guest:
        client.close(*CONNECT_AGAIN)
    else:
        return False
    return True


def _close(client: Client, ending: tuple[CloseCode, str], why: str) -> None:
    """Closes a client whose user did not sign out."""
    record("session_ended", user=client.user_id, why=why)
    client.close(*ending)


def _is_valid(client: Client, user: User) -> bool:
    """A token outlives a change of the password."""
    return user.is_active and (client.session_key.startswith(KEY) or user.get_session_auth_hash() == client.auth_hash)


def _digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def _chunks(clients: Iterable[Client]) -> Iterator[Sequence[Client]]:
    rest = iter(clients)
    while chunk := list(islice(rest, CHECK_AT_ONCE)):
        yield chunk
