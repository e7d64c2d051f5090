"""One's own sessions: on which devices one is signed in, and their end.

Their times are stored together, every SEEN_SECONDS, so that no request writes for them.
"""

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from ..live.hub import Hub
from ..live.wire import iso
from ..models import ADDRESS_CHARS, Handover, User, UserSession
from ..operations.security import record
from ..operations.trace import user_id
from ..refusal import Refusal
from .user_agents import Device, device_of

AT_ONCE = 500  # rows of one statement: the database is locked for some milliseconds
PAUSE_SECONDS = 0.05  # others write meanwhile


class Noted(NamedTuple):
    """What a request tells about its session."""

    user_id: int
    device: Device
    address: str


class Seen:
    """Sessions that were used since they were stored last. The lock guards the dict.

    It is bounded: a user has SESSIONS_PER_USER.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[str, Noted] = {}

    def note(self, request: HttpRequest) -> None:
        """Notes the session of a request that has looked up its user. Asks no database."""
        user = user_id(request)
        key = user and request.session.session_key
        if not key:
            return
        known, address = self._noted.get(key), address_of(request)
        if known is None or known.address != address:
            noted = Noted(user, device_of(request), address)
            with self._lock:
                self._noted[key] = noted

    def store(self, hub: Hub) -> None:
        """Stores that the sessions of requests and of open sockets were seen. If that fails, it is forgotten."""
        with self._lock:
            noted, self._noted = self._noted, {}
        now = timezone.now()
        for keys in _parts({*noted, *(client.session_key for client in hub.connections())}):
            _store(keys, {key: noted[key] for key in keys if key in noted}, now)
            time.sleep(PAUSE_SECONDS)


def begin(request: HttpRequest, user: User) -> None:
    """Lists the session of a user who has just signed in. Of more than SESSIONS_PER_USER the oldest ones end."""
    if request.session.session_key is None:  # another user was signed in before
        request.session.save()
    row = _row(request.session.session_key, Noted(user.pk, device_of(request), address_of(request)))
    if not UserSession.objects.filter(key=row.key).update(user=user, address=row.address, seen=row.seen):
        row.save()
    most = settings.SESSIONS_PER_USER
    _end(UserSession.objects.filter(user=user).order_by("-seen", "-pk").values_list("key", flat=True)[most : 2 * most])


def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """The sessions of the request's user, as JSON has them; the one that was seen last comes first."""
    here = request.session.session_key
    if not UserSession.objects.filter(key=here).exists():  # another program made it
        begin(request, request.user)
    now = timezone.now()
    rows = {row.key: row for row in UserSession.objects.filter(user=request.user)}
    stored = Session.objects.filter(pk__in=[*rows], expire_date__gt=now)
    found = [rows[session.pk] for session in stored if _is_valid(session, request.user)]
    for row in found:
        row.seen = now if row.key == here else row.seen
    found.sort(key=lambda row: (row.seen, row.pk), reverse=True)
    return [_as_json(row, here) for row in found]


def end(request: HttpRequest, session_id: int) -> int:
    """Ends one session of the request's user. Returns how many ended. Raises Refusal, not_found."""
    row = UserSession.objects.filter(pk=session_id, user=request.user).first()
    if row is None:
        raise Refusal("not_found", _("You are not signed in on this device any more."))
    return _end_of(request.user, [row.key], request)


def end_all(user: User, but: str | None = None, request: HttpRequest | None = None) -> int:
    """Ends all sessions of a user, except the one with the key `but`. Returns how many ended.

    The request, if there is one, is that of the person who ends them.
    """
    keys = UserSession.objects.filter(user=user).values_list("key", flat=True)
    return _end_of(user, [key for key in keys if key != but], request)


def follow(before: str, after: str) -> None:
    """A session has another key now."""
    UserSession.objects.filter(key=before).update(key=after)


def forget(key: str) -> None:
    """A session was deleted."""
    UserSession.objects.filter(key=key).delete()


def forget_gone() -> None:
    """Forgets the sessions that are no longer there, a few at a time."""
    gone = UserSession.objects.filter(~Exists(Session.objects.filter(pk=OuterRef("key"))))
    while ids := [*gone.values_list("pk", flat=True)[:AT_ONCE]]:
        UserSession.objects.filter(pk__in=ids).delete()
        time.sleep(PAUSE_SECONDS)


def address_of(request: HttpRequest) -> str:
    address: str = request.META.get("REMOTE_ADDR") or ""
    return address[:ADDRESS_CHARS]


def _is_valid(session: Session, user: User) -> bool:
    """False for a session of before the user's password was changed, which lets nobody in."""
    auth_hash = SessionStore().decode(session.session_data).get(HASH_SESSION_KEY, "")
    valid = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(auth_hash, each) for each in valid)


def _end_of(user: User, keys: Collection[str], request: HttpRequest | None) -> int:
    """Ends sessions of a user, with the codes that were made in them."""
    Handover.objects.filter(user=user).delete()
    _end(keys)
    by = None if request is None or user_id(request) == user.pk else user_id(request)
    record("session_ended", request, **{"user": user.pk, "why": "ended", "count": len(keys), "by": by})
    return len(keys)


def _end(keys: Collection[str]) -> None:
    """Deletes sessions. Django's signal for each of them has its sockets closed."""
    for some in _parts(keys):
        Session.objects.filter(pk__in=some).delete()
        UserSession.objects.filter(key__in=some).delete()


def _store(keys: Collection[str], noted: Mapping[str, Noted], now: datetime) -> None:
    UserSession.objects.filter(key__in=keys).update(seen=now)
    rows = UserSession.objects.in_bulk([*noted], field_name="key")
    moved = [row for key, row in rows.items() if row.address != noted[key].address]
    for row in moved:
        row.address = noted[row.key].address
    UserSession.objects.bulk_update(moved, ["address"])
    if missing := noted.keys() - rows.keys():  # another program made them
        alive = Session.objects.filter(pk__in=missing).values_list("pk", flat=True)
        made = [_row(key, noted[key]) for key in alive]
        UserSession.objects.bulk_create(made, ignore_conflicts=True)


def _row(key: str, noted: Noted) -> UserSession:
    browser, system = noted.device
    return UserSession(key=key, user_id=noted.user_id, browser=browser, system=system, address=noted.address)


def _as_json(row: UserSession, here: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "device": str(Device(row.browser, row.system)),
        "address": row.address,
        "since": iso(row.since),
        "seen": iso(row.seen),
        "current": row.key == here,
    }


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while part := list(islice(rest, AT_ONCE)):
        yield part
