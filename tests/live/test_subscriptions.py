"""Subscriptions: which rooms' events a client gets, how it resumes, and when it goes live."""

from collections.abc import Iterator

import pytest

from ..support.hall import Hall


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


def test_subscribe_returns_the_rooms_that_are_new_and_nothing_comes_before_replay(hall: Hall) -> None:
    guest, other = hall.greeted(1), hall.greeted(2, ["lobby"])
    assert hall.subscriptions.subscribe(guest.client, ["lobby", "111"]) == ["lobby", "111"]
    assert hall.subscriptions.subscribe(guest.client, ["lobby", "222"]) == ["222"]
    hall.append("lobby", 2)
    assert guest.seqs("lobby") == []
    assert other.seqs("lobby") == [1, 2]
    assert hall.subscriptions.replay(guest.client, "lobby", 0, 2)
    hall.append("lobby")
    assert guest.seqs("lobby") == [1, 2, 3]


@pytest.mark.parametrize("cursor", [0, 1, 11, 12])
def test_a_client_that_resumes_gets_everything_after_its_cursor_and_then_what_comes(hall: Hall, cursor: int) -> None:
    other = hall.greeted(2, ["lobby"])
    hall.append("lobby", 12)
    guest = hall.greeted(1)
    guest.subscribe("lobby", cursor)
    hall.append("lobby")
    assert guest.seqs("lobby") == list(range(cursor + 1, 14))
    assert other.seqs("lobby") == list(range(1, 14))


def test_a_client_that_has_read_further_than_was_delivered_gets_late_events_no_second_time(hall: Hall) -> None:
    other, guest = hall.greeted(2, ["lobby"]), hall.greeted(1)
    hall.append("lobby")
    hall.log.append("lobby", 4)
    guest.subscribe("lobby", 0)
    assert guest.seqs("lobby") == [1, 2, 3, 4, 5]
    hall.deliver("lobby", 2, 3)
    assert guest.seqs("lobby") == []
    hall.log.append("lobby", 2)
    hall.deliver("lobby", 4, 6)
    assert guest.seqs("lobby") == [6]
    hall.deliver("lobby", 7, 7)
    assert guest.seqs("lobby") == [7]
    assert other.seqs("lobby") == list(range(1, 8))


def test_a_cursor_behind_what_was_delivered_after_the_head_was_read_is_caught_up(hall: Hall) -> None:
    hall.greeted(2, ["lobby"])
    guest = hall.greeted(1)
    hall.subscriptions.subscribe(guest.client, ["lobby"])
    head = hall.log.head("lobby")
    hall.append("lobby", 7)
    assert hall.subscriptions.replay(guest.client, "lobby", head, head)
    hall.append("lobby")
    assert guest.seqs("lobby") == list(range(1, 9))


def test_the_first_events_of_a_room_in_which_no_client_is_live_yet_are_read_from_the_log(hall: Hall) -> None:
    guest = hall.greeted(1)
    hall.subscriptions.subscribe(guest.client, ["lobby"])
    hall.append("lobby", 2)
    assert hall.subscriptions.replay(guest.client, "lobby", 0, 0)
    assert guest.seqs("lobby") == [1, 2]


def test_a_replay_gives_up_on_a_client_that_does_not_read(hall: Hall) -> None:
    hall.greeted(2, ["lobby"])
    hall.log.page = 2000
    hall.log.append("lobby", 100_000)
    guest = hall.guest(1, limit=1 << 30)
    hall.subscriptions.subscribe(guest.client, ["lobby"])
    assert not hall.subscriptions.replay(guest.client, "lobby", 0, 100_000, timeout=0.05)
    assert len(hall.log.reads) < 50


# Users who join and leave while connected.


def test_subscribe_users_is_for_every_client_of_the_users_and_replay_brings_them_live(hall: Hall) -> None:
    tabs, other = [hall.greeted(1), hall.greeted(1)], hall.greeted(2)
    new = hall.subscriptions.subscribe_users([1, 3], "111")
    assert set(new) == {tab.client for tab in tabs}
    assert hall.subscriptions.subscribe_users([1], "111") == []
    for client in new:
        hall.subscriptions.replay(client, "111", 0, 0)
    hall.append("111")
    assert [tab.seqs("111") for tab in tabs] == [[1], [1]]
    assert other.frames() == []


def test_a_user_who_is_unsubscribed_gets_nothing_more_of_that_room(hall: Hall) -> None:
    leaver, other = hall.greeted(1, ["111", "222"]), hall.greeted(2, ["111"])
    hall.subscriptions.unsubscribe_user(1, "111")
    hall.append("111")
    assert leaver.frames() == []
    assert other.seqs("111") == [1]
    hall.append("222")
    assert leaver.seqs("222") == [1]


def test_a_room_that_turns_up_before_the_greeting_is_given_with_it(hall: Hall) -> None:
    early = hall.guest(1)
    assert hall.subscriptions.subscribe_users([1], "111") == []
    assert hall.subscriptions.subscribe_users([1], "222") == []
    hall.subscriptions.unsubscribe_user(1, "222")
    hall.append("@1.2")
    early.greet()
    assert early.missed == {"111", "@1.2"}
    assert early.frames() == []
    early.greet()
    assert early.missed == set()


def test_a_user_is_subscribed_to_a_room_while_one_of_their_clients_is(hall: Hall) -> None:
    here, there = hall.greeted(1, ["111"]), hall.greeted(1, [])
    assert hall.subscriptions.is_subscribed(1, "111")
    assert not hall.subscriptions.is_subscribed(1, "222")
    assert not hall.subscriptions.is_subscribed(2, "111")
    hall.subscriptions.unsubscribe(here.client, ["111"])
    assert not hall.subscriptions.is_subscribed(1, "111")
    hall.subscriptions.subscribe(there.client, ["111"])
    assert hall.subscriptions.is_subscribed(1, "111")
