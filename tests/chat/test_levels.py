"""Levels: what a user wants to be told of in a room, kept for all of their sockets."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from Dweb.chat import greeting, membership, prices, resync, room_list, rooms
from Dweb.chat.levels import choose, on_level
from Dweb.models import LOBBY, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, make_user, talk

HELLO = {"type": "hello"}


def level(level: object, room: object = "111") -> dict[str, Any]:
    return {"type": "level", "room": room, "level": level}


def levels(live: Runtime, user: User) -> dict[str, str | None]:
    """What a greeting says of the user's rooms."""
    return {room["room"]: room.get("level") for room in talk(live, user, HELLO)[0]["rooms"]}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room("111", alice, bob)


@pytest.fixture
def others(live: Runtime, room: Room, alice: User, bob: User) -> Iterator[list[FakeWebSocket]]:
    """Another tab of Alice's, and one of Bob's."""
    there = [connected(live, user) for user in (alice, bob)]
    yield there
    for each in there:
        each.end()


def test_all_of_ones_tabs_get_it_and_nobody_else(live: Runtime, alice: User, others: list[FakeWebSocket]) -> None:
    for wanted in ("nothing", "mentions", "all"):
        assert talk(live, alice, HELLO, level(wanted))[1:] == [level(wanted)]
        assert [each.frames() for each in others] == [[level(wanted)], []]


def test_a_greeting_tells_it_unless_it_is_all(live: Runtime, room: Room, alice: User, bob: User) -> None:
    direct = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    talk(live, alice, HELLO, level("nothing"), level("mentions", LOBBY), level("nothing", direct))
    assert levels(live, alice) == {LOBBY: "mentions", "111": "nothing", direct: "nothing"}
    assert levels(live, bob) == {LOBBY: None, "111": None, direct: None}
    talk(live, alice, HELLO, level("all"), level("all", LOBBY))
    assert levels(live, alice) == {LOBBY: None, "111": None, direct: "nothing"}


def test_to_choose_all_in_the_lobby_needs_no_row(live: Runtime, alice: User) -> None:
    assert talk(live, alice, HELLO, level("all", LOBBY))[1:] == [level("all", LOBBY)]
    assert not Membership.objects.exists()


def test_a_row_in_the_lobby_is_no_membership(live: Runtime, room: Room, alice: User) -> None:
    talk(live, alice, HELLO, level("nothing", LOBBY))
    assert membership.room_names(alice.pk) == [LOBBY, "111"]
    assert [head.room for head in membership.heads(alice.pk)] == [LOBBY, "111"]
    assert membership.count_group_rooms(alice.pk) == 1
    assert list(membership.newer_than(0)) == list(membership.of_users(User.objects.values_list("pk", flat=True)))
    assert (alice.pk, LOBBY) not in membership.newer_than(0)
    resync.check_left(live)
    with override_settings(MAX_ROOMS_PER_USER=1):
        rooms.join(live, alice, "111")


def test_who_leaves_and_joins_again_has_chosen_nothing(live: Runtime, room: Room, alice: User) -> None:
    talk(live, alice, HELLO, level("nothing"), {"type": "leave", "room": "111"}, {"type": "join", "room": "111"})
    assert levels(live, alice) == {LOBBY: None, "111": None}


def test_other_rooms_are_refused(live: Runtime, room: Room, alice: User, bob: User) -> None:
    carol = make_user("carol")
    private = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    left = [{"type": "join", "room": "111"}, {"type": "leave", "room": "111"}]
    for name, steps, error in (
        ("111", [], "forbidden"),
        ("111", left, "forbidden"),
        (private, [], "forbidden"),
        ("nowhere", [], "not_found"),
    ):
        assert talk(live, carol, HELLO, *steps, level("nothing", name))[-1]["error"] == error
    assert not Membership.objects.filter(user=carol).exists()


@pytest.mark.parametrize("wanted", ["", "ALL", None, 1, True, ["all"], {}])
def test_other_levels_are_refused(live: Runtime, room: Room, alice: User, wanted: object) -> None:
    assert talk(live, alice, HELLO, level(wanted))[-1]["error"] == "bad_input"


@pytest.mark.parametrize("name", ["", None, 2.5, "a b", "@1", ["111"]])
def test_what_is_no_room_is_refused(live: Runtime, alice: User, name: object) -> None:
    assert talk(live, alice, HELLO, level("nothing", name))[-1]["error"] == "bad_input"


def test_it_has_its_price(live: Runtime, room: Room, alice: User) -> None:
    live.rates._burst, live.rates._rate = prices.HELLO + prices.LEVEL, 1e-9
    *_, first, second = talk(live, alice, HELLO, level("nothing"), level("all"))
    assert (first, second["error"]) == (level("nothing"), "too_fast")
    assert levels_stored() == [2]


def test_another_process_shows_what_is_stored(
    live: Runtime, room: Room, alice: User, others: list[FakeWebSocket]
) -> None:
    Membership.objects.filter(user=alice).update(level=1)
    on_level(live, {"type": "level", "user": alice.pk, "room": "111"})
    on_level(live, {"type": "level", "user": alice.pk, "room": "gone"})
    on_level(live, {"type": "level", "user": 999, "room": "111"})
    assert [each.frames() for each in others] == [[level("mentions")], []]


def test_one_that_is_chosen_during_a_greeting_comes_after_it(
    live: Runtime, room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = greeting.describe

    def disturbed(*args: Any) -> list[dict[str, Any]]:
        monkeypatch.setattr(greeting, "describe", describe)
        choose(live, alice, "111", "nothing")
        return describe(*args)

    monkeypatch.setattr(greeting, "describe", disturbed)
    first, second = talk(live, alice, HELLO)
    assert ([each.get("level") for each in first["rooms"]], second) == ([None, None], level("nothing"))


def test_further_parts_of_a_long_list_have_those_of_now(
    live: Runtime, room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room("222", alice)
    heads = membership.heads(alice.pk)
    membership.set_level(alice, room, 2)
    assert {each.room: each.level for each in room_list.refreshed(alice.pk, heads)} == {LOBBY: 0, "111": 2, "222": 0}


def test_who_has_left_meanwhile_gets_no_row(live: Runtime, room: Room, alice: User) -> None:
    membership.remove(alice, room)
    membership.set_level(alice, room, 2)
    assert not Membership.objects.filter(user=alice).exists()


def levels_stored() -> list[int]:
    return list(Membership.objects.exclude(level=0).values_list("level", flat=True))
