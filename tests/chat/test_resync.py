"""What the bus has not announced is found all the same: messages, rooms that were joined, rooms that were left."""

from collections.abc import Callable, Iterator

import pytest

from Dweb.chat import resync, rooms
from Dweb.live.direct import direct_room
from Dweb.live.wire import Kind
from Dweb.log.entry import Draft, Entry
from Dweb.log.transaction import store
from Dweb.models import LOBBY, Event, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room


@pytest.fixture
def check(live: Runtime, db: None) -> Callable[[], None]:
    return lambda: live.resync.check(live)


@pytest.fixture
def socket(live: Runtime, alice: User) -> Iterator[FakeWebSocket]:
    make_room("111", alice)
    websocket = connected(live, alice)
    live.subscriptions.subscribe(websocket.client, [LOBBY])
    live.subscriptions.replay(websocket.client, LOBBY, 0, 0)
    yield websocket
    websocket.end()


@pytest.fixture
def elsewhere(bob: User) -> Callable[..., None]:
    """Another process stores messages of Bob's, and does not publish them."""

    def say(room: str, *texts: str) -> None:
        row = Room.objects.get(name=room)
        said = [Entry(Kind.MESSAGE, text=text, room=room) for text in texts]
        store([Draft(entry, row.pk, room, bob, lambda standing, author, now: None) for entry in said])

    return say


def test_a_message_that_was_not_published_comes_at_the_second_check(
    check: Callable[[], None], socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    check()
    elsewhere("111", "one", "two")
    elsewhere(LOBBY, "three")
    check()
    assert socket.messages() == []  # it may be on its way
    check()
    assert sorted(socket.messages()) == ["one", "three", "two"]
    check()
    assert socket.messages() == []


def test_a_long_gap_comes_whole_and_in_order(
    check: Callable[[], None], socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    texts = [f"m{number}" for number in range(450)]  # more than two pages of the log
    elsewhere("111", *texts)
    check()
    check()
    assert socket.messages() == texts


def test_a_room_that_is_being_delivered_is_not_read(
    check: Callable[[], None], live: Runtime, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    for number in range(3):
        elsewhere("111", f"m{number}")
        check()
        live.delivery.resync("111", number + 1)  # as a message of the bus that was a little late
    assert socket.messages() == ["m0", "m1", "m2"]


def test_a_room_that_was_joined_elsewhere_is_live_here(
    check: Callable[[], None], socket: FakeWebSocket, alice: User, elsewhere: Callable[..., None]
) -> None:
    check()
    make_room("222", alice)
    check()
    check()
    assert [frame["room"] for frame in socket.frames() if frame["type"] == "room" and frame["joined"]] == ["222"]
    elsewhere("222", "hello")
    check()
    check()
    assert socket.messages() == ["hello"]


def test_a_private_chat_that_began_elsewhere_comes_from_its_first_message(
    check: Callable[[], None], socket: FakeWebSocket, alice: User, bob: User, elsewhere: Callable[..., None]
) -> None:
    check()
    room = make_room(direct_room(bob.pk, alice.pk), alice, bob)
    elsewhere(room.name, "psst")
    check()
    check()
    assert socket.messages() == ["psst"]


def test_a_room_that_was_left_elsewhere_is_unsubscribed_here(
    live: Runtime, socket: FakeWebSocket, alice: User, elsewhere: Callable[..., None]
) -> None:
    assert socket.client is not None
    Membership.objects.filter(user=alice, room__name="111").delete()
    resync.check_left(live)
    assert socket.client.rooms == {LOBBY}
    assert [(frame["room"], frame["joined"]) for frame in socket.frames()] == [("111", False)]
    resync.check_left(live)
    assert socket.frames() == []


def test_the_message_that_a_user_left_comes_too_late_when_they_are_back(
    live: Runtime, socket: FakeWebSocket, alice: User
) -> None:
    rooms.on_left(live, {"type": "left", "user": alice.pk, "room": "111"})
    assert socket.frames() == []
    assert socket.client is not None
    assert socket.client.rooms == {LOBBY, "111"}


def test_a_client_that_is_not_greeted_yet_gets_no_rooms(
    check: Callable[[], None], live: Runtime, socket: FakeWebSocket, alice: User
) -> None:
    assert socket.client is not None
    socket.client.greeted = False
    check()
    make_room("222", alice)
    check()
    check()
    assert socket.frames() == []
    assert socket.client.missed == {"222"}


def test_events_that_are_gone_from_the_end_of_the_log_reset_the_room(
    check: Callable[[], None], live: Runtime, socket: FakeWebSocket, elsewhere: Callable[..., None]
) -> None:
    elsewhere("111", "one", "two")
    Event.objects.all().delete()
    check()
    check()
    assert socket.frames() == [{"type": "reset", "room": "111"}]
    check()
    check()
    assert socket.frames() == []


def test_nobody_here_nothing_to_do(check: Callable[[], None], live: Runtime, elsewhere: Callable[..., None]) -> None:
    make_room("111")
    elsewhere("111", "one")
    for _ in range(3):
        check()
    assert live.subscriptions.delivered() == {}


def test_a_room_that_a_program_is_not_told_of_is_not_found_again_and_again(
    check: Callable[[], None], live: Runtime, socket: FakeWebSocket, alice: User
) -> None:
    program = connected(live, alice)
    assert program.client is not None
    live.subscriptions.unsubscribe(program.client, ["111"])
    program.client.only = frozenset({LOBBY})
    for number in range(4):
        make_room(f"r{number}", alice)  # a new membership, and older ones are looked at with it
        check()
    assert [frame["room"] for frame in socket.frames() if frame["type"] == "room"] == ["r0", "r1", "r2", "r3"]
    assert [frame for frame in program.frames() if frame["type"] == "room"] == []
    program.end()
