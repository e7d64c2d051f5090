"""The follower alone: which events are the next ones, whatever order the frames come in."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dweb_client import Event, Forbidden, NotFound, PlaceError
from dweb_client.follower import Follower, Start
from dweb_client.place import Place
from hypothesis import given
from hypothesis import strategies as st

Frame = dict[str, Any]


def greeting(*rooms: tuple[str, int], epoch: str = "e1", more: bool = False) -> Frame:
    listed = [{"room": room, "seq": seq} for room, seq in rooms]
    return {"type": 0, "userid": 1, "username": "Ann", "epoch": epoch, "rooms": listed, "more": more}


def message(seq: int, room: str = "lobby") -> Frame:
    return {"type": 1, "data": {"room": room, "seq": seq, "msg": f"{seq}", "time": "2026-12-01T00:00:00.000Z"}}


READY = {"type": "ready", "epoch": "e1"}


def follower(rooms: list[str] | None = None, start: Start = "beginning", place: Place | None = None) -> Follower:
    return Follower(rooms, start, place)


def seen(one: Follower, *frames: Frame) -> list[tuple[str, str, int]]:
    return [(event.type, event.room, event.seq) for frame in frames for event in one.receive(frame)]


def numbers(events: Iterable[Event]) -> list[int]:
    return [event.seq for event in events]


def test_what_came_already_is_dropped_and_a_gap_asks_to_resume() -> None:
    one = follower(["lobby"])
    assert one.hello() == {"type": "hello", "last": {"lobby": 0}}
    assert seen(one, greeting(("lobby", 2)), message(1), message(1), message(2), READY, message(2)) == [
        ("message", "lobby", 1), ("message", "lobby", 2),
    ]  # fmt: skip
    assert not one.is_stale
    assert seen(one, message(4), message(3), message(5)) == []
    assert one.is_stale
    assert one.hello() == {"type": "hello", "last": {"lobby": 2}, "epoch": "e1"}


@given(st.lists(st.integers(1, 6), max_size=30))
def test_whatever_comes_the_program_gets_each_number_once_and_in_order(sent: list[int]) -> None:
    one, got = follower(["lobby"]), []
    for number in sent:
        one.opened()
        got += numbers(one.receive(message(number)))
    assert got == [*range(1, len(got) + 1)]


def test_now_begins_where_the_greeting_says() -> None:
    one = follower(["lobby"], "now")
    assert one.hello()["last"] == {}
    assert seen(one, greeting(("lobby", 7), ("ops", 3)), READY, message(8), message(4, "ops")) == [
        ("message", "lobby", 8)
    ]
    assert one.hello()["last"] == {"lobby": 8}


def test_a_room_that_is_not_the_users_is_refused_before_anything_comes() -> None:
    one = follower(["lobby", "ops"])
    assert seen(one, greeting(("lobby", 1)), message(1)) == []
    with pytest.raises(Forbidden, match="ops"):
        one.receive({"type": "error", "error": "forbidden", "detail": "…"})
    one = follower(["lobby", "none"])
    with pytest.raises(NotFound, match="none"):
        seen(one, greeting(("lobby", 1)), READY)


def test_a_list_of_rooms_may_come_in_parts() -> None:
    one = follower(["ops"], "now")
    further = {"type": "rooms", "rooms": [{"room": "ops", "seq": 3}], "more": False}
    assert seen(one, greeting(("lobby", 1), more=True), further, READY, message(4, "ops")) == [("message", "ops", 4)]


def test_all_rooms_begin_at_their_beginning_also_new_ones() -> None:
    one = follower()
    seen(one, greeting(("lobby", 2), ("ops", 0)), READY)
    assert one.is_stale  # the beginning of the lobby was not asked for
    one.opened()
    seen(one, greeting(("lobby", 2), ("ops", 0)), message(1), message(2), READY)
    assert not one.is_stale
    assert seen(one, message(1, "@1.2")) == [("message", "@1.2", 1)]
    seen(one, {"type": "room", "room": "plant", "joined": True, "seq": 4})
    assert one.is_stale
    assert one.hello()["last"] == {"lobby": 2, "ops": 0, "@1.2": 1, "plant": 0}


def test_a_private_chat_that_began_while_the_connection_was_lost_is_new_also_to_who_began_now() -> None:
    one = follower(None, "now")
    seen(one, greeting(("lobby", 2), ("@1.3", 9)), READY)
    one.opened()
    seen(one, greeting(("lobby", 2), ("@1.3", 9), ("@1.2", 2), ("plant", 5)), READY)
    assert one.is_stale
    assert one.hello()["last"] == {"lobby": 2, "@1.3": 9, "@1.2": 0, "plant": 5}


def test_who_comes_back_into_a_room_gets_what_was_missed() -> None:
    one = follower(None, "now")
    seen(one, greeting(("ops", 3)), READY, {"type": "room", "room": "ops", "joined": False})
    seen(one, {"type": "room", "room": "ops", "joined": True, "seq": 5})
    assert one.is_stale
    assert one.hello()["last"] == {"ops": 3}


def test_another_epoch_resets_each_room_once() -> None:
    one = follower(["lobby", "ops"], {"lobby": 4})
    seen(one, greeting(("lobby", 4), ("ops", 0)), READY)
    one.opened()
    replaced = greeting(("lobby", 2), ("ops", 0), epoch="e2")
    assert seen(one, replaced, {"type": "reset", "room": "lobby"}) == [("reset", "lobby", 0), ("reset", "ops", 0)]
    assert one.is_stale
    assert one.hello() == {"type": "hello", "last": {"lobby": 0, "ops": 0}, "epoch": "e2"}
    live = follower(["lobby"], "now")
    seen(live, greeting(("lobby", 4)), READY)
    live.opened()
    lobby = greeting(("lobby", 2), epoch="e2")
    reset = {"type": "reset", "room": "lobby"}
    assert seen(live, lobby, reset, READY, message(3)) == [("reset", "lobby", 0), ("message", "lobby", 3)]


def test_a_history_whose_beginning_is_gone_goes_on_from_now() -> None:
    one = follower(["lobby"])
    reset = {"type": "reset", "room": "lobby"}
    assert seen(one, greeting(("lobby", 9)), reset, READY, message(10)) == [
        ("reset", "lobby", 0), ("message", "lobby", 10),
    ]  # fmt: skip
    assert not one.is_stale


def test_events_of_kinds_that_are_not_known_here_come_and_move_the_cursor() -> None:
    one = follower(["lobby"])
    event = {"type": "react", "data": {"room": "lobby", "seq": 1, "of": 7}}
    assert seen(one, greeting(("lobby", 0)), READY, event, message(2)) == [
        ("react", "lobby", 1),
        ("message", "lobby", 2),
    ]


def polled(*events: Frame, epoch: str = "e1", reset: tuple[str, ...] = (), **last: int) -> Frame:
    return {"events": [*events], "last": last, "epoch": epoch, "id": f"{epoch} {last}", "reset": [*reset]}


def test_the_answers_to_polls() -> None:
    one = follower()
    assert numbers(one.polled(polled(lobby=2))) == []
    assert one.last_id is None  # it does not say that the beginning is wanted
    assert one.hello() == {"type": "hello", "last": {"lobby": 0}, "epoch": "e1"}
    coming = one.polled(polled(message(1), message(2), lobby=2))
    assert next(coming).seq == 1
    assert one.cursors == {"lobby": 1}  # the program has not asked for the second yet
    assert numbers(coming) == [2]
    assert one.last_id == "e1 {'lobby': 2}"
    assert numbers(one.polled(polled(message(1), epoch="e2", reset=("lobby",), lobby=1))) == [0]
    assert one.is_stale


def test_a_poll_goes_on_from_where_a_reset_has_left_it() -> None:
    live = follower(["lobby"], "now")
    assert numbers(live.polled(polled(lobby=5))) == []
    assert numbers(live.polled(polled(message(3), reset=("lobby",), lobby=3))) == [0, 3]
    assert not live.is_stale
    cut = follower(["lobby"])  # the beginning is gone
    assert numbers(cut.polled(polled(reset=("lobby",), lobby=8))) == [0]
    assert numbers(cut.polled(polled(message(9), message(10), lobby=10))) == [9, 10]


def test_a_room_that_turns_up_between_two_polls_is_no_other_history() -> None:
    one = follower()
    assert numbers(one.polled(polled(lobby=0))) == []
    assert numbers(one.polled(polled(reset=("ops",), lobby=0, ops=2))) == []
    assert not one.is_stale
    assert (one.hello()["last"], one.last_id) == ({"lobby": 0, "ops": 0}, None)
    live = follower(None, "now")
    assert numbers(live.polled(polled(lobby=0))) == []
    assert numbers(live.polled(polled(message(3, "ops"), reset=("ops",), lobby=0, ops=3))) == [3]
    assert live.hello()["last"] == {"lobby": 0, "ops": 3}


def test_the_place_is_kept_for_rooms_of_the_same_epoch(tmp_path: Path) -> None:
    path = tmp_path / "place"
    place = Place(path)
    place.save("e1", {"lobby": 3})
    place.save("e1", {"ops": 1})
    assert (Place(path).epoch, Place(path).rooms) == ("e1", {"lobby": 3, "ops": 1})
    place.save("e2", {"ops": 0})
    assert (Place(path).epoch, Place(path).rooms) == ("e2", {"ops": 0})
    one = follower(["ops", "lobby"], "now", Place(path))
    assert one.hello() == {"type": "hello", "last": {"ops": 0}, "epoch": "e2"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"epoch": 1, "rooms": {}}', '{"epoch": "e", "rooms": {"a": -1}}', "\x00"]
)
def test_a_file_that_keeps_no_place_is_not_taken_for_the_beginning(tmp_path: Path, text: str) -> None:
    (tmp_path / "place").write_text(text)
    with pytest.raises(PlaceError, match="delete it"):
        Place(tmp_path / "place")


@pytest.mark.parametrize(("rooms", "start"), [([], "beginning"), (["a"], "yesterday")])
def test_wrong_wishes_are_refused_at_once(rooms: list[str], start: Any) -> None:
    with pytest.raises(ValueError, match=r"room|start"):
        follower(rooms, start)
