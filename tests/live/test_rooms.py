"""Delivery: every client of a room gets each event of its log once and in order, however it is rung."""

from collections.abc import Iterator

import pytest

from Dweb.live.wire import CloseCode

from ..support.hall import Hall


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


def test_events_go_to_those_who_watch_the_room_in_order(hall: Hall) -> None:
    here, there = hall.greeted(1, ["111"]), hall.greeted(2, ["222"])
    hall.tell("111", 2)
    hall.tell("111")
    hall.tell("222")
    assert here.seqs("111") == [1, 2, 3]
    assert there.seqs("222") == [1]
    assert hall.log.reads == []


def test_a_frame_is_the_event_and_only_its_sender_sees_the_cid(hall: Hall) -> None:
    alice, bob = hall.greeted(1, ["lobby"]), hall.greeted(2, ["lobby"])
    hall.tell("lobby", sender=1, cid="abc")
    event = hall.log.all("lobby")[0]
    assert alice.frames() == [event.as_json(reader=1)]
    assert bob.frames() == [event.as_json(reader=2)]
    assert event.as_json(reader=1) != event.as_json(reader=2)


def test_what_was_delivered_before_is_dropped(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.tell("lobby", 3)
    hall.ring("lobby", 1, 3)
    hall.ring("lobby", 2, 2)
    hall.log.append("lobby")
    hall.ring("lobby", 2, 4)
    assert guest.seqs("lobby") == [1, 2, 3, 4]
    assert hall.log.reads == []


def test_a_gap_is_read_from_the_log_in_pages(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.tell("lobby")
    hall.log.append("lobby", 12)
    hall.tell("lobby")
    assert guest.seqs("lobby") == list(range(1, 15))
    assert [seq for _, seq in hall.log.reads] == [1, 6, 11]


def test_a_gap_that_the_log_cannot_fill_has_everyone_load_the_room_anew(hall: Hall) -> None:
    guest, late = hall.greeted(1, ["lobby"]), hall.greeted(2)
    events = hall.log.append("lobby", 3)
    page, hall.log.page = hall.log.page, 0
    hall.hub.delivery.deliver("lobby", events[2:])
    hall.hub.rooms.watch(late.client, ["lobby"])
    assert hall.hub.rooms.follow(late.client, "lobby", 1, 3)
    hall.log.page = page
    assert guest.frames() == late.frames() == [{"type": "reset", "room": "lobby"}]
    hall.tell("lobby")
    assert guest.seqs("lobby") == late.seqs("lobby") == [4]


def test_a_long_ring_reaches_everyone_in_parts(hall: Hall) -> None:
    guests = [hall.greeted(user_id, ["lobby"]) for user_id in (1, 2)]
    hall.tell("lobby", 100, cid="abc")
    assert [guest.seqs("lobby") for guest in guests] == [list(range(1, 101))] * 2


def test_a_room_that_nobody_watches_costs_nothing(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.tell("111", 3)
    hall.hub.leave(guest.client)
    hall.tell("lobby", 3)
    assert hall.log.reads == []
    assert hall.hub.rooms._rooms == {}


def test_watch_tells_which_rooms_are_new_and_nothing_comes_before_follow(hall: Hall) -> None:
    guest, other = hall.greeted(1), hall.greeted(2, ["lobby"])
    assert hall.hub.rooms.watch(guest.client, ["lobby", "111"]) == ["lobby", "111"]
    assert hall.hub.rooms.watch(guest.client, ["lobby", "222"]) == ["222"]
    hall.tell("lobby", 2)
    assert guest.seqs("lobby") == []
    assert other.seqs("lobby") == [1, 2]
    assert hall.hub.rooms.follow(guest.client, "lobby", 0, 2)
    hall.tell("lobby")
    assert guest.seqs("lobby") == [1, 2, 3]


@pytest.mark.parametrize("cursor", [0, 1, 11, 12])
def test_who_comes_back_gets_everything_after_their_cursor_and_then_what_comes(hall: Hall, cursor: int) -> None:
    other = hall.greeted(2, ["lobby"])
    hall.tell("lobby", 12)
    guest = hall.greeted(1)
    guest.watch("lobby", cursor)
    hall.tell("lobby")
    assert guest.seqs("lobby") == list(range(cursor + 1, 14))
    assert other.seqs("lobby") == list(range(1, 14))


def test_who_has_read_further_than_was_rung_gets_the_late_ring_no_second_time(hall: Hall) -> None:
    other, guest = hall.greeted(2, ["lobby"]), hall.greeted(1)
    hall.tell("lobby")
    hall.log.append("lobby", 4)
    guest.watch("lobby", 0)
    assert guest.seqs("lobby") == [1, 2, 3, 4, 5]
    hall.ring("lobby", 2, 3)
    assert guest.seqs("lobby") == []
    hall.log.append("lobby", 2)
    hall.ring("lobby", 4, 6)
    assert guest.seqs("lobby") == [6]
    hall.ring("lobby", 7, 7)
    assert guest.seqs("lobby") == [7]
    assert other.seqs("lobby") == list(range(1, 8))


def test_a_cursor_behind_what_was_rung_after_the_head_was_read_is_caught_up(hall: Hall) -> None:
    hall.greeted(2, ["lobby"])
    guest = hall.greeted(1)
    hall.hub.rooms.watch(guest.client, ["lobby"])
    head = hall.log.head("lobby")
    hall.tell("lobby", 7)
    assert hall.hub.rooms.follow(guest.client, "lobby", head, head)
    hall.tell("lobby")
    assert guest.seqs("lobby") == list(range(1, 9))


def test_the_first_ring_of_a_room_in_which_nobody_is_live_yet_is_read_from_the_log(hall: Hall) -> None:
    guest = hall.greeted(1)
    hall.hub.rooms.watch(guest.client, ["lobby"])
    hall.tell("lobby", 2)
    assert hall.hub.rooms.follow(guest.client, "lobby", 0, 0)
    assert guest.seqs("lobby") == [1, 2]


def test_a_replay_gives_up_on_a_client_that_does_not_read(hall: Hall) -> None:
    hall.greeted(2, ["lobby"])
    hall.log.page = 2000
    hall.log.append("lobby", 100_000)
    guest = hall.guest(1, limit=1 << 30)
    hall.hub.rooms.watch(guest.client, ["lobby"])
    assert not hall.hub.rooms.follow(guest.client, "lobby", 0, 100_000, patience=0.05)
    assert len(hall.log.reads) < 50


def test_a_client_whose_outbox_overflows_is_closed_and_the_others_get_everything(hall: Hall) -> None:
    slow, well = hall.guest(1, limit=300), hall.greeted(2, ["lobby"])
    slow.watch("lobby")
    hall.tell("lobby", 3)
    assert slow.closed().code == CloseCode.TOO_SLOW
    assert well.seqs("lobby") == [1, 2, 3]


# Who is let in and shown out while connected.


def test_admit_is_for_every_connection_of_the_users_and_follow_brings_them_live(hall: Hall) -> None:
    tabs, other = [hall.greeted(1), hall.greeted(1)], hall.greeted(2)
    new = hall.hub.rooms.admit([1, 3], "111")
    assert set(new) == {tab.client for tab in tabs}
    assert hall.hub.rooms.admit([1], "111") == []
    for client in new:
        hall.hub.rooms.follow(client, "111", 0, 0)
    hall.tell("111")
    assert [tab.seqs("111") for tab in tabs] == [[1], [1]]
    assert other.frames() == []


def test_who_is_dismissed_gets_nothing_more_of_that_room(hall: Hall) -> None:
    leaver, other = hall.greeted(1, ["111", "222"]), hall.greeted(2, ["111"])
    hall.hub.rooms.dismiss(1, "111")
    hall.tell("111")
    assert leaver.frames() == []
    assert other.seqs("111") == [1]
    hall.tell("222")
    assert leaver.seqs("222") == [1]


def test_a_room_that_turns_up_before_the_greeting_is_given_with_it(hall: Hall) -> None:
    early = hall.guest(1)
    assert hall.hub.rooms.admit([1], "111") == []
    assert hall.hub.rooms.admit([1], "222") == []
    hall.hub.rooms.dismiss(1, "222")
    hall.tell("@1.2")
    early.greet()
    assert early.missed == {"111", "@1.2"}
    assert early.frames() == []
    early.greet()
    assert early.missed == set()


def test_a_direct_room_made_after_the_greeting_reaches_every_connection_of_its_two_people(hall: Hall) -> None:
    ours = [hall.greeted(1), hall.greeted(1), hall.greeted(2)]
    stranger = hall.greeted(3)
    hall.tell("@1.2", sender=2)
    hall.tell("@1.2")
    assert [guest.seqs("@1.2") for guest in ours] == [[1, 2]] * 3
    assert stranger.frames() == []


def test_a_direct_room_whose_first_ring_was_lost_is_read_from_the_log(hall: Hall) -> None:
    ours = [hall.greeted(1), hall.greeted(2)]
    hall.log.append("@1.2", 8)
    hall.tell("@1.2")
    assert [guest.seqs("@1.2") for guest in ours] == [list(range(1, 10))] * 2


def test_a_room_is_watched_by_a_user_while_one_of_their_connections_does(hall: Hall) -> None:
    here, there = hall.greeted(1, ["111"]), hall.greeted(1, [])
    assert hall.hub.rooms.is_watched(1, "111")
    assert not hall.hub.rooms.is_watched(1, "222")
    assert not hall.hub.rooms.is_watched(2, "111")
    hall.hub.rooms.unwatch(here.client, ["111"])
    assert not hall.hub.rooms.is_watched(1, "111")
    hall.hub.rooms.watch(there.client, ["111"])
    assert hall.hub.rooms.is_watched(1, "111")
