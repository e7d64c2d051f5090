"""JSON Schema, in which views declare what they take and answer: its words, and what several addresses share."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_noop as _

from ..models import FILE_NAME_CHARS, Role, RoomKind
from .fields import FILE_ID, MAX_CID_CHARS, MAX_ROOM_CHARS
from .values import FLAGS, MAX_NUMBER

Schema = dict[str, Any]


class Maybe(NamedTuple):
    """A member of an object, or a field of a request, that may be missing."""

    schema: Schema


def maybe(schema: Schema, note: str = "") -> Maybe:
    return Maybe(noted(schema, note) if note else schema)


def noted(schema: Schema, note: str) -> Schema:
    """The schema with a sentence about this member, which the page at /api/ translates."""
    return {**schema, "description": note}


def like(schema: Schema, example: object) -> Schema:
    """The schema with a value that a reader can try."""
    return {**schema, "examples": [example]}


def shape(title: str = "", /, **members: Schema | Maybe) -> Schema:
    """An object with these members. With a title it stands once in the document, however many answers have it."""
    needed = [name for name, member in members.items() if not isinstance(member, Maybe)]
    schemas = {name: member.schema if isinstance(member, Maybe) else member for name, member in members.items()}
    named = {"title": title} if title else {}
    return {**named, "type": "object", "properties": schemas, **({"required": needed} if needed else {})}


def several(*schemas: Schema, title: str = "") -> Schema:
    """One of these."""
    return {**({"title": title} if title else {}), "anyOf": [*schemas]}


def many(schema: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": schema, **({} if most is None else {"maxItems": most})}


def by_key(schema: Schema) -> Schema:
    """An object whose names are not known before."""
    return {"type": "object", "additionalProperties": schema}


def or_null(schema: Schema) -> Schema:
    return several(schema, {"type": "null"})


def words(some: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [*some]}


def text(most: int, least: int = 0) -> Schema:
    return {"type": "string", "maxLength": most, **({"minLength": least} if least else {})}


def between(low: int, high: int, default: int | None = None) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high, **({} if default is None else {"default": default})}


TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
TRUE: Schema = {"const": True}
TIME: Schema = {"type": "string", "format": "date-time"}
NUMBER = between(0, MAX_NUMBER)
YES_OR_NO = words(FLAGS)  # a field: "1" or "0"
ONE = words("1")
BYTES: Schema = {}  # OpenAPI's schema of what is no text
PICTURE_ADDRESS = noted(TEXT, _("a picture, as a data: address"))
SUCCESS: Schema = {"const": "success"}
MORE = noted(FLAG, _("whether there are more"))

ROOM = like(text(MAX_ROOM_CHARS, 1), "lobby")
ROOM_KIND = words(kind.word for kind in (RoomKind.LOBBY, RoomKind.OPEN, RoomKind.PRIVATE, RoomKind.DIRECT))
ROLE = words(role.word for role in Role)
CID = noted(text(MAX_CID_CHARS, 1), _("an id of your own: the same message, sent again, is stored once"))
FILE = {"type": "string", "pattern": f"^{FILE_ID.pattern}$"}
FILE_OR_NONE = {"type": "string", "pattern": f"^({FILE_ID.pattern})?$"}
FILE_LIST = noted(TEXT, _("the ids of files, by commas"))
ROOM_LIST = noted(TEXT, _("the names of rooms, by commas"))
USER_LIST = noted(TEXT, _("the ids of users, by commas"))
EVENT_ID = noted(NUMBER, _("the id of an event"))
SEQ = noted(NUMBER, _("the number of an event in its room"))

OK = shape("Success", msg=SUCCESS)
BOT = maybe(TRUE)
USER = shape("User", userid=NUMBER, username=TEXT, bot=BOT)
PERSON = shape("Person", userid=NUMBER, username=TEXT, online=FLAG, bot=BOT)

FILE_MEMBERS: Mapping[str, Schema | Maybe] = {
    "id": FILE,
    "name": text(FILE_NAME_CHARS, 1),
    "size": noted(NUMBER, _("in bytes")),
    "type": TEXT,
    "width": maybe(NUMBER),
    "height": maybe(NUMBER),
    "preview": maybe(TEXT, _("an address")),
}
ATTACHED = shape("File", **FILE_MEMBERS)
SENT = shape("SentFile", msg=SUCCESS, **FILE_MEMBERS)
LISTED = shape("ListedFile", seq=SEQ, event=EVENT_ID, userid=NUMBER, user=TEXT, time=TIME, **FILE_MEMBERS)

# --- The events of a room's log -----------------------------------------------------------------------

_own = {"cid": maybe(CID)}  # its sender alone is told
_place: Mapping[str, Schema | Maybe] = {"room": ROOM, "seq": SEQ, "time": TIME}
_moderated = {"by": maybe(NUMBER), "byname": maybe(TEXT), "reason": maybe(TEXT)}
MESSAGE = shape(
    "Message", **_place, **_own, **_moderated,
    id=EVENT_ID, msg=TEXT, user=TEXT, userid=NUMBER, userto=maybe(NUMBER), reply=maybe(SEQ), edited=maybe(TIME),
    files=maybe(many(ATTACHED, settings.MESSAGE_FILES)), deleted=maybe(TRUE), bot=BOT, icon=maybe(TEXT),
    **{"as": maybe(TEXT, _("the name under which a webhook shows it"))},
)  # fmt: skip
DELETION = shape("Deletion", **_place, **_own, **_moderated, of=SEQ)
EDIT = shape("Edit", **_place, **_own, **_moderated, of=SEQ, msg=TEXT)
NOTICE = shape(
    "Notice", **_place, **_own,
    id=EVENT_ID, by=NUMBER, user=TEXT, what=TEXT, userid=maybe(NUMBER), username=maybe(TEXT), reason=maybe(TEXT),
    role=maybe(ROLE), banned=maybe(FLAG), until=maybe(or_null(TIME)), invited=maybe(NUMBER), title=maybe(TEXT),
    topic=maybe(TEXT), picture=maybe(FILE_OR_NONE), kind=maybe(ROOM_KIND), frozen=maybe(FLAG), archived=maybe(FLAG),
)  # fmt: skip


def _event(type: int | str, data: Schema) -> Schema:
    return shape(type={"const": type}, data=data)


EVENT = several(
    _event(1, MESSAGE),
    _event("edit", EDIT),
    _event("delete", DELETION),
    _event("notice", NOTICE),
    _event("event", shape("OtherEvent", **_place)),
    title="Event",
)
EVENTS = many(EVENT)
