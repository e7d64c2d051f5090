"""Parses and cleans what comes in, over HTTP and over the socket: checks shape and size, not permission."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ..chat.greeting import Hello
from ..live.direct import PREFIX, direct_room, is_direct, is_several, is_untaken
from ..live.wire import Kind
from ..log.entry import Entry
from ..models import LEVELS, LOBBY, REASON_CHARS
from ..parking.wakeup import give_way
from ..refusal import Refusal
from ..search.terms import unfolded
from .values import (
    clean_line,
    clean_number,
    clean_optional_number,
    clean_word,
    given,
    is_text,
)

MAX_ROOM_CHARS = 64
MAX_CID_CHARS = 64
FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
FREE_UNFOLDED = 1_000  # characters: a short message may be a single one that stands for eighteen


def parse_frame(message: bytes, binary: bool = False) -> dict[str, Any]:
    """A client's frame as a mapping with a `type`. Raises Refusal."""
    if binary:
        raise Refusal("bad_input", _("Frames are JSON text, not binary."))
    if message.strip() == b"test":
        return {"type": "hello"}
    try:
        frame = json.loads(message, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal("bad_input", _("This frame is not JSON.")) from None
    if not isinstance(frame, dict):
        raise Refusal("bad_input", _("A frame is a JSON object with a type."))
    kind = frame.get("type")
    if isinstance(kind, int) and not isinstance(kind, bool):
        kind = frame["type"] = str(kind)
    if not isinstance(kind, str):
        raise Refusal("bad_input", _('A frame needs a type, such as "1" or "hello".'))
    return frame


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def clean_entry(data: Mapping[str, Any]) -> Entry:
    """The entry that the fields of a POST or a frame ask for. Raises Refusal."""
    name = data.get("type")
    clean = ENTRIES.get(name) if isinstance(name, str) else None
    if clean is None:
        raise Refusal("bad_input", _("type must be 1 (group), 0 (private), edit or delete."))
    return replace(clean(data), userfrom=clean_optional_number(data, "userfrom"), cid=clean_cid(data))


def _clean_group(data: Mapping[str, Any]) -> Entry:
    room = given(data, "room")
    return _clean_message(data, room=clean_room(LOBBY if room is None else room))


def _clean_private(data: Mapping[str, Any]) -> Entry:
    userto = clean_optional_number(data, "userto")
    if userto is None:
        raise Refusal("bad_input", _("A private message needs userto, a user id."))
    return _clean_message(data, userto=userto)


def _clean_message(data: Mapping[str, Any], room: str = "", userto: int | None = None) -> Entry:
    files = clean_files(data)
    text = clean_text(data, may_be_empty=bool(files))
    return Entry(Kind.MESSAGE, text, room, userto, reply=clean_optional_number(data, "reply"), files=files)


def _clean_edit(data: Mapping[str, Any]) -> Entry:
    return Entry(Kind.EDIT, clean_text(data), clean_room(data.get("room")), of=clean_number(data, "seq"))


def _clean_deletion(data: Mapping[str, Any]) -> Entry:
    reason = clean_line(data, "reason", REASON_CHARS)
    return Entry(Kind.DELETION, room=clean_room(data.get("room")), of=clean_number(data, "seq"), reason=reason)


# The `type` of each POST or frame that adds an event to a log, and the function that parses it.
ENTRIES: dict[str, Callable[[Mapping[str, Any]], Entry]] = {
    "1": _clean_group,
    "0": _clean_private,
    "edit": _clean_edit,
    "delete": _clean_deletion,
}


def clean_files(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the files of a message: text with commas between them, or a list."""
    most, ids = settings.MESSAGE_FILES, given(data, "files")
    if ids is None:
        return ()
    if isinstance(ids, str):
        ids = [id.strip() for id in ids.split(",", most)]
    if isinstance(ids, list) and len(ids) > most:
        raise Refusal("bad_input", _("A message has at most %(most)d files.") % {"most": most})
    if not isinstance(ids, list) or not all(isinstance(id, str) and FILE_ID.fullmatch(id) for id in ids):
        raise Refusal("bad_input", _("files must be the ids of files."))
    if len({*ids}) < len(ids):
        raise Refusal("bad_input", _("files must not have a file twice."))
    return tuple(ids)


def clean_text(data: Mapping[str, Any], *, may_be_empty: bool = False) -> str:
    text = data.get("txt")
    if may_be_empty and text is None:
        return ""
    if not is_text(text) or "\0" in text:
        raise Refusal("bad_input", _("txt must be text."))
    if not text.strip():
        if may_be_empty:
            return ""
        raise Refusal("bad_input", _("The message is empty."))
    if len(text) > settings.MESSAGE_MAX_CHARS:
        numbers = {"most": settings.MESSAGE_MAX_CHARS, "count": len(text)}
        raise Refusal("too_large", _("A message has at most %(most)d characters; this has %(count)d.") % numbers)
    if len(unfolded(text)) > max(FREE_UNFOLDED, len(text) * settings.MESSAGE_MAX_FOLD):
        raise Refusal("bad_input", _("The message has too many characters that stand for several others."))
    return text


def clean_file(data: Mapping[str, Any], field: str) -> str:
    """The id of a file, or nothing."""
    value = given(data, field) or ""
    if value and not FILE_ID.fullmatch(str(value)):
        raise Refusal("bad_input", _("%(field)s must be the id of a file.") % {"field": field})
    return str(value)


def clean_cid(data: Mapping[str, Any]) -> str | None:
    cid = given(data, "cid")
    if cid is None:
        return None
    if not is_text(cid) or "\0" in cid or len(cid) > MAX_CID_CHARS:
        raise Refusal("bad_input", _("cid must be text of 1 to %(most)d characters.") % {"most": MAX_CID_CHARS})
    return cid


def clean_room(value: object) -> str:
    """A group room's name: 1 to 64 letters of any script, digits, - and _; a direct room's with its ids in order."""
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not is_text(name):
        raise Refusal("bad_input", _("room must be the name of a room."))
    if is_several(name) or is_untaken(name):
        return name
    if is_direct(name):
        return _clean_direct_room(name)
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= MAX_ROOM_CHARS or not all(unicodedata.category(c)[0] in "LMN" or c in "-_" for c in name):
        detail = _("A room's name has 1 to %(most)d letters, digits, - or _.") % {"most": MAX_ROOM_CHARS}
        raise Refusal("bad_input", detail)
    return name


def clean_level(data: Mapping[str, Any]) -> int:
    """The place of a level in LEVELS."""
    return LEVELS.index(clean_word(data, "level", LEVELS))


def clean_hello(data: Mapping[str, Any]) -> Hello:
    """A client's hello; `last` maps names of rooms to the numbers last seen there. Raises Refusal."""
    last = data.get("last")
    if last is not None and not isinstance(last, Mapping):
        raise Refusal("bad_input", _("last must map the names of rooms to the numbers last seen there."))
    seen = None if last is None else dict(_clean_seen(last))
    epoch = str(data["epoch"]) if "epoch" in data else None
    page = str(data["page"]) if "page" in data else None
    return Hello(seen, epoch, clean_cid(data), page)


def _clean_seen(last: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for room in last:
        give_way()  # a frame has space for thousands
        yield clean_room(room), clean_number(last, room)


def _clean_direct_room(name: str) -> str:
    one, _dot, other = name.removeprefix(PREFIX).partition(".")
    return direct_room(clean_number({"room": one}, "room"), clean_number({"room": other}, "room"))
