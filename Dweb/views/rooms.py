"""/rooms/: makes, finds and changes rooms, and their members."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import runtime
from ..chat import directory, members, membership, new_rooms, private_chats, room_changes, room_page
from ..chat.new_rooms import NewRoom
from ..chat.room_changes import Changes
from ..models import REASON_CHARS, TITLE_CHARS, TOPIC_CHARS, Role, Room, RoomKind
from ..refusal import Refusal
from .api import json_view
from .fields import clean_file, clean_room
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
ROLES = {role.word: role for role in Role}


@json_view("GET", "POST")
def rooms(request: HttpRequest) -> dict[str, Any]:
    """GET: the directory. POST: makes a room, or finds the private chat of some people."""
    if request.method == "GET":
        fields = request.GET.dict()
        after = clean_room(fields["after"]) if fields.get("after") else None
        found, more = directory.find(runtime.get(), request.user, clean_query(fields, TITLE_CHARS), after)
        return {"rooms": found, "more": more}
    fields = request.POST.dict()
    kind = KINDS[clean_word(fields, "kind", KINDS, "open")]
    people = clean_numbers(fields, "members", settings.FIRST_MEMBERS)
    if kind == RoomKind.DIRECT:
        made = private_chats.make(runtime.get(), request.user, people)
        return _made(made) | {"title": membership.display_name(made.name, request.user.pk)}
    name = clean_room(fields["room"]) if fields.get("room") else None
    topic = clean_line(fields, "topic", TOPIC_CHARS) or ""
    return _made(new_rooms.make(runtime.get(), request.user, NewRoom(_title(fields), kind, name, topic, people)))


@json_view("GET", "POST")
def room(request: HttpRequest, name: str) -> dict[str, Any]:
    """GET: a room and a page of its people. POST: changes it."""
    name = clean_room(name)
    if request.method == "GET":
        after = clean_optional_number(request.GET.dict(), "after")
        return room_page.room(runtime.get(), request.user, name, after)
    fields = request.POST.dict()
    changed = room_changes.change(runtime.get(), request.user, name, _changes(fields))
    standing = membership.standing_in(request.user.pk, changed)
    return {"msg": "success", **room_page.describe(changed, standing, request.user.pk)}


@json_view("POST")
def room_members(request: HttpRequest, name: str) -> dict[str, Any]:
    """Gives a member a role, adds, removes, bans or mutes somebody."""
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
    groups = {word: kind for word, kind in KINDS.items() if kind != RoomKind.DIRECT}
    flags = {name: FLAGS[clean_word(fields, name, FLAGS)] for name in ("frozen", "archived") if name in fields}
    changes = Changes(
        title=_title(fields) if "title" in fields else None,
        topic=clean_line(fields, "topic", TOPIC_CHARS) if "topic" in fields else None,
        picture=clean_file(fields, "picture") if "picture" in fields else None,
        kind=groups[clean_word(fields, "kind", groups)] if "kind" in fields else None,
        **flags,
    )
    if changes == Changes():
        raise Refusal("bad_input", _("Give what is to be changed: title, topic, picture, kind, frozen or archived."))
    return changes
