"""/manage/people/new/ and /manage/people/import/: admins make accounts, one by one or from a CSV file."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ...accounts import administration, import_csv, password_links
from ...accounts.import_csv import Line
from ...models import PlaceRole, User
from ...operations import security
from ...refusal import Refusal
from .admins import for_admins
from .forms import AccountForm, ImportForm
from .sections import page


@for_admins("GET", "HEAD", "POST")
def new_account(request: HttpRequest) -> HttpResponse:
    """A form for one account; without a password it is answered by the page with the link that sets one."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "manage_people", "account", {"form": form}, 400 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        user = administration.new_person(data["account"], data["username"], data["password"], PlaceRole(data["role"]))
        administration.make_accounts(request.user, [user], data["reason"])
    except Refusal as refusal:
        form.add_error("account" if refusal.code == "bad_input" else "password", refusal.detail)
        return page(request, "manage_people", "account", {"form": form}, refusal.status)
    _log(request, [user])
    if data["password"]:
        messages.success(request, _("The account of %(name)s was made.") % {"name": user.username})
        return redirect("manage_person", user.pk)
    link = request.build_absolute_uri(password_links.path(user))
    return page(request, "manage_people", "link", {"whom": user, "link": link, "is_new": True})


@for_admins("GET", "HEAD", "POST", takes_files=True)
def import_accounts(request: HttpRequest) -> HttpResponse:
    """A file is checked line by line; once the admin has seen that nothing is wrong with it, its accounts are made."""
    if request.method != "POST":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 400)
    try:
        file = form.cleaned_data["file"]
        text = import_csv.decode(file.read()) if file else form.cleaned_data["text"]
        lines = import_csv.read(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        is_good = not any(line.faults for line in lines)
        if is_good and "make" in request.POST and digest == form.cleaned_data["checked"]:
            made = import_csv.make(request.user, lines, form.cleaned_data["reason"])
            return _made(request, made)
    except Refusal as refusal:
        form.add_error("file", refusal.detail)
        return _page(request, form, refusal.status)
    data = {"text": text, "checked": digest if is_good else "", "reason": form.cleaned_data["reason"]}
    return _page(request, ImportForm(initial=data), lines=lines, is_good=is_good)


def _page(request: HttpRequest, form: ImportForm, status: int = 200, lines: Sequence[Line] = (), **more: Any) -> Any:
    shown = {"form": form, "lines": lines, "rows": settings.IMPORT_ROWS, "passwords": settings.IMPORT_PASSWORDS}
    return page(request, "manage_people", "import", shown | more, status)


def _made(request: HttpRequest, made: Sequence[tuple[User, str]]) -> HttpResponse:
    """The page with the links, and with a file of them, which is in the page alone."""
    _log(request, [user for user, _path in made])
    links = [(user, request.build_absolute_uri(path)) for user, path in made if path]
    rows = [("account", "username", "link"), *((user.account, user.username, link) for user, link in links)]
    shown = {"count": len(made), "links": links, "file": quote(import_csv.table(rows))}
    return page(request, "manage_people", "imported", shown)


def _log(request: HttpRequest, users: Sequence[User]) -> None:
    for user in users:
        security.record("account_added", request, target=user.pk, account=user.account)
