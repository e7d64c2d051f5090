"""The middleware around every request: gives it an id, takes its time and, with ACCESS_LOG, logs it.

Logs addresses and numbers, never what a user wrote or sent. A socket keeps the id of its handshake in its thread's
context.
"""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from random import getrandbits
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import escape_uri_path
from django.utils.functional import SimpleLazyObject

from .counters import count_request

HEADER = "X-Request-ID"
GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NO_VIEW = "none"  # static files, unknown addresses, requests that a middleware refused

request_id: ContextVar[str] = ContextVar("request_id", default="-")
access = logging.getLogger("dweb.access")


class TraceMiddleware:
    """The outermost middleware: records that are logged inside carry the id. It must see the peer's own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        request.trace_id = trace_id = choose_id(request.META)  # for what Django logs after this
        token = request_id.set(trace_id)
        try:
            response = self._get_response(request)
            response.headers[HEADER] = trace_id
            seconds = perf_counter() - began
            match = request.resolver_match
            count_request(match.view_name if match else NO_VIEW, response.status_code, seconds)
            if access.isEnabledFor(logging.INFO):
                _log_request(request, response.status_code, seconds)
        finally:
            request_id.reset(token)
        return response


def choose_id(meta: dict[str, Any]) -> str:
    """The id that a trusted proxy sends, if it is fit for a log; otherwise a fresh one."""
    given = meta.get("HTTP_X_REQUEST_ID")
    if given and meta.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES and GOOD_ID.fullmatch(given):
        return given
    return f"{getrandbits(64):016x}"  # no secret; to ask the system for one would let go of the interpreter


def _log_request(request: HttpRequest, status: int, seconds: float) -> None:
    fields = {
        "method": request.method,
        "path": escape_uri_path(request.path),
        "status": status,
        "ms": round(seconds * 1_000, 1),
        "user": _user_id(request),
        "address": request.META.get("REMOTE_ADDR"),
    }
    access.info("%(method)s %(path)s %(status)s, %(ms)s ms, user %(user)s, %(address)s", fields)


def log_socket_end(user_id: int, code: int, seconds: float) -> None:
    """Logs the end of a socket; the line of its handshake, a request with status 101, was its beginning."""
    if access.isEnabledFor(logging.INFO):
        fields = {"code": code, "seconds": round(seconds, 1), "user": user_id}
        access.info("socket closed %(code)s, %(seconds)s s, user %(user)s", fields)


def _user_id(request: HttpRequest) -> int | None:
    """The user, if the request has looked it up: the log alone is no reason to read the database."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = user._wrapped
    return getattr(user, "pk", None)
