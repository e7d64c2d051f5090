"""Changes of a room: its title, topic and kind, and whether it is frozen or archived."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..log.standing import Check, Denied, Standing
from ..models import File, Role, Room, RoomKind, User, fault_of
from . import files, making, notices, permissions, pictures, prices, room_frames
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

# Of each field who may change it, and the word of the notice.
FIELDS: Mapping[str, tuple[Role, str]] = {
    "title": (Role.MODERATOR, "renamed"),
    "topic": (Role.MODERATOR, "topic"),
    "kind": (Role.OWNER, "kind"),
    "picture": (Role.MODERATOR, "picture"),
    "frozen": (Role.MODERATOR, "frozen"),
    "archived": (Role.OWNER, "archived"),
}
TITLE_KEYS = ("title_key", "title_skeleton")  # follow the title
NOT_OF_THE_LOBBY = {"kind", "archived"}


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of a room. A field that is None stays as it is."""

    title: str | None = None
    topic: str | None = None
    kind: RoomKind | None = None
    picture: str | None = None  # a file's id; empty: none any more
    frozen: bool | None = None
    archived: bool | None = None


def change(runtime: "Runtime", user: User, name: str, changes: Changes) -> Room:
    """Changes a room, all or nothing. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room, _standing = permissions.found(user, name)
    if changes.picture:
        pictures.check(user, changes.picture)
        files.check_reached(user, changes.picture)
    wanted = _wanted(changes)

    def check(standing: Standing, author: int | None, now: datetime) -> None:
        for field in wanted:
            permissions.require(FIELDS[field][0])(standing, author, now)

    return _change(runtime, user, room, wanted, check)


def administer(runtime: "Runtime", admin: User, room: Room, changes: Changes) -> Room:
    """Changes a room as an admin of the place, who need not be in it. Raises Refusal."""
    return _change(runtime, admin, room, _wanted(changes), permissions.check_admin)


def _wanted(changes: Changes) -> dict[str, Any]:
    return {field: value for field, value in asdict(changes).items() if value is not None}


def _change(runtime: "Runtime", user: User, room: Room, wanted: Mapping[str, Any], check: Check) -> Room:
    def deed(standing: Standing, now: datetime) -> list[dict[str, Any]]:
        now_there = Room.objects.get(pk=room.pk)
        new = {field: value for field, value in wanted.items() if getattr(now_there, field) != value}
        _check_new(now_there, new)
        for field, value in new.items():
            setattr(now_there, field, value)
        if new:
            now_there.save(update_fields=[*new, *(TITLE_KEYS if "title" in new else ())])
            told = {field: as_wire(field, value) for field, value in new.items()}
            notices.record(user, "room", room.name, about=told)
        return [{"what": FIELDS[field][1], field: as_wire(field, value)} for field, value in new.items()]

    notices.do(runtime, user, room, check, deed)
    room_frames.show(runtime, room.name)
    runtime.bus.send({"type": "room", "room": room.name})
    room.refresh_from_db()
    return room


def _check_new(room: Room, new: Mapping[str, Any]) -> None:
    """Denies what cannot be, under the lock."""
    if room.kind == RoomKind.LOBBY and NOT_OF_THE_LOBBY & new.keys():
        raise Denied("lobby")
    kind, title = new.get("kind", room.kind), new.get("title", room.title)
    if ("kind" in new or "title" in new) and kind in permissions.ADMINS_OWN:
        making.lock_names()
        if making.is_taken(title, but=room.pk):
            raise Denied("taken")
    if new.get("picture") and not File.keep(new["picture"]):
        raise Denied("file")
    if "title" in new and fault_of(title):
        raise Denied("title")


def as_wire(field: str, value: Any) -> Any:
    return AS_WIRE.get(field, lambda value: value)(value)


AS_WIRE: Mapping[str, Callable[[Any], Any]] = {"kind": lambda kind: RoomKind(kind).word}
