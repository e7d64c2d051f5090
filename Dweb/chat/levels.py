"""Levels: what each user wants to be told of in each room. The server keeps them; clients act on them."""

import threading
from typing import TYPE_CHECKING

from ..cluster.bus import Message
from ..live import wire
from ..models import LEVELS, Room, User
from . import membership, permissions, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

_showing = threading.Lock()  # held from the reading of a level until it is sent


def choose(runtime: "Runtime", user: User, name: str, level: str) -> None:
    """Keeps a user's level in a room, one of LEVELS, and shows it to all of the user's sockets. Raises Refusal."""
    check_rate(runtime, user, prices.LEVEL)
    membership.set_level(user, permissions.room_of(user, name), LEVELS.index(level))
    _show(runtime, user.pk, name)
    runtime.bus.send({"type": "level", "user": user.pk, "room": name})


def on_level(runtime: "Runtime", message: Message) -> None:
    if runtime.hub.connections(message["user"]):
        _show(runtime, message["user"], message["room"])


def _show(runtime: "Runtime", user_id: int, name: str) -> None:
    """Sends the level that is stored: of two changes at once, each process shows last the one that holds."""
    room = Room.named(name)
    if room is None:
        return
    with _showing:
        frame = wire.level_frame(name, LEVELS[membership.level(user_id, room)])
        for client in runtime.hub.greeted(user_id, name):
            client.send(frame)
