"""Typing: tells the others in a room that a user is writing. Nothing of it is kept."""

from typing import TYPE_CHECKING

from django.conf import settings

from ..cluster.bus import Message
from ..live import wire
from ..models import User
from . import permissions
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def typing(runtime: "Runtime", user: User, name: str) -> None:
    """Tells the clients that are live in the room; in a crowd of more than TYPING_MAX_PEOPLE none of them."""
    check_rate(runtime, user)
    if permissions.room_to_read(user, name) is None:
        return
    bus_message = {"type": "typing", "user": user.pk, "room": name}
    if on_typing(runtime, bus_message):
        runtime.bus.send(bus_message)


def on_typing(runtime: "Runtime", message: Message) -> bool:
    """Returns False for a crowd."""
    room, user_id = message["room"], message["user"]
    frame = wire.encode({"type": "typing", "room": room, "userid": user_id})
    return runtime.subscriptions.send_to_others(room, user_id, frame, settings.TYPING_MAX_PEOPLE)
