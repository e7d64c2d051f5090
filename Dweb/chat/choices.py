"""Choices: what each user has chosen for each room. The server keeps them; clients act on them."""

import threading
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..cluster.bus import Message
from ..live import wire
from ..live.client import Client
from ..models import LEVELS, Choices, Room, RoomKind, User
from ..refusal import Refusal
from . import membership, permissions, prices
from . import membership_changes as changes
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

# What a user may choose, and the frame that shows it.
KINDS: dict[str, Callable[[str, Choices], bytes]] = {
    "level": lambda room, chosen: wire.level_frame(room, LEVELS[chosen.level]),
    "pinned": lambda room, chosen: wire.pinned_frame(room, chosen.pinned),
    "hidden": lambda room, chosen: wire.hidden_frame(room, chosen.hidden),
}

_showing = threading.Lock()  # held from the reading of a choice until it is sent


def choose(runtime: "Runtime", user: User, name: str, kind: str, value: int | bool) -> None:
    """Keeps what a user chooses for a room, and shows it to all of the user's sockets. Raises Refusal.

    `kind` is one of KINDS; the value of a level is its place in LEVELS.
    """
    check_rate(runtime, user, prices.CHOICE)
    room = permissions.room_of(user, name)
    if kind == "hidden":
        if room.kind != RoomKind.DIRECT:
            raise Refusal("bad_input", _("Only private chats can be hidden."))
        value = room.seq + 1 if value else 0
    changes.choose(user, room, kind, value)
    _show(runtime, user.pk, name, kind)
    runtime.bus.send({"type": kind, "user": user.pk, "room": name})


def on_choice(runtime: "Runtime", message: Message) -> None:
    if runtime.hub.connections(message["user"]):
        _show(runtime, message["user"], message["room"], message["type"])


def show(
    user_id: int, room_id: int, name: str, clients: Callable[[], Iterable[Client]], kinds: Collection[str] = KINDS
) -> None:
    """Sends what is stored to clients of the user: of two changes at once, the one that holds goes last.

    A client that got a message before the frame that hides the room is told that it is not hidden any more.
    """
    with _showing:
        chosen = membership.choices(user_id, room_id)
        _send(name, chosen, clients, kinds)
        if chosen.hidden and (now := membership.choices(user_id, room_id)) != chosen:
            _send(name, now, clients, kinds)


def _send(name: str, chosen: Choices, clients: Callable[[], Iterable[Client]], kinds: Collection[str]) -> None:
    for client in clients():
        for kind in kinds:
            client.send(KINDS[kind](name, chosen))


def _show(runtime: "Runtime", user_id: int, name: str, kind: str) -> None:
    if room := Room.named(name):
        show(user_id, room.pk, name, partial(runtime.hub.greeted, user_id, name), [kind])
