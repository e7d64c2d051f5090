"""Slots: how many uploads there are at once."""

from Dweb.files.slots import Slots


def test_each_user_has_some_and_all_together_have_more() -> None:
    slots = Slots(3, 2)
    ends = [slots.take(1, 10), slots.take(1, 10), slots.take(2, 10)]
    assert all(ends)
    assert slots.reserved == 30
    assert slots.take(1, 10) is None
    assert slots.take(3, 10) is None
    ends[0]()  # type: ignore[misc]
    assert slots.take(2, 10) is not None
    assert slots.take(1, 10) is None
