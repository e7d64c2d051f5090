"""The log of security: who signed in or failed to, what was refused, which accounts changed. One line an event.

No line has a password. What an attacker chose, such as an account, cannot forge a line or a field of one.
"""

import logging
from typing import Any

from django.http import HttpRequest

from .trace import user_id

logger = logging.getLogger("dweb.security")

WARNINGS = {"signin_failed", "register_failed", "password_change_failed", "throttled", "origin_refused", "csrf_failed"}
MAX_CHARS = 200


def record(event: str, request: HttpRequest | None = None, **fields: Any) -> None:
    """Logs an event with the request's address and user. Each field is a part of the line, and a member in JSON."""
    entry: dict[str, Any] = {"event": event}
    if request is not None:
        entry |= {"address": request.META.get("REMOTE_ADDR"), "user": user_id(request)}
    entry = {name: _escaped(value) for name, value in (entry | fields).items() if value is not None}
    line = " ".join(["%(event)s", *(f"{name}=%({name})s" for name in [*entry][1:])])
    logger.log(logging.WARNING if event in WARNINGS else logging.INFO, line, entry)


def _escaped(value: Any) -> Any:
    """Blanks, quotes, `=` and characters that nobody sees become escapes; letters of any script stay."""
    if not isinstance(value, str):
        return value
    return "".join(
        char if char.isprintable() and char not in ' "=\\' else f"\\u{ord(char):04x}" for char in value[:MAX_CHARS]
    )
