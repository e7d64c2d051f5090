"""What no bus has told of is found all the same: messages, rooms that were joined, rooms that were left."""

from collections.abc import Callable, Iterator

import pytest

from Dweb.chat import messages as chat
from Dweb.chat.resync import Watch, check_left
from Dweb.log.transaction import Draft, store
from Dweb.models import LOBBY, Event, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room


@pytest.fixture
def watch(db: None) -> Watch:
    return Watch()


@pytest.fixture
def socket(live: Runtime, alice: User) -> Iterator[FakeWebSocket]:
    make_room("111", alice)
    websocket = connected(live, alice)
    live.hub.rooms.watch(websocket.outbox, [LOBBY])
    live.hub.rooms.follow(websocket.outbox, LOBBY, 0, 0)
    yield websocket
    websocket.end()


@pytest.fixture
def elsewhere(bob: User) -> Callable[..., None]:
    """Another process stores messages of Bob's, and nobody rings."""

    def say(room: str, *texts: str) -> None:
        row = Room.objects.get(name=room)
        store([Draft(row.pk, room, bob, text) for text in texts])

    return say


def test_a_message_without_a_ring_comes_at_the_second_look(
    watch: Watch, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    watch.check()
    elsewhere("111", "one", "two")
    elsewhere(LOBBY, "three")
    watch.check()
    assert socket.messages() == []  # it may be on its way
    watch.check()
    assert sorted(socket.messages()) == ["one", "three", "two"]
    watch.check()
    assert socket.messages() == []


def test_a_long_gap_comes_whole_and_in_order(
    watch: Watch, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    texts = [f"m{number}" for number in range(450)]  # more than two pages of the log
    elsewhere("111", *texts)
    watch.check()
    watch.check()
    assert socket.messages() == texts


def test_a_room_that_is_being_delivered_is_not_read(
    watch: Watch, live: Runtime, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    for number in range(3):
        elsewhere("111", f"m{number}")
        watch.check()
        live.hub.delivery.catch_up("111", number + 1)  # as a ring that was a little late
    assert socket.messages() == ["m0", "m1", "m2"]


def test_a_room_that_was_joined_elsewhere_is_followed_here(
    watch: Watch, socket: FakeWebSocket, alice: User, elsewhere: Callable[..., None]
) -> None:
    watch.check()
    make_room("222", alice)
    watch.check()
    watch.check()
    assert [frame["room"] for frame in socket.frames() if frame["type"] == "room" and frame["joined"]] == ["222"]
    elsewhere("222", "hello")
    watch.check()
    watch.check()
    assert socket.messages() == ["hello"]


def test_a_private_chat_that_began_elsewhere_comes_from_its_first_message(
    watch: Watch, socket: FakeWebSocket, alice: User, bob: User, elsewhere: Callable[..., None]
) -> None:
    watch.check()
    room = chat.direct_room(bob, alice.pk)
    elsewhere(room.name, "psst")
    watch.check()
    watch.check()
    assert socket.messages() == ["psst"]


def test_a_room_that_was_left_elsewhere_is_no_longer_heard_here(
    live: Runtime, socket: FakeWebSocket, alice: User, elsewhere: Callable[..., None]
) -> None:
    assert socket.outbox is not None
    Membership.objects.filter(user=alice, room__name="111").delete()
    check_left()
    assert socket.outbox.rooms == {LOBBY}
    assert [(frame["room"], frame["joined"]) for frame in socket.frames()] == [("111", False)]
    check_left()
    assert socket.frames() == []


def test_a_word_that_somebody_left_comes_too_late_when_they_are_back(
    live: Runtime, socket: FakeWebSocket, alice: User
) -> None:
    chat._hear_left({"user": alice.pk, "room": "111"})
    assert socket.frames() == []
    assert socket.outbox is not None
    assert socket.outbox.rooms == {LOBBY, "111"}


def test_who_is_not_greeted_yet_hears_of_no_rooms(
    watch: Watch, live: Runtime, socket: FakeWebSocket, alice: User
) -> None:
    assert socket.outbox is not None
    socket.outbox.greeted = False
    watch.check()
    make_room("222", alice)
    watch.check()
    watch.check()
    assert socket.frames() == []
    assert socket.outbox.missed == {"222"}


def test_events_that_are_gone_from_the_end_of_the_log_are_told_of(
    watch: Watch, live: Runtime, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    elsewhere("111", "one", "two")
    Event.objects.all().delete()
    watch.check()
    watch.check()
    assert socket.frames() == [{"type": "reset", "room": "111"}]
    watch.check()
    watch.check()
    assert socket.frames() == []


def test_nobody_here_nothing_to_do(watch: Watch, live: Runtime, elsewhere: Callable[..., None]) -> None:
    make_room("111")
    elsewhere("111", "one")
    for _ in range(3):
        watch.check()
    assert live.hub.rooms.delivered() == {}
