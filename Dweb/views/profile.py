"""GET and POST /profile/: one's own name and picture."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _

from .. import runtime
from ..accounts.forms import NameForm
from ..chat import pictures, prices
from ..chat import profile as rules
from ..chat.rates import check_rate
from ..live.wire import iso
from ..models import NAME_CHARS, User
from ..operations.security import record
from ..refusal import Refusal
from .api import by_method
from .fields import clean_file
from .operation import operation
from .schemas import FILE, FILE_OR_NONE, NUMBER, SUCCESS, TEXT, TIME, maybe, noted, shape, text


@operation(
    _("One's own account and name."),
    answer=shape(userid=NUMBER, account=TEXT, username=TEXT, since=TIME, picture=maybe(FILE)),
)
def shown(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    check_rate(runtime.get(), user, prices.ACCOUNT)
    told = {"userid": user.pk, "account": user.account, "username": user.username, "since": iso(user.date_joined)}
    return told | ({"picture": user.picture} if user.picture else {})


@operation(
    _("Changes one's own name, or one's picture."),
    fields=(
        shape(username=text(NAME_CHARS, 1)),
        shape(picture=noted(FILE_OR_NONE, _("the id of a picture of one's own, or blank"))),
    ),
    answer=shape(msg=SUCCESS, userid=NUMBER, username=maybe(TEXT), picture=maybe(FILE_OR_NONE)),
    errors=("not_found", "conflict"),
)
def change(request: HttpRequest) -> dict[str, Any]:
    if "picture" in request.POST:
        picture = clean_file(request.POST, "picture")
        pictures.choose(runtime.get(), request.user, picture)
        return {"msg": "success", "userid": request.user.pk, "picture": picture}
    return rename(request)


def rename(request: HttpRequest) -> dict[str, Any]:
    form = NameForm(request.POST, instance=User(username=request.user.username))
    if faults := " ".join(form.errors.get("username", ())):
        raise Refusal("bad_input", faults)
    name, before = form.cleaned_data["username"], request.user.username
    rules.rename(runtime.get(), request.user, name)
    if name != before:
        record("name_changed", request, name=name)
    return {"msg": "success", "userid": request.user.pk, "username": name}


profile = by_method(GET=shown, POST=change)
