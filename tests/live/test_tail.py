"""The tail: the newest messages of a room, kept for clients that resume."""

import pytest

from Dweb.live.framed import Framed, frame, join
from Dweb.live.tail import Tail
from Dweb.live.wire import Kind

from ..support.hall import Hall
from ..support.log import Log

pytestmark = pytest.mark.once

MUCH = 1 << 20


@pytest.fixture
def some() -> list[Framed]:
    return list(frame(Log().append("lobby", 9, 1, "cid")))


def seqs(tail: Tail, after: int) -> list[int]:
    return [event.seq for event, _ in tail.after(after)]


def test_what_is_kept_is_given_if_the_next_one_is_kept(some: list[Framed]) -> None:
    tail = Tail()
    assert (seqs(tail, 0), tail.last) == ([], None)
    tail.extend(some[2:4], MUCH)
    tail.extend(some[4:6], MUCH)
    assert [seqs(tail, after) for after in range(1, 8)] == [[], [3, 4, 5, 6], [4, 5, 6], [5, 6], [6], [], []]
    assert tail.last == 6


def test_of_too_much_the_newest_stay(some: list[Framed]) -> None:
    tail = Tail()
    tail.extend(some, sum(len(data) for _, data in some[-2:]))
    assert (seqs(tail, 6), seqs(tail, 7)) == ([], [8, 9])
    tail.extend(some[:0], 0)
    assert seqs(tail, 8) == []


def test_a_gap_and_a_change_end_what_was_kept(some: list[Framed]) -> None:
    tail = Tail()
    tail.extend([*some[:2], *some[3:5]], MUCH)
    assert (seqs(tail, 0), seqs(tail, 3)) == ([], [4, 5])
    event, data = some[5]
    tail.extend([(event._replace(kind=Kind.DELETION, of=4), data)], MUCH)
    assert (seqs(tail, 3), tail.last) == ([], 6)
    tail.extend(some[6:], MUCH)
    assert seqs(tail, 6) == [7, 8, 9]


def test_only_what_reaches_further_back_takes_its_place(some: list[Framed]) -> None:
    tail = Tail()
    tail.replace(some[4:], MUCH)
    tail.replace(some[6:], MUCH)
    assert seqs(tail, 4) == [5, 6, 7, 8, 9]
    tail.replace(some, MUCH)
    assert seqs(tail, 0) == list(range(1, 10))


def test_only_the_sender_gets_the_cid(some: list[Framed]) -> None:
    assert join(some, 2) == b"".join(data for _, data in some)
    assert join(some, 1).count(b'"cid":') == 9


def test_a_crowd_that_resumes_reads_the_log_once() -> None:
    """The first client that resumes finds no live one; the page of the second one is kept for all others."""
    with Hall(max_sockets=100, part_bytes=MUCH) as hall:
        hall.log.append("lobby", 4)
        guests = [hall.greeted(user_id) for user_id in range(1, 20)]
        for guest in guests:
            guest.subscribe("lobby", 1)
        hall.append("lobby")
        late = hall.greeted(20)
        late.subscribe("lobby", 2)
        assert [guest.seqs("lobby") for guest in guests] == [[2, 3, 4, 5]] * 19
        assert late.seqs("lobby") == [3, 4, 5]
        assert hall.log.reads == [("lobby", 1), ("lobby", 1)]


def test_what_was_deleted_is_read_from_the_log() -> None:
    with Hall(max_sockets=100, part_bytes=MUCH) as hall:
        guests = [hall.greeted(user_id, ["lobby"]) for user_id in range(1, 10)]
        hall.append("lobby", 3)
        hall.log.reads.clear()
        event = hall.log.append("lobby")[0]
        hall.delivery.deliver("lobby", [event._replace(kind=Kind.DELETION, of=2, text="")])
        guests[0].hall.greeted(10).subscribe("lobby", 1)
        assert hall.log.reads == [("lobby", 1)]


def test_a_page_from_before_a_deletion_that_is_on_its_way_is_not_kept() -> None:
    """Read just before the deletion was stored, it has a text that must not be sent again."""
    with Hall(max_sockets=100, part_bytes=MUCH) as hall:
        guests = [hall.greeted(user_id, ["lobby"]) for user_id in range(1, 10)]
        hall.append("lobby", 3)
        subscriptions, late = hall.subscriptions, hall.greeted(10)
        subscriptions.subscribe(late.client, ["lobby"])
        deletion = hall.log.append("lobby")[0]._replace(kind=Kind.DELETION, of=2, text="")
        hall.registry.rooms["lobby"].tail.extend(frame([deletion]), MUCH)  # as deliver() does first
        hall.log.page = 2
        subscriptions._read_framed("lobby", 1)
        assert subscriptions._tail_of("lobby", 1) == ()
        assert len(guests) == 9


def test_messages_under_another_name_are_dropped(some: list[Framed]) -> None:
    tail = Tail()
    tail.extend(some, MUCH)
    user = some[0][0]
    tail.drop_other_names(user.userid, user.user)
    tail.drop_other_names(user.userid + 1, "another user")
    assert seqs(tail, 0)
    tail.drop_other_names(user.userid, "another name")
    assert (seqs(tail, 0), tail.last) == ([], some[-1][0].seq)
