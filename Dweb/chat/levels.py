"""Levels: what each user wants to be told of in each room. The server keeps them; clients act on them."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from ..cluster.bus import Message
from ..live import wire
from ..live.client import Client
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


def show(user_id: int, room_id: int, name: str, clients: Callable[[], Iterable[Client]]) -> None:
    """Sends the level that is stored to clients of the user: of two changes at once, the one that holds goes last."""
    with _showing:
        frame = wire.level_frame(name, LEVELS[membership.level(user_id, room_id)])
        for client in clients():
            client.send(frame)


def _show(runtime: "Runtime", user_id: int, name: str) -> None:
    if room := Room.named(name):
        show(user_id, room.pk, name, partial(runtime.hub.greeted, user_id, name))
