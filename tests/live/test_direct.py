"""The names of direct rooms."""

import pytest

from Dweb.live.direct import direct_room, direct_users, is_direct, partner


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
