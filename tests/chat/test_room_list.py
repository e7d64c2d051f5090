"""The list of rooms in a greeting: in parts, the newest activity first, and exact for every room of every part."""

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from Dweb.chat import greeting, messages, room_list, rooms
from Dweb.chat.heads import Head
from Dweb.live.subscriptions import Subscriptions
from Dweb.live.wire import Kind, as_json
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Epoch, Event, Mark, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, talk

HELLO = {"type": "hello"}
COUNT = 12
PART_BYTES = 1_000  # three or four rooms


@pytest.fixture
def small_parts(settings: Any) -> None:
    settings.GREETING_PART_BYTES = PART_BYTES


@pytest.fixture
def chats(alice: User, bob: User, live: Runtime) -> list[str]:
    """Rooms of Alice and Bob, in each of which Bob has written once; the last one has the newest message."""
    names = [f"room{number}" for number in range(COUNT)]
    now = timezone.now()
    for number, name in enumerate(names):
        make_room(name, alice, bob)
        write(live, bob, name, "first")
        Event.objects.filter(room__name=name).update(time=now - timedelta(days=COUNT - number))
    return names


# The longest values of a room's other fields.
LONGEST = {
    "seq": 2**32, "read": 2**32, "unread": 100, "time": "2026-11-29T12:00:00.000Z", "kind": "private",
    "role": "moderator", "frozen": False, "archived": True, "level": "mentions", "pinned": True, "mentions": 100,
    "hidden": True, "muted": "2026-11-29T12:00:00.000Z",
}  # fmt: skip


def write(live: Runtime, sender: User, room: str, text: str) -> None:
    messages.submit(live, sender, Entry(Kind.MESSAGE, text=text, room=room))


def hello(**last: Any) -> dict[str, Any]:
    return HELLO | {"epoch": Epoch.current(), "last": last}


