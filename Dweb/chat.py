"""The rules: who may write where, and who is in which room. HTTP and socket both come through here."""

from django.conf import settings
from django.db import IntegrityError, transaction

from . import history, runtime
from .committer import Draft, NotStored
from .forms import Message
from .live import wire
from .models import LOBBY, Event, Membership, Room, User, event_id, give_connection_back
from .refusal import Refusal


def send_message(sender: User, message: Message) -> wire.Event:
    """Store a message and have it delivered. Raises Refusal; then nothing was stored."""
    try:
        slow_down(sender)
        room = _room_for(sender, message)
    except Refusal:
        # The first answer may have been lost, and the rules have changed since: it still counts.
        if message.cid is not None and (event := history.by_cid(sender, message.cid)) is not None:
            return event
        raise
    draft = Draft(room.pk, room.name, sender, message.text, message.cid, message.reply)
    try:
        return runtime.get().committer.commit(draft)
    except NotStored:
        raise Refusal("unavailable", "The message could not be stored: try again in a moment.", 1) from None


def _room_for(sender: User, message: Message) -> Room:
    if message.userto is not None:
        room = direct_room(sender, message.userto)
    else:
        room = room_of(sender, message.room)
    if message.reply is not None and not _exists(room, message.reply):
        raise Refusal("not_found", f"There is no message {message.reply} in this room to reply to.")
    return room


def room_of(user: User, name: str) -> Room:
    """A room that this user belongs to. Raises Refusal: not_found, or forbidden."""
    people = wire.direct_users(name)
    if people is not None and user.pk not in people:
        raise Refusal("forbidden", "This is a private chat of others.")
    room = Room.objects.filter(name=name).first()
    if room is None:
        raise Refusal("not_found", f"There is no room {name}: open it to make it.")
    if name != LOBBY and not Membership.objects.filter(room=room, user=user).exists():
        raise Refusal("forbidden", f"You are not in room {name}: open it to join.")
    return room


def direct_room(user: User, other_id: int) -> Room:
    """The room of two people, made when they first need it. Raises Refusal when there is no such person."""
    if not User.objects.filter(pk=other_id, is_active=True).exists():
        raise Refusal("not_found", f"There is no user {other_id}.")
    name = direct_name(user, other_id)
    room = Room.objects.filter(name=name).first()
    return room or _make_room(name, {user.pk, other_id})


def direct_name(user: User, other_id: int) -> str:
    return wire.direct_room(user.pk, other_id)


def room_to_read(user: User, name: str) -> Room | None:
    """As room_of(); None for a direct room of one's own in which nothing was said yet."""
    if user.pk in (wire.direct_users(name) or ()) and not Room.objects.filter(name=name).exists():
        return None
    return room_of(user, name)


def join(user: User, name: str) -> Room:
    """Open a group room, making it if need be: the user belongs to it until they leave, on all connections."""
    slow_down(user)
    if name == LOBBY or wire.is_direct(name):
        room = room_of(user, name)
    else:
        room = Room.objects.filter(name=name).first() or _make_room(name, {user.pk})
        Membership.objects.get_or_create(user=user, room=room)
    rooms = runtime.get().hub.rooms
    new = rooms.admit([user.pk], name)
    with rooms.settle(new, [name]):
        room = room_of(user, name)  # again, after admit(): its number, and whether the user has left meanwhile
        _tell(user, room, joined=True)
        give_connection_back()
        for client in new:
            rooms.follow(client, name, room.seq, room.seq)
    return room


def leave(user: User, name: str) -> None:
    """Leave a group room. Raises Refusal for a room that cannot be left, or that the user is not in."""
    slow_down(user)
    if name == LOBBY or wire.is_direct(name):
        raise Refusal("bad_input", "Only group rooms can be left.")
    room = room_of(user, name)
    Membership.objects.filter(user=user, room=room).delete()
    runtime.get().hub.rooms.dismiss(user.pk, name)
    _tell(user, room, joined=False)


def _tell(user: User, room: Room, *, joined: bool) -> None:
    """Say on all connections of a user that a room is theirs, or no longer."""
    name = history.room_name(room.name, user.pk)
    event = wire.encode({"type": "room", "room": room.name, "name": name, "joined": joined, "seq": room.seq})
    for client in runtime.get().hub.connections(user.pk):
        client.send(event)


def _make_room(name: str, member_ids: set[int]) -> Room:
    """A room and its first members, all or nothing; if somebody else makes it at the same time, theirs."""
    try:
        with transaction.atomic():
            room = Room.objects.create(name=name)
            Membership.objects.bulk_create([Membership(room=room, user_id=user_id) for user_id in member_ids])
    except IntegrityError:
        room = Room.objects.get(name=name)
    return room


def _exists(room: Room, seq: int) -> bool:
    return 0 < seq <= room.seq and Event.objects.filter(pk=event_id(room.pk, seq)).exists()


def slow_down(user: User) -> None:
    """Raises Refusal, too_fast, when a user does more than SEND_RATE a second for a while."""
    wait = runtime.get().rates.take(user.pk)
    if wait:
        raise Refusal("too_fast", f"Too many messages: at most {settings.SEND_RATE:g} a second. Wait a moment.", wait)
