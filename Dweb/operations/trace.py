"""The trace of requests and sockets: their ids and, with ACCESS_LOG, their lines in the log.

Logs addresses and numbers, never what a user wrote or sent. A socket keeps the id of its handshake in its
context.
"""

import logging
import re
from contextvars import ContextVar
from random import getrandbits
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="-")
access = logging.getLogger("dweb.access")


def choose_id(meta: dict[str, Any]) -> str:
    """The id that a trusted proxy sends, if it is fit for a log; otherwise a fresh one."""
    given = meta.get("HTTP_X_REQUEST_ID")
    if given and meta.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES and GOOD_ID.fullmatch(given):
        return given
    return f"{getrandbits(64):016x}"  # no secret; to ask the system for one would let go of the interpreter


def log_request(request: HttpRequest, status: int, seconds: float) -> None:
    if not access.isEnabledFor(logging.INFO):
        return
    fields = {
        "method": request.method,
        "path": escape_uri_path(request.path),
        "status": status,
        "ms": round(seconds * 1_000, 1),
        "user": user_id(request),
        "address": request.META.get("REMOTE_ADDR"),
    }
    access.info("%(method)s %(path)s %(status)s, %(ms)s ms, user %(user)s, %(address)s", fields)


def log_socket_end(user_id: int, code: int, seconds: float) -> None:
    """Logs the end of a socket; the line of its handshake, a request with status 101, was its beginning."""
    if access.isEnabledFor(logging.INFO):
        fields = {"code": code, "seconds": round(seconds, 1), "user": user_id}
        access.info("socket closed %(code)s, %(seconds)s s, user %(user)s", fields)


def user_id(request: HttpRequest) -> int | None:
    """The user, if the request has looked it up: the log alone is no reason to read the database."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = user._wrapped
    return getattr(user, "pk", None)
