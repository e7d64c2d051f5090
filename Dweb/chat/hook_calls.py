"""One message for one outgoing webhook: sends it, notes what came of it, and says the answer in the room."""

import time
from typing import TYPE_CHECKING

from django.conf import settings

from ..databases.release import release_connections
from ..live import wire
from ..live.direct import partner
from ..live.wire import Kind
from ..log.entry import Entry
from ..models import Event, HookDelivery, Room, SendState
from ..outgoing import queue, request, signature
from ..outgoing.answer import text_of
from ..refusal import Refusal
from . import membership, messages
from .hook_payload import body

if TYPE_CHECKING:
    from ..runtime import Runtime

LATER = ("too_fast", "unavailable")
RETRY_SECONDS = 1.0
AGENT = "Dweb"


def call(runtime: "Runtime", row: HookDelivery) -> bool:
    """Does what is next with a message. Returns False if it is to be tried again later, and those behind it wait."""
    room = Room.objects.filter(pk=row.room).first()
    stored = Event.objects.filter(pk=row.event).select_related("user").first()
    if room is None or stored is None or (event := stored.as_wire(room.name)).is_deleted:
        queue.give_up(row, "deleted")
        return True
    if row.state == SendState.WAITING:
        if not (row.hook.bot.is_active and membership.is_member(row.hook.bot_id, room)):
            queue.give_up(row, "outside")
            return True
        if not _send(row, room, event):
            return False
    return row.state != SendState.ANSWERED or _say(runtime, row, event)


def _send(row: HookDelivery, room: Room, event: wire.Event) -> bool:
    sent = body(row, room, event)
    headers = {"Content-Type": "application/json", "User-Agent": AGENT}
    headers |= signature.headers(row.hook.secret, row.key, int(time.time()), sent)
    release_connections()  # a thread that waits for others holds no connection of the database
    try:
        answer = request.post(
            row.hook.url,
            sent,
            headers,
            private=row.hook.private,
            seconds=settings.HOOK_SECONDS,
            most=settings.HOOK_ANSWER_BYTES,
        )
    except request.Failed as failed:
        return queue.failed(row, str(failed), failed.status)
    text, fault = text_of(answer, settings.MESSAGE_MAX_CHARS)
    queue.answered(row, answer.status, text, fault)
    return True


def _say(runtime: "Runtime", row: HookDelivery, event: wire.Event) -> bool:
    """The bot's reply, with a cid that is the delivery's: after a kill the same answer is not said twice."""
    other = None if partner(event.room, event.userid) is None else event.userid
    room = event.room if other is None else ""
    entry = Entry(Kind.MESSAGE, row.answer, room, other, cid=row.key, reply=event.seq)
    try:
        messages.submit(runtime, row.hook.bot, entry)
    except Refusal as refusal:
        if refusal.code in LATER:
            queue.put_off(row, refusal.retry_after or RETRY_SECONDS)
            return False
        queue.said(row, f"unsaid {refusal.detail}")
        return True
    queue.said(row)
    return True
