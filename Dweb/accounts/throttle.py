"""Checks passwords, and makes a pair of account and address wait after failed sign-ins. No other pair waits.

Django's cache holds for each pair the number of attempts and, while it must wait, the end of the wait.
"""

import hashlib
import math
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, connection
from django.http import HttpRequest

from ..models import User, normalize_account

# In the order of the model, which from_db() requires.
FIELDS = ("password", "is_superuser", "user_id", "account", "username", "is_staff", "is_active", "shows_account")
FIND = f"SELECT {', '.join(FIELDS)} FROM user WHERE user_id = %s"  # noqa: S608 - names of ours


class AccountBackend(ModelBackend):
    """Django's password check behind the wait. An attempt counts before its password is checked."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        account = username if username is not None else kwargs.get(User.USERNAME_FIELD)
        if request is None or account is None:
            return super().authenticate(request, username=account, password=password)
        if waiting_seconds(request, account):
            raise PermissionDenied("too many failed attempts")
        _count_attempt(request, account)
        user = super().authenticate(request, username=account, password=password)
        if user is not None:
            cache.delete_many([_key("count", request, account), _key("until", request, account)])
        return user

    def get_user(self, user_id: int) -> User | None:
        """Finds a request's user in plain SQL, since every request does; further fields are read when they are used."""
        with connection.cursor() as cursor:
            cursor.execute(FIND, [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        password, superuser, pk, account, username, staff, active, shows = row
        values = (password, bool(superuser), pk, account, username, bool(staff), bool(active), bool(shows))
        user = User.from_db(DEFAULT_DB_ALIAS, FIELDS, values)
        return user if self.user_can_authenticate(user) else None


def waiting_seconds(request: HttpRequest, account: str) -> int:
    """The seconds for which this account may not be tried from this address; 0 when it may."""
    until, wait = cache.get(_key("until", request, account), (0.0, 0.0))
    return math.ceil(min(max(1.0, until - time.time()), wait))  # the clock of another server may differ


def _count_attempt(request: HttpRequest, account: str) -> None:
    """After the free failures each further one doubles the wait: 1 s, 2 s, 4 s, up to the limit."""
    key, keep = _key("count", request, account), 2 * settings.SIGNIN_MAX_WAIT_SECONDS
    cache.add(key, 0, keep)
    excess = cache.incr(key) - settings.SIGNIN_FREE_FAILURES
    cache.touch(key, keep)
    if excess >= 0:
        wait = min(2.0 ** min(excess, 30), settings.SIGNIN_MAX_WAIT_SECONDS)
        cache.set(_key("until", request, account), (time.time() + wait, wait), wait)


def _key(what: str, request: HttpRequest, account: str) -> str:
    pair = f"{normalize_account(account)}\n{request.META.get('REMOTE_ADDR', '')}"
    return f"signin-{what}-{hashlib.sha256(pair.encode()).hexdigest()}"
