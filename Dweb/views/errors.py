"""How an error is answered: JSON at the addresses that speak JSON, a small page elsewhere. Decides nothing else."""

import logging
import math
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
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from ..refusal import Refusal

logger = logging.getLogger(__name__)

JSON_PATHS = ("/msg_send/", "/history/", "/chat/", "/healthz", "/users/", "/search/")

UNREADABLE = (BadRequest, MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError)


class ErrorMiddleware(MiddlewareMixin):
    """Turns what a view raises into an answer, so that no view needs to."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = as_refusal(exception)
        return None if refusal is None else answer(request, refusal)


def as_refusal(exception: Exception) -> Refusal | None:
    """What to tell a person about an exception; None for a fault of ours."""
    if isinstance(exception, Refusal):
        return exception
    if isinstance(exception, RequestDataTooBig):
        return Refusal("too_large", _("This request is too large."))
    if isinstance(exception, UNREADABLE):
        return Refusal("bad_input", _("This request could not be read."))
    if isinstance(exception, Error):
        logger.error("The database failed: %s", exception)
        return Refusal("unavailable", _("The database does not answer: try again in a moment."), 2)
    return None


def answer(request: HttpRequest, refusal: Refusal, status: int | None = None, links: bool = True) -> HttpResponse:
    """`links` is False where every address of this host would fail likewise."""
    status = status or refusal.status
    if request.path.startswith(JSON_PATHS):
        body = {"msg": "error", "error": refusal.code, "detail": refusal.detail}
        response: HttpResponse = JsonResponse(body, status=status)
    else:
        response = render(request, "error.html", {"refusal": refusal, "links": links}, status=status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(max(1, math.ceil(refusal.retry_after)))
    if refusal.code == "upgrade_required":
        response["Upgrade"] = "websocket"
    add_never_cache_headers(response)
    return response


# Django calls these for what happens outside a view.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # It may have been refused before LocaleMiddleware looked at it: SecurityMiddleware asks for the host, too.
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
    """A fault of ours: its traceback is in the log."""
    return answer(request, Refusal("unavailable", _("The server made a mistake; it was noted.")), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, Refusal("forbidden", _("This form is out of date: load the page again and retry.")))


def wrong_method(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponse:
    refusal = Refusal("bad_input", _("Use %(methods)s here.") % {"methods": ", ".join(allowed)})
    response: Any = answer(request, refusal, status=405)
    response["Allow"] = ", ".join(allowed)
    return response
