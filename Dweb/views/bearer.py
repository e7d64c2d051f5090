"""Requests of programs: `Authorization: Bearer` at the addresses that speak JSON, instead of a session (RFC 6750)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from .. import runtime
from ..accounts import tokens
from ..accounts.access import NEEDS, NOTHING
from ..accounts.backend import AccountBackend
from ..accounts.session_store import SessionStore
from ..accounts.throttle import failures_of_tokens, in_words
from ..databases.query_pool import ask
from ..models import User
from ..operations.security import record
from ..refusal import Refusal
from .errors import answer_exception
from .operation import is_public

SCHEME = "bearer"


class BearerMiddleware(MiddlewareMixin):
    """Signs the request of a program in for its own time. It has neither cookies nor, therefore, a CSRF token."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        scheme, _blank, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME or not getattr(view, "speaks_json", False) or is_public(view):
            return None
        try:
            user = _user_of(request, token.strip())
            name = request.resolver_match.view_name if request.resolver_match else ""
            NEEDS.get(name, NOTHING).check(user, request.method or "")
        except Exception as error:
            answered = answer_exception(request, error)
            if answered is None:
                raise
            return answered
        return None


def _user_of(request: HttpRequest, token: str) -> User:
    """The user of a token, who is the request's from now on. Raises Refusal."""
    request.COOKIES = {}
    session: SessionBase = SessionStore()
    request.session = session
    found = tokens.find(token)
    backend: BaseBackend = AccountBackend()
    user = backend.get_user(found.user_id) if found else None
    if found is None or user is None:
        raise _failure(request)
    user.access = found.access
    request.user = user
    request._dont_enforce_csrf_checks = True  # no other site can have a browser send this header
    runtime.get().tokens_used.note(found.access)
    return user


def _failure(request: HttpRequest) -> Refusal:
    """Counts a token that is none, by the address."""
    wait = ask(partial(failures_of_tokens(request).take))
    if wait:  # no line as of a guessed password: fail2ban would shut out everybody at that address
        return Refusal("too_fast", in_words(wait), wait, event="token_failed", about={"wait": wait})
    record("token_failed", request)
    detail = _("This token is not valid: it has ended or expired, or was copied only in part.")
    return Refusal("not_signed_in", detail, headers={"WWW-Authenticate": "Bearer"})
