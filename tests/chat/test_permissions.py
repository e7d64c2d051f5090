"""Permissions: who may do what in direct rooms and in rooms that are not there; test_permissions_table has the rest."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from Dweb.chat import messages, permissions, rooms
from Dweb.live.direct import direct_room
from Dweb.live.wire import Kind
from Dweb.log.committer import NotStored
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Membership, Room, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user

ACTIONS: dict[str, Callable[[Runtime, User, str], Any]] = {
    "read": lambda live, user, room: permissions.room_to_read(user, room),
    "search": lambda live, user, room: permissions.rooms_to_search(user, room),
    "write": lambda live, user, room: permissions.room_to_write(live, user, room),
    "leave": lambda live, user, room: permissions.room_to_leave(user, room),
    "open": lambda live, user, room: rooms.join(live, user, room),
}

# By user, room and action in the order above: "" for yes, or the code of the refusal.
VERDICTS = {
    ("member", "direct"): ["", "", "", "bad_input", ""],
    ("member", "missing"): ["not_found", "not_found", "not_found", "not_found", ""],
    ("outsider", "direct"): ["forbidden", "forbidden", "forbidden", "bad_input", "forbidden"],
    ("outsider", "~missingabc"): ["not_found", "not_found", "not_found", "not_found", "not_found"],
}


@pytest.fixture
def users(alice: User, bob: User) -> dict[str, User]:
    """Alice and Bob are members of the team and have a direct room; Carol never was, Dave no longer is."""
    carol, dave = make_user("carol"), make_user("dave")
    team = make_room("team", alice, bob, dave)
    make_room(direct_room(alice.pk, bob.pk), alice, bob)
    Membership.objects.filter(room=team, user=dave).delete()
    return {"member": alice, "outsider": carol, "removed": dave, "partner": bob}


def named(users: dict[str, User], room: str) -> str:
    return direct_room(users["member"].pk, users["partner"].pk) if room == "direct" else room


def code(action: Callable[[], Any]) -> str:
    try:
        action()
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize(("who", "where"), VERDICTS)
def test_each_user_may_do_what_the_table_says(live: Runtime, users: dict[str, User], who: str, where: str) -> None:
    user, room = users[who], named(users, where)
    assert [code(lambda act=act: act(live, user, room)) for act in ACTIONS.values()] == VERDICTS[who, where]


def test_a_direct_room_that_is_not_there_yet_can_be_read_by_its_two_users(users: dict[str, User]) -> None:
    room = direct_room(users["member"].pk, users["outsider"].pk)
    assert permissions.room_to_read(users["member"], room) is None
    assert permissions.rooms_to_search(users["outsider"], room) == []
    assert code(lambda: permissions.room_to_read(users["partner"], room)) == "forbidden"


def test_without_a_name_a_search_is_in_all_of_ones_rooms_and_no_other(users: dict[str, User]) -> None:
    names = {room.name for room in permissions.rooms_to_search(users["member"], None)}
    assert names == {LOBBY, "team", named(users, "direct")}
    assert {room.name for room in permissions.rooms_to_search(users["removed"], None)} == {LOBBY}


def test_private_messages_go_to_users_with_an_open_account_only(users: dict[str, User]) -> None:
    alice, carol = users["member"], users["outsider"]
    assert permissions.direct_to_write(alice, carol.pk) == direct_room(alice.pk, carol.pk)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert code(lambda: permissions.direct_to_write(alice, carol.pk)) == "not_found"
    assert code(lambda: permissions.direct_to_write(alice, 10**6)) == "not_found"


def test_a_user_has_at_most_so_many_group_rooms(live: Runtime, users: dict[str, User], settings: Any) -> None:
    settings.MAX_ROOMS_PER_USER = 1
    assert code(lambda: rooms.join(live, users["member"], "another")) == "forbidden"
    assert rooms.join(live, users["member"], "team") == Room.named("team")
    assert rooms.join(live, users["outsider"], "another") == Room.named("another")


def test_a_subscribed_member_writes_without_a_query(
    live: Runtime, users: dict[str, User], django_assert_num_queries: Any
) -> None:
    alice = users["member"]
    websocket = connected(live, alice)
    permissions.room_to_write(live, alice, "team")
    with django_assert_num_queries(0):
        assert permissions.room_to_write(live, alice, "team")[1] == "team"
    websocket.end()


class Forgetful(dict[str, int]):
    """The keys of rooms, of which another thread clears all after each look."""

    def __contains__(self, name: object) -> bool:
        found = super().__contains__(name)
        self.clear()
        return found

    def get(self, name: str, default: Any = None) -> Any:
        found = super().get(name, default)
        self.clear()
        return found


@pytest.mark.parametrize("entry", [Entry(Kind.MESSAGE, text="x", room="team"), Entry(Kind.DELETION, room="team", of=1)])
def test_a_draft_in_the_loop_asks_nothing_even_if_its_room_is_forgotten_just_then(
    live: Runtime, users: dict[str, User], entry: Entry, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """The loop's thread must not ask the database: in it, this would end the connection."""
    alice = users["member"]
    websocket = connected(live, alice)
    live.outgoing.hooks.load()  # a server that starts does so
    monkeypatch.setattr(live, "room_ids", Forgetful(team=Room.objects.get(name="team").pk))
    monkeypatch.setattr(live.committer, "commit", mock.Mock(side_effect=NotStored))
    with django_assert_num_queries(0):
        assert code(lambda: messages.submit(live, alice, entry)) == "unavailable"
    websocket.end()


def test_an_entry_names_no_other_sender(users: dict[str, User]) -> None:
    messages.check_sender(users["member"], None)
    messages.check_sender(users["member"], users["member"].pk)
    assert code(lambda: messages.check_sender(users["member"], users["partner"].pk)) == "forbidden"
