"""The names of direct rooms."""

import pytest

from Dweb.live.direct import (
    direct_room,
    direct_users,
    is_direct,
    is_several,
    name_of_several,
    partner,
    room_of_several,
)


def test_the_room_of_two_people_has_their_ids_in_order_and_gives_them_back() -> None:
    assert direct_room(12, 3) == direct_room(3, 12) == "@3.12"
    assert direct_users("@3.12") == (3, 12)
    assert is_direct("@3.12")


@pytest.mark.parametrize("room", ["lobby", "111", "班级"])
def test_other_rooms_belong_to_no_two_people(room: str) -> None:
    assert direct_users(room) is None
    assert not is_direct(room)
    assert partner(room, 3) is None


def test_the_partner_is_the_other_user_or_oneself() -> None:
    assert (partner("@3.12", 3), partner("@3.12", 12)) == (12, 3)
    assert partner("@3.3", 3) == 3


def test_the_room_of_several_is_theirs_and_gives_no_ids_back() -> None:
    name = room_of_several([12, 3, 700])
    assert room_of_several({700, 12, 3}) == name == "@qvxcssszn7drxqjlsrbpwybb4i"
    assert is_direct(name)
    assert is_several(name)
    assert (direct_users(name), partner(name, 3)) == (None, None)
    assert len({name, room_of_several([1, 23, 700]), room_of_several([12, 3, 70]), room_of_several([12, 3])}) == 4


@pytest.mark.parametrize("room", ["@3.12", "@", "@abc", "@QVXCSSSZN7DRXQJLSRBPWYBB4I", "a" * 27, "~qwertzuiop"])
def test_other_names_are_of_no_several(room: str) -> None:
    assert not is_several(room)


def test_so_many_names_are_told() -> None:
    names = ["Ann", "Bob", "Carla", "Dan", "Eve"]
    assert [name_of_several(names[:count]) for count in (1, 3, 4, 5)] == [
        "Ann",
        "Ann, Bob, Carla",
        "Ann, Bob, Carla +1",
        "Ann, Bob, Carla +2",
    ]
