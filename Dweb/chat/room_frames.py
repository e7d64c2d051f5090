"""Sends `room` frames: tells open sockets what a room is called and what holds there, whenever that changes."""

import threading
from collections.abc import Callable, Iterable, Set
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from ..cluster.bus import Message
from ..live import broadcast, wire
from ..live.client import Client
from ..live.direct import is_several
from ..live.wire import iso
from ..log.standing import Standing
from ..models import Room, RoomKind
from . import membership, permissions

if TYPE_CHECKING:
    from ..runtime import Runtime

_showing = threading.Lock()  # held from the reading of a room until it is sent


def about(room: Room) -> dict[str, Any]:
    """What holds in a room for everyone."""
    return {
        "kind": RoomKind(room.kind).word,
        "title": room.title,
        "topic": room.topic,
        "frozen": room.frozen,
        "archived": room.archived,
        **({"picture": room.picture} if room.picture else {}),
    }


def as_muted(until: datetime | None) -> str | None:
    """Until when somebody may not write; None if they may."""
    return iso(until) if until is not None and until > timezone.now() else None


def as_people(others: Iterable[tuple[int, str]], bots: Set[int]) -> list[dict[str, Any]]:
    """The others in a chat of several, from their ids and names, and which of them are bots."""
    return [wire.person(user_id, name, user_id in bots) for user_id, name in others]


def of_member(room: Room, standing: Standing, user_id: int, seq: int | None = None) -> bytes:
    """The frame for a member: the room is theirs, with their role; its events after `seq` follow, or the next ones."""
    name = room.title or membership.display_name(room.name, user_id)
    own = {"title": name, "role": permissions.role_of(standing).word, "muted": as_muted(standing.muted_until)}
    if is_several(room.name):
        others = membership.others_in(room.name, user_id)
        own |= {"people": as_people(others.items(), membership.bots_among(others))}
    return wire.room_frame(room.name, name, room.seq if seq is None else seq, joined=True, **(about(room) | own))


def of_other(name: str, room: Room | None) -> bytes:
    """The frame for one who is no member: of a room that is not open, they are told nothing."""
    if room is None or room.kind != RoomKind.OPEN:
        return wire.room_frame(name, name, 0, joined=False)
    return wire.room_frame(name, room.title or name, room.seq, joined=False)


def show(runtime: "Runtime", name: str) -> None:
    """Sends what holds in a room to all of its subscribers here: of two changes at once, the one that holds goes last.

    Those who are being greeted get it once they are.
    """
    with _showing:
        if room := Room.named(name):
            frame = wire.room_frame(name, room.title, room.seq, joined=True, **about(room))
            broadcast.to_greeted(runtime.registry, runtime.writer, name, frame)


def show_to(runtime: "Runtime", user_id: int, name: str) -> None:
    """Sends a user's sockets here whether a room is theirs, and their role."""
    show_member(user_id, name, partial(runtime.hub.greeted, user_id, name))


def show_everywhere(runtime: "Runtime", user_id: int, name: str) -> None:
    """Sends the same to the user's sockets here and in the other processes."""
    show_to(runtime, user_id, name)
    runtime.bus.send({"type": "role", "user": user_id, "room": name})


def show_member(user_id: int, name: str, clients: Callable[[], Iterable[Client]], seq: int | None = None) -> None:
    """Sends the same to clients of the user: of two changes at once, the one that holds goes last."""
    with _showing:
        looked = membership.look(user_id, name)
        is_member = looked is not None and looked[1].is_member
        frame = of_member(*looked, user_id, seq) if looked and is_member else of_other(name, looked and looked[0])
        for client in clients():
            client.send(frame)


def on_changed(runtime: "Runtime", message: Message) -> None:
    show(runtime, message["room"])


def on_role(runtime: "Runtime", message: Message) -> None:
    if runtime.hub.connections(message["user"]):
        show_to(runtime, message["user"], message["room"])
