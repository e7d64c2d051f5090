"""Delivery: every client of a room gets each event of its log once and in order, however it is published."""

from collections.abc import Iterator

import pytest

from Dweb.live.wire import CloseCode

from ..support.hall import Hall


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


def test_events_go_to_the_subscribers_of_the_room_in_order(hall: Hall) -> None:
    here, there = hall.greeted(1, ["111"]), hall.greeted(2, ["222"])
    hall.append("111", 2)
    hall.append("111")
    hall.append("222")
    assert here.seqs("111") == [1, 2, 3]
    assert there.seqs("222") == [1]
    assert hall.log.reads == []


def test_a_frame_is_the_event_and_only_its_sender_sees_the_cid(hall: Hall) -> None:
    alice, bob = hall.greeted(1, ["lobby"]), hall.greeted(2, ["lobby"])
    hall.append("lobby", sender=1, cid="abc")
    event = hall.log.all("lobby")[0]
    assert alice.frames() == [event.as_json(reader=1)]
    assert bob.frames() == [event.as_json(reader=2)]
    assert event.as_json(reader=1) != event.as_json(reader=2)


def test_what_was_delivered_before_is_dropped(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.append("lobby", 3)
    hall.deliver("lobby", 1, 3)
    hall.deliver("lobby", 2, 2)
    hall.log.append("lobby")
    hall.deliver("lobby", 2, 4)
    assert guest.seqs("lobby") == [1, 2, 3, 4]
    assert hall.log.reads == []


def test_a_gap_is_read_from_the_log_in_pages(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.append("lobby")
    hall.log.append("lobby", 12)
    hall.append("lobby")
    assert guest.seqs("lobby") == list(range(1, 15))
    assert [seq for _, seq in hall.log.reads] == [1, 6, 11]


def test_a_gap_that_the_log_cannot_fill_has_everyone_load_the_room_again(hall: Hall) -> None:
    guest, late = hall.greeted(1, ["lobby"]), hall.greeted(2)
    events = hall.log.append("lobby", 3)
    page, hall.log.page = hall.log.page, 0
    hall.delivery.deliver("lobby", events[2:])
    hall.subscriptions.subscribe(late.client, ["lobby"])
    assert hall.subscriptions.replay(late.client, "lobby", 1, 3)
    hall.log.page = page
    assert guest.frames() == late.frames() == [{"type": "reset", "room": "lobby"}]
    hall.append("lobby")
    assert guest.seqs("lobby") == late.seqs("lobby") == [4]


def test_many_events_at_once_reach_everyone_in_parts(hall: Hall) -> None:
    guests = [hall.greeted(user_id, ["lobby"]) for user_id in (1, 2)]
    hall.append("lobby", 100, cid="abc")
    assert [guest.seqs("lobby") for guest in guests] == [list(range(1, 101))] * 2


def test_a_room_without_subscribers_costs_nothing(hall: Hall) -> None:
    guest = hall.greeted(1, ["lobby"])
    hall.append("111", 3)
    hall.hub.leave(guest.client)
    hall.append("lobby", 3)
    assert hall.log.reads == []
    assert hall.registry.rooms == {}


def test_a_client_whose_outbox_overflows_is_closed_and_the_others_get_everything(hall: Hall) -> None:
    slow, fast = hall.guest(1, limit=300), hall.greeted(2, ["lobby"])
    slow.subscribe("lobby")
    hall.append("lobby", 3)
    assert slow.closed().code == CloseCode.TOO_SLOW
    assert fast.seqs("lobby") == [1, 2, 3]


def test_a_direct_room_made_after_the_greeting_reaches_every_connection_of_its_two_people(hall: Hall) -> None:
    ours = [hall.greeted(1), hall.greeted(1), hall.greeted(2)]
    stranger = hall.greeted(3)
    hall.append("@1.2", sender=2)
    hall.append("@1.2")
    assert [guest.seqs("@1.2") for guest in ours] == [[1, 2]] * 3
    assert stranger.frames() == []


def test_a_direct_room_whose_first_event_was_not_published_is_read_from_the_log(hall: Hall) -> None:
    ours = [hall.greeted(1), hall.greeted(2)]
    hall.log.append("@1.2", 8)
    hall.append("@1.2")
    assert [guest.seqs("@1.2") for guest in ours] == [list(range(1, 10))] * 2
