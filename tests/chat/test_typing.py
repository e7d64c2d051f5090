"""Typing: sent to the clients that are live in the room, except the writer's own, and not in crowds."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from Dweb.chat import prices
from Dweb.chat.rates import Rates
from Dweb.live import broadcast
from Dweb.live.wire import encode
from Dweb.models import LOBBY, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, make_user, talk
from ..support.hall import Hall


@pytest.fixture
def others(live: Runtime, alice: User, bob: User) -> Iterator[list[FakeWebSocket]]:
    """Two tabs of Bob's, one of Alice's own, and one of Carol's, who is not in the room."""
    make_room("111", alice, bob)
    there = [connected(live, user) for user in (bob, bob, alice, make_user("carol"))]
    yield there
    for each in there:
        each.end()


def typing(room: Any = "111") -> dict[str, Any]:
    return {"type": "typing", "room": room}


def test_the_others_in_the_room_get_it(live: Runtime, alice: User, others: list[FakeWebSocket]) -> None:
    assert talk(live, alice, {"type": "hello"}, typing())[1:] == []
    sent = [{"type": "typing", "room": "111", "userid": alice.pk}]
    assert [each.frames() for each in others] == [sent, sent, [], []]


@pytest.mark.parametrize(("most", "sent"), [(2, 0), (3, 1)])
def test_in_a_crowd_nobody_gets_it(
    live: Runtime, alice: User, others: list[FakeWebSocket], most: int, sent: int
) -> None:
    with override_settings(TYPING_MAX_PEOPLE=most):
        talk(live, alice, typing())
    assert [len(each.frames()) for each in others] == [sent, sent, 0, 0]


def test_of_a_user_who_goes_on_sending_it_a_few_are_sent_on(
    live: Runtime, alice: User, others: list[FakeWebSocket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "typing_rates", Rates(1e-9, 5))
    assert talk(live, alice, {"type": "hello"}, *[typing()] * 7)[1:] == []
    assert [len(each.frames()) for each in others] == [5, 5, 0, 0]


def test_it_is_not_kept_for_who_comes_later(live: Runtime, alice: User, bob: User) -> None:
    room = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    assert talk(live, alice, typing(room)) == []
    assert [frame["type"] for frame in talk(live, bob, {"type": "hello", "last": {room: 0}})] == [0, "ready"]


def test_a_private_chat_in_which_nothing_was_said_has_no_receivers(live: Runtime, alice: User, bob: User) -> None:
    other = connected(live, bob)
    assert talk(live, alice, typing(f"@{alice.pk}.{bob.pk}")) == []
    assert other.frames() == []
    other.end()


@pytest.mark.parametrize(
    ("room", "code"),
    [
        (None, "bad_input"),
        ("", "bad_input"),
        ("a b", "bad_input"),
        ("@", "bad_input"),
        ([LOBBY], "bad_input"),
        (True, "bad_input"),
        ("x" * 65, "bad_input"),
        ("nowhere", "not_found"),
        ("foreign", "forbidden"),
        ("@900001.900002", "forbidden"),
    ],
    ids=str,
)
def test_where_one_is_not_one_types_nothing(live: Runtime, alice: User, bob: User, room: object, code: str) -> None:
    make_room("foreign", bob)
    other = connected(live, bob)
    error, greeting = talk(live, alice, typing(room), {"type": "hello"})
    assert (error["type"], error["error"], greeting["type"]) == ("error", code, 0)
    assert other.frames() == []
    other.end()


def test_before_a_greeting_the_database_is_asked_for_a_price(live: Runtime, alice: User) -> None:
    make_room("111", alice)

    def price(*frames: dict[str, Any]) -> float:
        live.rates.take_counts()
        talk(live, alice, *frames)
        return live.rates.take_counts()[alice.pk]

    for room in (LOBBY, "111"):
        assert price(typing(room)) == pytest.approx(prices.TYPING + prices.LOOKUP)
        assert price({"type": "hello"}, typing(room)) == pytest.approx(prices.HELLO + prices.TYPING)


def test_a_client_that_is_ahead_of_the_bus_gets_it_and_one_that_is_replayed_does_not() -> None:
    with Hall() as hall:
        ahead, behind = hall.greeted(1), hall.greeted(2)
        hall.greeted(3, ["lobby"])
        hall.log.append("lobby", 3)  # committed, but not published yet
        ahead.subscribe("lobby", 3)
        assert hall.subscriptions.subscribe(behind.client, ["lobby"]) == ["lobby"]
        frame = {"type": "typing"}
        for room in ("lobby", "nowhere"):
            broadcast.to_others(hall.registry, hall.writer, room, 3, encode(frame), 100)
        assert (ahead.frames(), behind.frames()) == ([frame], [])
