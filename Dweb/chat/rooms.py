"""Rooms: users join and leave them, and their clients are subscribed accordingly."""

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import IntegrityError

from ..cluster.bus import Message
from ..databases.release import release_connections
from ..live import wire
from ..live.direct import is_direct
from ..models import Room, User
from ..refusal import Refusal
from . import membership, permissions, prices
from .quotas import check_new_room
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

TRIES = 3  # of joining a room whose last member leaves


def join(runtime: "Runtime", user: User, name: str) -> Room:
    """Opens a room, making a group room if need be. The user belongs to it until they leave. Raises Refusal."""
    check_rate(runtime, user, prices.JOIN)
    _become_member(runtime, user, name)
    room = subscribe_user(runtime, user, name)
    runtime.bus.send({"type": "joined", "user": user.pk, "room": name})
    return room


def _become_member(runtime: "Runtime", user: User, name: str) -> None:
    """Tries again if the room has gone meanwhile, with its last member."""
    for left in reversed(range(TRIES)):
        try:
            found = permissions.room_to_join(user, name)
            room = found or make(user, name, {user.pk})
            added = membership.add(user, room)
            if added or not found:
                _check_again(user, room)
            if added and room.seq:  # the user has not missed what was written before
                runtime.marks.note(user.pk, room.pk, room.seq)
            return
        except IntegrityError:
            if not left:
                raise


def _check_again(user: User, room: Room) -> None:
    """Ends a new membership that is one too many: of joins at once, each has found a free place before the others."""
    try:
        permissions.check_rooms(user)
    except Refusal:
        membership.remove(user, room)
        raise


def make(user: User, name: str, member_ids: Collection[int]) -> Room:
    """Makes a room with its first members, among them the user who makes it. Raises Refusal beyond the quota."""
    if not is_direct(name):
        membership.check_name(name)  # a name that is refused takes nothing from the quota
    check_new_room(user, name)
    return membership.make_room(name, member_ids)


def leave(runtime: "Runtime", user: User, name: str) -> None:
    """Leaves a group room. Raises Refusal for a room that cannot be left, or that the user is not in."""
    check_rate(runtime, user, prices.JOIN)
    membership.remove(user, permissions.room_to_leave(user, name))
    unsubscribe_user(runtime, user.pk, name)
    runtime.bus.send({"type": "left", "user": user.pk, "room": name})


def subscribe_user(runtime: "Runtime", user: User, name: str) -> Room:
    """Subscribes this user's clients here to a room of theirs, and sends them a `room` frame. Raises Refusal."""
    subscriptions = runtime.subscriptions
    new = subscriptions.subscribe_users([user.pk], name)
    with subscriptions.going_live(new, [name]):
        room = permissions.room_of(user, name)  # after subscribing: its number, and whether the user has left meanwhile
        if not is_direct(name):
            _send_room(runtime, user.pk, room, joined=True)
        release_connections()
        for client in new:  # of a direct room that has begun meanwhile, nothing was seen yet
            subscriptions.replay(client, name, 0 if is_direct(name) else room.seq, room.seq)
    return room


def unsubscribe_user(runtime: "Runtime", user_id: int, name: str) -> None:
    """Unsubscribes this user's clients here from a room, and sends them a `room` frame. The room may be gone."""
    room = Room.named(name)
    if room is None:
        room = Room(name=name)
        runtime.room_ids.pop(name, None)
    runtime.subscriptions.unsubscribe_user(user_id, name)
    _send_room(runtime, user_id, room, joined=False)


def on_joined(runtime: "Runtime", message: Message) -> None:
    user_id = message["user"]
    user = User.objects.filter(pk=user_id).first() if runtime.hub.connections(user_id) else None
    if user is not None:
        with suppress(Refusal):  # they have left again
            subscribe_user(runtime, user, message["room"])


def on_left(runtime: "Runtime", message: Message) -> None:
    room = Room.named(message["room"])
    if room is None or not membership.is_member(message["user"], room):  # or they have joined again
        unsubscribe_user(runtime, message["user"], message["room"])


def _send_room(runtime: "Runtime", user_id: int, room: Room, *, joined: bool) -> None:
    """Sends a user's greeted clients a `room` frame; the others get the room with the greeting."""
    name = membership.display_name(room.name, user_id)
    frame = wire.room_frame(room.name, name, room.seq, joined=joined)
    for client in runtime.hub.connections(user_id):
        if client.greeted:
            client.send(frame)
