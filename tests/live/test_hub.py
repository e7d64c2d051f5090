"""The hub: which clients it lets in, which users are online, and what is sent of their coming and going."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from Dweb.live.wire import CloseCode

from ..support.hall import Hall
from ..support.waiting import SECONDS, in_thread


@pytest.fixture
def make_hall() -> Iterator[Callable[..., Hall]]:
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Hall(**options))


@pytest.fixture
def hall(make_hall: Callable[..., Hall]) -> Hall:
    return make_hall()


def person(user_id: int) -> dict[str, object]:
    return {"username": f"user{user_id}", "userid": user_id}


def presence(joined: list[int], left: list[int], online: int) -> dict[str, object]:
    people = {"joined": [person(each) for each in joined], "left": [person(each) for each in left]}
    return {"type": "presence", **people, "online": online}


# Places.


def test_places_are_given_out_up_to_the_limit_and_given_back(hall: Hall) -> None:
    assert [hall.hub.reserve() is None for _ in range(5)] == [True] * 4 + [False]
    assert hall.hub.refusal()
    hall.hub.release()
    assert hall.hub.refusal() is None
    assert hall.hub.reserve() is None
    assert hall.hub.reserve()


def test_a_user_with_too_many_connections_has_the_next_one_closed_with_4003(hall: Hall) -> None:
    first, second, third = (hall.guest() for _ in range(3))
    assert (first.entered, second.entered, third.entered) == (True, True, False)
    assert third.closed().code == CloseCode.TOO_MANY_SOCKETS
    assert set(hall.hub.connections(1)) == {first.client, second.client}
    assert hall.guest(2).entered


def test_a_connection_that_was_refused_leaves_the_others_alone(hall: Hall) -> None:
    first, second, third = (hall.guest() for _ in range(3))
    hall.hub.leave(third.client)
    assert set(hall.hub.connections(1)) == {first.client, second.client}
    hall.hub.leave(first.client)
    assert hall.guest().entered


def test_connections_are_everyones_or_one_users(hall: Hall) -> None:
    alice, bob = hall.guest(1), hall.guest(2)
    assert set(hall.hub.connections()) == {alice.client, bob.client}
    assert hall.hub.connections(2) == [bob.client]
    assert hall.hub.connections(3) == []


def test_closing_the_hub_closes_everyone_and_lets_no_client_in(hall: Hall) -> None:
    guests = [hall.guest(1), hall.guest(2)]
    hall.hub.close(CloseCode.SERVICE_RESTART, "the server is restarting")
    late = hall.guest(3)
    assert not late.entered
    assert [guest.closed().code for guest in [*guests, late]] == [1012] * 3
    assert hall.hub.refusal()
    assert hall.hub.reserve()
    assert 3 not in hall.hub.clients


# The users who are online.


def test_the_greeting_lists_the_users_who_are_online_oneself_included(hall: Hall) -> None:
    hall.guest(1)
    greeting = hall.guest(2).greet()
    assert greeting == {"type": 0, "userlist": [person(1), person(2)], "online": 2}


def test_the_list_is_bounded_and_the_count_is_not(hall: Hall) -> None:
    for user_id in range(1, 5):
        hall.guest(user_id)
    greeting = hall.guest(5).greet()
    assert greeting["userlist"] == [person(1), person(2), person(3)]
    assert greeting["online"] == 5


def test_the_list_follows_the_users_who_come_and_go(hall: Hall) -> None:
    first = hall.guest(1)
    assert first.greet()["userlist"] == [person(1)]
    for user_id in range(2, 5):
        hall.guest(user_id)
    assert hall.guest(5).greet()["userlist"] == [person(1), person(2), person(3)]
    hall.hub.leave(first.client)
    hall.hub.tick()
    assert hall.guest(6).greet()["userlist"] == [person(2), person(3), person(4)]


def test_several_tabs_are_one_user_who_comes_first_in_and_goes_last_out(hall: Hall) -> None:
    watcher = hall.greeted(9)
    hall.hub.tick()
    first, second = hall.guest(1), hall.guest(1)
    hall.hub.tick()
    assert watcher.frames() == [presence([9], [], 1), presence([1], [], 2)]
    hall.hub.leave(first.client)
    hall.hub.tick()
    assert watcher.frames() == []
    hall.hub.leave(second.client)
    hall.hub.tick()
    assert watcher.frames() == [presence([], [1], 1)]
    assert 1 not in hall.hub.clients


def test_a_reload_within_the_grace_is_no_change(make_hall: Callable[..., Hall]) -> None:
    hall = make_hall(grace=60)
    watcher, leaver = hall.greeted(9), hall.guest(1)
    hall.hub.tick()
    watcher.frames()
    hall.hub.leave(leaver.client)
    hall.hub.tick()
    assert hall.guest(2).greet()["userlist"] == [person(9), person(1), person(2)]
    assert hall.guest(1).entered
    hall.hub.tick()
    assert watcher.frames() == [presence([2], [], 3)]


def test_a_tick_is_bounded_and_the_next_one_sends_the_rest(hall: Hall) -> None:
    watcher = hall.greeted(9)
    for user_id in range(4):
        hall.guest(user_id)
    for _ in range(3):
        hall.hub.tick()
    assert watcher.frames() == [presence([9, 0, 1], [], 5), presence([2, 3], [], 5)]


def test_a_client_that_is_not_greeted_is_sent_nothing_of_others(hall: Hall) -> None:
    mute, watcher = hall.guest(1), hall.greeted(2)
    hall.hub.tick()
    assert mute.frames() == []
    assert watcher.frames() == [presence([1, 2], [], 2)]


def test_a_client_that_has_left_is_sent_nothing_more(hall: Hall) -> None:
    gone, watcher = hall.greeted(1, ["lobby"]), hall.greeted(2)
    hall.hub.leave(gone.client)
    hall.hub.leave(gone.client)
    hall.hub.tick()
    hall.append("lobby")
    assert gone.frames() == []
    assert watcher.frames() == [presence([2], [], 1)]


def test_another_name_is_sent_to_everyone_and_stands_in_the_list(hall: Hall) -> None:
    first, other = hall.greeted(1), hall.greeted(2)
    hall.hub.tick()
    other.frames()
    for _ in range(2):  # the second time it is no change
        hall.hub.rename(1, "user1 (account)")
        hall.hub.rename(3, "nobody online")
    hall.hub.tick()
    named = {"username": "user1 (account)", "userid": 1}
    assert other.frames() == [{"type": "presence", "joined": [named], "left": [], "online": 2}]
    assert first.client.username == "user1 (account)"
    assert named in hall.guest(3).greet()["userlist"]
    hall.hub.tick()
    assert named not in other.frames()[0]["joined"]


def test_whoever_stops_waits_until_the_last_connection_has_left(hall: Hall) -> None:
    assert hall.hub.wait_until_empty(0)
    assert hall.hub.reserve() is None
    assert hall.hub.reserve() is None
    assert not hall.hub.wait_until_empty(0)
    waiting = in_thread(lambda: hall.hub.wait_until_empty(SECONDS))
    hall.hub.release()
    assert not hall.hub.wait_until_empty(0)
    hall.hub.release()
    assert waiting.result(SECONDS)
