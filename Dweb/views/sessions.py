"""GET and POST /sessions/: on which devices one is signed in, and the end of some."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..accounts import sessions as rules
from ..chat import prices
from ..chat.rates import check_rate
from .api import by_method
from .fields import clean_number
from .operation import operation
from .schemas import FLAG, NUMBER, SUCCESS, TEXT, TIME, many, several, shape, words

OTHERS = "others"


SESSION = shape("Session", id=NUMBER, device=TEXT, address=TEXT, since=TIME, seen=TIME, current=FLAG)


@operation(_("The devices on which one is signed in, the last seen first."), answer=shape(sessions=many(SESSION)))
def listed(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    return {"sessions": rules.listed(request)}


@operation(
    _("Ends one of one's sessions, by its id, or all others."),
    fields=shape(end=several(NUMBER, words([OTHERS]))),
    answer=shape(msg=SUCCESS, ended=NUMBER),
    errors=("not_found",),
)
def end(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    if request.POST.get("end") == OTHERS:
        return {"msg": "success", "ended": rules.end_all(request.user, request.session.session_key, request)}
    return {"msg": "success", "ended": rules.end(request, clean_number(request.POST, "end"))}


sessions = by_method(GET=listed, POST=end)
