"""/manage/people/: the people of the place, and a page of each, where admins change what they are and may."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ... import runtime
from ...accounts import administration, approval
from ...accounts import bots as rules
from ...chat import pictures, room_frames
from ...chat.people import matching
from ...chat.users import all_shown
from ...models import LOBBY, NAME_CHARS, REASON_CHARS, BotKind, PlaceRole, Token, User
from ...operations import security
from ...refusal import Refusal
from ..fields import clean_file
from ..values import clean_query
from .admins import for_admins
from .forms import DeedForm
from .keys import key_page
from .sections import page

EMPTIED = Q(is_active=False, account__regex="^gone-[0-9]")
SUSPENDED = Q(is_active=False, waiting=False) & ~EMPTIED
FILTERS: Mapping[str, tuple[str | Promise, Q]] = {
    "": (_("All"), ~EMPTIED),
    "admins": (_("Admins"), Q(is_superuser=True) & ~EMPTIED),
    "guests": (_("Guests"), Q(is_guest=True) & ~EMPTIED),
    "suspended": (_("Suspended"), SUSPENDED),
    "emptied": (_("Emptied"), EMPTIED),
}
WAITING_SHOWN = 20  # of those who wait, above the list; once they are let in, the next ones are

Data = Mapping[str, Any]


@for_admins("GET", "HEAD")
def overview(request: HttpRequest) -> HttpResponse:
    """The people; on a narrow screen the list of sections alone."""
    return _list(request, {"is_overview": True, "asking": [*approval.waiting()[:WAITING_SHOWN]]})


@for_admins("GET", "HEAD")
def people(request: HttpRequest) -> HttpResponse:
    """All people, or those whom `q` finds, of whom `who` chooses some."""
    return _list(request, {"asking": [*approval.waiting()[:WAITING_SHOWN]]})


@for_admins("GET", "HEAD", "POST")
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """The page of a person or a bot. A POST does a `deed` with them."""
    whom = get_object_or_404(all_shown(), pk=user_id)
    if request.method != "POST":
        return _card(request, whom)
    deed, form = request.POST.get("deed", ""), DeedForm(request.POST)
    if deed not in DEEDS:
        raise Refusal("bad_input", gettext("There is no such deed."))
    if not form.is_valid():
        faults = [f"{form.fields[name].label}: {' '.join(each)}" for name, each in form.errors.items()]
        return _card(request, whom, deed, " ".join(faults), 400)
    try:
        response = DEEDS[deed](request, user_id, form.cleaned_data)
    except Refusal as refusal:
        return _card(request, whom, deed, refusal.detail, refusal.status)
    security.record("account_managed", request, target=user_id, deed=deed)
    return response


def _list(request: HttpRequest, context: Data) -> HttpResponse:
    query, who = clean_query(request.GET.dict(), NAME_CHARS), request.GET.get("who", "")
    chosen = FILTERS.get(who, FILTERS[""])[1]
    among = User.objects.filter(bot=BotKind.NONE)
    found = among.filter(chosen, matching(query)) if query else among.filter(chosen)
    rows = Paginator(found.order_by("name_key", "pk"), settings.MANAGE_ROWS)
    everyone = among.filter(~EMPTIED)
    shown = {
        "rows": rows.get_page(request.GET.get("page")),
        "query": query,
        "who": who if who in FILTERS else "",
        "filters": [(name, words) for name, (words, which) in FILTERS.items() if name != "emptied" or _is_any(which)],
        "online": runtime.get().hub.people().keys(),
        "count": everyone.count(),
        "suspended": everyone.filter(SUSPENDED).count(),
    }
    return page(request, "manage_people", "people", shown | dict(context))


def _is_any(which: Q) -> bool:
    return User.objects.filter(which).exists()


def _card(request: HttpRequest, whom: User, deed: str = "", fault: str = "", status: int = 200) -> HttpResponse:
    """A person's page, with what was wrong with a deed."""
    shown = {
        "whom": whom,
        "roles": [role for role in PlaceRole if not (whom.is_bot and role is PlaceRole.ADMIN)],
        "used": Token.objects.filter(user=whom).aggregate(used=Max("used"))["used"] if whom.is_bot else None,
        "reason_chars": REASON_CHARS,
        "is_me": whom.pk == request.user.pk,
        "is_online": whom.pk in runtime.get().hub.people(),
        "offered": (offered := _offered(whom, request.user)),
        "deed": deed,
        "fault": fault,
        "is_elsewhere": deed not in offered,
        "form": DeedForm(request.POST if deed else None),
    }
    return page(request, "manage_bots" if whom.is_bot else "manage_people", "person", shown, status)


