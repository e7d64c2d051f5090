"""/manage/place/: the settings of the place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ... import runtime
from ...accounts import place as settings_of_place
from ...accounts.forms import PlaceForm
from ...operations import security
from ...refusal import Refusal
from .admins import for_admins
from .sections import page


@for_admins("GET", "HEAD", "POST")
def place(request: HttpRequest) -> HttpResponse:
    """A form; settings that the variable PLACE pins are shown and cannot be changed."""
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


def _page(request: HttpRequest, form: PlaceForm, status: int = 200) -> HttpResponse:
    return page(request, "manage_place", "place", {"form": form, "pinned": settings_of_place.pinned()}, status)
