"""Files: which of them a user may send, and read. Asks for the rooms of the messages that have them."""

from collections.abc import Collection
from typing import Any

from django.db.models import F

from ..live import wire
from ..log import attachments
from ..models import EVENTS_PER_ROOM, Attachment, File, Room, User
from . import membership, pictures
from .denials import no_file

ROOM_BITS = EVENTS_PER_ROOM.bit_length() - 1  # an event's key without these is its room's


def to_send(user: User, ids: Collection[str]) -> list[File]:
    """The files that a message of this user may have, in this order. Raises Refusal.

    They are the user's own, or in a message of a room that the user may read: what is sent on stays one file.
    """
    found = _readable(user, ids)
    if len(found) < len(ids):
        raise no_file()
    return [found[id] for id in ids]


def readable(user: User, file_id: str) -> File:
    """A file that this user may read: their own, one of a room that they may read, or a picture that they may see.

    Raises Refusal.
    """
    file = _readable(user, [file_id]).get(file_id)
    if file is None and pictures.is_shown(user, file_id):
        file = File.objects.filter(pk=file_id).first()
    if file is None:
        raise no_file()
    return file


def check_reached(user: User, file_id: str) -> None:
    """Raises Refusal for a file that its person has sent in a room for which the token of a program is not."""
    if user.only is not None:
        readable(user, file_id)


def as_json(file: File) -> dict[str, Any]:
    """A file as a message has it."""
    about = {name: getattr(file, name) for name in attachments.FIELDS}
    return wire.file_as_json({name: value for name, value in about.items() if value is not None})


def _readable(user: User, ids: Collection[str]) -> dict[str, File]:
    found = File.objects.exclude(stored="").in_bulk([*ids])
    mine = {file.pk for file in found.values() if file.owner_id == user.pk}
    if user.only is not None:  # what its person has sent elsewhere is not the program's
        mine = {*File.loose().filter(pk__in=mine).values_list("pk", flat=True)}
    rooms = _rooms_of([*found.keys() - mine])
    own = membership.those_of(user.pk, {room_id for of_file in rooms.values() for room_id in of_file})
    if user.only is not None:
        own &= {*Room.objects.filter(pk__in=own, name__in=user.only).values_list("pk", flat=True)}
    return {id: file for id, file in found.items() if id in mine or rooms.get(id, set()) & own}


def _rooms_of(ids: Collection[str]) -> dict[str, set[int]]:
    """The keys of the rooms with a message that has one of these files, by the files' ids."""
    found: dict[str, set[int]] = {}
    if ids:
        rooms = F("event").bitrightshift(ROOM_BITS)
        for id, room_id in Attachment.objects.filter(file__in=ids).values_list("file", rooms).distinct():
            found.setdefault(id, set()).add(room_id)
    return found
