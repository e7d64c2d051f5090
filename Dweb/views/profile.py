"""GET and POST /profile/: one's own name and picture."""

from typing import Any

from django.http import HttpRequest

from .. import runtime
from ..accounts.forms import NameForm
from ..chat import pictures, prices
from ..chat import profile as rules
from ..chat.rates import check_rate
from ..live.wire import iso
from ..models import User
from ..operations.security import record
from ..refusal import Refusal
from .api import by_method
from .fields import clean_file


def shown(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    check_rate(runtime.get(), user, prices.ACCOUNT)
    told = {"userid": user.pk, "account": user.account, "username": user.username, "since": iso(user.date_joined)}
    return told | ({"picture": user.picture} if user.picture else {})


def change(request: HttpRequest) -> dict[str, Any]:
    """Another picture, or another name."""
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
