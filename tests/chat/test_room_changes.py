"""Changes of a room: which titles it may get, and what follows from a change. test_room_frames has who is told."""

from typing import Any

import pytest

from Dweb.chat import directory, messages, room_changes, rooms
from Dweb.chat.room_changes import Changes
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Event, Record, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user

ROOM = "team"


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(ROOM, bob, owner=alice)


def change(live: Runtime, user: User, name: str = ROOM, **changes: Any) -> Room:
    return room_changes.change(live, user, name, Changes(**changes))


def refused(live: Runtime, user: User, name: str = ROOM, **changes: Any) -> str:
    with pytest.raises(Refusal) as caught:
        change(live, user, name, **changes)
    return f"{caught.value.code}: {caught.value.detail}"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Other", "bad_input: There is a room whose name looks the same"),
        ("OTHER", "bad_input: There is a room whose name looks the same"),
        ("\u041ether", "bad_input: "),
        ("lobby", "bad_input: There is a room whose name looks the same"),
        ("\u3164", "bad_input: This title has characters"),
        ("Other room", ""),
        ("Secret", ""),  # of a private room
        ("TEAM", ""),  # its own
        ("the other", ""),  # the name of a room on the wire
    ],
)
def test_a_title_may_not_look_like_another_open_rooms(
    live: Runtime, room: Room, alice: User, title: str, reason: str
) -> None:
    make_room("the-other", title="Other")
    make_room("~abcdefghij", title="Secret", kind=RoomKind.PRIVATE)
    if reason:
        assert refused(live, alice, title=title).startswith(reason)
        assert Room.objects.get(pk=room.pk).title == ROOM
    else:
        assert change(live, alice, title=title).title == title


def test_a_private_room_may_be_called_like_another_until_it_is_opened(live: Runtime, room: Room, alice: User) -> None:
    make_room("other", title="Other")
    change(live, alice, kind=RoomKind.PRIVATE)
    change(live, alice, title="Other")
    assert refused(live, alice, kind=RoomKind.OPEN).startswith("bad_input: There is a room whose name looks the same")
    change(live, alice, kind=RoomKind.OPEN, title="Another")
    assert Room.objects.get(pk=room.pk).kind == RoomKind.OPEN


def test_a_new_title_is_found_and_the_name_stays(live: Runtime, room: Room, alice: User, bob: User) -> None:
    change(live, alice, title="Kitchen (new)")
    [found] = directory.find(live, bob, "(NEW", None)[0]
    assert (found["room"], found["title"]) == (ROOM, "Kitchen (new)")
    assert directory.find(live, bob, ROOM, None)[0] == []
    assert rooms.join(live, make_user("carol"), ROOM).pk == room.pk
    rooms.join(live, bob, "Kitchen")  # its title is free, and so is the name


def test_an_open_room_that_turns_private_keeps_its_name_and_its_members(
    live: Runtime, room: Room, alice: User, bob: User, carol: User
) -> None:
    change(live, alice, kind=RoomKind.PRIVATE)
    with pytest.raises(Refusal, match="There is no room team"):
        rooms.join(live, carol, ROOM)
    messages.submit(live, bob, Entry(Kind.MESSAGE, text="still here", room=ROOM))
    change(live, alice, kind=RoomKind.OPEN)
    assert rooms.join(live, carol, ROOM).pk == room.pk


def test_an_archived_room_is_read_and_left_and_can_be_brought_back(
    live: Runtime, room: Room, alice: User, bob: User, carol: User
) -> None:
    messages.submit(live, bob, Entry(Kind.MESSAGE, text="old", room=ROOM))
    change(live, alice, archived=True)
    for entry in (
        Entry(Kind.MESSAGE, text="x", room=ROOM),
        Entry(Kind.EDIT, text="x", room=ROOM, of=1),
        Entry(Kind.DELETION, room=ROOM, of=1),
    ):
        with pytest.raises(Refusal, match="archived"):
            messages.submit(live, bob, entry)
    rooms.join(live, carol, ROOM)
    rooms.leave(live, carol, ROOM)
    change(live, alice, archived=False)
    messages.submit(live, bob, Entry(Kind.DELETION, room=ROOM, of=1))
    assert Event.objects.get(seq=1).text == ""


def test_the_record_has_what_was_changed_once(live: Runtime, room: Room, alice: User) -> None:
    for _ in range(2):
        change(live, alice, topic="Soup", frozen=True)
    [record] = Record.objects.all()
    assert (record.by, record.deed, record.room) == (alice, "room", ROOM)
    assert record.about == {"topic": "Soup", "frozen": True}


def test_a_private_chat_is_changed_by_nobody(live: Runtime, alice: User, bob: User) -> None:
    name = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    admin = make_user("admin", is_superuser=True)
    for changes in ({"title": "x"}, {"topic": "x"}, {"frozen": True}, {"kind": RoomKind.OPEN}, {"archived": True}):
        for user in (alice, admin):
            assert refused(live, user, name, **changes).startswith("forbidden")


def test_admins_call_the_lobby_as_they_like(live: Runtime, alice: User) -> None:
    admin = make_user("admin", is_superuser=True)
    change(live, admin, LOBBY, title="Everyone", topic="Soup", frozen=True)
    lobby = Room.objects.get(name=LOBBY)
    assert (lobby.title, lobby.topic, lobby.frozen, lobby.kind) == ("Everyone", "Soup", True, RoomKind.LOBBY)
    assert refused(live, admin, LOBBY, frozen=False, kind=RoomKind.OPEN).startswith("bad_input: The lobby")
    assert Room.objects.get(name=LOBBY).frozen
    make_room("other", title="Other", owner=alice)
    assert refused(live, alice, "other", title="everyone").startswith("bad_input")
