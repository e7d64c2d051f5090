"""The log of security: who signed in or failed to, what was refused, which accounts changed. One line an event.

No line has a password. What an attacker chose, such as an account, cannot forge a line or a field of one.
"""

import logging
import threading
import time
from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ..refusal import Refusal
from .trace import user_id

logger = logging.getLogger("dweb.security")

WARNINGS = {
    *(
        "signin_failed",
        "register_failed",
        "token_failed",
        "hook_failed",
        "setup_failed",
        "password_change_failed",
        "throttled",
        "origin_refused",
        "csrf_failed",
    ),
    *("access_refused", "rate_refused", "quota_refused", "hashing_refused"),
}
MAX_CHARS = 200


def record(event: str, request: HttpRequest | None = None, **fields: Any) -> None:
    """Logs an event with the request's address and user. Each field is a part of the line, and a member in JSON."""
    entry: dict[str, Any] = {"event": event}
    if request is not None:
        entry |= {"address": request.META.get("REMOTE_ADDR"), "user": user_id(request)}
    entry = {name: _escaped(value) for name, value in (entry | fields).items() if value is not None}
    line = " ".join(["%(event)s", *(f"{name}=%({name})s" for name in [*entry][1:])])
    logger.log(logging.WARNING if event in WARNINGS else logging.INFO, line, entry)


class Refusals:
    """Logs the refusals that have an event: of each event and user, at most REFUSALS_LOGGED in a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[tuple[str, int | None]] = Counter()  # of this minute

    def record(self, refusal: Refusal, request: HttpRequest | None = None, user: int | None = None) -> None:
        """Logs a refusal with the request's user, or without a request with the one that is given."""
        if refusal.event is None:
            return
        user = user if request is None else user_id(request)
        if self._count(refusal.event, user) <= settings.REFUSALS_LOGGED:
            record(refusal.event, request, **{"user": user, **refusal.about})

    def _count(self, event: str, user: int | None) -> int:
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[event, user] += 1
            return self._counts[event, user]


def _escaped(value: Any) -> Any:
    """Blanks, quotes, `=` and characters that nobody sees become escapes; letters of any script stay."""
    if not isinstance(value, str):
        return value
    return "".join(
        char if char.isprintable() and char not in ' "=\\' else f"\\u{ord(char):04x}" for char in value[:MAX_CHARS]
    )
