"""What admins of the place do with outgoing webhooks: make, change and delete them, and have messages sent again.

And the slash commands of a room, for its members.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..log.standing import heads, standings
from ..models import BotKind, HookDelivery, OutgoingHook, Record, Room, RoomKind, Trigger, User, name_key
from ..operations import security
from ..outgoing import address, faults, queue
from ..outgoing.signature import new_secret
from ..refusal import Refusal
from . import permissions
from .outgoing import COMMAND, announce

if TYPE_CHECKING:
    from ..runtime import Runtime

WORDED = (Trigger.WORD, Trigger.COMMAND)
PLACES = (RoomKind.LOBBY, RoomKind.OPEN, RoomKind.PRIVATE)


@dataclass(frozen=True)
class Wanted:
    """A webhook as an admin wants it; `room` is the name of a room, or blank for all in which the bot is."""

    name: str
    bot: User
    url: str
    trigger: Trigger = Trigger.MENTION
    word: str = ""
    room: str = ""
    hint: str = ""
    private: bool = False
    of_bots: bool = False


def make(runtime: "Runtime", admin: User, wanted: Wanted) -> OutgoingHook:
    """Makes a webhook, which is turned on. Raises Refusal."""
    with transaction.atomic():
        values = _checked(admin, wanted)
        if OutgoingHook.objects.count() >= settings.HOOKS_OUTGOING:
            detail = _("There are %(most)d outgoing webhooks, and no more are possible: delete one first.")
            raise Refusal("forbidden", detail % {"most": settings.HOOKS_OUTGOING})
        hook = OutgoingHook.objects.create(**values, secret=new_secret())
        _record(admin, hook, "made")
    announce(runtime)
    return hook


def change(runtime: "Runtime", admin: User, hook: OutgoingHook, wanted: Wanted) -> None:
    """Changes a webhook; what waits goes to the new address. Raises Refusal."""
    with transaction.atomic():
        OutgoingHook.objects.filter(pk=hook.pk).update(**_checked(admin, wanted, hook))
        _record(admin, hook, "changed")
    announce(runtime)


def turn(runtime: "Runtime", admin: User, hook: OutgoingHook, *, on: bool) -> None:
    """Turns a webhook on or off. If it is off, nothing waits: what waited is given up, and can be sent again."""
    with transaction.atomic():
        _check_admin(admin)
        OutgoingHook.objects.filter(pk=hook.pk).update(is_on=on, full=False)
        if not on:
            queue.stop(hook, "stopped")
        _record(admin, hook, "on" if on else "off")
    announce(runtime)


def renew_secret(runtime: "Runtime", admin: User, hook: OutgoingHook) -> None:
    """Gives a webhook another secret: from now on all is signed with it."""
    with transaction.atomic():
        _check_admin(admin)
        OutgoingHook.objects.filter(pk=hook.pk).update(secret=new_secret())
        _record(admin, hook, "secret")


def send_again(runtime: "Runtime", admin: User, hook: OutgoingHook, row_id: int | None = None) -> int:
    """Has one message sent again that was given up, or all of a webhook's. Returns how many. Raises Refusal."""
    with transaction.atomic():
        _check_admin(admin)
        if not OutgoingHook.objects.filter(pk=hook.pk, is_on=True).exists():
            raise Refusal("conflict", _("The webhook is turned off: turn it on first."))
        count = queue.send_again(hook, row_id)
    runtime.outgoing.wake()
    runtime.bus.send({"type": "outgoing", "changed": False})
    return count


def delete(runtime: "Runtime", admin: User, hook: OutgoingHook) -> None:
    """Deletes a webhook and what waits for it."""
    with transaction.atomic():
        _check_admin(admin)
        _record(admin, hook, "deleted")
        HookDelivery.objects.filter(hook=hook).delete()
        OutgoingHook.objects.filter(pk=hook.pk).delete()
    announce(runtime)


def bots() -> QuerySet[User]:
    """The bots that may answer for a webhook."""
    return User.objects.filter(bot=BotKind.BOT, is_active=True).order_by("name_key")


def commands(user: User, room_name: str) -> list[dict[str, Any]]:
    """The slash commands of a room, for a member, by name. Raises Refusal."""
    room = permissions.room_of(user, room_name)
    found = OutgoingHook.objects.filter(Q(room=room) | Q(room=None), trigger=Trigger.COMMAND, is_on=True)
    rows = [*found.select_related("bot").order_by("word", "pk")]
    there = standings([(row.bot_id, room.pk) for row in rows], heads([room.pk])) if rows else {}
    return [
        {"name": row.word, "hint": row.hint, "bot": {"userid": row.bot_id, "username": row.bot.shown_name}}
        for row in rows
        if there[row.bot_id, room.pk].is_member and there[row.bot_id, room.pk].is_active
    ]


def _checked(admin: User, wanted: Wanted, hook: OutgoingHook | None = None) -> dict[str, Any]:
    """The values of a webhook's row. Raises Refusal."""
    _check_admin(admin)
    try:
        address.parse(wanted.url)
    except address.Unreachable as fault:
        raise Refusal("bad_input", faults.sentence(str(fault))) from None
    if not bots().filter(pk=wanted.bot.pk).exists():
        raise Refusal("not_found", _("There is no such bot."))
    room = Room.objects.filter(name=wanted.room, kind__in=PLACES).first() if wanted.room else None
    if wanted.room and room is None:
        raise Refusal("not_found", _("There is no room with this address."))
    word = name_key(wanted.word.strip().removeprefix("/")) if wanted.trigger in WORDED else ""
    if wanted.trigger in WORDED and not word:
        raise Refusal("bad_input", _("Give the word, or the name of the command."))
    if wanted.trigger == Trigger.COMMAND:
        _check_command(word, room, hook)
    return asdict(wanted) | {"bot": wanted.bot, "room": room, "word": word}


def _check_command(word: str, room: Room | None, hook: OutgoingHook | None) -> None:
    """In one room a command is one webhook's. Raises Refusal."""
    if COMMAND.fullmatch(f"/{word}") is None:
        raise Refusal("bad_input", _("The name of a command has letters, digits, - and _ only."))
    others = OutgoingHook.objects.filter(trigger=Trigger.COMMAND, word=word)
    if room is not None:
        others = others.filter(Q(room=room) | Q(room=None))
    if others.exclude(pk=hook and hook.pk).exists():
        raise Refusal("conflict", _("Another webhook has this command already."))


def _check_admin(user: User) -> None:
    """Looks in the caller's transaction. Raises Refusal for everyone but admins."""
    if not User.objects.filter(pk=user.pk, is_superuser=True, is_active=True).exists():
        raise Refusal("forbidden", _("Only admins of the place may do that."))


def _record(admin: User, hook: OutgoingHook, did: str) -> None:
    room = hook.room.name if hook.room else ""
    Record.objects.create(by=admin, deed="outgoing", room=room, about={"webhook": hook.name, "did": did})
    security.record("outgoing_changed", user=admin.pk, webhook=hook.pk, did=did)
