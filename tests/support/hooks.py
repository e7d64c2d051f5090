"""Bots with outgoing webhooks, and what is sent to them, in a test without threads."""

from typing import Any

from Dweb.chat import hook_calls
from Dweb.models import BotKind, HookDelivery, OutgoingHook, Role, Room, Trigger, User
from Dweb.models import Membership as Belongs
from Dweb.outgoing import queue
from Dweb.outgoing.queue import OPEN, Lane
from Dweb.outgoing.signature import new_secret
from Dweb.runtime import Runtime

from .fakes import make_user


def make_bot(account: str = "robo", **fields: Any) -> User:
    return make_user(account, bot=BotKind.BOT, **fields)


def make_hook(
    live: Runtime, bot: User, trigger: Trigger = Trigger.EVERY, word: str = "", **fields: Any
) -> OutgoingHook:
    """An outgoing webhook that every process knows."""
    usual = {"name": "hook", "url": "http://127.0.0.1:9/", "private": True, "secret": new_secret()}
    hook = OutgoingHook.objects.create(bot=bot, trigger=trigger, word=word, **(usual | fields))
    live.outgoing.hooks.load()
    return hook


def join(room: Room, user: User) -> None:
    Belongs.objects.create(room=room, user=user, role=Role.MEMBER)


def queued(hook: OutgoingHook) -> list[int]:
    """The numbers of the messages that wait, by rooms and in their order."""
    rows = HookDelivery.objects.filter(hook=hook, state__in=OPEN).order_by("room", "event")
    return [row.event % 2**32 for row in rows]


def send_next(live: Runtime, hook: OutgoingHook, room: Room) -> bool | None:
    """Has the next message sent; None if none is due."""
    row = queue.first(Lane(hook.pk, room.pk))
    return None if row is None else hook_calls.call(live, row)
