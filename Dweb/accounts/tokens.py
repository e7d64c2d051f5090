"""Tokens of programs: made by people who are signed in, shown once, ended at once everywhere.

When they were used is stored every SEEN_SECONDS, so that no request writes for it.
"""

import hashlib
import json
import secrets
import threading
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..live.hub import Hub
from ..live.wire import iso
from ..models import Access, Token, User
from ..operations.security import record
from ..refusal import Refusal
from .access import KEY, USUAL, Scope, key_of, scopes_of

PREFIX = "dweb_"  # programs that look for secrets in files know it by this
SECRET_BYTES = 32
AT_ONCE = 500  # rows of one statement: the database is locked for some milliseconds
FIND = """
    SELECT token.digest, token.id, token.user_id, token.scopes, token.rooms FROM token
    WHERE token.digest IN ({digests}) AND (token.expires IS NULL OR token.expires > %s)
"""


class Wanted(NamedTuple):
    """A token that is to be made. `rooms` and `days` are None for all rooms, and for ever."""

    name: str
    scopes: frozenset[Scope] = frozenset(USUAL)
    rooms: frozenset[str] | None = None
    days: int | None = None


class Found(NamedTuple):
    user_id: int
    access: Access


def _find(digests: Collection[str]) -> dict[str, Found]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(digests=placeholders(digests)), [*digests, now])
        rows = cursor.fetchall()
    return {
        digest: Found(user_id, Access(pk, scopes_of(scopes.split()), _rooms(rooms)))
        for digest, pk, user_id, scopes, rooms in rows
    }


def _rooms(stored: str | None) -> frozenset[str] | None:
    names = None if stored is None else json.loads(stored)
    return None if names is None else frozenset(names)


VALID = Lookup(_find)


def find(token: str) -> Found | None:
    """The user and the access of a token; None if it is none, has ended or expired."""
    return VALID.find(_digest(token))


def make(user: User, wanted: Wanted, request: HttpRequest | None = None) -> tuple[Token, str]:
    """Makes a token. Returns its row and the token, which is known from now on to the caller alone. Raises Refusal.

    Of a request, whoever sends it must be signed in still: nothing outlives the end of all sessions by being under way.
    """
    token = f"{PREFIX}{secrets.token_urlsafe(SECRET_BYTES)}"
    with transaction.atomic():
        now = User.objects.select_for_update().get(pk=user.pk)  # of two at once, the second one sees the first
        if request is not None and not _is_signed_in(request, user, now):
            raise Refusal("not_signed_in", _("Sign in first."))
        if Token.objects.filter(user=user).count() >= settings.TOKENS_PER_USER:
            Token.objects.filter(user=user, expires__lte=timezone.now()).delete()
        if Token.objects.filter(user=user).count() >= settings.TOKENS_PER_USER:
            detail = _("You have %(most)d tokens, and no more are possible: end one first.")
            raise Refusal("forbidden", detail % {"most": settings.TOKENS_PER_USER})
        made = Token.objects.create(
            user=user,
            name=wanted.name,
            digest=_digest(token),
            scopes=" ".join(each for each in Scope if each in wanted.scopes),
            rooms=None if wanted.rooms is None else sorted(wanted.rooms),
            expires=None if wanted.days is None else timezone.now() + timedelta(days=wanted.days),
        )
    record("token_made", request, **{"user": user.pk, "token": made.pk, "scopes": made.scopes})
    return made, token


def _is_signed_in(request: HttpRequest, user: User, now: User) -> bool:
    """Looks again at the session of a request, in the caller's transaction."""
    is_same = now.is_active and now.password == user.password
    return is_same and Session.objects.filter(pk=request.session.session_key).exists()


def listed(user: User) -> list[dict[str, Any]]:
    """The tokens of a user, as JSON has them, the newest first."""
    return [as_json(each) for each in Token.objects.filter(user=user).order_by("-pk")]


def as_json(token: Token) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": token.scopes.split(),
        "rooms": token.rooms,
        "made": iso(token.made),
        "used": token.used and iso(token.used),
        "expires": token.expires and iso(token.expires),
    }


def end(user: User, token_id: int, request: HttpRequest | None = None) -> None:
    """Ends a token of a user: from now on it is refused. Django's signal has its sockets closed.

    Raises Refusal, not_found.
    """
    deleted, _rows = Token.objects.filter(pk=token_id, user=user).delete()
    if not deleted:
        raise Refusal("not_found", _("There is no such token any more."))
    record("token_ended", request, **{"user": user.pk, "token": token_id})


def end_all(user: User) -> None:
    """Ends the tokens of a user, as an admin who signs them out everywhere."""
    Token.objects.filter(user=user).delete()


def alive(keys: Iterable[str]) -> set[str]:
    """Which of these keys of sockets are those of tokens that are valid."""
    ids = [int(key.removeprefix(KEY)) for key in keys if key.startswith(KEY)]
    valid = Token.objects.filter(pk__in=ids).exclude(expires__lte=timezone.now())
    return {key_of(pk) for pk in valid.values_list("pk", flat=True)} if ids else set()


class Used:
    """Tokens that were used since that was stored last. The lock guards the set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: set[int] = set()

    def note(self, access: Access) -> None:
        """Asks no database."""
        if access.token not in self._noted:
            with self._lock:
                self._noted.add(access.token)

    def store(self, hub: Hub) -> None:
        """Stores that the tokens of requests and of open sockets were used. If that fails, it is forgotten."""
        with self._lock:
            noted, self._noted = self._noted, set()
        keys = {client.session_key for client in hub.connections()}
        ids = sorted(noted | {int(key.removeprefix(KEY)) for key in keys if key.startswith(KEY)})
        for start in range(0, len(ids), AT_ONCE):
            Token.objects.filter(pk__in=ids[start : start + AT_ONCE]).update(used=timezone.now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
