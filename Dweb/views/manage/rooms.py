"""/manage/rooms/: all group rooms, and a page of each, where admins archive it, name an owner, or delete it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import runtime
from ...accounts.forms import ACCOUNT
from ...chat import deletion, members, membership, room_changes
from ...chat.room_changes import Changes
from ...models import REASON_CHARS, TITLE_CHARS, Role, Room, User, name_key, normalize_account
from ...refusal import Refusal
from ..values import clean_query
from .admins import for_admins
from .forms import ReasonField
from .sections import page

Data = Mapping[str, Any]


class DeedForm(forms.Form):
    """What is to be done with a room. Which fields count depends on the deed."""

    account = forms.CharField(label=_("Account"), required=False, max_length=150, widget=forms.TextInput(ACCOUNT))
    title = forms.CharField(label=_("Title"), required=False, max_length=TITLE_CHARS)
    reason = ReasonField()


@for_admins("GET", "HEAD")
def rooms(request: HttpRequest) -> HttpResponse:
    """All group rooms, or those with `q` in their titles, by title."""
    query = clean_query(request.GET.dict(), TITLE_CHARS)
    found = Room.objects.filter(kind__in=membership.GROUPS)
    if query:
        found = found.filter(title_key__contains=name_key(query))
    counted = membership.counted(found, request.user.pk).order_by("title_key", "pk")
    rows = Paginator(counted, settings.MANAGE_ROWS).get_page(request.GET.get("page"))
    return page(request, "manage_rooms", "rooms", {"rows": rows, "query": query, "count": found.count()})


@for_admins("GET", "HEAD", "POST")
def room(request: HttpRequest, room_id: int) -> HttpResponse:
    """A room's page. A POST does a `deed` with it."""
    row = get_object_or_404(Room, pk=room_id, kind__in=membership.GROUPS)
    if request.method != "POST":
        return _card(request, row)
    deed, form = request.POST.get("deed", ""), DeedForm(request.POST)
    if deed not in DEEDS:
        raise Refusal("bad_input", gettext("There is no such deed."))
    if not form.is_valid():
        return _card(request, row, deed, " ".join(" ".join(each) for each in form.errors.values()), 400)
    try:
        said = DEEDS[deed](request, row, form.cleaned_data)
    except Refusal as refusal:
        return _card(request, row, deed, refusal.detail, refusal.status)
    messages.success(request, said)
    return redirect("manage_rooms") if deed == "delete" else redirect("manage_room", row.pk)


def _card(request: HttpRequest, row: Room, deed: str = "", fault: str = "", status: int = 200) -> HttpResponse:
    """A room's page, with what was wrong with a deed."""
    owners = [user_id for user_id, place in membership.roles(row).items() if place.role == Role.OWNER]
    shown = {
        "row": row,
        "owners": sorted(membership.shown_names(owners).values()),
        "people": membership.users(row).count(),
        "reason_chars": REASON_CHARS,
        "deed": deed,
        "fault": fault,
    }
    return page(request, "manage_rooms", "room", shown, status)


def _archive(request: HttpRequest, row: Room, data: Data) -> str:
    room_changes.administer(runtime.get(), request.user, row, Changes(archived=not row.archived))
    said = gettext("%(room)s is archived now.") if row.archived else gettext("%(room)s can be written in again.")
    return said % {"room": row.title}


def _own(request: HttpRequest, row: Room, data: Data) -> str:
    other = User.objects.filter(account=normalize_account(data["account"]), is_active=True).first()
    if other is None:
        raise Refusal("not_found", gettext("There is no account of this name."))
    members.make_owner(runtime.get(), request.user, row, other.pk)
    return gettext("%(name)s is an owner now.") % {"name": other.shown_name}


def _delete(request: HttpRequest, row: Room, data: Data) -> str:
    if data["title"] != row.title:
        raise Refusal("bad_input", gettext("This is not the title of the room."))
    deletion.delete(runtime.get(), request.user, row, data["reason"])
    return gettext("The room is deleted.")


DEEDS: dict[str, Callable[[HttpRequest, Room, Data], str]] = {"archive": _archive, "own": _own, "delete": _delete}