def _offered(whom: User, by: User) -> set[str]:
    """The deeds that a person's page offers."""
    if whom.is_gone:
        return set()
    if whom.waiting:
        return {"approve", "refuse"}
    if whom.pk == by.pk:
        return {"role", "sign_out"}
    if whom.is_bot:
        return {"role", "empty"} | ({"key", "picture", "suspend"} if whom.is_active else {"restore"})
    return {"role", "sign_out", "empty"} | ({"link", "suspend"} if whom.is_active else {"restore"})


def _role(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
    whom = administration.set_role(request.user, user_id, PlaceRole(data["role"] or PlaceRole.MEMBER), data["reason"])
    room_frames.show_everywhere(runtime.get(), whom.pk, LOBBY)  # where admins are moderators
    if whom.pk == request.user.pk and not whom.is_admin:
        return redirect("news_chat")
    return _done(request, whom, gettext("The role of %(name)s is %(role)s now."), role=whom.role.label)


def _link(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
    whom, path = administration.make_link(request.user, user_id, data["reason"])
    shown = {"whom": whom, "link": request.build_absolute_uri(path)}
    return page(request, "manage_people", "link", shown)


def _key(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
    return key_page(request, *rules.renew(request.user, user_id, data["reason"], request))


def _picture(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
    """Takes the id of a picture of the admin's own, or nothing: then the bot has none any more."""
    file_id = clean_file(request.POST, "picture")
    if file_id:
        pictures.check(request.user, file_id)
    whom = rules.picture(request.user, user_id, file_id)
    pictures.announce(runtime.get(), whom.pk)
    sentence = gettext("%(name)s has another picture.") if file_id else gettext("The picture is gone.")
    return _done(request, whom, sentence)


def _empty(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
    whom = administration.empty(request.user, user_id, data["account"], data["reason"])
    return _done(request, whom, gettext("The person was emptied."))


def _plain(work: Callable[[User, int, str], User], sentence: str | Promise) -> Callable[..., HttpResponse]:
    """A deed that needs a person and a reason, and the sentence about it."""

    def do(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
        return _done(request, work(request.user, user_id, data["reason"]), str(sentence))

    return do


def _done(request: HttpRequest, whom: User, sentence: str, **more: object) -> HttpResponse:
    messages.success(request, sentence % {"name": whom.shown_name, **more})
    return redirect("manage_person", whom.pk)


def _decision(decide: Callable[[User, User, str], User], sentence: str | Promise) -> Callable[..., HttpResponse]:
    """A deed with who waits, which leads back to the list of those who do."""

    def do(request: HttpRequest, user_id: int, data: Data) -> HttpResponse:
        whom = User.objects.get(pk=user_id)
        decide(request.user, whom, data["reason"])
        messages.success(request, str(sentence) % {"name": whom.shown_name})
        return redirect("manage_people")

    return do


DEEDS: Mapping[str, Callable[[HttpRequest, int, Data], HttpResponse]] = {
    "approve": _decision(approval.approve, _("%(name)s was let in.")),
    "refuse": _decision(approval.refuse, _("%(name)s was turned away.")),
    "role": _role,
    "sign_out": _plain(administration.sign_out, _("%(name)s is signed out everywhere.")),
    "link": _link,
    "key": _key,
    "picture": _picture,
    "suspend": _plain(administration.suspend, _("%(name)s is suspended.")),
    "restore": _plain(administration.restore, _("%(name)s may sign in again.")),
    "empty": _empty,
}
