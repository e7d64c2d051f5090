"""The sections of /manage/, a line each: the list at the side."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...accounts import approval


class Section(NamedTuple):
    """`url` is the name of its address, `icon` one of template/manage/icons.html."""

    url: str
    icon: str
    title: str | Promise
    about: str | Promise


SECTIONS = (
    Section("manage_place", "place", _("Place"), _("Name, who may come in, private chats")),
    Section("manage_people", "people", _("People"), _("Roles, passwords, accounts")),
    Section("manage_bots", "bot", _("Bots"), _("Accounts of programs, their keys")),
    Section("manage_rooms", "rooms", _("Rooms"), _("Owners, archive, deletion")),
    Section("manage_invitations", "link", _("Invitations"), _("Who made them, uses, end")),
    Section("manage_outgoing", "outgoing", _("Outgoing webhooks"), _("What goes to programs, slash commands")),
    Section("manage_record", "record", _("Record"), _("Who did what, when and why")),
    Section("manage_health", "health", _("Health"), _("Version, database, disk")),
)


def page(
    request: HttpRequest, section: str, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Answers with a page of a section, beside the list of all of them."""
    shown = {"sections": SECTIONS, "section": section, "waiting": approval.waiting().count()}
    shown |= {"csrf_cookie": settings.CSRF_COOKIE_NAME}
    return render(request, f"manage/{template}.html", shown | dict(context), status=status)
