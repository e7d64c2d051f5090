"""Parses and cleans what comes in, over HTTP and over the socket: checks shape and size, not permission."""

import json
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ..chat.greeting import Hello
from ..live.direct import PREFIX, direct_room, is_direct, is_untaken
from ..live.wire import Kind
from ..log.entry import Entry
from ..models import LEVELS, LOBBY, REASON_CHARS
from ..parking.wakeup import give_way
from ..refusal import Refusal
from ..search.terms import unfolded

MAX_NUMBER = 2**63 - 1
MAX_ROOM_CHARS = 64
MAX_CID_CHARS = 64
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


def is_text(value: object) -> bool:
    """True for text that can be sent on: JSON can smuggle in halves of surrogate pairs, which are no text."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_entry(data: Mapping[str, Any]) -> Entry:
    """The entry that the fields of a POST or a frame ask for. Raises Refusal."""
    name = data.get("type")
    clean = ENTRIES.get(name) if isinstance(name, str) else None
    if clean is None:
        raise Refusal("bad_input", _("type must be 1 (group), 0 (private), edit or delete."))
    return replace(clean(data), userfrom=clean_optional_number(data, "userfrom"), cid=clean_cid(data))


def _clean_group(data: Mapping[str, Any]) -> Entry:
    room = given(data, "room")
    room = clean_room(LOBBY if room is None else room)
    return Entry(Kind.MESSAGE, clean_text(data), room, reply=clean_optional_number(data, "reply"))


def _clean_private(data: Mapping[str, Any]) -> Entry:
    userto = clean_optional_number(data, "userto")
    if userto is None:
        raise Refusal("bad_input", _("A private message needs userto, a user id."))
    return Entry(Kind.MESSAGE, clean_text(data), userto=userto, reply=clean_optional_number(data, "reply"))


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


def clean_text(data: Mapping[str, Any]) -> str:
    text = data.get("txt")
    if not is_text(text) or "\0" in text:
        raise Refusal("bad_input", _("txt must be text."))
    if not text.strip():
        raise Refusal("bad_input", _("The message is empty."))
    if len(text) > settings.MESSAGE_MAX_CHARS:
        numbers = {"most": settings.MESSAGE_MAX_CHARS, "count": len(text)}
        raise Refusal("too_large", _("A message has at most %(most)d characters; this has %(count)d.") % numbers)
    if len(unfolded(text)) > max(FREE_UNFOLDED, len(text) * settings.MESSAGE_MAX_FOLD):
        raise Refusal("bad_input", _("The message has too many characters that stand for several others."))
    return text


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
    if is_direct(name):
        return _clean_direct_room(name)
    if is_untaken(name):
        return name
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= MAX_ROOM_CHARS or not all(unicodedata.category(c)[0] in "LMN" or c in "-_" for c in name):
        detail = _("A room's name has 1 to %(most)d letters, digits, - or _.") % {"most": MAX_ROOM_CHARS}
        raise Refusal("bad_input", detail)
    return name


def clean_line(data: Mapping[str, Any], field: str, most: int) -> str:
    """A line of at most so many characters, its blanks as one space each; empty if there is none. Raises Refusal."""
    value = data.get(field, "")
    if not is_text(value) or any(unicodedata.category(char) in ("Cc", "Cs") and not char.isspace() for char in value):
        raise Refusal("bad_input", _("%(field)s must be text.") % {"field": field})
    line = unicodedata.normalize("NFC", " ".join(value.split()))
    if len(line) > most:
        detail = _("%(field)s has at most %(most)d characters.") % {"field": field, "most": most}
        raise Refusal("bad_input", detail)
    return line


def clean_word(data: Mapping[str, Any], field: str, words: Collection[str], default: str | None = None) -> str:
    """One of these words; `default` where none is given. Raises Refusal."""
    value = given(data, field)
    if value is None and default is not None:
        return default
    if value not in words:
        numbers = {"field": field, "words": ", ".join(words)}
        raise Refusal("bad_input", _("%(field)s must be one of these: %(words)s.") % numbers)
    return str(value)


def clean_numbers(data: Mapping[str, Any], field: str, most: int) -> list[int]:
    """Whole numbers between commas, at most so many; none if the field is absent or blank. Raises Refusal."""
    parts = [part for part in str(given(data, field) or "").split(",", most + 1) if part.strip()]
    if len(parts) > most:
        raise Refusal("bad_input", _("%(field)s has at most %(most)d numbers.") % {"field": field, "most": most})
    return [clean_number({field: part.strip()}, field) for part in parts]


def clean_flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name)
    if not isinstance(value, bool):
        raise Refusal("bad_input", _("%(name)s must be true or false.") % {"name": name})
    return value


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
    return Hello(seen, epoch, clean_cid(data))


def _clean_seen(last: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for room in last:
        give_way()  # a frame has space for thousands
        yield clean_room(room), clean_number(last, room)


def _clean_direct_room(name: str) -> str:
    one, _dot, other = name.removeprefix(PREFIX).partition(".")
    return direct_room(clean_number({"room": one}, "room"), clean_number({"room": other}, "room"))


def clean_number(data: Mapping[str, Any], field: str, default: int | None = None) -> int:
    """A whole number from 0 to 2^63 - 1, as a number or in digits; `default` where none is given. Raises Refusal."""
    value = given(data, field)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise Refusal("bad_input", _("%(field)s must be a whole number, 0 or more.") % {"field": field})
    return value


def clean_optional_number(data: Mapping[str, Any], field: str) -> int | None:
    """A number like clean_number(), or None for a field that is absent or blank."""
    return None if given(data, field) is None else clean_number(data, field)


def clean_optional_time(data: Mapping[str, Any], field: str) -> datetime | None:
    """A time with its zone, as ISO 8601 writes it, or None for a field that is absent or blank. Raises Refusal."""
    value = given(data, field)
    with suppress(ValueError, TypeError, OverflowError):
        time = None if value is None else datetime.fromisoformat(value)
        if time is None or (time.tzinfo is not None and value.isprintable()):
            return time and time.astimezone(UTC)
    raise Refusal("bad_input", _("%(field)s must be a time such as 2026-01-31T09:00:00Z.") % {"field": field})


def clean_query(data: Mapping[str, Any], most: int) -> str:
    """The text `q` that is looked for, at most so many characters; empty if there is none. Raises Refusal."""
    query = data.get("q", "").strip()
    if not is_text(query) or "\0" in query or len(query) > most:
        raise Refusal("bad_input", _("q must be text of at most %(most)d characters.") % {"most": most})
    return query


def given(data: Mapping[str, Any], field: str) -> Any:
    """The field's value; None when it is absent or blank, as forms send what was left out."""
    value = data.get(field)
    return None if value == "" else value
