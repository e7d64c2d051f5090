"""Resuming: `last` gets what was missed, once and in order, or `reset` for a room that must be loaded again."""

import socket
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from Dweb import runtime
from Dweb.chat import greeting, messages, rooms
from Dweb.databases.query_pool import QueryPool
from Dweb.live.direct import direct_room
from Dweb.live.hub import Hub
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Epoch, Event, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, talk


def write(sender: User, *texts: str, room: str = LOBBY, userto: int | None = None) -> None:
    for text in texts:
        messages.submit(runtime.get(), sender, Entry(Kind.MESSAGE, text=text, room=room, userto=userto))


def hello(**last: Any) -> dict[str, Any]:
    return {"type": "hello", "epoch": Epoch.current(), "last": last}


def texts(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["data"]["msg"] for frame in frames if frame["type"] == 1]


def kinds(frames: list[dict[str, Any]]) -> list[Any]:
    return [frame["type"] for frame in frames]


def test_everything_after_last_comes_in_order_and_then_ready(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a", "b", "c")
    frames = talk(live, alice, hello(lobby=1))
    assert kinds(frames) == [0, 1, 1, "ready"]
    assert texts(frames) == ["b", "c"]
    assert frames[-1]["epoch"] == Epoch.current()


def test_0_asks_for_everything(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a", "b")
    assert texts(talk(live, alice, hello(lobby=0))) == ["a", "b"]


def test_more_than_a_page_comes_without_gap_or_repeat(live: Runtime, alice: User) -> None:
    lobby = Room.objects.get(name=LOBBY)
    now = alice.date_joined
    count = 450
    Event.objects.bulk_create(
        Event(id=(lobby.pk << 32) + seq, room=lobby, seq=seq, user=alice, text=str(seq), time=now)
        for seq in range(1, count + 1)
    )
    Room.objects.filter(pk=lobby.pk).update(seq=count)
    frames = talk(live, alice, hello(lobby=7))
    assert [frame["data"]["seq"] for frame in frames if frame["type"] == 1] == list(range(8, count + 1))


def test_at_the_head_there_is_only_ready(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a")
    assert kinds(talk(live, alice, hello(lobby=1))) == [0, "ready"]


def test_without_last_there_is_no_ready_and_no_replay(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a")
    assert kinds(talk(live, alice, {"type": "hello"})) == [0]


def test_an_empty_last_is_answered_by_ready(live: Runtime, alice: User) -> None:
    assert kinds(talk(live, alice, hello())) == [0, "ready"]


def test_ones_other_rooms_are_live_from_now_on(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    write(bob, "old", room="111")
    frames = talk(live, alice, hello(lobby=0), lambda: write(bob, "new", room="111"))
    assert texts(frames) == ["new"]


def test_what_comes_during_the_replay_comes_after_it_and_once(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bob, "a", "b")
    greet = Hub.greet

    def greet_and_write(hub: Hub, *args: Any) -> set[str]:
        missed = greet(hub, *args)
        write(bob, "c")
        return missed

    monkeypatch.setattr(Hub, "greet", greet_and_write)
    frames = talk(live, alice, hello(lobby=0), lambda: write(bob, "d"))
    assert texts(frames) == ["a", "b", "c", "d"]


def test_a_room_joined_during_the_greeting_is_sent_after_it(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    greet = Hub.greet

    def join_and_greet(hub: Hub, *args: Any) -> set[str]:
        rooms.join(live, alice, "222")
        return greet(hub, *args)

    monkeypatch.setattr(Hub, "greet", join_and_greet)
    make_room("222", bob)
    frames = talk(live, alice, hello(lobby=0), lambda: write(bob, "words", room="222"))
    assert [frame["type"] for frame in frames][:2] == [0, "room"]
    assert "222" not in [room["room"] for room in frames[0]["rooms"]]
    assert frames[1].items() >= {"type": "room", "room": "222", "name": "222", "joined": True, "seq": 0}.items()
    assert texts(frames) == ["words"]


def test_a_direct_room_made_during_the_greeting_is_not_lost(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    greet = Hub.greet

    def write_and_greet(hub: Hub, *args: Any) -> set[str]:
        write(bob, "first words", userto=alice.pk)
        return greet(hub, *args)

    monkeypatch.setattr(Hub, "greet", write_and_greet)
    assert texts(talk(live, alice, hello(lobby=0))) == ["first words"]


def test_what_is_said_in_private_during_a_second_greeting_comes_once(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bob, "a", "b", userto=alice.pk)
    room = direct_room(alice.pk, bob.pk)
    ask = QueryPool.ask

    def write_and_ask(query_pool: QueryPool, *args: Any) -> Any:
        monkeypatch.setattr(QueryPool, "ask", ask)
        write(bob, "c", userto=alice.pk)
        return ask(query_pool, *args)

    def disturb() -> None:
        monkeypatch.setattr(QueryPool, "ask", write_and_ask)

    frames = talk(
        live, alice, hello(**{room: 0}), disturb, hello(**{room: 2}), lambda: write(bob, "d", userto=alice.pk)
    )
    assert texts(frames) == ["a", "b", "c", "d"]


def test_another_epoch_resets_every_room_that_was_asked_for(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    write(bob, "a")
    greeting = hello(lobby=0, **{"111": 0}) | {"epoch": "another"}
    frames = talk(live, alice, greeting, lambda: write(bob, "b"))
    assert sorted(frame["room"] for frame in frames if frame["type"] == "reset") == ["111", LOBBY]
    assert texts(frames) == ["b"]
    assert frames[-2] == {"type": "ready", "epoch": Epoch.current()}


def test_a_number_from_the_future_resets_that_room_alone(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    write(bob, "a")
    write(bob, "b", room="111")
    frames = talk(live, alice, hello(lobby=2, **{"111": 0}), lambda: write(bob, "c"))
    assert [frame["room"] for frame in frames if frame["type"] == "reset"] == [LOBBY]
    assert texts(frames) == ["b", "c"]


def test_foreign_rooms_are_not_resumed(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", bob)
    write(bob, "secret", room="111")
    frames = talk(live, alice, hello(**{"111": 0, "nowhere": 3}))
    errors = [(frame["error"], frame["detail"]) for frame in frames if frame["type"] == "error"]
    assert [code for code, _ in errors] == ["forbidden", "not_found"]
    assert ["111" in errors[0][1], "nowhere" in errors[1][1]] == [True, True]
    assert texts(frames) == []
    assert frames[-1]["type"] == "ready"


def test_a_second_greeting_repeats_nothing(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a")
    frames = talk(live, alice, hello(lobby=0), hello(lobby=1), lambda: write(bob, "b"))
    assert texts(frames) == ["a", "b"]


def test_a_second_greeting_resumes_what_it_asks_for(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a")
    frames = talk(live, alice, "test", hello(lobby=0), lambda: write(bob, "b"))
    assert texts(frames) == ["a", "b"]


def test_a_hole_in_the_log_is_not_passed_over(live: Runtime, alice: User, bob: User) -> None:
    for text in "abcd":
        write(bob, text)
    Event.objects.get(seq=3).delete()
    assert kinds(talk(live, alice, hello(lobby=1))) == [0, "reset", "ready"]


def test_after_newepoch_every_room_is_reset(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a")
    seen = Epoch.current()
    call_command("newepoch", stdout=StringIO())
    assert Epoch.current() != seen
    frames = talk(live, alice, {"type": "hello", "epoch": seen, "last": {"lobby": 1}})
    assert kinds(frames) == [0, "reset", "ready"]


def test_a_join_that_fails_half_way_can_be_made_again(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        monkeypatch.undo()
        raise OperationalError("gone for a moment")

    join = {"type": "join", "room": "111"}
    broken = lambda: monkeypatch.setattr("Dweb.chat.room_frames.of_member", fail)  # noqa: E731
    frames = talk(live, alice, "test", broken, join, join, lambda: write(alice, "hi", room="111"))
    assert [frame["type"] for frame in frames] == [0, "error", "room", 1]


@pytest.mark.parametrize(
    "last",
    [
        [],
        "lobby",
        7,
        True,
        {"lobby": "x"},
        {"lobby": -1},
        {"lobby": None},
        {"lobby": 1.5},
        {"lobby": True},
        {"lobby": {}},
        {"lobby": 2**63},
        {"a b": 1},
        {"@1": 1},
        {"@x.y": 1},
        {"": 1},
        {"\ud800": 1},
    ],
    ids=repr,
)
def test_malformed_last_is_an_error_and_no_greeting(live: Runtime, alice: User, last: object) -> None:
    frames = talk(live, alice, {"type": "hello", "last": last}, {"type": "hello"})
    assert kinds(frames) == ["error", 0]
    assert frames[0]["error"] == "bad_input"


def test_malformed_epoch_is_another_one(live: Runtime, alice: User) -> None:
    for epoch in (7, None, [], {}, ""):
        frames = talk(live, alice, {"type": "hello", "epoch": epoch, "last": {"lobby": 0}})
        assert kinds(frames) == [0, "reset", "ready"]


def test_a_client_that_does_not_read_what_is_new_in_a_room_is_closed(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its room was at the head when the greeting read it, so nothing was to be replayed."""
    greet = Hub.greet

    def greet_and_write(hub: Hub, *args: Any) -> set[str]:
        missed = greet(hub, *args)
        write(bob, *["x" * 4_000] * 4)
        return missed

    monkeypatch.setattr(Hub, "greet", greet_and_write)
    monkeypatch.setattr(greeting, "SLOW_SECONDS", 0.05)
    live.subscriptions._part_bytes = 1_000
    websocket = connected(live, alice)
    try:
        websocket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        client = websocket.client
        assert client is not None
        live.subscriptions.unsubscribe(client, [LOBBY])
        greeting.Greeting(live, client, alice).greet(greeting.Hello())
        assert [code for code, _ in websocket.closed] == [4000]
    finally:
        websocket.end()
