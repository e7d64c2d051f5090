"""Presence gathers first-in and last-out into changes: a reload is no change, and no tick is too large."""

from hypothesis import given
from hypothesis import strategies as st

from Dweb.live.presence import MANY, Presence

GRACE = 5.0


def expire(presence: Presence, now: float) -> list[int]:
    """As the hub does it: reports every user whose grace is over as gone."""
    over = list(presence.expire(now))
    for user_id in over:
        presence.gone(user_id, f"user{user_id}")
    return over


def test_coming_and_going_are_reported_once() -> None:
    presence = Presence(GRACE, 10)
    presence.first_in(1, "user1")
    assert presence.take() == ({1: "user1"}, {})
    assert presence.take() == ({}, {})
    presence.last_out(1, 100)
    assert expire(presence, 100 + GRACE) == [1]
    assert presence.take() == ({}, {1: "user1"})
    assert presence.take() == ({}, {})


def test_a_user_who_comes_back_within_the_grace_never_left() -> None:
    presence = Presence(GRACE, 10)
    presence.first_in(1, "user1")
    presence.take()
    presence.last_out(1, 100)
    assert expire(presence, 99 + GRACE) == []
    presence.first_in(1, "user1")
    assert expire(presence, 1000) == []
    assert presence.take() == ({}, {})


def test_a_second_leaving_has_a_grace_of_its_own() -> None:
    presence = Presence(GRACE, 10)
    presence.first_in(1, "user1")
    presence.last_out(1, 100)
    presence.first_in(1, "user1")
    presence.last_out(1, 104)
    assert expire(presence, 106) == []
    assert expire(presence, 109) == [1]


def test_a_user_who_comes_and_is_gone_between_two_ticks_is_not_reported() -> None:
    presence = Presence(0, 10)
    presence.first_in(1, "user1")
    presence.last_out(1, 100)
    assert expire(presence, 100) == [1]
    assert presence.take() == ({}, {})


def test_a_user_who_is_gone_and_comes_back_between_two_ticks_is_not_reported() -> None:
    presence = Presence(0, 10)
    presence.first_in(1, "user1")
    presence.take()
    presence.last_out(1, 100)
    expire(presence, 100)
    presence.first_in(1, "user1")
    assert presence.take() == ({}, {})


def test_a_tick_reports_at_most_limit_people_and_the_rest_comes_later() -> None:
    presence = Presence(GRACE, 3)
    for user_id in range(7):
        presence.first_in(user_id, f"user{user_id}")
    sizes = [len(presence.take()[0]) for _ in range(4)]
    assert sizes == [3, 3, 1, 0]


steps = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=60)


@given(steps, st.integers(0, 4), st.integers(1, 3))
def test_the_changes_add_up_to_who_is_online(moves: list[tuple[int, int]], grace: int, limit: int) -> None:
    """Any coming and going, with a tick now and then; no user is reported twice."""
    presence = Presence(grace, limit)
    connected: set[int] = set()
    online: set[int] = set()
    reported: set[int] = set()
    for now, (user_id, pause) in enumerate(moves):
        if user_id in connected:
            connected.remove(user_id)
            presence.last_out(user_id, now)
        else:
            connected.add(user_id)
            online.add(user_id)
            presence.first_in(user_id, f"user{user_id}")
        if pause == 0:
            online -= set(expire(presence, now))
            report(presence, reported)
    online -= set(expire(presence, len(moves) + grace))
    for _ in range(5):
        report(presence, reported)
    assert online == connected == reported


def report(presence: Presence, reported: set[int]) -> None:
    joined, left = presence.take()
    assert not joined.keys() & reported
    assert left.keys() <= reported
    reported.update(joined)
    reported.difference_update(left)


def test_in_a_crowd_a_tick_costs_no_more_for_all_together_and_everyone_is_reported_in_the_end() -> None:
    presence = Presence(GRACE, 200)
    for user_id in range(10_000):
        presence.first_in(user_id, f"user{user_id}")
    reported: dict[int, str] = {}
    calls = something = 0
    while len(reported) < 10_000 and calls < 10_000:
        joined, _left = presence.take(10_000)
        calls += 1
        something += bool(joined)
        reported |= joined
        assert len(reported) * 10_000 <= 200 * MANY * calls
    assert something * 5 == calls
    assert len(reported) == 10_000


def test_a_user_with_another_name_is_sent_again_and_only_once() -> None:
    presence = Presence(GRACE, 2)
    for user_id in (1, 2):
        presence.first_in(user_id, f"user{user_id}")
    for user_id in (1, 2):
        presence.renamed(user_id, f"user{user_id} (account)")
    presence.take()
    assert presence.take() == ({1: "user1 (account)", 2: "user2 (account)"}, {})
    assert presence.take() == ({}, {})


def test_a_user_with_another_name_who_is_gone_has_left() -> None:
    presence = Presence(0, 10)
    presence.first_in(1, "user1")
    presence.take()
    presence.renamed(1, "user1 (account)")
    presence.last_out(1, 100)
    assert expire(presence, 100) == [1]
    assert presence.take() == ({}, {1: "user1"})
