"""Invitations: POST /invites/ makes one, /join/<code>/ takes it."""

from contextlib import suppress
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
from ..accounts import flood, registration
from ..accounts.forms import RegisterForm
from ..chat import invitations, membership, prices
from ..chat.invitations import NewInvitation
from ..chat.rates import check_rate
from ..live.wire import iso
from ..models import Invitation, User
from ..operations.security import record
from ..refusal import Refusal
from .accounts import with_status
from .api import json_view
from .fields import clean_room
from .operation import operation
from .qr import image_of
from .schemas import PICTURE_ADDRESS, ROOM_LIST, SUCCESS, TEXT, TIME, between, maybe, shape, words
from .values import clean_between, clean_word

GUEST = {"member": False, "guest": True}


@json_view("POST")
@operation(
    gettext_noop("Makes an invitation; its code is told this once."),
    fields=shape(
        rooms=maybe(ROOM_LIST, gettext_noop("the names of rooms, by commas; without it the place alone")),
        role=maybe(words(GUEST)),
        uses=maybe(between(1, settings.INVITATION_MAX_USES, settings.INVITATION_USES)),
        hours=maybe(between(1, settings.INVITATION_MAX_HOURS, settings.INVITATION_HOURS)),
    ),
    answer=shape(msg=SUCCESS, url=TEXT, code=TEXT, expires=TIME, qr=PICTURE_ADDRESS),
    errors=("not_found",),
)
def invites(request: HttpRequest) -> dict[str, Any]:
    fields = request.POST.dict()
    names = [clean_room(name.strip()) for name in fields.get("rooms", "").split(",") if name.strip()]
    if len(names) > settings.INVITATION_MAX_ROOMS:
        detail = _("An invitation has at most %(most)d rooms.")
        raise Refusal("bad_input", detail % {"most": settings.INVITATION_MAX_ROOMS})
    new = NewInvitation(
        names,
        GUEST[clean_word(fields, "role", GUEST, "member")],
        clean_between(fields, "uses", 1, settings.INVITATION_MAX_USES, settings.INVITATION_USES),
        clean_between(fields, "hours", 1, settings.INVITATION_MAX_HOURS, settings.INVITATION_HOURS),
    )
    code, invitation = invitations.make(runtime.get(), request.user, new)
    url = request.build_absolute_uri(reverse("join", args=[code]))
    return {"msg": "success", "url": url, "code": code, "expires": iso(invitation.expires), "qr": image_of(url)}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Leads into the rooms of an invitation: who is signed in takes it, others sign in or make an account first."""
    live = runtime.get()
    if request.user.is_authenticated:
        check_rate(live, request.user, prices.PAGE)
    invitation = invitations.named(code)
    if not request.user.is_authenticated:
        return _register(request, code, invitation)
    if request.method == "POST":
        return _into(invitations.take(live, request.user, invitation))
    return _page(request, code, invitation)


def _register(request: HttpRequest, code: str, invitation: Invitation) -> HttpResponse:
    """The form that makes an account with an invitation. Its registrations are counted by themselves."""
    live = runtime.get()
    try:
        invitations.check_registration(live, invitation)
    except Refusal as refusal:
        return _page(request, code, invitation, detail=refusal.detail)
    if request.method == "POST" and flood.is_flood(request):
        request.is_flood = True
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = _make(request, form, invitation)
            login(request, user)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _into(_enter(user, invitation))
    elif form.is_bound:
        record("register_failed", request, account=form.data.get("account"), fields=",".join(form.errors))
    return with_status(request, form, _page(request, code, invitation, form=form))


def _enter(user: User, invitation: Invitation) -> str | None:
    """The account is made, whether or not its rooms are still open to it."""
    with suppress(Refusal):
        return invitations.enter(runtime.get(), user, invitation)
    return None


def _make(request: HttpRequest, form: RegisterForm, invitation: Invitation) -> User:
    form.instance.is_guest = invitation.as_guest
    invitations.use(invitation)
    try:
        return registration.register(request, form.save, registration.bucket_of_invitation(invitation.pk))
    except Exception:
        invitations.give_back(invitation)
        raise


def _page(request: HttpRequest, code: str, invitation: Invitation, **more: Any) -> HttpResponse:
    titles = [room.title for room in invitation.rooms.all()]
    context = {
        "inviter": membership.shown_names([invitation.by_id]).get(invitation.by_id, ""),
        "rooms": titles,
        "place": runtime.get().place.current.name,
        "here": reverse("join", args=[code]),
    }
    return render(request, "invitation.html", context | more)


def _into(room: str | None) -> HttpResponse:
    return redirect(reverse("news_chat", query={"group_id": room} if room else None))
