"""Rooms: users join and leave them, and their clients are subscribed accordingly."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from ..cluster.bus import Message
from ..databases.release import release_connections
from ..live.direct import is_direct, is_several, is_untaken
from ..log.standing import Denied
from ..models import Role, Room, User
from ..refusal import Refusal
from . import denials, making, membership, permissions, place_rules, prices, room_frames
from . import membership_changes as changes
from .rates import check_rate
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime

TRIES = 3  # of joining a room whose last member leaves


def join(runtime: "Runtime", user: User, name: str) -> Room:
    """Opens a room, making an open one if need be. The user belongs to it until they leave. Raises Refusal."""
    check_rate(runtime, user, prices.JOIN)
    _become_member(runtime, user, denials.reached(user, name))
    return show_joined(runtime, user, name)


def show_joined(runtime: "Runtime", user: User, name: str) -> Room:
    """Subscribes a new member's sockets here and in the other processes."""
    room = subscribe_user(runtime, user, name)
    runtime.bus.send({"type": "joined", "user": user.pk, "room": name})
    return room


def _become_member(runtime: "Runtime", user: User, name: str) -> None:
    """Tries again if the room has gone meanwhile, with its last member."""
    for left in reversed(range(TRIES)):
        try:
            found = _open(user, name)
            room = found or _make(runtime, user, name)
            added = _add(user, room)
            if added or not found:
                _check_again(user, room)
            if added and room.seq:  # the user has not missed what was written before
                runtime.marks.note(user.pk, room.pk, room.seq)
            return
        except IntegrityError:
            if not left:
                raise


def _open(user: User, name: str) -> Room | None:
    """The room that is to be opened; None if it is to be made. Raises Refusal."""
    if is_direct(name):
        return permissions.found(user, name)[0]
    looked = membership.look(user.pk, name)
    if looked is None and (is_untaken(name) or self_of(user.pk).is_guest):
        raise denials.refusal(Denied("absent"), name)
    if looked is None:
        denials.require_manage(user)
        permissions.check_rooms(user, more=1)
        return None
    room, standing = looked
    denials.permitted(permissions.check_join, standing, name)
    if not standing.is_member:
        permissions.check_rooms(user, more=1)
    return room


def _make(runtime: "Runtime", user: User, name: str) -> Room:
    place_rules.check_make(runtime, user)
    return making.make_named(user, name, {user.pk})


def _add(user: User, room: Room) -> bool:
    """Makes a user a member, if the room is still open to them. Returns False if they are one already."""
    with transaction.atomic():
        looked = membership.look(user.pk, room.name, lock=True)
        if looked is None:
            raise IntegrityError("the room has gone")
        denials.permitted(permissions.check_join, looked[1], room.name)
        return not looked[1].is_member and changes.add(user, room)


def _check_again(user: User, room: Room) -> None:
    """Ends a new membership that is one too many: of joins at once, each has found a free place before the others."""
    try:
        permissions.check_rooms(user)
    except Refusal:
        changes.remove(user, room)
        raise


def leave(runtime: "Runtime", user: User, name: str) -> None:
    """Leaves a group room. Raises Refusal for a room that cannot be left, or that the user is not in."""
    check_rate(runtime, user, prices.JOIN)
    permissions.room_to_leave(user, name)
    with transaction.atomic():
        room, standing = permissions.found(user, name, lock=True)
        denials.permitted(permissions.check_member, standing, name)
        if standing.role == Role.OWNER and membership.owners(room) == 1 and membership.others(user.pk, room):
            raise denials.refusal(Denied("last_owner"), name)
        changes.remove(user, room)
    unsubscribe_user(runtime, user.pk, name)
    runtime.bus.send({"type": "left", "user": user.pk, "room": name})


def subscribe_user(runtime: "Runtime", user: User, name: str) -> Room:
    """Subscribes this user's clients here to a room of theirs, and sends them a `room` frame. Raises Refusal."""
    subscriptions = runtime.subscriptions
    new = subscriptions.subscribe_users([user.pk], name)
    with subscriptions.going_live(new, [name]):
        room = permissions.room_of(user, name)  # after subscribing: its number, and whether the user has left meanwhile
        if not is_direct(name):
            room_frames.show_to(runtime, user.pk, name)
        elif new and is_several(name):
            room_frames.show_member(user.pk, name, lambda: new, seq=0)
        release_connections()
        for client in new:  # of a direct room that has begun meanwhile, nothing was seen yet
            subscriptions.replay(client, name, 0 if is_direct(name) else room.seq, room.seq)
    return room


def unsubscribe_user(runtime: "Runtime", user_id: int, name: str) -> None:
    """Unsubscribes this user's clients here from a room, and sends them a `room` frame. The room may be gone."""
    runtime.subscriptions.unsubscribe_user(user_id, name)
    room_frames.show_to(runtime, user_id, name)
    if not Room.named(name):
        runtime.room_ids.pop(name, None)


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
