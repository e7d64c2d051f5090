"""Messages: sends them, edits and deletes them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..live import wire
from ..live.wire import Kind
from ..log import history
from ..log.committer import NotStored
from ..log.entry import Draft, Entry
from ..log.standing import Denied
from ..log.transaction import FileGone, RoomGone, Unchangeable
from ..models import Room, User, room_id_of
from ..refusal import Refusal
from . import denials, files, making, mentions, outgoing, permissions, place_rules, prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


RETRY_SECONDS = 1


def submit(runtime: "Runtime", sender: User, entry: Entry) -> wire.Event:
    """Stores an entry and has its event delivered. Raises Refusal; then nothing was stored.

    An entry that repeats a cid gets the event of the first one. A user who writes in a room has read it.
    """
    event = _store(runtime, sender, entry)
    if event.kind == Kind.MESSAGE and not sender.is_bot:
        runtime.marks.note(sender.pk, room_id_of(event.id), event.seq)
    return event


def _store(runtime: "Runtime", sender: User, entry: Entry) -> wire.Event:
    check_sender(sender, entry.userfrom)
    try:
        check_rate(runtime, sender)
        if extra := prices.of_terms(entry.text):
            runtime.rates.charge(sender.pk, extra)
        draft = _draft(runtime, sender, entry)
    except Refusal:
        # The first answer may have been lost, and the permissions have changed since: it still counts.
        if entry.cid is not None:
            event = runtime.query_pool.ask(partial(history.by_cid, sender, entry.cid))
            if event is not None:
                return _told(sender, event)
        raise
    event = commit(runtime, draft)
    assert event is not None  # only deeds may have nothing to do
    return _told(sender, event)


def _told(sender: User, event: wire.Event) -> wire.Event:
    """The event, unless it is the one of this cid in a room of which the token of a program tells nothing."""
    if not sender.reaches(event.room):
        raise Refusal("conflict", _("This cid was used before."))
    return event


def commit(runtime: "Runtime", draft: Draft) -> wire.Event | None:
    """Has a draft stored. Raises Refusal; then nothing was stored."""
    try:
        event = runtime.committer.commit(draft)
    except (NotStored, RoomGone):
        runtime.room_ids.pop(draft.room, None)  # there may be another one of this name
        detail = _("The message could not be stored: try again in a moment.")
        raise Refusal("unavailable", detail, RETRY_SECONDS) from None
    except Unchangeable as error:
        raise _unchangeable(str(error), draft.entry.of) from None
    except FileGone:
        raise files.no_file() from None
    except Denied as denied:
        raise denials.refusal(denied, draft.room) from None
    if draft.hooks:
        runtime.outgoing.wake()
    return event


def _draft(runtime: "Runtime", sender: User, entry: Entry) -> Draft:
    """Makes the draft, here if it asks no database: that of nearly every message."""
    plain = entry.userto is None and entry.reply is None and not entry.files and "@" not in entry.text
    known = permissions.known_room(runtime, sender, entry.room) if plain else None
    if known is not None:  # it is looked up once: in the next moment another thread may have forgotten it
        return DRAFTS[entry.kind](runtime, sender, entry, known)
    return runtime.query_pool.ask(partial(DRAFTS[entry.kind], runtime, sender, entry, None))


def _draft_message(runtime: "Runtime", sender: User, entry: Entry, known: int | None) -> Draft:
    if known is not None:
        room_id, name = known, entry.room
    elif entry.userto is None:
        room_id, name = permissions.room_to_write(runtime, sender, entry.room)
        _check_reply(entry, room_id)
        _check_files(runtime, sender, entry)
    else:
        name = permissions.direct_to_write(sender, entry.userto)
        room = Room.named(name)
        if room is None:
            place_rules.check_begin(runtime, sender, entry.userto)
        _check_reply(entry, room and room.pk)  # before: a refusal leaves no chat without messages
        _check_files(runtime, sender, entry)
        room_id = (room or making.make_named(sender, name, {sender.pk, entry.userto})).pk
    named = mentions.mentioned(entry.text, name, sender.pk)
    hooks = outgoing.wanting(runtime, sender, entry.text, room_id, name, named)
    return Draft(entry, room_id, name, sender, permissions.check_write, mentions=named, hooks=hooks)


def check_sender(user: User, userfrom: int | None) -> None:
    """Refuses an entry that names another sender than the user who is signed in."""
    if userfrom is not None and userfrom != user.pk:
        detail = _("userfrom is not the user who is signed in.")
        raise Refusal("forbidden", detail, event="access_refused", about={"userfrom": userfrom})


def _check_reply(entry: Entry, room_id: int | None) -> None:
    """Raises Refusal for a reply to what is no message of this room, which is None if it is yet to be made."""
    if entry.reply is not None and (room_id is None or not history.is_message(room_id, entry.reply)):
        detail = _("There is no message %(seq)d in this room to reply to.") % {"seq": entry.reply}
        raise Refusal("not_found", detail)


def _check_files(runtime: "Runtime", sender: User, entry: Entry) -> None:
    """Raises Refusal for files that the sender may not send. Their names are words of the index like a text's."""
    if entry.files:
        names = " ".join(file.name for file in files.to_send(sender, entry.files))
        if extra := prices.of_terms(names):
            runtime.rates.charge(sender.pk, extra)


def _draft_change(runtime: "Runtime", sender: User, entry: Entry, known: int | None) -> Draft:
    """Only the committer knows the events before this one, so its transaction holds the message against the check."""
    room_id, name = (known, entry.room) if known is not None else permissions.room_to_write(runtime, sender, entry.room)
    named = mentions.mentioned(entry.text, name, sender.pk)
    if entry.kind == Kind.EDIT:
        check = permissions.check_edit(sender.pk)
    else:
        check = permissions.check_delete(sender.pk, moderates=sender.manages)
    return Draft(entry, room_id, name, sender, check, mentions=named)


# The function that makes the draft of each kind of entry. It gets the room's key if no database need be asked.
DRAFTS: dict[Kind, Callable[["Runtime", User, Entry, int | None], Draft]] = {
    Kind.MESSAGE: _draft_message,
    Kind.EDIT: _draft_change,
    Kind.DELETION: _draft_change,
}


def _unchangeable(reason: str, seq: int) -> Refusal:
    if reason == "deleted":
        return Refusal("not_found", _("This message was deleted."))
    return Refusal("not_found", _("There is no message %(seq)d in this room to change.") % {"seq": seq})
