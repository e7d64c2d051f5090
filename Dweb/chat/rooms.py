"""Rooms: users join and leave them, and their clients are subscribed accordingly."""

from contextlib import suppress
from typing import TYPE_CHECKING

from ..cluster.bus import Message
from ..databases.release import release_connections
from ..live import wire
from ..live.direct import is_direct
from ..models import LOBBY, Room, User
from ..refusal import Refusal
from . import membership, permissions
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def join(runtime: "Runtime", user: User, name: str) -> Room:
    """Opens a group room, making it if need be. The user belongs to it until they leave. Raises Refusal."""
    check_rate(runtime, user)
    if name == LOBBY or is_direct(name):
        permissions.room_of(user, name)
    else:
        _become_member(runtime, user, name)
    room = subscribe_user(runtime, user, name)
    runtime.bus.send({"type": "joined", "user": user.pk, "room": name})
    return room


def leave(runtime: "Runtime", user: User, name: str) -> None:
    """Leaves a group room. Raises Refusal for a room that cannot be left, or that the user is not in."""
    check_rate(runtime, user)
    room = permissions.room_to_leave(user, name)
    membership.remove(user, room)
    unsubscribe_user(runtime, user, room)
    runtime.bus.send({"type": "left", "user": user.pk, "room": name})


def subscribe_user(runtime: "Runtime", user: User, name: str) -> Room:
    """Subscribes this user's clients here to a room of theirs, and tells them that it is theirs. Raises Refusal."""
    subscriptions = runtime.subscriptions
    new = subscriptions.subscribe_users([user.pk], name)
    with subscriptions.going_live(new, [name]):
        room = permissions.room_of(user, name)  # after subscribing: its number, and whether the user has left meanwhile
        if not is_direct(name):
            _send_room(runtime, user, room, joined=True)
        release_connections()
        for client in new:  # of a direct room that has begun meanwhile, nothing was seen yet
            subscriptions.replay(client, name, 0 if is_direct(name) else room.seq, room.seq)
    return room


def unsubscribe_user(runtime: "Runtime", user: User, room: Room) -> None:
    """Unsubscribes this user's clients here from a room, and tells them that it is no longer theirs."""
    runtime.subscriptions.unsubscribe_user(user.pk, room.name)
    _send_room(runtime, user, room, joined=False)


def on_joined(runtime: "Runtime", message: Message) -> None:
    user = User(pk=message["user"])
    if runtime.hub.connections(user.pk):
        with suppress(Refusal):  # they have left again
            subscribe_user(runtime, user, message["room"])


def on_left(runtime: "Runtime", message: Message) -> None:
    room = Room.objects.filter(name=message["room"]).first()
    if room is not None and not membership.is_member(message["user"], room):  # or they have joined again
        unsubscribe_user(runtime, User(pk=message["user"]), room)


def _become_member(runtime: "Runtime", user: User, name: str) -> None:
    room = Room.objects.filter(name=name).first()
    if room is not None and membership.is_member(user.pk, room):
        return
    permissions.check_join(user)
    room = room or membership.make_room(name, {user.pk})
    if membership.add(user, room):  # the user has not missed what was written before
        runtime.marks.note(user.pk, room.pk, room.seq)


def _send_room(runtime: "Runtime", user: User, room: Room, *, joined: bool) -> None:
    """Tells a user's greeted clients that a room is theirs, or no longer; the others get it with the greeting."""
    name = membership.display_name(room.name, user.pk)
    frame = wire.encode({"type": "room", "room": room.name, "name": name, "joined": joined, "seq": room.seq})
    for client in runtime.hub.connections(user.pk):
        if client.greeted:
            client.send(frame)
