"""Typing: shows the others in a room that a user is writing. Nothing of it is kept."""

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from ..cluster.bus import Message
from ..live import broadcast, wire
from ..models import User
from . import permissions, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def typing(runtime: "Runtime", user: User, name: str) -> None:
    """Sends a `typing` frame to the other live clients of a room, unless they are more than TYPING_MAX_PEOPLE.

    Of a user who sends them too fast (TYPING_RATE), some are dropped.
    """
    check_rate(runtime, user, prices.TYPING)
    if not permissions.is_writer(runtime, user, name):
        check_rate(runtime, user, prices.LOOKUP)
        if runtime.query_pool.ask(partial(permissions.room_to_read, user, name)) is None:
            return
    if not runtime.typing_rates.take(user.pk) and _show(runtime, user.pk, name):
        runtime.bus.send({"type": "typing", "user": user.pk, "room": name})


def on_typing(runtime: "Runtime", message: Message) -> None:
    _show(runtime, message["user"], message["room"])


def _show(runtime: "Runtime", user_id: int, room: str) -> bool:
    """Returns False if the room has too many live clients."""
    frame = wire.typing_frame(room, user_id)
    return broadcast.to_others(runtime.registry, runtime.writer, room, user_id, frame, settings.TYPING_MAX_PEOPLE)
