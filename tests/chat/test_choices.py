"""Choices: the level of a room, and whether it is pinned, kept for all of a user's sockets."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from Dweb.chat import greeting, heads, membership, membership_changes, prices, resync, room_list, rooms
from Dweb.chat.choices import choose, on_choice
from Dweb.models import LOBBY, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, make_user, talk

HELLO = {"type": "hello"}


def level(level: object, room: object = "111") -> dict[str, Any]:
    return {"type": "level", "room": room, "level": level}


def pinned(pinned: object, room: object = "111") -> dict[str, Any]:
    return {"type": "pinned", "room": room, "pinned": pinned}


def listed(live: Runtime, user: User, field: str) -> dict[str, Any]:
    """What a greeting says of the user's rooms."""
    return {room["room"]: room.get(field) for room in talk(live, user, HELLO)[0]["rooms"]}


def levels(live: Runtime, user: User) -> dict[str, Any]:
    return listed(live, user, "level")


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
    for wanted in (level("nothing"), level("mentions"), pinned(True), pinned(False), level("all")):
        assert talk(live, alice, HELLO, wanted)[1:] == [wanted]
        assert [each.frames() for each in others] == [[wanted], []]


def test_a_greeting_tells_it_unless_it_is_all(live: Runtime, room: Room, alice: User, bob: User) -> None:
    direct = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    talk(live, alice, HELLO, level("nothing"), level("mentions", LOBBY), level("nothing", direct))
    assert levels(live, alice) == {LOBBY: "mentions", "111": "nothing", direct: "nothing"}
    assert levels(live, bob) == {LOBBY: None, "111": None, direct: None}
    talk(live, alice, HELLO, level("all"), level("all", LOBBY))
    assert levels(live, alice) == {LOBBY: None, "111": None, direct: "nothing"}


def test_a_greeting_tells_of_pinned_rooms_only(live: Runtime, room: Room, alice: User, bob: User) -> None:
    direct = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    talk(live, alice, HELLO, pinned(True, LOBBY), pinned(True), level("nothing"), pinned(True, direct), pinned(False))
    assert listed(live, alice, "pinned") == {LOBBY: True, "111": None, direct: True}
    assert listed(live, bob, "pinned") == {LOBBY: None, "111": None, direct: None}
    assert levels(live, alice) == {LOBBY: None, "111": "nothing", direct: None}


def test_to_choose_all_in_the_lobby_needs_no_row(live: Runtime, alice: User) -> None:
    usual = [level("all", LOBBY), pinned(False, LOBBY)]
    assert talk(live, alice, HELLO, *usual)[1:] == usual
    assert not Membership.objects.exists()


def test_a_row_in_the_lobby_is_no_membership(live: Runtime, room: Room, alice: User) -> None:
    talk(live, alice, HELLO, level("nothing", LOBBY))
    assert sorted(membership.room_names(alice.pk)) == ["111", LOBBY]
    assert [head.room for head in heads.heads(alice.pk)] == [LOBBY, "111"]
    assert membership.count_group_rooms(alice.pk) == 1
    assert list(membership.newer_than(0)) == list(membership.of_users(User.objects.values_list("pk", flat=True)))
    assert (alice.pk, LOBBY) not in membership.newer_than(0)
    resync.check_left(live)
    with override_settings(MAX_ROOMS_PER_USER=1):
        rooms.join(live, alice, "111")


def test_who_leaves_and_joins_again_has_chosen_nothing(live: Runtime, room: Room, alice: User) -> None:
    back = [{"type": "leave", "room": "111"}, {"type": "join", "room": "111"}]
    talk(live, alice, HELLO, level("nothing"), pinned(True), *back)
    assert levels(live, alice) == listed(live, alice, "pinned") == {LOBBY: None, "111": None}


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
        for wanted in (level("nothing", name), pinned(True, name)):
            assert talk(live, carol, HELLO, *steps, wanted)[-1]["error"] == error
    assert not Membership.objects.filter(user=carol).exists()


@pytest.mark.parametrize("wanted", ["", "ALL", None, 1, True, ["all"], {}])
def test_other_levels_are_refused(live: Runtime, room: Room, alice: User, wanted: object) -> None:
    assert talk(live, alice, HELLO, level(wanted))[-1]["error"] == "bad_input"


@pytest.mark.parametrize("wanted", ["", "true", None, 1, 0, [True], {}])
def test_what_is_neither_true_nor_false_is_refused(live: Runtime, room: Room, alice: User, wanted: object) -> None:
    assert talk(live, alice, HELLO, pinned(wanted))[-1]["error"] == "bad_input"
    assert talk(live, alice, HELLO, {"type": "pinned", "room": "111"})[-1]["error"] == "bad_input"


@pytest.mark.parametrize("name", ["", None, 2.5, "a b", "@1", ["111"]])
def test_what_is_no_room_is_refused(live: Runtime, alice: User, name: object) -> None:
    for wanted in (level("nothing", name), pinned(True, name)):
        assert talk(live, alice, HELLO, wanted)[-1]["error"] == "bad_input"


def test_it_has_its_price(live: Runtime, room: Room, alice: User) -> None:
    live.rates._burst, live.rates._rate = prices.HELLO + prices.CHOICE, 1e-9
    *_, first, second = talk(live, alice, HELLO, level("nothing"), level("all"))
    assert (first, second["error"]) == (level("nothing"), "too_fast")
    assert levels_stored() == [2]


def test_another_process_shows_what_is_stored(
    live: Runtime, room: Room, alice: User, others: list[FakeWebSocket]
) -> None:
    Membership.objects.filter(user=alice).update(level=1, pinned=True)
    for kind in ("level", "pinned"):
        on_choice(live, {"type": kind, "user": alice.pk, "room": "111"})
        on_choice(live, {"type": kind, "user": alice.pk, "room": "gone"})
        on_choice(live, {"type": kind, "user": 999, "room": "111"})
    assert [each.frames() for each in others] == [[level("mentions"), pinned(True)], []]


def test_one_that_is_chosen_during_a_greeting_comes_after_it(
    live: Runtime, room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = greeting.describe

    def disturbed(*args: Any) -> list[dict[str, Any]]:
        monkeypatch.setattr(greeting, "describe", describe)
        choose(live, alice, "111", "level", 2)
        choose(live, alice, "111", "pinned", True)
        return describe(*args)

    monkeypatch.setattr(greeting, "describe", disturbed)
    first, room_again, *others = talk(live, alice, HELLO)
    assert [each.get("level") for each in first["rooms"]] == [None, None]
    assert (room_again["type"], room_again["room"], room_again["joined"]) == ("room", "111", True)
    assert others == [level("nothing"), pinned(True), {"type": "hidden", "room": "111", "hidden": False}]


def test_further_parts_of_a_long_list_have_those_of_now(
    live: Runtime, room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room("222", alice)
    before = heads.heads(alice.pk)
    membership_changes.choose(alice, room, "level", 2)
    membership_changes.choose(alice, room, "pinned", True)
    usual = (0, False, False)
    chosen = {each.room: each.choices for each in room_list.refreshed(alice.pk, before)}
    assert chosen == {LOBBY: usual, "111": (2, True, False), "222": usual}


def test_who_has_left_meanwhile_gets_no_row(live: Runtime, room: Room, alice: User) -> None:
    membership_changes.remove(alice, room)
    membership_changes.choose(alice, room, "level", 2)
    assert not Membership.objects.filter(user=alice).exists()


def levels_stored() -> list[int]:
    return list(Membership.objects.exclude(level=0).values_list("level", flat=True))
