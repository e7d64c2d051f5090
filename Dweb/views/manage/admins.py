"""Who gets in: admins of the place. Everyone else gets the 404 of an address that does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ... import runtime
from ...chat import prices
from ...chat.rates import check_rate
from ..uploads import SmallFiles

View = Callable[..., HttpResponseBase]


def for_admins(*methods: str, takes_files: bool = False) -> Callable[[View], View]:
    """A decorator for views that take these methods from admins.

    The token against CSRF is looked at only then: its refusal would show others that the address exists, and so would
    a redirect to the address with a slash.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(require_http_methods([*methods])(never_cache(view)))

        @csrf_exempt
        @no_append_slash
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not getattr(request.user, "is_admin", False):
                raise Http404
            check_rate(runtime.get(), request.user, prices.PAGE)
            if takes_files:
                request.upload_handlers = [SmallFiles(request)]
            return protected(request, *args, **kwargs)

        return answer

    return decorate
