"""Members of a room: adds and removes them, bans them, mutes them, and gives them roles.

Each deed looks at what is so under the room's lock, in the committer's transaction.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from ..log.entry import Deed
from ..log.standing import Check, Denied, Standing, standing
from ..models import Role, Room, RoomKind, User
from ..operations.security import record
from . import membership, notices, permissions, prices, room_frames, room_page, rooms, users
from . import membership_changes as changes
from .denials import permitted
from .quotas import check_added
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

Told = list[dict[str, Any]]
Member = dict[str, Any]  # as room_page.member() describes it


def give_role(runtime: "Runtime", user: User, name: str, other_id: int, role: Role, reason: str = "") -> Member:
    """Gives a member a role; who is no member becomes one. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, own = permissions.found(user, name)
    other = users.active(other_id)
    theirs = membership.standing_in(other.pk, room)
    if theirs.is_member:
        _do(runtime, user, room, other, _giving(user, room, other, role, reason), "role")
        room_frames.show_everywhere(runtime, other.pk, room.name)
    else:
        may_add = partial(permissions.check_add, other=theirs, role=role, now=timezone.now())
        permitted(may_add, own, name)  # before: a refusal takes nothing from the quota
        check_added(user)
        _do(runtime, user, room, other, _adding(user, room, other, role, reason), "added")
        runtime.marks.note(other.pk, room.pk, room.seq)  # what was written before is not unread
        rooms.show_joined(runtime, other, room.name)
    return _member(other, room)


def make_owner(runtime: "Runtime", admin: User, room: Room, other_id: int) -> Member:
    """Makes an owner of somebody as an admin of the place, who need not be in the room. Raises Refusal."""
    other = users.active(other_id)

    def deed(own: Standing, now: datetime) -> Told:
        theirs = _of(other, room)
        if theirs.is_member and theirs.role == Role.OWNER:
            return []
        if theirs.is_member:
            changes.give_role(other, room, Role.OWNER)
        else:
            changes.enter(other, room, Role.OWNER)
        notices.record(admin, "role", room.name, other, about={"role": Role.OWNER.word})
        added = [] if theirs.is_member else [_about("added", other)]
        return [*added, _about("role", other, role=Role.OWNER.word)]

    _do(runtime, admin, room, other, deed, "role", permissions.check_admin)
    rooms.show_joined(runtime, other, room.name)
    return _member(other, room)


def remove(runtime: "Runtime", user: User, name: str, other_id: int, reason: str, *, ban: bool) -> Member:
    """Ends a membership; with `ban` the user cannot come back before somebody adds them. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, _ = permissions.found(user, name)
    other = users.known(other_id)
    was_there = False

    def deed(own: Standing, now: datetime) -> Told:
        nonlocal was_there
        theirs = _of(other, room)
        was_there = theirs.belongs
        permissions.require(Role.MODERATOR)(own, None, now)
        if room.kind == RoomKind.LOBBY and not theirs.is_guest:
            raise Denied("lobby")
        permissions.check_over(own, theirs)
        _check_last_owner(theirs, room)
        if theirs.banned and ban and theirs.muted_until is None:
            return []
        if not theirs.belongs and not ban:
            raise Denied("nobody")
        changes.end(other, room, ban=ban)
        notices.record(user, "ban" if ban else "remove", room.name, other, reason)
        return [_about("removed", other, reason=reason, banned=ban)]

    _do(runtime, user, room, other, deed, "banned" if ban else "removed")
    if was_there:  # who was not, is told nothing of a room that may be private
        left = {"type": "left", "user": other.pk, "room": room.name}
        rooms.on_left(runtime, left)  # unless somebody has added them again meanwhile
        runtime.bus.send(left)
    return _member(other, room)


def mute(runtime: "Runtime", user: User, name: str, other_id: int, minutes: int, reason: str) -> Member:
    """Lets a member read and not write, for so many minutes; 0 ends it. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, _ = permissions.found(user, name)
    other = users.known(other_id)

    def deed(own: Standing, now: datetime) -> Told:
        theirs = _of(other, room)
        permissions.require(Role.MODERATOR)(own, None, now)
        permissions.check_over(own, theirs)
        if not theirs.is_member:
            raise Denied("nobody")
        until = now + timedelta(minutes=min(minutes, settings.MUTE_MAX_MINUTES)) if minutes else None
        if until is None and (theirs.muted_until is None or theirs.muted_until <= now):
            return []
        changes.mute(other, room, until)
        told = until and until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        notices.record(user, "mute", room.name, other, reason, {"until": told})
        return [_about("muted", other, reason=reason) | {"until": told}]

    _do(runtime, user, room, other, deed, "muted")
    room_frames.show_everywhere(runtime, other.pk, room.name)
    return _member(other, room)


def _adding(user: User, room: Room, other: User, role: Role, reason: str) -> Deed:
    def deed(own: Standing, now: datetime) -> Told:
        theirs = _of(other, room)
        if room.kind == RoomKind.LOBBY and not (theirs.is_guest and role == Role.MEMBER):
            raise Denied("lobby")
        permissions.check_add(own, theirs, role, now)
        if theirs.is_member:
            return []
        if membership.count_group_rooms(other.pk) >= settings.MAX_ROOMS_PER_USER:
            raise Denied("full")
        changes.enter(other, room, role)
        given = None if role == Role.MEMBER else {"role": role.word}
        notices.record(user, "add", room.name, other, reason, given)
        return [_about("added", other, reason=reason), *([_about("role", other, **given)] if given else [])]

    return deed


def _giving(user: User, room: Room, other: User, role: Role, reason: str) -> Deed:
    def deed(own: Standing, now: datetime) -> Told:
        theirs = _of(other, room)
        if room.kind != RoomKind.LOBBY and theirs.is_member and theirs.role == role:
            permissions.check_invite(own, None, now)
            return []
        permissions.require(Role.OWNER)(own, None, now)
        if room.kind == RoomKind.LOBBY:
            raise Denied("lobby")
        if not theirs.is_member:
            raise Denied("nobody")
        _check_last_owner(theirs, room)
        changes.give_role(other, room, role)
        notices.record(user, "role", room.name, other, reason, {"role": role.word})
        return [_about("role", other, role=role.word, reason=reason)]

    return deed


def _member(other: User, room: Room) -> Member:
    return {"msg": "success", **room_page.member(other, membership.standing_in(other.pk, room))}


def _do(
    runtime: "Runtime",
    user: User,
    room: Room,
    other: User,
    deed: Deed,
    what: str,
    check: Check = permissions.check_any,
) -> None:
    notices.do(runtime, user, room, check, deed)
    record("moderated", user=user.pk, deed=what, whom=other.pk, room=room.name)


def _of(other: User, room: Room) -> Standing:
    """The standing of the other one, under the room's lock."""
    found = standing(other.pk, room.pk)
    assert found is not None  # the lock keeps the room
    return found


def _check_last_owner(theirs: Standing, room: Room) -> None:
    """Denies what would leave a room without an owner; one whose account is closed is none."""
    if theirs.is_member and theirs.is_active and theirs.role == Role.OWNER and membership.owners(room) == 1:
        raise Denied("last_owner")


def _about(what: str, other: User, **more: Any) -> dict[str, Any]:
    told = {name: value for name, value in more.items() if value}
    return {"what": what, "userid": other.pk, "username": other.shown_name, **told}
