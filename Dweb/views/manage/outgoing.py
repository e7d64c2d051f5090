"""/manage/outgoing/: the outgoing webhooks, and a page of each with what waits, what failed and why."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ... import runtime
from ...chat import outgoing_hooks as rules
from ...models import (
    HOOK_HINT_CHARS,
    HOOK_NAME_CHARS,
    HOOK_URL_CHARS,
    HOOK_WORD_CHARS,
    HookDelivery,
    OutgoingHook,
    SendState,
    Trigger,
    User,
)
from ...outgoing import faults, queue
from ...refusal import Refusal
from ..values import clean_optional_number
from .admins import for_admins
from .sections import page

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class BotField(forms.ModelChoiceField):
    def label_from_instance(self, bot: User) -> str:
        return bot.shown_name


class HookForm(forms.Form):
    """An outgoing webhook. Which fields count depends on what sets it off."""

    name = forms.CharField(label=_("Name"), max_length=HOOK_NAME_CHARS, widget=forms.TextInput(PLAIN))
    bot = BotField(label=_("Bot that answers"), queryset=None, help_text=_("Only messages of its rooms are sent."))
    trigger = forms.TypedChoiceField(
        label=_("What is sent"), choices=Trigger.choices, coerce=lambda value: Trigger(int(value))
    )
    word = forms.CharField(
        label=_("Word, or name of the command"), required=False, max_length=HOOK_WORD_CHARS + 1,
        widget=forms.TextInput(PLAIN),
    )  # fmt: skip
    hint = forms.CharField(
        label=_("Hint for the command (optional)"), required=False, max_length=HOOK_HINT_CHARS,
        widget=forms.TextInput(PLAIN), help_text=_("People see it as they type."),
    )  # fmt: skip
    room = forms.CharField(
        label=_("Address of a room (optional)"), required=False, max_length=64,
        widget=forms.TextInput(PLAIN), help_text=_("Without it, all rooms of the bot."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address that gets it"), max_length=HOOK_URL_CHARS,
        widget=forms.TextInput(PLAIN | {"inputmode": "url", "placeholder": "https://"}),
    )  # fmt: skip
    private = forms.BooleanField(label=_("It may be on this machine or in this network"), required=False)
    of_bots = forms.BooleanField(label=_("Messages of bots set it off, too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bot"].queryset = rules.bots()


@for_admins("GET", "HEAD", "POST")
def outgoing(request: HttpRequest) -> HttpResponse:
    """All outgoing webhooks, and a form for a further one."""
    form = HookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = rules.make(runtime.get(), request.user, rules.Wanted(**form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
            return _list(request, form, refusal.status)
        messages.success(
            request, gettext("The webhook is made. Give its secret to the program that gets the messages.")
        )
        return redirect("manage_outgoing_hook", made.pk)
    return _list(request, form, 400 if form.is_bound else 200)


@for_admins("GET", "HEAD", "POST")
def hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    """A webhook's page. A POST does a `deed` with it."""
    row = get_object_or_404(OutgoingHook.objects.select_related("bot", "room"), pk=hook_id)
    if request.method != "POST":
        return _card(request, row)
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Refusal("bad_input", gettext("There is no such deed."))
    form = HookForm(request.POST if deed is _change else _values(row))
    try:
        if not form.is_valid() and deed is _change:
            return _card(request, row, form, status=400)
        said = deed(request, row, form)
    except Refusal as refusal:
        return _card(request, row, form, refusal.detail, refusal.status)
    messages.success(request, said)
    return redirect("manage_outgoing") if deed is _delete else redirect("manage_outgoing_hook", row.pk)


def _list(request: HttpRequest, form: HookForm, status: int) -> HttpResponse:
    rows = [*OutgoingHook.objects.select_related("bot", "room").order_by("name", "pk")]
    counts = queue.counts(rows)
    shown = [(row, counts.get(row.pk, {})) for row in rows]
    return page(
        request,
        "manage_outgoing",
        "outgoing",
        {"hooks": shown, "form": form, "has_bots": rules.bots().exists()},
        status,
    )


def _card(
    request: HttpRequest, row: OutgoingHook, form: HookForm | None = None, fault: str = "", status: int = 200
) -> HttpResponse:
    found = HookDelivery.objects.filter(hook=row).order_by("-pk")
    rows = Paginator(found, settings.MANAGE_ROWS).get_page(request.GET.get("page"))
    shown = {
        "hook": row,
        "form": form or HookForm(initial=_values(row)),
        "fault": fault,
        "rows": rows,
        "entries": [
            (each, SendState(each.state).label, faults.sentence(each.fault) if each.fault else "") for each in rows
        ],
        "count": queue.counts([row]).get(row.pk, {}),
        "given_up": SendState.GIVEN_UP,
    }
    return page(request, "manage_outgoing", "outgoing_hook", shown, status)


def _values(row: OutgoingHook) -> dict[str, Any]:
    names = ("name", "trigger", "word", "hint", "url", "private", "of_bots")
    values = {name: getattr(row, name) for name in names}
    return values | {"bot": row.bot_id, "room": row.room.name if row.room else ""}


def _change(request: HttpRequest, row: OutgoingHook, form: HookForm) -> str:
    rules.change(runtime.get(), request.user, row, rules.Wanted(**form.cleaned_data))
    return gettext("The webhook is changed.")


def _turn(request: HttpRequest, row: OutgoingHook, form: HookForm) -> str:
    rules.turn(runtime.get(), request.user, row, on=not row.is_on)
    return gettext("The webhook is turned off.") if row.is_on else gettext("The webhook is turned on.")


def _secret(request: HttpRequest, row: OutgoingHook, form: HookForm) -> str:
    rules.renew_secret(runtime.get(), request.user, row)
    return gettext("The webhook has another secret.")


def _again(request: HttpRequest, row: OutgoingHook, form: HookForm) -> str:
    """One message, given by `row`, or all that were given up."""
    one = clean_optional_number(request.POST.dict(), "row")
    count = rules.send_again(runtime.get(), request.user, row, one)
    said = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
    return said % {"count": count}


def _delete(request: HttpRequest, row: OutgoingHook, form: HookForm) -> str:
    rules.delete(runtime.get(), request.user, row)
    return gettext("The webhook is deleted.")


DEEDS: dict[str, Callable[[HttpRequest, OutgoingHook, HookForm], str]] = {
    "change": _change,
    "turn": _turn,
    "secret": _secret,
    "again": _again,
    "delete": _delete,
}
