"""Messages: sends them, edits and deletes them."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..live import wire
from ..live.direct import direct_room
from ..live.wire import Kind
from ..log import history
from ..log.committer import NotStored
from ..log.entry import Draft, Entry
from ..log.transaction import Unchangeable
from ..models import Event, Room, User, event_id
from ..refusal import Refusal
from . import membership, permissions
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def submit(runtime: "Runtime", sender: User, entry: Entry) -> wire.Event:
    """Stores an entry and has its event delivered. Raises Refusal; then nothing was stored.

    An entry that repeats a cid gets the event of the first one.
    """
    try:
        check_rate(runtime, sender)
        draft = _draft(runtime, sender, entry)
    except Refusal:
        # The first answer may have been lost, and the permissions have changed since: it still counts.
        if entry.cid is not None and (event := history.by_cid(sender, entry.cid)) is not None:
            return event
        raise
    try:
        return runtime.committer.commit(draft)
    except NotStored:
        runtime.room_ids.pop(draft.room, None)  # the admin may have deleted it
        detail = _("The message could not be stored: try again in a moment.")
        raise Refusal("unavailable", detail, 1) from None
    except Unchangeable as error:
        raise _unchangeable(str(error), entry.of) from None


def _draft(runtime: "Runtime", sender: User, entry: Entry) -> Draft:
    if entry.kind != Kind.MESSAGE:  # only the committer knows what comes before this, so it checks the message
        room = permissions.room_of(sender, entry.room)
        return Draft(entry, room.pk, room.name, sender, permissions.changeable_authors(sender))
    if entry.userto is None and entry.reply is None:
        return Draft(entry, *permissions.room_to_write(runtime, sender, entry.room), sender)
    room = permissions.room_of(sender, entry.room) if entry.userto is None else _direct_room(sender, entry.userto)
    if entry.reply is not None and not _is_message(room, entry.reply):
        detail = _("There is no message %(seq)d in this room to reply to.") % {"seq": entry.reply}
        raise Refusal("not_found", detail)
    return Draft(entry, room.pk, room.name, sender)


def _direct_room(user: User, other_id: int) -> Room:
    """The room of two users, made when they first need it."""
    permissions.check_direct(other_id)
    name = direct_room(user.pk, other_id)
    room = Room.objects.filter(name=name).first()
    return room or membership.make_room(name, {user.pk, other_id})


def _is_message(room: Room, seq: int) -> bool:
    return 0 < seq <= room.seq and Event.objects.filter(pk=event_id(room.pk, seq), kind=Kind.MESSAGE).exists()


def _unchangeable(reason: str, seq: int) -> Refusal:
    if reason == "foreign":
        return Refusal("forbidden", _("Only your own messages can be changed."))
    if reason == "deleted":
        return Refusal("not_found", _("This message was deleted."))
    return Refusal("not_found", _("There is no message %(seq)d in this room to change.") % {"seq": seq})