def parts(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [frame for frame in frames if frame["type"] in (0, "rooms")]


def listed(frames: list[dict[str, Any]]) -> list[str]:
    return [room["room"] for part in parts(frames) for room in part["rooms"]]


def texts(frames: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(frame["data"]["room"], frame["data"]["msg"]) for frame in frames if frame["type"] == 1]


def between(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Has `work` done once, before the first of the further parts is read."""
    refreshed = room_list.refreshed

    def disturbed(*args: Any) -> Any:
        monkeypatch.setattr(greeting, "refreshed", refreshed)
        work()
        return refreshed(*args)

    monkeypatch.setattr(greeting, "refreshed", disturbed)


def test_a_short_list_is_one_frame_the_lobby_and_then_the_newest_activity(
    live: Runtime, alice: User, chats: list[str]
) -> None:
    make_room("silent", alice)
    frames = talk(live, alice, HELLO)
    assert [frame["type"] for frame in frames] == [0]
    assert frames[0]["more"] is False
    assert listed(frames) == [LOBBY, *reversed(chats), "silent"]
    times = {room["room"]: room["time"] for room in frames[0]["rooms"]}
    assert times[LOBBY] is times["silent"] is None
    newest = Event.objects.get(room__name=chats[-1])
    assert times[chats[-1]] == newest.as_wire(chats[-1]).as_json()["data"]["time"]


def test_a_long_list_comes_in_parts_that_say_whether_more_follow(
    live: Runtime, alice: User, chats: list[str], small_parts: None
) -> None:
    frames = parts(talk(live, alice, HELLO))
    assert [frame["type"] for frame in frames] == [0] + ["rooms"] * (len(frames) - 1)
    assert [frame["more"] for frame in frames] == [True] * (len(frames) - 1) + [False]
    assert len(frames) >= 3
    assert all(len(as_json(frame["rooms"])) <= PART_BYTES for frame in frames)
    assert listed(frames) == [LOBBY, *reversed(chats)]
    unread = {room["room"]: (room["seq"], room["read"], room["unread"]) for part in frames for room in part["rooms"]}
    assert unread == {LOBBY: (0, 0, 0), **dict.fromkeys(chats, (1, 0, 1))}


def test_names_are_counted_in_bytes_as_they_are_on_the_wire() -> None:
    names = ["\x01" * 60, "😀" * 60, '"' * 60, "x"]
    heads = [Head(number, "😀" * 64, names[number % 4], 2**32, topic="话" * (number % 3)) for number in range(40)]
    cut = list(room_list.parts(heads, 3_000))
    assert [head for part in cut for head in part] == heads
    for part in cut:
        listed = [{"room": head.room, "name": head.name, "title": head.name, "topic": head.topic} for head in part]
        assert len(as_json([each | LONGEST for each in listed]).encode()) <= 3_000
    assert len(cut) < 20
    assert list(room_list.parts([], 3_000)) == [[]]
    assert list(room_list.parts(heads[:2], 1)) == [heads[:1], heads[1:2]]


def test_every_room_of_every_part_goes_live(
    live: Runtime, alice: User, bob: User, chats: list[str], small_parts: None
) -> None:
    def speak() -> None:
        for name in chats:
            write(live, bob, name, "live")

    assert texts(talk(live, alice, HELLO, speak)) == [(name, "live") for name in chats]


def test_every_room_of_every_part_is_resumed_once_and_in_order(
    live: Runtime, alice: User, bob: User, chats: list[str], small_parts: None
) -> None:
    for number in range(3):
        for name in chats:
            write(live, bob, name, str(number))
    frames = talk(live, alice, hello(**dict.fromkeys(chats, 2)), lambda: write(live, bob, chats[0], "live"))
    assert sorted(texts(frames)) == sorted([(name, text) for name in chats for text in "12"] + [(chats[0], "live")])
    assert texts(frames)[-1] == (chats[0], "live")
    last = max(number for number, frame in enumerate(frames) if frame["type"] in (0, "rooms"))
    assert min(number for number, frame in enumerate(frames) if frame["type"] == 1) > last
    assert [frame["type"] for frame in frames].count("ready") == 1


def test_what_is_written_between_two_parts_comes_once_and_after_its_room(
    live: Runtime, alice: User, bob: User, chats: list[str], small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into a room that is named already, into one that is named next, and into the last one, which is resumed."""
    asked = [chats[-1], chats[5], chats[0]]

    def speak() -> None:
        for name in asked:
            write(live, bob, name, "between")

    between(monkeypatch, speak)
    frames = talk(live, alice, hello(**{chats[0]: 0}), lambda: [write(live, bob, name, "after") for name in asked])
    seqs = {room["room"]: room["seq"] for part in parts(frames) for room in part["rooms"]}
    came = {name: [text for room, text in texts(frames) if room == name] for name in asked}
    assert (seqs[chats[-1]], came[chats[-1]]) == (1, ["between", "after"])
    assert (seqs[chats[5]], came[chats[5]]) == (2, ["after"])  # the client asks the history for what it has not seen
    assert came[chats[0]] == ["first", "between", "after"]


def test_a_room_that_is_left_between_two_parts_is_not_named_afterwards(
    live: Runtime, alice: User, chats: list[str], small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, lambda: rooms.leave(live, alice, chats[0]))
    frames = talk(live, alice, HELLO)
    assert chats[0] not in listed(frames)
    assert [frame["joined"] for frame in frames if frame["type"] == "room"] == [False]


def test_a_room_that_is_left_while_its_part_is_read_is_not_named_either(
    live: Runtime, alice: User, chats: list[str], small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Subscriptions.send_rooms

    def leave_and_send(subscriptions: Subscriptions, client: Any, frame: dict[str, Any]) -> None:
        monkeypatch.setattr(Subscriptions, "send_rooms", send)
        rooms.leave(live, alice, frame["rooms"][0]["room"])
        send(subscriptions, client, frame)

    monkeypatch.setattr(Subscriptions, "send_rooms", leave_and_send)
    frames = talk(live, alice, HELLO)
    [left] = [frame["room"] for frame in frames if frame["type"] == "room"]
    assert left not in listed(frames)
    assert len(listed(frames)) == COUNT


def test_a_room_that_is_joined_between_two_parts_comes_as_a_room_and_is_live(
    live: Runtime, alice: User, bob: User, chats: list[str], small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room("late", bob)
    between(monkeypatch, lambda: rooms.join(live, alice, "late"))
    frames = talk(live, alice, HELLO, lambda: write(live, bob, "late", "hello"))
    assert "late" not in listed(frames)
    assert texts(frames) == [("late", "hello")]


def test_a_direct_room_that_begins_between_two_parts_is_not_lost(
    live: Runtime, alice: User, bob: User, chats: list[str], small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(
        monkeypatch,
        lambda: messages.submit(live, bob, Entry(Kind.MESSAGE, text="psst", userto=alice.pk)),
    )
    frames = talk(live, alice, HELLO)
    assert [text for _, text in texts(frames)] == ["psst"]


def test_partners_marks_follow_the_part_that_names_their_room(live: Runtime, alice: User, small_parts: None) -> None:
    others = [make_user(f"other{number}") for number in range(COUNT)]
    for other in others:
        room = make_room(f"@{alice.pk}.{other.pk}", alice, other)
        write(live, alice, room.name, "hello")
        Mark.objects.create(user=other, room=room, seq=1)
    frames = talk(live, alice, HELLO)
    known: set[str] = set()
    for frame in frames:
        if frame["type"] == "read":
            assert frame["room"] in known
        else:
            known.update(room["room"] for room in frame["rooms"])
    assert sum(frame["type"] == "read" for frame in frames) == COUNT


def test_a_list_larger_than_the_outbox_closes_no_connection(
    live: Runtime, alice: User, bob: User, settings: Any
) -> None:
    settings.OUTBOX_MAX_BYTES, settings.GREETING_PART_BYTES = 16_000, 4_000
    for number in range(300):
        make_room(f"{number}" + "x" * 60, alice)
    frames = talk(live, alice, HELLO)
    assert len(listed(frames)) == 301
    assert len(as_json(frames)) > 3 * settings.OUTBOX_MAX_BYTES
    assert [frame for frame in frames if frame["type"] == "close"] == []


def test_a_client_that_does_not_read_its_list_is_closed_and_holds_no_more_than_two_parts(
    live: Runtime, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GREETING_PART_BYTES = 4_000
    monkeypatch.setattr(greeting, "SLOW_SECONDS", 0.2)
    for number in range(300):
        make_room(f"{number}" + "x" * 60, alice)
    websocket = connected(live, alice)
    try:
        websocket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        assert websocket.client is not None
        greeting.Greeting(live, websocket.client, alice).greet(greeting.Hello())
        assert [code for code, _ in websocket.closed] == [4000]
        assert websocket.client.outbox.size <= 2 * settings.GREETING_PART_BYTES + 1_000
    finally:
        websocket.end()
