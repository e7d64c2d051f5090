"""What a receiver gets: a message as clients get it, with its room, and why it was sent."""

from typing import Any

from ..live import wire
from ..models import HookDelivery, Room, Trigger
from .outgoing import command_of

WORDS = {Trigger.MENTION: "mention", Trigger.WORD: "word", Trigger.COMMAND: "command", Trigger.EVERY: "every"}


def body(row: HookDelivery, room: Room, event: wire.Event) -> bytes:
    """The JSON of one message for one webhook."""
    hook = row.hook
    command, rest = command_of(event.text) if hook.trigger == Trigger.COMMAND else ("", event.text)
    told: dict[str, Any] = {
        "type": "message",
        "id": row.key,
        "hook": hook.name,
        "trigger": WORDS[Trigger(hook.trigger)],
        "text": rest,
        "room": {"room": room.name, "title": room.title},
        "bot": {"userid": hook.bot_id, "username": hook.bot.shown_name},
        "message": event.as_json()["data"],
    }
    if command:
        told["command"] = f"/{command}"
    elif hook.trigger == Trigger.WORD:
        told["word"] = hook.word
    return wire.as_json(told).encode()
