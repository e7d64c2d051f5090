"""The rules: who may write where, and who is in which room. HTTP and socket both come through here."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .. import runtime
from ..cluster.bus import Word
from ..live import wire
from ..live.wire import Kind
from ..log import history
from ..log.committer import NotStored
from ..log.transaction import Draft, Unchangeable
from ..models import LOBBY, Event, Membership, Room, User, event_id, give_connection_back, room_id_of
from ..refusal import Refusal
from ..views.fields import Change, Message, clean_entry

ROOMS_KNOWN = 10_000

Entry = TypeVar("Entry", Message, Change)


def submit(sender: User, fields: Mapping[str, Any]) -> wire.Event:
    """Store what the fields of a POST or a frame say: a message, or a change of one. Raises Refusal."""
    entry = clean_entry(fields, sender.pk)
    return send_message(sender, entry) if isinstance(entry, Message) else change_message(sender, entry)


def send_message(sender: User, message: Message) -> wire.Event:
    """Store a message and have it delivered; who writes has read. Raises Refusal; then nothing was stored."""
    event = _store(sender, message, _draft_message)
    runtime.get().marks.note(sender.pk, room_id_of(event.id), event.seq)
    return event


def change_message(sender: User, change: Change) -> wire.Event:
    """Store an edit or a deletion and have it delivered. Raises Refusal; then nothing was changed."""
    return _store(sender, change, _draft_change)


def _store(sender: User, entry: Entry, draft: Callable[[User, Entry], Draft]) -> wire.Event:
    try:
        slow_down(sender)
        made = draft(sender, entry)
    except Refusal:
        # The first answer may have been lost, and the rules have changed since: it still counts.
        if entry.cid is not None and (event := history.by_cid(sender, entry.cid)) is not None:
            return event
        raise
    try:
        return runtime.get().committer.commit(made)
    except NotStored:
        runtime.get().room_ids.pop(made.room, None)  # the admin may have deleted it
        detail = _("The message could not be stored: try again in a moment.")
        raise Refusal("unavailable", detail, 1) from None
    except Unchangeable as error:
        raise _unchangeable(str(error), made.of) from None


def _draft_message(sender: User, message: Message) -> Draft:
    if message.userto is None and message.reply is None and (known := _known_room(sender, message.room)):
        return Draft(known, message.room, sender, message.text, message.cid)
    if message.userto is not None:
        room = direct_room(sender, message.userto)
    else:
        room = room_of(sender, message.room)
    if message.reply is not None and not _is_message(room, message.reply):
        detail = _("There is no message %(seq)d in this room to reply to.") % {"seq": message.reply}
        raise Refusal("not_found", detail)
    return Draft(room.pk, room.name, sender, message.text, message.cid, message.reply)


def _known_room(user: User, name: str) -> int | None:
    """The key of a room to which this user surely belongs: the lobby, or one that they watch on a socket. Or None."""
    live = runtime.get()
    if name != LOBBY and not live.hub.rooms.is_watched(user.pk, name):
        return None
    if name not in live.room_ids:
        if len(live.room_ids) >= ROOMS_KNOWN:
            live.room_ids.clear()
        live.room_ids[name] = room_of(user, name).pk
    return live.room_ids[name]


def _draft_change(sender: User, change: Change) -> Draft:
    """Whether the message is there and the sender's, the committer checks: only it knows what comes before this."""
    room = room_of(sender, change.room)
    return Draft(room.pk, room.name, sender, change.text, change.cid, kind=change.kind, of=change.seq)


def _unchangeable(why: str, seq: int) -> Refusal:
    if why == "foreign":
        return Refusal("forbidden", _("Only your own messages can be changed."))
    if why == "deleted":
        return Refusal("not_found", _("This message was deleted."))
    return Refusal("not_found", _("There is no message %(seq)d in this room to change.") % {"seq": seq})


def room_of(user: User, name: str) -> Room:
    """A room that this user belongs to. Raises Refusal: not_found, or forbidden."""
    people = wire.direct_users(name)
    if people is not None and user.pk not in people:
        raise Refusal("forbidden", _("This is a private chat of others."))
    room = Room.objects.filter(name=name).first()
    if room is None:
        raise Refusal("not_found", _("There is no room %(room)s: open it to make it.") % {"room": name})
    if name != LOBBY and not Membership.objects.filter(room=room, user=user).exists():
        raise Refusal("forbidden", _("You are not in room %(room)s: open it to join.") % {"room": name})
    return room


def direct_room(user: User, other_id: int) -> Room:
    """The room of two people, made when they first need it. Raises Refusal when there is no such person."""
    if not User.objects.filter(pk=other_id, is_active=True).exists():
        raise Refusal("not_found", _("There is no user %(userid)d.") % {"userid": other_id})
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
        _become_member(user, name)
    room = bring_in(user, name)
    runtime.get().bus.tell({"tell": "joined", "user": user.pk, "room": name})
    return room


