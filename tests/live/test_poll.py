"""The outbox of a long poll: it gathers events and nothing else, and leaves no gap."""

import json

from Dweb.live.framed import Framed, frame, join
from Dweb.live.outbox import Pushed
from Dweb.live.poll import PollOutbox
from Dweb.live.sse import RoomEvents
from Dweb.live.wire import encode, presence_frame, reset_frame

from ..support.log import Log

BYTES = 100_000


def events_of(framed: list[Framed]) -> RoomEvents:
    return RoomEvents(framed, join(framed, 7))


def made(limit: int = BYTES, most: int = 3) -> tuple[PollOutbox, list[bool]]:
    woken: list[bool] = []
    outbox = PollOutbox(limit, most, lambda: woken.append(True))
    return outbox, woken


def test_only_events_and_resets_wake_it() -> None:
    outbox, woken = made()
    outbox.begin({"lobby": 4})
    for frames in (presence_frame({1: "Ann"}, {}, 1), encode({"type": "ready"}), encode({"type": "read"})):
        assert outbox.push(frames) is Pushed.QUEUED
    assert (woken, outbox.has_something) == ([], False)
    outbox.push(reset_frame("lobby"))
    assert (woken, outbox.has_something) == ([True], True)
    assert outbox.gathered() == ([], {"lobby": 4}, ["lobby"])


def test_what_does_not_fit_is_left_for_the_next_poll_with_all_that_follows() -> None:
    log = Log()
    framed, other = list(frame(log.append("lobby", 5))), list(frame(log.append("ops")))
    outbox, woken = made()
    outbox.begin({"lobby": 0, "ops": 0})
    outbox.push(events_of(framed))
    assert outbox.is_over
    outbox.push(events_of(other))
    outbox.push(reset_frame("ops"))
    told = json.loads(outbox.gathered().as_json("E"))
    assert [event["data"]["seq"] for event in told["events"]] == [1, 2, 3]
    assert (told["last"], told["epoch"], told["id"]) == ({"lobby": 3, "ops": 0}, "E", "E lobby:3 ops:0")
    assert "reset" not in told
    assert woken


def test_one_event_fits_always() -> None:
    outbox, _ = made(limit=10)
    outbox.push(events_of(list(frame(Log().append("lobby", 2)))))
    told = json.loads(outbox.gathered().as_json("E"))
    assert (len(told["events"]), told["last"]) == (1, {"lobby": 1})


def test_nothing_is_taken_once_it_is_answered() -> None:
    outbox, _ = made()
    outbox.begin({"lobby": 0})
    before = outbox.gathered().as_json("E")
    outbox.push(events_of(list(frame(Log().append("lobby")))))
    outbox.begin({"lobby": 9})
    assert outbox.gathered().as_json("E") == before
