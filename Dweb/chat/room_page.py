"""A room and its people, for whoever may see it. Writes nothing."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..log.standing import Standing
from ..models import Role, Room, User
from . import membership, permissions, prices, room_frames
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def room(runtime: "Runtime", user: User, name: str, after: int | None) -> dict[str, Any]:
    """A room with a page of its people: owners first, then moderators, then those online, then by name.

    `after` is the id of the last one of the page before. Raises Refusal.
    """
    check_rate(runtime, user, prices.PEOPLE)
    row, standing = permissions.found(user, name)
    described = describe(row, standing, user.pk)
    online = runtime.hub.people()
    roles = membership.roles(row)
    runtime.rates.charge(user.pk, len(roles) // prices.EXTRA_MEMBERS)
    order = sorted((-each.role, id not in online, each.key, id) for id, each in roles.items())
    ids = [id for *_, id in order]
    start = ids.index(after) + 1 if after in roles else 0
    page = ids[start : start + settings.PEOPLE_FOUND]
    names = membership.shown_names(page)
    people = [_person(id, names.get(id, ""), roles[id].role, roles[id].muted_until, roles[id].is_bot) for id in page]
    people = [{**each, "online": each["userid"] in online} for each in people]
    return described | {"members": len(ids), "people": people, "more": start + len(page) < len(ids)}


def describe(row: Room, standing: Standing, user_id: int) -> dict[str, Any]:
    """A room as this user sees it; `role` is null for who is no member."""
    title = row.title or membership.display_name(row.name, user_id)
    role = permissions.role_of(standing).word if standing.is_member else None
    return {"room": row.name, **room_frames.about(row), "title": title, "role": role}


def member(user: User, standing: Standing) -> dict[str, Any]:
    """A user in a room; `role` is null for who is no member."""
    role = permissions.role_of(standing) if standing.is_member else None
    return _person(user.pk, user.shown_name, role, standing.muted_until, user.is_bot)


def _person(user_id: int, name: str, role: int | None, until: datetime | None, is_bot: bool) -> dict[str, Any]:
    muted = room_frames.as_muted(until)
    told = {"userid": user_id, "username": name, "role": None if role is None else Role(role).word}
    return told | ({"muted": muted} if muted else {}) | ({"bot": True} if is_bot else {})