def _become_member(user: User, name: str) -> None:
    room = Room.objects.filter(name=name).first()
    if room is not None and Membership.objects.filter(user=user, room=room).exists():
        return
    group_rooms = Membership.objects.filter(user=user).exclude(room__name__startswith="@")
    if group_rooms.count() >= settings.MAX_ROOMS_PER_USER:
        detail = _("You are in %(most)d rooms, and no more are possible: leave one first.")
        raise Refusal("forbidden", detail % {"most": settings.MAX_ROOMS_PER_USER})
    room = room or _make_room(name, {user.pk})
    made = Membership.objects.get_or_create(user=user, room=room)[1]
    if made:  # what was said before is nothing that they have missed
        runtime.get().marks.note(user.pk, room.pk, room.seq)


def bring_in(user: User, name: str) -> Room:
    """Have this user's connections here follow a room of theirs, and say on them that it is theirs. Raises Refusal."""
    rooms = runtime.get().hub.rooms
    new = rooms.admit([user.pk], name)
    with rooms.settle(new, [name]):
        room = room_of(user, name)  # after admit(): its number, and whether the user has left meanwhile
        if not wire.is_direct(name):
            _tell(user, room, joined=True)
        give_connection_back()
        for client in new:  # of a private chat that has begun meanwhile, nothing was seen yet
            rooms.follow(client, name, 0 if wire.is_direct(name) else room.seq, room.seq)
    return room


def _hear_joined(word: Word) -> None:
    user = User(pk=word["user"])
    if runtime.get().hub.connections(user.pk):
        with suppress(Refusal):  # they have left again
            bring_in(user, word["room"])


def leave(user: User, name: str) -> None:
    """Leave a group room. Raises Refusal for a room that cannot be left, or that the user is not in."""
    slow_down(user)
    if name == LOBBY or wire.is_direct(name):
        raise Refusal("bad_input", _("Only group rooms can be left."))
    room = room_of(user, name)
    Membership.objects.filter(user=user, room=room).delete()
    take_out(user, room)
    runtime.get().bus.tell({"tell": "left", "user": user.pk, "room": name})


def take_out(user: User, room: Room) -> None:
    """The opposite of bring_in()."""
    runtime.get().hub.rooms.dismiss(user.pk, room.name)
    _tell(user, room, joined=False)


def _hear_left(word: Word) -> None:
    room = Room.objects.filter(name=word["room"]).first()
    if room is not None and not Membership.objects.filter(user=word["user"], room=room).exists():  # or they are back
        take_out(User(pk=word["user"]), room)


def _tell(user: User, room: Room, *, joined: bool) -> None:
    """Say on all connections of a user that a room is theirs, or no longer; the others hear it when greeted."""
    name = history.room_name(room.name, user.pk)
    event = wire.encode({"type": "room", "room": room.name, "name": name, "joined": joined, "seq": room.seq})
    for client in runtime.get().hub.connections(user.pk):
        if client.greeted:
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


def _is_message(room: Room, seq: int) -> bool:
    return 0 < seq <= room.seq and Event.objects.filter(pk=event_id(room.pk, seq), kind=Kind.MESSAGE).exists()


def read(user: User, name: str, seq: int) -> None:
    """Move a user's mark in a room forward; those who see it are told: the user, and in a direct room the partner."""
    slow_down(user)
    room = room_of(user, name)
    live, seq = runtime.get(), min(seq, room.seq)
    word = {"tell": "read", "user": user.pk, "room": name, "seq": seq}

    def tell() -> None:
        _hear_read(word)
        live.bus.tell(word)

    live.marks.move(user.pk, room.pk, seq, tell)


def _hear_read(word: Word) -> None:
    frame = wire.encode({"type": "read", "room": word["room"], "userid": word["user"], "seq": word["seq"]})
    for user_id in {word["user"], *(wire.direct_users(word["room"]) or ())}:
        for client in runtime.get().hub.connections(user_id):
            client.send(frame)


def typing(user: User, name: str) -> None:
    """Tell the others in a room that this user writes; in a crowd nobody is told."""
    slow_down(user)
    if room_to_read(user, name) is None:
        return
    word = {"tell": "typing", "user": user.pk, "room": name}
    if _hear_typing(word):
        runtime.get().bus.tell(word)


def _hear_typing(word: Word) -> bool:
    frame = wire.encode({"type": "typing", "room": word["room"], "userid": word["user"]})
    return runtime.get().hub.rooms.tell_others(word["room"], word["user"], frame, settings.TYPING_MAX_PEOPLE)


def slow_down(user: User) -> None:
    """Raises Refusal, too_fast, when a user does more than SEND_RATE a second for a while."""
    wait = runtime.get().rates.take(user.pk)
    if wait:
        detail = _("Too much at once: at most %(rate)s a second. Wait a moment.") % {"rate": f"{settings.SEND_RATE:g}"}
        raise Refusal("too_fast", detail, wait)


for _about, _hear in {"joined": _hear_joined, "left": _hear_left, "read": _hear_read, "typing": _hear_typing}.items():
    runtime.listen(_about, _hear)
