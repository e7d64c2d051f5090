"""Incoming webhooks of rooms: moderators make and end them, programs write with them, in that room and nowhere else.

Each has an author of its own, to whom nobody signs in. Once it is ended, no process takes a message of it.
"""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..live import wire
from ..live.wire import Kind, iso
from ..log.entry import Draft, Entry
from ..log.standing import Denied
from ..models import BotKind, Hook, PlaceRole, Role, Room, User
from ..models.hooks import digest_of
from ..operations.security import record
from ..refusal import Refusal
from . import membership, mentions, messages, notices, outgoing, permissions, prices
from .denials import permitted, refusal
from .quotas import check_hook
from .rates import check_rate
from .slack import Post

if TYPE_CHECKING:
    from ..runtime import Runtime

MODERATES = permissions.require(Role.MODERATOR)
KEY_BYTES = 24
RATE_DIGITS = 15  # of the digest, as the number by which a hook's messages are counted


def make(runtime: "Runtime", user: User, name: str, room_name: str, *, takes_names: bool) -> tuple[Hook, str]:
    """Makes a webhook of a room. Returns it, and its key, which is kept nowhere. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, own = permissions.found(user, room_name)
    permitted(MODERATES, own, room_name)
    if room.archived:
        raise refusal(Denied("archived"), room_name)
    check_hook(user)
    key = secrets.token_urlsafe(KEY_BYTES)
    with transaction.atomic():
        room, own = permissions.found(user, room_name, lock=True)
        permitted(MODERATES, own, room_name)
        if Hook.objects.filter(room=room).count() >= settings.HOOKS_PER_ROOM:
            detail = _("This room has %(most)d webhooks, and no more are possible: end one first.")
            raise Refusal("forbidden", detail % {"most": settings.HOOKS_PER_ROOM})
        bot = _author(name)
        hook = Hook.objects.create(room=room, bot=bot, by=user, digest=digest_of(key), takes_names=takes_names)
        notices.record(user, "hook", room.name, bot)
    record("hook_made", user=user.pk, hook=hook.pk, room=room.name)
    return hook, key


def listed(runtime: "Runtime", user: User, room_name: str) -> list[dict[str, Any]]:
    """The webhooks of a room, the newest first, for its moderators. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, own = permissions.found(user, room_name)
    permitted(MODERATES, own, room_name)
    return [as_json(each) for each in Hook.objects.filter(room=room).select_related("bot", "by").order_by("-pk")]


def as_json(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.pk,
        "name": hook.bot.username,
        "names": hook.takes_names,
        "by": {"userid": hook.by_id, "username": hook.by.shown_name},
        "made": iso(hook.made),
        "used": hook.used and iso(hook.used),
    }


def end(runtime: "Runtime", user: User, hook_id: int) -> None:
    """Ends a webhook of a room that the user moderates. Raises Refusal, not_found for one of another room, too."""
    check_rate(runtime, user, prices.DEED)
    hook = Hook.objects.select_related("room", "bot").filter(pk=hook_id).first()
    own = membership.standing_in(user.pk, hook.room) if hook else None
    if hook is None or own is None or not permissions.exists_for(own) or not user.reaches(hook.room.name):
        raise Refusal("not_found", _("There is no such webhook any more."))
    permitted(MODERATES, own, hook.room.name)
    with transaction.atomic():
        _end(hook)
        notices.record(user, "hook_ended", hook.room.name, hook.bot)
    record("hook_ended", user=user.pk, hook=hook_id, room=hook.room.name)


def end_all(room: Room) -> None:
    """Ends the webhooks of a room that is deleted."""
    for hook in Hook.objects.filter(room=room).select_related("bot"):
        _end(hook)


def check_pace(runtime: "Runtime", key: str) -> None:
    """Refuses what one webhook sends too fast; asks no database, and looks at nothing of it. Raises Refusal."""
    if wait := runtime.hook_rates.take(_counted(key)):
        detail = _("Too much at once: at most %(rate)s a second. Wait a moment.") % {"rate": f"{settings.HOOK_RATE:g}"}
        raise Refusal("too_fast", detail, wait)


def send(runtime: "Runtime", hook: Hook, key: str, post: Post, cid: str | None) -> wire.Event:
    """Writes a message of a webhook into its room. Raises Refusal; then nothing was stored."""
    if extra := prices.of_terms(post.text):
        runtime.hook_rates.charge(_counted(key), extra)
    room = hook.room
    if room.archived:
        denied = refusal(Denied("archived"), room.name)
        raise Refusal(denied.code, denied.detail, status=410)
    names = {"as": post.name, "icon": post.icon} if hook.takes_names else {}
    shown_as = {name: value for name, value in names.items() if value}
    entry = Entry(Kind.MESSAGE, post.text, room.name, cid=cid, shown_as=shown_as or None)
    named = mentions.mentioned(post.text, room.name, hook.bot_id)
    hooks = outgoing.wanting(runtime, hook.bot, post.text, room.pk, room.name, named)
    draft = Draft(entry, room.pk, room.name, hook.bot, permissions.check_hook, mentions=named, hooks=hooks)
    event = messages.commit(runtime, draft)
    assert event is not None  # only deeds may have nothing to do
    _note_use(hook)
    return event


def author(user: User, bot_id: int) -> User | None:
    """The author of a webhook by its id, for a user who belongs to its room; None for everyone else, too."""
    bot = User.objects.filter(pk=bot_id, bot=BotKind.HOOK, is_active=True).first()
    hook = Hook.objects.select_related("room").filter(bot=bot).first() if bot else None
    is_told = hook is not None and user.reaches(hook.room.name) and membership.is_member(user.pk, hook.room)
    return bot if is_told else None


def _author(name: str) -> User:
    account = f"hook-{secrets.token_hex(8)}"
    bot = User(account=account, username=name, bot=BotKind.HOOK, **PlaceRole.GUEST.fields)
    bot.set_unusable_password()
    bot.save()
    return bot


def _end(hook: Hook) -> None:
    bot = hook.bot
    hook.delete()
    bot.is_active = False
    bot.save(update_fields=["is_active"])  # what is on its way meets it under the room's lock


def _note_use(hook: Hook) -> None:
    """Stores that a webhook was used, every SEEN_SECONDS."""
    now = timezone.now()
    if hook.used is None or hook.used < now - timedelta(seconds=settings.SEEN_SECONDS):
        Hook.objects.filter(pk=hook.pk).update(used=now)


def _counted(key: str) -> int:
    return int(digest_of(key)[:RATE_DIGITS], 16)
