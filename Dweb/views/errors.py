"""Answers errors: with JSON at the addresses that speak JSON, with a small page elsewhere."""

import logging
from collections.abc import Callable
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from functools import wraps
from typing import Any

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from .. import runtime
from ..files.storage import StorageError
from ..operations.security import record
from ..refusal import Refusal
from ..server.shortage import is_shortage, note
from ..ws.middleware import WebSocketMiddleware

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2  # after an error of the database
FULL_RETRY_SECONDS = 10

UNREADABLE = (BadRequest, MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError)


def speaks_json(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Marks a view in urls.py: at its address errors are JSON."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    marked.speaks_json = True  # type: ignore[attr-defined]
    return marked


class ErrorMiddleware(MiddlewareMixin):
    """Turns the exceptions of views into answers."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_exception(request, exception)


class SocketMiddleware(WebSocketMiddleware):
    """Answers what is raised by views in threads of their own, too: for Django it does not come from a view."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        try:
            return super().process_view(request, view, args, kwargs)
        except Exception as error:
            answered = answer_exception(request, error)
            if answered is None:
                raise
            return answered


def answer_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    refusal = as_refusal(exception)
    if refusal is None:
        return None
    runtime.get().refusals.record(refusal, request)
    return answer(request, refusal)


def as_refusal(exception: Exception) -> Refusal | None:
    """The refusal that stands for an exception; None for a fault of this server."""
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, RequestDataTooBig):
        return Refusal("too_large", _("This request is too large."))
    if isinstance(exception, UNREADABLE):
        return Refusal("bad_input", _("This request could not be read."))
    if isinstance(exception, Error):
        logger.error("The database failed: %s", exception)
        return Refusal("unavailable", _("The database does not answer: try again in a moment."), RETRY_SECONDS)
    if isinstance(exception, OSError) and exception.errno in (ENOSPC, EDQUOT):
        logger.error("The disk is full: %s", exception)
        return Refusal("no_space", _("There is no room for more files here. Messages without files go on."))
    if isinstance(exception, StorageError):
        logger.error("The storage of files failed: %s", exception)
        return Refusal(
            "unavailable", _("Files cannot be stored or read just now: try again in a moment."), RETRY_SECONDS
        )
    if is_shortage(exception):
        note(exception)
        return Refusal("unavailable", _("Every place is taken: try again in a moment."), FULL_RETRY_SECONDS)
    return None


def answer(request: HttpRequest, refusal: Refusal, links: bool = True) -> HttpResponse:
    """`links` is False where every address of this host would fail likewise."""
    if _speaks_json(request):
        return refusal.as_json()
    if getattr(request, "is_flood", False):  # see accounts/flood
        response = HttpResponse(refusal.detail, status=refusal.status, content_type="text/plain; charset=utf-8")
    else:
        shown = {"refusal": refusal, "links": links, "place": None}  # the database may be away
        response = render(request, "error.html", shown, status=refusal.status)
    refusal.add_headers(response)
    return response


def _speaks_json(request: HttpRequest) -> bool:
    """True at an address that speaks JSON, and at unknown addresses below one."""
    first = request.path_info.lstrip("/").partition("/")[0]
    for path in (request.path_info, f"/{first}/", f"/{first}/0/"):  # there is /people/<userid>/, and no /people/
        with suppress(Resolver404):
            return getattr(resolve(path).func, "speaks_json", False)
    return False


# Django calls these for what happens outside a view.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # It may have been refused before LocaleMiddleware saw it: SecurityMiddleware asks for the host, too.
    translation.activate(translation.get_language_from_request(request))
    if isinstance(exception, DisallowedHost):
        detail = _(
            "This server does not go by the name in the address. Use the address that you were given, or ask the "
            "people who run the server to add this name to ALLOWED_HOSTS."
        )
        return answer(request, Refusal("bad_input", detail), links=False)
    refusal = as_refusal(exception)
    if refusal is None and isinstance(exception, SuspiciousOperation):
        refusal = Refusal("bad_input", _("This request was refused."))
    return answer(request, refusal or Refusal("bad_input", _("This request could not be read.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Refusal("forbidden", _("You may not do that.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Refusal("not_found", _("There is nothing at this address.")))


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of this server: its traceback is in the log."""
    return answer(request, Refusal("unavailable", _("The server made a mistake; it was noted."), status=500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    record("csrf_failed", request, reason=reason)
    return answer(request, Refusal("forbidden", _("This form is out of date: load the page again and retry.")))


def wrong_method(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponse:
    return answer(request, method_refusal(allowed))


def method_refusal(allowed: tuple[str, ...]) -> Refusal:
    methods = ", ".join(allowed)
    detail = _("Use %(methods)s here.") % {"methods": methods}
    return Refusal("bad_input", detail, status=405, headers={"Allow": methods})
