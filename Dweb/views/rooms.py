"""/rooms/: makes, finds and changes rooms, and their members."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..chat import directory, members, membership, new_rooms, private_chats, room_changes, room_page
from ..chat.new_rooms import NewRoom
from ..chat.room_changes import Changes
from ..models import REASON_CHARS, TITLE_CHARS, TOPIC_CHARS, Role, Room, RoomKind
from ..refusal import Refusal
from .api import by_method, json_view
from .fields import MAX_ROOM_CHARS, clean_file, clean_room
from .operation import operation
from .schemas import (
    BOT,
    FILE,
    FILE_OR_NONE,
    FLAG,
    MORE,
    NUMBER,
    ONE,
    ROLE,
    ROOM,
    ROOM_KIND,
    SUCCESS,
    TEXT,
    TIME,
    USER_LIST,
    YES_OR_NO,
    between,
    like,
    many,
    maybe,
    noted,
    or_null,
    shape,
    text,
    words,
)
from .values import (
    FLAGS,
    clean_line,
    clean_number,
    clean_numbers,
    clean_optional_number,
    clean_query,
    clean_word,
    given,
)

KINDS = {kind.word: kind for kind in (RoomKind.OPEN, RoomKind.PRIVATE, RoomKind.DIRECT)}
GROUP_KINDS = {word: kind for word, kind in KINDS.items() if kind != RoomKind.DIRECT}
ROLES = {role.word: role for role in Role}

ABOUT = {"room": ROOM, "title": TEXT, "kind": ROOM_KIND, "topic": TEXT}
DESCRIBED = {**ABOUT, "frozen": FLAG, "archived": FLAG, "picture": maybe(FILE), "role": or_null(ROLE)}
WHOM = {"userid": NUMBER, "reason": maybe(text(REASON_CHARS))}


@operation(
    gettext_noop("The directory: open rooms and one's own, by title."),
    fields=shape(
        q=maybe(text(TITLE_CHARS), gettext_noop("letters of a title")),
        after=maybe(text(MAX_ROOM_CHARS), gettext_noop("the last room of the page before")),
    ),
    answer=shape(
        rooms=many(shape(**ABOUT, members=NUMBER, joined=FLAG, time=or_null(TIME), archived=maybe(FLAG))), more=MORE
    ),
)
def listed(request: HttpRequest) -> dict[str, Any]:
    fields = request.GET.dict()
    after = clean_room(fields["after"]) if fields.get("after") else None
    found, more = directory.find(runtime.get(), request.user, clean_query(fields, TITLE_CHARS), after)
    return {"rooms": found, "more": more}


@operation(
    gettext_noop("Makes a room; or the private chat with some people, which it finds if there is one."),
    fields=(
        shape(
            title=like(text(TITLE_CHARS, 1), "Plant"),
            room=maybe(like(ROOM, "plant"), gettext_noop("its name; without it one is made from the title")),
            kind=maybe(words(GROUP_KINDS)),
            topic=maybe(text(TOPIC_CHARS)),
            members=maybe(USER_LIST),
        ),
        shape(kind=words([RoomKind.DIRECT.word]), members=USER_LIST),
    ),
    answer=shape(msg=SUCCESS, room=ROOM, title=TEXT, kind=ROOM_KIND),
    errors=("not_found", "conflict"),
)
def make(request: HttpRequest) -> dict[str, Any]:
    fields = request.POST.dict()
    kind = KINDS[clean_word(fields, "kind", KINDS, "open")]
    people = clean_numbers(fields, "members", settings.FIRST_MEMBERS)
    if kind == RoomKind.DIRECT:
        made = private_chats.make(runtime.get(), request.user, people)
        return _made(made) | {"title": membership.display_name(made.name, request.user.pk)}
    name = clean_room(fields["room"]) if fields.get("room") else None
    topic = clean_line(fields, "topic", TOPIC_CHARS) or ""
    return _made(new_rooms.make(runtime.get(), request.user, NewRoom(_title(fields), kind, name, topic, people)))


rooms = by_method(GET=listed, POST=make)


@operation(
    gettext_noop("A room and a page of its people: owners, moderators, those online, then by name."),
    fields=shape(after=maybe(NUMBER, gettext_noop("the last user's id of the page before"))),
    answer=shape(
        **DESCRIBED,
        members=NUMBER,
        people=many(
            shape(userid=NUMBER, username=TEXT, role=ROLE, online=FLAG, muted=maybe(TIME), bot=BOT),
            settings.PEOPLE_FOUND,
        ),
        more=MORE,
    ),
    errors=("not_found",),
)
def shown(request: HttpRequest, name: str) -> dict[str, Any]:
    after = clean_optional_number(request.GET.dict(), "after")
    return room_page.room(runtime.get(), request.user, clean_room(name), after)


@operation(
    gettext_noop("Changes a room."),
    fields=shape(
        title=maybe(text(TITLE_CHARS, 1)),
        topic=maybe(like(text(TOPIC_CHARS), "About plants")),
        kind=maybe(words(GROUP_KINDS)),
        picture=maybe(FILE_OR_NONE, gettext_noop("the id of a picture of one's own, or blank")),
        frozen=maybe(YES_OR_NO, gettext_noop("1: only moderators and owners write")),
        archived=maybe(YES_OR_NO, gettext_noop("1: nobody writes")),
    ),
    answer=shape(msg=SUCCESS, **DESCRIBED),
    errors=("not_found", "conflict"),
)
def change(request: HttpRequest, name: str) -> dict[str, Any]:
    name, fields = clean_room(name), request.POST.dict()
    changed = room_changes.change(runtime.get(), request.user, name, _changes(fields))
    standing = membership.standing_in(request.user.pk, changed)
    return {"msg": "success", **room_page.describe(changed, standing, request.user.pk)}


room = by_method(GET=shown, POST=change)


@json_view("POST")
@operation(
    gettext_noop("Adds a user to a room or gives a member another role; removes, bans or mutes one."),
    fields=(
        shape(**WHOM, role=noted(ROLE, gettext_noop("a user who is no member is added"))),
        shape(
            **WHOM,
            remove=ONE,
            ban=maybe(YES_OR_NO, gettext_noop("1: they cannot come back by themselves")),
        ),
        shape(**WHOM, mute=noted(between(0, settings.MUTE_MAX_MINUTES), gettext_noop("minutes; 0 ends it"))),
    ),
    answer=shape(msg=SUCCESS, userid=NUMBER, username=TEXT, role=or_null(ROLE), muted=maybe(TIME), bot=BOT),
    errors=("not_found", "conflict"),
)
def room_members(request: HttpRequest, name: str) -> dict[str, Any]:
    fields = request.POST.dict()
    name, userid = clean_room(name), clean_number(fields, "userid")
    reason = clean_line(fields, "reason", REASON_CHARS) or ""
    acting = (runtime.get(), request.user, name, userid)
    asked = [field for field in ("role", "remove", "mute") if given(fields, field) is not None]
    if len(asked) != 1:
        raise Refusal("bad_input", _("Give one of role, remove and mute."))
    if asked == ["role"]:
        return members.give_role(*acting, ROLES[clean_word(fields, "role", ROLES)], reason)
    if asked == ["mute"]:
        return members.mute(*acting, clean_number(fields, "mute"), reason)
    if not FLAGS[clean_word(fields, "remove", FLAGS)]:
        raise Refusal("bad_input", _("remove must be 1."))
    return members.remove(*acting, reason, ban=FLAGS[clean_word(fields, "ban", FLAGS, "0")])


def _made(made: Room) -> dict[str, Any]:
    return {"msg": "success", "room": made.name, "title": made.title, "kind": RoomKind(made.kind).word}


def _title(fields: Mapping[str, Any]) -> str:
    title = clean_line(fields, "title", TITLE_CHARS)
    if not title:
        raise Refusal("bad_input", _("A room needs a title."))
    return title


def _changes(fields: Mapping[str, Any]) -> Changes:
    flags = {name: FLAGS[clean_word(fields, name, FLAGS)] for name in ("frozen", "archived") if name in fields}
    changes = Changes(
        title=_title(fields) if "title" in fields else None,
        topic=clean_line(fields, "topic", TOPIC_CHARS) if "topic" in fields else None,
        picture=clean_file(fields, "picture") if "picture" in fields else None,
        kind=GROUP_KINDS[clean_word(fields, "kind", GROUP_KINDS)] if "kind" in fields else None,
        **flags,
    )
    if changes == Changes():
        raise Refusal("bad_input", _("Give what is to be changed: title, topic, picture, kind, frozen or archived."))
    return changes
