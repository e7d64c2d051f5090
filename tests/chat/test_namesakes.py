"""The names by which users are shown: whoever changes one, it is soon the name of now in every process."""

from collections.abc import Callable, Iterator

import pytest

from Dweb.chat import namesakes
from Dweb.live import authors
from Dweb.live.person import Move
from Dweb.models import LOBBY, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, say, sign_in

Connect = Callable[[User], FakeWebSocket]


@pytest.fixture
def connect(live: Runtime) -> Iterator[Connect]:
    sockets: list[FakeWebSocket] = []

    def connect(user: User) -> FakeWebSocket:
        sockets.append(connected(live, user))
        return sockets[-1]

    yield connect
    for socket in sockets:
        socket.end()


@pytest.fixture
def crowd(connect: Connect, bob: User) -> None:
    """For as many readers, a room's newest messages are kept."""
    for _ in range(5):
        connect(bob)


@pytest.mark.usefixtures("crowd")
def test_a_name_that_another_program_changed_is_taken(live: Runtime, connect: Connect, alice: User, bob: User) -> None:
    websocket = connect(alice)
    say(sign_in(alice))
    live.hub.update_peer("another process", {7: Move("Long gone", 1)})
    before = {(alice.pk, "Alice"), (bob.pk, "Bob"), (7, "Long gone")}
    namesakes.check_all(live)
    assert live.hub.names() == before
    User.objects.filter(pk=alice.pk).update(username="Alicia")
    namesakes.check_all(live)
    assert live.hub.names() == before - {(alice.pk, "Alice")} | {(alice.pk, "Alicia")}
    assert websocket.client is not None
    assert websocket.client.username == "Alicia"
    assert authors.names(live.registry) == set()


def test_the_name_of_a_user_of_another_process_is_taken(live: Runtime, alice: User) -> None:
    live.hub.update_peer("another process", {alice.pk: Move("Before", 1)})
    namesakes.check_all(live)
    assert live.hub.people() == {alice.pk: "Alice"}


@pytest.mark.usefixtures("crowd")
def test_kept_messages_of_an_author_who_has_left_are_dropped(live: Runtime, alice: User, bob: User) -> None:
    say(sign_in(alice))
    assert authors.names(live.registry) == {(alice.pk, "Alice")}
    namesakes.check_all(live)
    assert live.registry.rooms[LOBBY].tail.after(0)
    User.objects.filter(pk=alice.pk).update(username="Alicia")
    namesakes.check_all(live)
    assert authors.names(live.registry) == set()


def test_a_connection_with_an_old_name_takes_that_of_its_user(live: Runtime, connect: Connect, alice: User) -> None:
    """The name was changed during its handshake."""
    connect(alice)
    websocket = connect(User(pk=alice.pk, account="alice", username="Before"))
    namesakes.check_all(live)
    assert websocket.client is not None
    assert websocket.client.username == "Alice"
