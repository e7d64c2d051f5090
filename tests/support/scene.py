"""A room with people of every role in it, for one who tries something there; and what the database has of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from Dweb.models import (
    LOBBY,
    Attachment,
    Event,
    File,
    Invitation,
    Mark,
    Membership,
    Quota,
    Record,
    Report,
    Role,
    Room,
    RoomKind,
    User,
    event_id,
)
from Dweb.runtime import Runtime

from .fakes import make_room, make_user, sign_in
from .said import write

WORDS = "words of the member"
OWN_WORDS = "words of one's own"
TITLE = "Planning"
PRIVATE = "~abcdefghij"
FILE, OWN_FILE = "members", "own"  # the ids of a file of message 1, and of one in no message

# Who tries something: the fields of the account, and those of the membership; None is no membership.
ROLES: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "suspended": ({"is_active": False}, {}),
    "guest elsewhere": ({"is_guest": True}, None),
    "guest": ({"is_guest": True}, {}),
    "stranger": ({}, None),
    "banned": ({}, {"banned": True}),
    "muted": ({}, {"muted_until": timezone.now() + timedelta(hours=1)}),
    "member": ({}, {}),
    "moderator": ({}, {"role": Role.MODERATOR}),
    "owner": ({}, {"role": Role.OWNER}),
    "admin outside": ({"is_superuser": True}, None),
    "admin": ({"is_superuser": True}, {}),
}
IN_THE_LOBBY = {"guest", "muted"}  # have a row there; others need none
TABLES = (Room, Membership, Event, Attachment, File, Record, Report, Invitation, Quota, Mark)


@dataclass
class Scene:
    """Message 1 is the member's and reported, message 2 that of who tries something, the `actor`."""

    room: Room
    people: dict[str, User]  # by what they are in the room
    report_id: int
    actor: User | None = None
    browser: Browser = field(default_factory=Browser)


def set_up(kind: RoomKind, role: str) -> Scene:
    """`role` is one of ROLES, or anonymous."""
    people = {who: make_user(who.replace(" ", "")) for who in ("member", "outsider", "listener")}
    people["a guest"] = make_user("visitor", is_guest=True)
    if kind == RoomKind.LOBBY:
        room = Room.objects.get(name=LOBBY)
    else:
        people |= {who: make_user(who) for who in ("moderator", "owner", "banned", "second")}
        name = PRIVATE if kind == RoomKind.PRIVATE else "planning"
        room = make_room(name, people["member"], people["listener"], owner=people["owner"], kind=kind, title=TITLE)
        Membership.objects.create(room=room, user=people["second"], role=Role.OWNER)
        Membership.objects.create(room=room, user=people["moderator"], role=Role.MODERATOR)
        Membership.objects.create(room=room, user=people["banned"], banned=True)
    write(room, people["member"], [WORDS])
    attach(people["member"], event_id(room.pk, 1))
    scene = Scene(room, people, Report.objects.create(room=room, seq=1, by=people["listener"]).pk)
    if role != "anonymous":
        account, membership = ROLES[role]
        scene.actor = make_user("actor", **account | {"is_active": True})
        scene.browser = sign_in(scene.actor)
        if membership is not None and (kind != RoomKind.LOBBY or role in IN_THE_LOBBY):
            Membership.objects.create(room=room, user=scene.actor, **membership)
        if not account.get("is_active", True):
            User.objects.filter(pk=scene.actor.pk).update(is_active=False)
            scene.actor.refresh_from_db()
        write(room, scene.actor, [OWN_WORDS])
        File.objects.create(
            id=OWN_FILE, owner=scene.actor, name=f"{OWN_FILE}.png", size=9, stored="of the actor", width=1
        )
    return scene


def attach(user: User, event: int) -> None:
    """Gives a message a file; its bytes are nowhere."""
    file = File.objects.create(id=FILE, owner=user, name=f"{FILE}.txt", size=9, stored="of the member")
    Attachment.objects.create(event=event, file=file, place=0)


def stored(live: Runtime) -> dict[str, list[Any]]:
    """All that may have changed."""
    rows = {table.__name__: sorted(table.objects.values_list(), key=repr) for table in TABLES}
    return rows | {"marks in memory": sorted(live.marks._gathered.items())}
