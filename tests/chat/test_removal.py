"""Removing, with everything but the network: whatever the removed one's sockets do just then, the room ends there."""

from collections.abc import Callable
from typing import Any

import pytest

from Dweb import runtime
from Dweb.chat import greeting, members, messages, rooms
from Dweb.live.hub import Hub
from Dweb.live.subscriptions import Subscriptions
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import Membership, Role, RoomKind, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, make_room, talk

ROOM = "team"


@pytest.fixture
def room(live: Runtime, alice: User, bob: User) -> None:
    """Alice's, with Bob in it, in which she has written twice."""
    make_room(ROOM, bob, owner=alice)
    write(alice, "one", "two")


def write(sender: User, *texts: str) -> None:
    for text in texts:
        messages.submit(runtime.get(), sender, Entry(Kind.MESSAGE, text=text, room=ROOM))


def remove_and_go_on(live: Runtime, alice: User, bob: User) -> None:
    write(alice, "before")
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    write(alice, "secret")


def told(frames: list[dict[str, Any]]) -> list[Any]:
    """Of the frames about the room: texts, words of notices, and whether it is the user's."""
    found: list[Any] = []
    for frame in frames:
        if frame["type"] == 1:
            found.append(frame["data"]["msg"])
        elif frame["type"] == "notice":
            found.append(frame["data"]["what"])
        elif frame["type"] == "room":
            found.append(frame["joined"])
    return found


@pytest.fixture
def tab(room: None, bob: User, connect: Callable[[User], FakeWebSocket]) -> FakeWebSocket:
    """Another tab of Bob's, which is greeted."""
    return connect(bob)


def test_an_open_tab_gets_the_notice_and_that_the_room_is_gone(
    live: Runtime, tab: FakeWebSocket, alice: User, bob: User
) -> None:
    remove_and_go_on(live, alice, bob)
    frames = tab.frames()
    assert told(frames) == ["before", "removed", False]
    assert [frame["data"]["seq"] for frame in frames if "data" in frame] == [3, 4]
    notice = frames[1]["data"]
    assert (notice["by"], notice["user"], notice["userid"], notice["username"]) == (alice.pk, "Alice", bob.pk, "Bob")
    assert frames[-1] == {"type": "room", "room": ROOM, "name": ROOM, "joined": False, "seq": 4}


STEPS: dict[str, tuple[object, str]] = {
    "before it is subscribed": (Subscriptions, "subscribe"),
    "before its numbers are read": (greeting, "heads_of"),
    "before it is described": (greeting, "describe"),
    "before it is sent": (Hub, "greet"),
    "before the replay": (Subscriptions, "replay"),
    "while the log is read": (Subscriptions, "page"),
    "before a page is sent": (Subscriptions, "_send_subscriber"),
}
OF_A_REPLAY = {"while the log is read", "before a page is sent"}


@pytest.mark.parametrize(
    ("step", "last"), [(step, last) for step in STEPS for last in (0, None) if last == 0 or step not in OF_A_REPLAY]
)
def test_at_each_step_of_a_resume(
    live: Runtime,
    tab: FakeWebSocket,
    alice: User,
    bob: User,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    last: int | None,
) -> None:
    """What the client knows at the end is that the room is not the user's, whatever it was sent before."""
    where, name = STEPS[step]
    plain: Callable[..., Any] = getattr(where, name)
    done: list[bool] = []

    def disturbed(*arguments: Any, **options: Any) -> Any:
        if not done and (ROOM in repr(arguments) or name == "heads_of"):
            done.append(True)
            remove_and_go_on(live, alice, bob)
        return plain(*arguments, **options)

    hello = {"type": "hello"} if last is None else {"type": "hello", "last": {ROOM: last, "lobby": 0}}
    monkeypatch.setattr(where, name, disturbed)
    frames = talk(live, bob, hello, lambda: write(alice, "still secret"))
    assert "secret" not in repr(frames) + repr(tab.frames())
    assert done
    known = {room["room"]: True for room in frames[0]["rooms"]}
    known |= {frame["room"]: frame["joined"] for frame in frames if frame["type"] == "room"}
    assert known.get(ROOM, False) is False
    assert not live.subscriptions.is_subscribed(bob.pk, ROOM)


def test_other_processes_are_sent_it_after_the_event(live: Runtime, tab: FakeWebSocket, alice: User, bob: User) -> None:
    """This one is another one: it knows of the removal by the bus alone, and the event is lost on the way."""
    Membership.objects.filter(user=bob).delete()
    rooms.on_left(live, {"type": "left", "user": bob.pk, "room": ROOM})
    write(alice, "secret")
    assert told(tab.frames()) == [False]


def test_one_who_is_added_again_meanwhile_stays(
    live: Runtime, tab: FakeWebSocket, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another owner, between the removal and what follows it here."""
    commit = live.committer.commit

    def removed_and_added(draft: Any) -> Any:
        event = commit(draft)
        monkeypatch.setattr(live.committer, "commit", commit)
        members.give_role(live, alice, ROOM, bob.pk, Role.MEMBER)
        return event

    monkeypatch.setattr(live.committer, "commit", removed_and_added)
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    write(alice, "welcome back")
    assert told(tab.frames())[-1] == "welcome back"


def test_one_who_was_never_there_is_not_told_that_they_are_banned(
    live: Runtime, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    """The room may be private: they do not even learn its name."""
    make_room("~abcdefghij", owner=alice, kind=RoomKind.PRIVATE, title="Secret")
    tab = connect(bob)
    members.remove(live, alice, "~abcdefghij", bob.pk, "", ban=True)
    assert tab.frames() == []
    assert Membership.objects.get(user=bob).banned


def test_who_leaves_a_private_room_is_told_its_name_alone(
    live: Runtime, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    make_room("~abcdefghij", bob, owner=alice, kind=RoomKind.PRIVATE, title="Secret", seq=7)
    tab = connect(bob)
    rooms.leave(live, bob, "~abcdefghij")
    assert tab.frames() == [{"type": "room", "room": "~abcdefghij", "name": "~abcdefghij", "joined": False, "seq": 0}]
