"""/manage/place/: the settings of the place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ... import runtime
from ...accounts import icon as icons
from ...accounts import place as settings_of_place
from ...accounts.forms import PlaceForm
from ...chat import pictures
from ...chat.denials import no_file
from ...operations import security
from ...refusal import Refusal
from ..fields import clean_file
from .admins import for_admins
from .sections import page


@for_admins("GET", "HEAD", "POST")
def place(request: HttpRequest) -> HttpResponse:
    """A form; settings that the variable PLACE pins are shown and cannot be changed."""
    if "icon" in request.POST:
        return _choose_icon(request)
    live = runtime.get()
    form = PlaceForm(live.place.current, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            settings_of_place.change(live, request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return _page(request, form, refusal.status)
        security.record("place_changed", request, fields=",".join(form.changed_data))
        messages.success(request, _("The settings hold from now on, in all processes."))
        return redirect("manage_place")
    return _page(request, form, 400 if form.is_bound else 200)


def _choose_icon(request: HttpRequest) -> HttpResponse:
    """Takes the id of a picture of the admin's own, or nothing: then the place has no icon any more."""
    live = runtime.get()
    try:
        file_id = clean_file(request.POST, "icon")
        if file_id:
            pictures.check(request.user, file_id)
        if not icons.choose(live, request.user, file_id):
            raise no_file()
    except Refusal as refusal:
        return _page(request, PlaceForm(live.place.current), refusal.status, refusal.detail)
    security.record("place_changed", request, fields="icon")
    messages.success(request, _("Everybody sees the icon from now on.") if file_id else _("The icon is gone."))
    return redirect("manage_place")


def _page(request: HttpRequest, form: PlaceForm, status: int = 200, refused: str = "") -> HttpResponse:
    shown = {"form": form, "pinned": settings_of_place.pinned(), "refused": refused}
    return page(request, "manage_place", "place", shown, status)
