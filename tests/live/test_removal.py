"""The event that removes a member cuts what they are sent of the room, wherever they are in it."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from Dweb.live.wire import Event

from ..support.hall import Guest, Hall

ROOM = "team"


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


def remove(hall: Hall, user_id: int = 1) -> None:
    hall.delivery.deliver(ROOM, hall.log.remove(ROOM, user_id))


def is_in(guest: Guest) -> bool:
    return ROOM in guest.client.rooms


def test_the_removed_one_gets_the_event_and_nothing_after_it(hall: Hall) -> None:
    tabs, other = [hall.greeted(1, [ROOM]) for _ in range(2)], hall.greeted(2, [ROOM])
    hall.append(ROOM)
    remove(hall)
    hall.append(ROOM, 2)
    assert [guest.seqs(ROOM) for guest in (*tabs, other)] == [[1, 2], [1, 2], [1, 2, 3, 4]]
    assert [is_in(guest) for guest in (*tabs, other)] == [False, False, True]


def test_also_among_events_of_one_commit_and_in_a_gap(hall: Hall) -> None:
    for first in (1, 5):  # published, and read from the log
        removed, other = hall.greeted(1, [ROOM]), hall.greeted(2, [ROOM])
        begin = hall.log.head(ROOM)
        hall.log.append(ROOM, 2)
        hall.log.remove(ROOM, 1)
        hall.log.append(ROOM, 2)
        hall.deliver(ROOM, begin + first, begin + 5)
        assert removed.seqs(ROOM) == [begin + 1, begin + 2, begin + 3]
        assert other.seqs(ROOM) == list(range(begin + 1, begin + 6))
        hall.hub.leave(other.client)


def test_two_who_are_removed_in_one_commit(hall: Hall) -> None:
    guests = [hall.greeted(user_id, [ROOM]) for user_id in (1, 2, 3)]
    for user_id in (1, 2):
        hall.log.remove(ROOM, user_id)
        hall.log.append(ROOM)
    hall.deliver(ROOM, 1, 4)
    assert [guest.seqs(ROOM) for guest in guests] == [[1], [1, 2, 3], [1, 2, 3, 4]]


def test_a_process_without_clients_of_theirs_goes_on(hall: Hall) -> None:
    other = hall.greeted(2, [ROOM])
    remove(hall, 1)
    remove(hall, 999)
    hall.append(ROOM)
    assert other.seqs(ROOM) == [1, 2, 3]


def test_a_resync_cuts_it_there_too(hall: Hall) -> None:
    removed = hall.greeted(1, [ROOM])
    hall.log.append(ROOM)
    hall.log.remove(ROOM, 1)
    hall.log.append(ROOM, 9)
    hall.delivery.resync(ROOM, 11)
    assert removed.seqs(ROOM) == [1, 2]


# While they resume: the number of the room was read while they were a member.


def during_the_read(hall: Hall, work: Any) -> None:
    """Has `work` done once, when the next page has been read and not sent."""
    since = hall.subscriptions.since

    def disturbed(room: str, seq: int) -> Sequence[Event]:
        hall.subscriptions.since = since
        page = since(room, seq)
        work()
        return page

    hall.subscriptions.since = disturbed


def resume(hall: Hall, guest: Guest, head: int) -> None:
    with hall.subscriptions.going_live([guest.client], [ROOM]):
        hall.subscriptions.subscribe(guest.client, [ROOM])
        assert hall.subscriptions.replay(guest.client, ROOM, 0, head)


def test_a_page_that_was_read_with_what_came_behind_is_cut(hall: Hall) -> None:
    """Nobody here has told this process of the removal yet."""
    hall.log.append(ROOM, 2)
    hall.log.remove(ROOM, 1)
    hall.log.append(ROOM, 2)
    removed = hall.greeted(1)
    resume(hall, removed, head=2)
    assert removed.seqs(ROOM) == [1, 2]
    hall.deliver(ROOM, 3, 5)
    assert removed.seqs(ROOM) == [3]
    assert not is_in(removed)


def test_also_if_it_is_delivered_while_the_page_is_read(hall: Hall) -> None:
    hall.log.append(ROOM, 2)
    removed, other = hall.greeted(1), hall.greeted(2, [ROOM])

    def remove_and_go_on() -> None:
        remove(hall)
        hall.append(ROOM, 2)

    during_the_read(hall, remove_and_go_on)
    resume(hall, removed, head=2)
    assert removed.seqs(ROOM) == []  # the page comes too late: they are no member any more
    assert not is_in(removed)
    assert other.seqs(ROOM) == [3, 4, 5]


def test_who_is_greeted_meanwhile_does_not_get_the_room_afterwards(hall: Hall) -> None:
    hall.greeted(2, [ROOM])
    guest = hall.guest(1)
    assert hall.subscriptions.subscribe_users([1], ROOM) == []  # they were just added
    remove(hall)
    guest.greet()
    assert guest.missed == frozenset()


# Those who come back.


def test_who_is_added_again_gets_what_comes_from_then_on(hall: Hall) -> None:
    guest, other = hall.greeted(1, [ROOM]), hall.greeted(2, [ROOM])
    remove(hall)
    hall.append(ROOM)
    guest.subscribe(ROOM)
    hall.append(ROOM)
    assert guest.seqs(ROOM) == [1, 3]
    assert other.seqs(ROOM) == [1, 2, 3]


def test_a_removal_that_comes_late_does_not_undo_that_they_were_added_again(hall: Hall) -> None:
    """Another process has removed them and added them again; this one learns of the second thing first."""
    hall.greeted(2, [ROOM])
    hall.log.remove(ROOM, 1)
    hall.log.append(ROOM)  # added again
    guest = hall.greeted(1, [])
    guest.subscribe(ROOM)
    hall.deliver(ROOM, 1, 2)
    hall.append(ROOM)
    assert guest.seqs(ROOM) == [3]
    assert is_in(guest)
