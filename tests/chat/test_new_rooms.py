"""New rooms: their titles, their names on the wire, and who is in them from the start."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from Dweb.chat import messages, new_rooms, place_rules, rooms
from Dweb.chat.new_rooms import NewRoom, wire_name
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Membership, Quota, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime
from Dweb.views.fields import MAX_ROOM_CHARS, clean_room

from ..support.fakes import FakeWebSocket, make_room, make_user, talk


def make(live: Runtime, user: User, title: str, kind: RoomKind = RoomKind.OPEN, **more: Any) -> Room:
    return new_rooms.make(live, user, NewRoom(title, kind, **more))


def refused(live: Runtime, user: User, title: str, kind: RoomKind = RoomKind.OPEN, **more: Any) -> str:
    """The code; nothing may have been made or used."""
    before = Room.objects.count(), Quota.objects.count()
    with pytest.raises(Refusal) as caught:
        make(live, user, title, kind, **more)
    assert (Room.objects.count(), Quota.objects.count()) == before
    return caught.value.code


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kitchen talk!", "Kitchen-talk"),
        ("  (a)  -- b_c ", "a-b-c"),
        ("课堂：第二周 📚", "课堂-第二周"),
        ("Café re\u0301sume\u0301", "Café-résumé"),
        ("غرفة الصف ١", "غرفة-الصف-١"),
        ("हिन्दी चर्चा", "हिन्दी-चर्चा"),
        ("Отдел №5", "Отдел-5"),
        ("👋", "room"),
        ("", "room"),
        ("x" * 80, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
        ("@3.12", "3-12"),
        ("~abcdefghij", "abcdefghij"),
    ],
)
def test_the_name_on_the_wire_is_made_of_letters_and_digits(title: str, name: str) -> None:
    assert wire_name(title) == name
    assert clean_room(name) == name


def test_a_name_that_is_taken_gets_a_number(live: Runtime, alice: User) -> None:
    titles = ["Team", "Team!", "TEAM?", "Team-2", "team…", "🎉", "🎊", "Lobby.", "x" * 80]
    make_room("x" * 60)
    names = [make(live, alice, title).name for title in titles]
    expected = ["Team", "Team-2", "TEAM-3", "Team-2-2", "team-4", "room", "room-2", "Lobby-2", "x" * 60 + "-2"]
    assert names == expected
    assert all(len(clean_room(name)) <= MAX_ROOM_CHARS for name in names)


def test_titles_of_open_rooms_are_told_apart(live: Runtime, alice: User, bob: User) -> None:
    make(live, alice, "Class (A)")
    make(live, alice, "Class (B)")  # brackets are part of a title
    for title in ("class (a)", "CLASS  (A)", "Cl\u0430ss (A)", "Class (\u200bA)", "lobby", "Lobby"):
        assert refused(live, bob, title) == "bad_input"
    make(live, bob, "Class (A)", RoomKind.PRIVATE)  # private ones are no one's to compare
    make(live, bob, "Class (A)", RoomKind.PRIVATE)
    assert Room.objects.filter(title="Class (A)").count() == 3


def test_names_of_private_rooms_say_nothing_and_differ(live: Runtime, alice: User) -> None:
    names = {make(live, alice, "Secret", RoomKind.PRIVATE, name="secret").name for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch("~[a-z]{10}", name) for name in names)


@pytest.mark.parametrize("name", [LOBBY, "LOBBY", "l\u043ebby", "team", "Te\u0430m", "~abcdefghij", "@1.2"])
def test_names_that_cannot_be_given(live: Runtime, alice: User, name: str) -> None:
    make_room("team")
    assert refused(live, alice, "Another", name=name) == "bad_input"


def test_first_members_are_there_and_their_sockets_know(
    live: Runtime, alice: User, bob: User, carol: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    room = make(live, alice, "Team", topic="Soup", members=[bob.pk, carol.pk, alice.pk, bob.pk])
    roles = dict(Membership.objects.filter(room=room).values_list("user__account", "role"))
    assert roles == {"alice": Role.OWNER, "bob": Role.MEMBER, "carol": Role.MEMBER}
    messages.submit(live, alice, Entry(Kind.MESSAGE, text="hello", room=room.name))
    told, said = tab.frames()
    assert told.items() >= {"type": "room", "room": "Team", "joined": True, "topic": "Soup", "role": "member"}.items()
    assert said["data"]["msg"] == "hello"
    [greeting] = talk(live, carol, {"type": "hello"})
    assert [each["unread"] for each in greeting["rooms"] if each["room"] == "Team"] == [1]


def test_without_the_right_people_there_is_no_room(live: Runtime, alice: User, bob: User, settings: Any) -> None:
    closed = make_user("closed", is_active=False)
    for id in (999_999, closed.pk):
        assert refused(live, alice, "Team", members=[bob.pk, id]) == "not_found"
    settings.MAX_ROOMS_PER_USER = 1
    make_room("first", bob)
    assert refused(live, alice, "Team", members=[bob.pk]) == "forbidden"
    assert refused(live, bob, "Team") == "forbidden"
    make(live, alice, "Team")


def test_first_members_count_as_people_who_are_added(
    live: Runtime, alice: User, bob: User, carol: User, settings: Any
) -> None:
    settings.PEOPLE_ADDED_PER_HOUR = 3
    make(live, alice, "one", members=[bob.pk, carol.pk])
    for people in ([bob.pk, carol.pk], [bob.pk, carol.pk, make_user("d").pk, make_user("e").pk]):
        with pytest.raises(Refusal, match="Too many people were added: at most 3 an hour"):
            make(live, alice, "two", members=people)
    make(live, alice, "three", members=[bob.pk])
    make(live, alice, "four")


def test_rooms_have_a_quota_and_a_refusal_takes_nothing_from_it(live: Runtime, alice: User, settings: Any) -> None:
    settings.ROOMS_PER_DAY = 1
    make_room("taken")
    assert refused(live, alice, "Taken") == "bad_input"
    assert refused(live, alice, "Another", name="taken") == "bad_input"
    make(live, alice, "Team")
    assert refused(live, alice, "Another") == "too_fast"


def test_a_title_that_is_given_just_then_is_refused(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, between the look at the titles and the lock."""
    lock = new_rooms.making.lock_names

    def meanwhile() -> None:
        monkeypatch.setattr(new_rooms.making, "lock_names", lock)
        make_room("other", bob, title="Team")
        lock()

    monkeypatch.setattr(new_rooms.making, "lock_names", meanwhile)
    with pytest.raises(Refusal, match="looks the same"):
        make(live, alice, "Team")
    assert not Membership.objects.filter(user=alice).exists()


def test_who_opens_a_room_that_another_makes_just_then_is_in_the_same_room(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, at the last look at the titles before the lock."""
    look = Room.titled_like

    def meanwhile(title: str) -> QuerySet[Room]:
        monkeypatch.setattr(Room, "titled_like", look)
        make_room("team", bob)
        return look(title)

    monkeypatch.setattr(Room, "titled_like", meanwhile)
    room = rooms.join(live, alice, "team")
    assert Room.objects.get(name="team") == room
    assert set(Membership.objects.filter(room=room).values_list("user__account", flat=True)) == {"alice", "bob"}


def test_guests_make_no_rooms(live: Runtime, bob: User) -> None:
    guest = make_user("guest", is_guest=True)
    assert refused(live, guest, "Team") == "forbidden"
    with pytest.raises(Refusal):
        place_rules.check_make(live, guest)
