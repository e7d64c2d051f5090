"""/handover/: signing in on a further device with a code, which one's first device shows."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import runtime
from ..accounts import handover as rules
from ..accounts.user_agents import device_of
from ..chat import prices
from ..chat.rates import check_rate
from ..live.wire import iso
from ..models import Handover
from ..refusal import Refusal
from .api import by_method
from .fields import clean_number
from .operation import operation
from .qr import image_of
from .schemas import NUMBER, OK, PICTURE_ADDRESS, TEXT, TIME, maybe, several, shape, words

ANSWERS = {"yes": rules.let_in, "no": rules.refuse}


STATES = [rules.OVER, *(state.name.lower() for state in rules.State)]


@operation(
    gettext_noop("What has become of a code, and which device has asked with it."),
    fields=shape(id=NUMBER),
    answer=shape(state=words(STATES), expires=maybe(TIME), device=maybe(TEXT), address=maybe(TEXT)),
)
def state(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    return rules.state_of(request.user, clean_number(request.GET, "id"))


@operation(
    gettext_noop("Makes a code that signs one in on a further device; or lets the device in that has asked, or not."),
    fields=(shape(), shape(id=NUMBER, answer=words(ANSWERS))),
    answer=several(shape(id=NUMBER, url=TEXT, qr=PICTURE_ADDRESS, expires=TIME), OK),
    errors=("not_found",),
)
def make_or_answer(request: HttpRequest) -> dict[str, Any]:
    check_rate(runtime.get(), request.user, prices.ACCOUNT)
    if answer := request.POST.get("answer"):
        if answer not in ANSWERS:
            raise Refusal("bad_input", _("answer must be yes or no."))
        ANSWERS[answer](request, clean_number(request.POST, "id"))
        return {"msg": "success"}
    made = rules.make(request)
    url = request.build_absolute_uri(reverse("handover_device", args=[made.code]))
    return {"id": made.handover.pk, "url": url, "qr": image_of(url), "expires": iso(made.handover.expires)}


handover = by_method(GET=state, POST=make_or_answer)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def device(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the further device: it asks to be let in, waits, and goes on to the chat."""
    if request.user.is_authenticated:
        check_rate(runtime.get(), request.user, prices.PAGE)
    found = rules.find(request, code, request.COOKIES.get(settings.HANDOVER_COOKIE_NAME, ""))
    if request.user.pk == found.user_id:
        return redirect("news_chat")
    waits = found.state != Handover.State.WAITING
    if request.method == "POST" and not waits:
        return _keeping(redirect(request.path), rules.ask(request, found))
    if request.method == "POST" and rules.use(request, found):
        login(request, found.user)
        return redirect("news_chat")
    return render(request, "handover.html", {"owner": found.user, "device": device_of(request), "waits": waits})


def _keeping(response: HttpResponse, token: str) -> HttpResponse:
    """The device that has asked is known by its token from then on."""
    response.set_cookie(
        settings.HANDOVER_COOKIE_NAME,
        token,
        max_age=settings.HANDOVER_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response
