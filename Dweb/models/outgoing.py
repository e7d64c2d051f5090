"""Outgoing webhooks, their queue, and the lease of the server that sends it. No rules here."""

from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .rooms import Room

HOOK_NAME_CHARS = 60
HOOK_WORD_CHARS = 32
HOOK_HINT_CHARS = 80
HOOK_URL_CHARS = 1_000
HOOK_FAULT_CHARS = 200


class Trigger(models.IntegerChoices):
    """Which messages of its rooms go to an outgoing webhook."""

    MENTION = 1, _("messages that mention the bot, and private ones to it")
    WORD = 2, _("messages with a word")
    COMMAND = 3, _("a slash command")
    EVERY = 4, _("every message")


class OutgoingHook(models.Model):
    """Messages of rooms in which `bot` is go to the address `url`; without `room`, of all of them.

    `word` is that of Trigger.WORD, or the name of a command without its slash. With `private` the address may be one
    of this machine or this network, with `of_bots` the messages of bots count, too. `full`: its queue takes no more.
    """

    name = models.CharField(max_length=HOOK_NAME_CHARS)
    bot = models.ForeignKey(User, models.PROTECT, related_name="+", db_constraint=False)
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+", db_constraint=False)
    trigger = models.PositiveSmallIntegerField(choices=Trigger)
    word = models.CharField(max_length=HOOK_WORD_CHARS, default="", blank=True)
    hint = models.CharField(max_length=HOOK_HINT_CHARS, default="", blank=True)
    url = models.CharField(max_length=HOOK_URL_CHARS)
    secret = models.CharField(max_length=80)
    private = models.BooleanField(default=False)
    of_bots = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    full = models.BooleanField(default=False)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "outgoing_hook"


class Hooked(NamedTuple):
    """A webhook as each process keeps it in memory, to see which messages go to it."""

    id: int
    bot_id: int
    room_id: int | None
    trigger: int
    word: str
    of_bots: bool


class SendState(models.IntegerChoices):
    """What became of a message that goes to a webhook; ANSWERED: the bot has yet to say the answer in the room."""

    WAITING = 0, _("waits")
    ANSWERED = 1, _("answered")
    SENT = 2, _("sent")
    GIVEN_UP = 3, _("given up")


class HookDelivery(models.Model):
    """A message, the event with this key, that goes to a webhook. Its text stands in the log alone.

    `key` is the id that the receiver sees, `since` the time from which the tries count, `due` the next one's. It has no
    constraints: a row is inserted with the message, which must not fail if the webhook was just deleted.
    """

    key = models.CharField(max_length=32, unique=True)
    hook = models.ForeignKey(OutgoingHook, models.CASCADE, db_constraint=False, db_index=False)
    room = models.BigIntegerField()
    event = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(choices=SendState, default=SendState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    due = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=HOOK_FAULT_CHARS, default="")
    answer = models.TextField(default="")

    class Meta:
        db_table = "hook_delivery"
        indexes = [
            models.Index(fields=["hook", "state", "room", "event"], name="hook_delivery_next"),
            models.Index(fields=["event"], name="hook_delivery_event"),
        ]


class Lease(models.Model):
    """Work that one process of several does: `holder` is that process, and it raises `beat` again and again.

    If `beat` stands still, another one takes over. Numbers, not times: the clocks of servers differ.
    """

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=32)
    beat = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lease"
