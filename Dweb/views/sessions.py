"""GET and POST /sessions/: on which devices one is signed in, and the end of some."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..accounts import sessions as rules
from ..chat import prices
from ..chat.rates import check_rate
from .api import by_method
from .fields import clean_number

OTHERS = "others"


def listed(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    return {"sessions": rules.listed(request)}


def end(request: HttpRequest) -> dict[str, Any]:
    """Ends the session with the id `end`, or all others."""
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    if request.POST.get("end") == OTHERS:
        return {"msg": "success", "ended": rules.end_all(request.user, request.session.session_key, request)}
    return {"msg": "success", "ended": rules.end(request, clean_number(request.POST, "end"))}


sessions = by_method(GET=listed, POST=end)
