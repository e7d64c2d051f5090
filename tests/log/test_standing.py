"""Standings: what the database has of users in rooms, for all who write in one transaction."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from Dweb.log.standing import Head, Standing, heads, standing, standings
from Dweb.models import LOBBY, Block, Membership, Role, Room, RoomKind, User

from ..support.fakes import make_room, make_user

UNTIL = datetime(2030, 2, 28, 12, 30, 15, 678_900, tzinfo=UTC)


def test_heads_are_those_of_rooms_that_are_there(db: None) -> None:
    room = make_room("team", seq=7, kind=RoomKind.PRIVATE, frozen=True, archived=True)
    for lock in (False, True):
        with transaction.atomic():
            found = heads([room.pk, 999_999], lock=lock)
        assert found == {room.pk: Head(7, RoomKind.PRIVATE, True, True)}
    assert heads([]) == {}


@pytest.mark.parametrize(
    ("account", "row", "expected"),
    [
        ({}, None, {}),
        ({}, {}, {"belongs": True}),
        ({}, {"role": Role.OWNER}, {"belongs": True, "role": Role.OWNER}),
        ({}, {"muted_until": UNTIL}, {"belongs": True, "muted_until": UNTIL}),
        ({}, {"banned": True}, {"banned": True}),
        ({"is_active": False}, {}, {"belongs": True, "is_active": False}),
        ({"is_superuser": True}, None, {"is_admin": True}),
        ({"is_guest": True}, {}, {"belongs": True, "is_guest": True}),
    ],
)
def test_one_user_in_a_room(
    db: None, account: dict[str, Any], row: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    user, room = make_user("alice", **account), make_room("team", frozen=True)
    if row is not None:
        Membership.objects.create(room=room, user=user, **row)
    found = standing(user.pk, room.pk)
    usual = {"is_active": True, "kind": RoomKind.OPEN, "frozen": True, "archived": False}
    assert found == Standing(**(usual | expected))
    assert found.is_member == ("belongs" in expected)


@pytest.mark.parametrize(
    ("account", "row", "is_member"),
    [({}, None, True), ({}, {}, True), ({"is_guest": True}, None, False), ({"is_guest": True}, {}, True)],
)
def test_in_the_lobby_is_everyone_but_guests(
    db: None, account: dict[str, Any], row: dict[str, Any] | None, is_member: bool
) -> None:
    user, lobby = make_user("alice", **account), Room.objects.get(name=LOBBY)
    if row is not None:
        Membership.objects.create(room=lobby, user=user, **row)
    found = standing(user.pk, lobby.pk)
    assert found is not None
    assert found.is_member is is_member


def test_a_room_or_a_user_that_is_gone(alice: User) -> None:
    assert standing(alice.pk, 999_999) is None
    room = make_room("team", alice)
    gone = standing(999_999, room.pk)
    assert gone is not None
    assert (gone.is_active, gone.is_member) == (False, False)


def test_who_is_blocked_in_a_private_chat(alice: User, bob: User) -> None:
    Block.objects.create(user=alice, other=bob)
    for name, expected in ((f"@{alice.pk}.{bob.pk}", {alice: False, bob: True}), ("team", {alice: False, bob: False})):
        room = make_room(name, alice, bob)
        found = standings([(user.pk, room.pk) for user in (alice, bob)], heads([room.pk]))
        assert {user: found[user.pk, room.pk].blocked for user in (alice, bob)} == expected


def test_many_at_once_take_one_query(django_assert_num_queries: Any, db: None) -> None:
    people = [make_user(f"person{number}") for number in range(20)]
    rooms = [make_room(f"room{number}", *people[: number + 1]) for number in range(20)]
    keys = [(user.pk, room.pk) for user in people for room in rooms] + [(people[0].pk, 999_999)]
    there = heads(room.pk for room in rooms)
    with django_assert_num_queries(1):
        found = standings(keys, there)
    assert len(found) == 400
    for number, room in enumerate(rooms):
        assert [found[user.pk, room.pk].belongs for user in people] == [at <= number for at in range(20)]
    assert standings(keys, {}) == {}


def test_a_time_that_is_over_is_still_told(alice: User) -> None:
    """The check compares it with the time of the transaction."""
    over = datetime.now(UTC) - timedelta(days=1)
    room = make_room("team", alice)
    Membership.objects.update(muted_until=over)
    found = standing(alice.pk, room.pk)
    assert found is not None
    assert found.muted_until == over
