"""Views that answer with JSON, for users who are signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ..accounts.access import key_of
from ..models import User
from ..refusal import Refusal
from .errors import wrong_method
from .operation import operations

View = Callable[..., HttpResponseBase]


def json_view(*methods: str) -> Callable[[Callable[..., dict[str, Any]]], View]:
    """A decorator for views that take these methods and return what is answered as JSON."""

    def decorate(view: Callable[..., dict[str, Any]]) -> View:
        @operations(**dict.fromkeys(methods, view))
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return wrong_method(request, methods)
            require_user(request)
            told = view(request, *args, **kwargs)
            return JsonResponse(told, json_dumps_params={"ensure_ascii": False})  # as on the socket

        return never_cache(answer) if "GET" in methods else answer  # no cache keeps the answer to a POST

    return decorate


def by_method(**views: Callable[..., dict[str, Any]]) -> View:
    """One address for several methods, each with a view like those of json_view(): by_method(GET=listed, POST=make)."""
    answers = {method: json_view(method)(view) for method, view in views.items()}

    @operations(**views)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = answers.get(request.method or "")
        return wrong_method(request, tuple(answers)) if view is None else view(request, *args, **kwargs)

    return answer


def session_key_of(request: HttpRequest) -> str:
    """By it the connections are closed that this request opens: the key of its session, or that of its token."""
    access = request.user.access
    return key_of(access.token) if access else request.session.session_key or ""


def require_user(request: HttpRequest) -> User:
    if not request.user.is_authenticated:
        raise Refusal("not_signed_in", _("Sign in first."))
    return request.user
