"""What may come in: a message, a page of history. Checks shape and size, not permission."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ..live import wire
from ..live.wire import Kind
from ..models import LOBBY
from ..refusal import Refusal

MAX_NUMBER = 2**63 - 1
MAX_ROOM_CHARS = 64
MAX_CID_CHARS = 64


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was sent: to the user `userto`, or else to the room `room`."""

    text: str
    room: str
    userto: int | None
    cid: str | None
    reply: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of the message `seq` of a room: another text, or, for a deletion, none."""

    kind: Kind
    room: str
    seq: int
    text: str
    cid: str | None


def clean_entry(data: Mapping[str, Any], sender_id: int) -> Message | Change:
    """What the fields of a POST or a frame would add to the log. Raises Refusal."""
    kind = data.get("type")
    if kind not in ("0", "1", "edit", "delete"):
        raise Refusal("bad_input", _("type must be 1 (group), 0 (private), edit or delete."))
    if _given(data, "userfrom") is not None and clean_number(data, "userfrom") != sender_id:
        raise Refusal("forbidden", _("userfrom is not the user who is signed in."))
    return _clean_message(data, kind) if kind in ("0", "1") else _clean_change(data, kind)


def _clean_message(data: Mapping[str, Any], kind: str) -> Message:
    if kind == "0" and _given(data, "userto") is None:
        raise Refusal("bad_input", _("A private message needs userto, a user id."))
    room = _given(data, "room")
    return Message(
        text=clean_text(data),
        room=clean_room(LOBBY if room is None else room) if kind == "1" else "",
        userto=clean_number(data, "userto") if kind == "0" else None,
        cid=clean_cid(data),
        reply=clean_number(data, "reply") if _given(data, "reply") is not None else None,
    )


def _clean_change(data: Mapping[str, Any], kind: str) -> Change:
    return Change(
        kind=Kind.EDIT if kind == "edit" else Kind.DELETION,
        room=clean_room(data.get("room")),
        seq=clean_number(data, "seq"),
        text=clean_text(data) if kind == "edit" else "",
        cid=clean_cid(data),
    )


def clean_text(data: Mapping[str, Any]) -> str:
    text = data.get("txt")
    if not wire.is_text(text) or "\0" in text:
        raise Refusal("bad_input", _("txt must be text."))
    if not text.strip():
        raise Refusal("bad_input", _("The message is empty."))
    if len(text) > settings.MESSAGE_MAX_CHARS:
        numbers = {"most": settings.MESSAGE_MAX_CHARS, "count": len(text)}
        raise Refusal("too_large", _("A message has at most %(most)d characters; this has %(count)d.") % numbers)
    return text


def clean_cid(data: Mapping[str, Any]) -> str | None:
    cid = _given(data, "cid")
    if cid is None:
        return None
    if not wire.is_text(cid) or "\0" in cid or len(cid) > MAX_CID_CHARS:
        raise Refusal("bad_input", _("cid must be text of 1 to %(most)d characters.") % {"most": MAX_CID_CHARS})
    return cid


def clean_room(value: object) -> str:
    """A group room's name: 1 to 64 letters of any script, digits, - and _; a direct room's with its ids in order."""
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not wire.is_text(name):
        raise Refusal("bad_input", _("room must be the name of a room."))
    if wire.is_direct(name):
        return _clean_direct_room(name)
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= MAX_ROOM_CHARS or not all(unicodedata.category(c)[0] in "LMN" or c in "-_" for c in name):
        detail = _("A room's name has 1 to %(most)d letters, digits, - or _.") % {"most": MAX_ROOM_CHARS}
        raise Refusal("bad_input", detail)
    return name


def clean_last(data: Mapping[str, Any]) -> dict[str, int] | None:
    """What a client that comes back has seen: room names to numbers; None when it does not ask. Raises Refusal."""
    last = data.get("last")
    if last is None:
        return None
    if not isinstance(last, Mapping):
        raise Refusal("bad_input", _("last must map the names of rooms to the numbers last seen there."))
    return {clean_room(room): clean_number(last, room) for room in last}


def _clean_direct_room(name: str) -> str:
    one, _dot, other = name[1:].partition(".")
    return wire.direct_room(clean_number({"room": one}, "room"), clean_number({"room": other}, "room"))


def clean_number(data: Mapping[str, Any], field: str, default: int | None = None) -> int:
    """A whole number from 0 to 2^63 - 1, as a number or in digits; `default` where none is given. Raises Refusal."""
    value = _given(data, field)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise Refusal("bad_input", _("%(field)s must be a whole number, 0 or more.") % {"field": field})
    return value


def _given(data: Mapping[str, Any], field: str) -> Any:
    """The field's value; None when it is absent or blank, as forms send what was left out."""
    value = data.get(field)
    return None if value == "" else value
