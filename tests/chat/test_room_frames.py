"""`room` frames: all sockets of all who are in a room are told what holds there, in every process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from Dweb.chat import greeting, members, room_changes, rooms
from Dweb.chat.room_changes import Changes
from Dweb.models import Membership, Role, Room, RoomKind, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, talk
from ..support.twin import twin_of

ROOM = "team"


@pytest.fixture
def twin(live: Runtime) -> Iterator[Runtime]:
    with twin_of(live) as made:
        yield made


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(ROOM, bob, owner=alice)


Tabs = list[FakeWebSocket]


@pytest.fixture
def tabs(live: Runtime, twin: Runtime, room: Room, bob: User) -> Iterator[Tabs]:
    """Bob's, one in each process."""
    opened = [connected(process, bob) for process in (live, twin)]
    yield opened
    for each in opened:
        each.end()


def changed(live: Runtime, user: User, **changes: Any) -> None:
    room_changes.change(live, user, ROOM, Changes(**changes))


def last_rooms(tabs: Tabs) -> list[dict[str, Any]]:
    """Of each tab the last `room` frame."""
    return [[frame for frame in tab.frames() if frame["type"] == "room"][-1] for tab in tabs]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "New"}, {"title": "New", "name": "New"}),
        ({"topic": "New"}, {"topic": "New"}),
        ({"kind": RoomKind.PRIVATE}, {"kind": "private"}),
        ({"frozen": True}, {"frozen": True}),
        ({"archived": True}, {"archived": True}),
    ],
)
def test_a_change_is_told_in_every_process_behind_its_notice(
    live: Runtime, tabs: Tabs, alice: User, change: dict[str, Any], expected: dict[str, Any]
) -> None:
    changed(live, alice, **change)
    usual = {"name": ROOM, "kind": "open", "title": ROOM, "topic": "", "frozen": False, "archived": False}
    for tab in tabs:
        notice, frame = tab.frames()
        assert notice["type"] == "notice"
        assert frame == {"type": "room", "room": ROOM, "joined": True, "seq": 1, **usual, **expected}


def test_a_role_is_told_to_its_user(live: Runtime, tabs: Tabs, alice: User, bob: User) -> None:
    members.give_role(live, alice, ROOM, bob.pk, Role.MODERATOR)
    assert [frame["role"] for frame in last_rooms(tabs)] == ["moderator"] * 2


def test_who_is_added_has_the_room_in_every_process(
    live: Runtime, twin: Runtime, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    make_room("other", owner=alice, topic="Soup", frozen=True, kind=RoomKind.PRIVATE)
    here, there = connect(bob), connected(twin, bob)
    members.give_role(live, alice, "other", bob.pk, Role.OWNER)
    expected = {"room": "other", "joined": True, "kind": "private", "topic": "Soup", "frozen": True, "role": "owner"}
    for tab in (here, there):
        [frame] = [frame for frame in tab.frames() if frame["type"] == "room"]
        assert frame.items() >= expected.items()
        assert "other" in tab.client.rooms  # type: ignore[union-attr]
    there.end()


def test_who_is_removed_or_leaves_has_it_no_longer(live: Runtime, tabs: Tabs, alice: User, bob: User) -> None:
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    assert [frame["joined"] for frame in last_rooms(tabs)] == [False] * 2
    rooms.join(live, bob, ROOM)
    rooms.leave(live, bob, ROOM)
    assert [frame["joined"] for frame in last_rooms(tabs)] == [False] * 2


def test_others_are_told_nothing(
    live: Runtime, tabs: Tabs, alice: User, carol: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    stranger = connect(carol)
    changed(live, alice, title="New")
    assert stranger.frames() == []


def test_who_is_greeted_just_then_gets_it_behind_the_greeting(
    live: Runtime, room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = greeting.describe

    def disturbed(*arguments: Any) -> Any:
        monkeypatch.setattr(greeting, "describe", describe)
        described = describe(*arguments)
        changed(live, alice, frozen=True)
        members.give_role(live, alice, ROOM, bob.pk, Role.MODERATOR)
        return described

    monkeypatch.setattr(greeting, "describe", disturbed)
    first, *frames = talk(live, bob, {"type": "hello", "last": {ROOM: 0}})
    [listed] = [each for each in first["rooms"] if each["room"] == ROOM]
    assert (listed["frozen"], listed["role"]) == (False, "member")
    [told] = [frame for frame in frames if frame["type"] == "room"]
    assert (told["frozen"], told["role"]) == (True, "moderator")


def test_the_greeting_has_what_holds(live: Runtime, alice: User, bob: User) -> None:
    make_room(ROOM, bob, owner=alice, kind=RoomKind.PRIVATE, title="The team", topic="Soup", frozen=True, archived=True)
    Membership.objects.filter(user=bob).update(role=Role.MODERATOR)
    [greeted] = talk(live, bob, {"type": "hello"})
    lobby, room = greeted["rooms"]
    assert (lobby["kind"], lobby["role"], "topic" in lobby, "archived" in lobby) == ("lobby", "member", False, False)
    expected = {"kind": "private", "title": "The team", "name": "The team", "topic": "Soup", "role": "moderator"}
    assert room.items() >= {**expected, "frozen": True, "archived": True}.items()
    assert not greeted.keys() & {"admin", "guest"}


@pytest.mark.parametrize(("account", "word"), [({"is_superuser": True}, "admin"), ({"is_guest": True}, "guest")])
def test_the_greeting_says_who_is_an_admin_or_a_guest(
    live: Runtime, alice: User, account: dict[str, Any], word: str
) -> None:
    User.objects.filter(pk=alice.pk).update(**account)
    [greeted] = talk(live, alice, {"type": "hello"})
    assert greeted[word] is True
    assert [room["role"] for room in greeted["rooms"]] == (["moderator"] if word == "admin" else [])
