"""Chat.events(): each event once and in order, from where the program was, whatever happens to the connection."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from threading import Event as Flag

import pytest
from dweb_client import Chat, Event, Forbidden, NotSignedIn

from ..conftest import LONG
from ..support.programs import program_of
from ..support.server import Server, Visitor
from ..support.waiting import SECONDS, in_thread, wait_until
from .conftest import ONCE

pytestmark = ONCE
EVERY_WAY = pytest.mark.parametrize("via", ["socket", "sse", "poll"])
SLOWLY = pytest.mark.parametrize("via", ["socket", *(pytest.param(via, marks=LONG) for via in ("sse", "poll"))])


def texts(events: Iterator[Event], count: int) -> list[str]:
    return [event.text for event in islice(events, count)]


@EVERY_WAY
def test_they_begin_at_the_rooms_beginning_and_go_on(chat: Chat, room: str, via: str) -> None:
    for text in "abc":
        chat.send(text, room)
    events = chat.events(room, via=via)
    assert texts(events, 3) == ["a", "b", "c"]
    chat.send("d", room)
    chat.drop_connections()
    chat.send("e", room)
    assert [(event.seq, event.text, event.room) for event in islice(events, 2)] == [(4, "d", room), (5, "e", room)]


@EVERY_WAY
def test_they_may_begin_now_or_after_a_number(chat: Chat, room: str, via: str) -> None:
    chat.send("before", room)
    chat.send("before, too", room)
    assert texts(chat.events(room, start={room: 1}, via=via), 1) == ["before, too"]
    events = chat.events(room, start="now", via=via)
    first = in_thread(lambda: next(events))
    while not first.done():  # whatever of it comes before the stream is live is not of now
        chat.send("now", room)
        wait_until(lambda: True)
    assert first.result(SECONDS).text == "now"


@EVERY_WAY
def test_a_program_goes_on_where_its_file_says(chat: Chat, room: str, tmp_path: Path, via: str) -> None:
    for text in "abcd":
        chat.send(text, room)
    place = tmp_path / "place"
    events = chat.events(room, place=place, via=via)
    assert texts(events, 3) == ["a", "b", "c"]
    assert json.loads(place.read_text())["rooms"] == {room: 2}  # the program may not be done with the third
    events.close()
    again = chat.events(room, place=place, via=via, start="now")
    assert texts(again, 2) == ["c", "d"]
    again.close()
    assert [each.name for each in tmp_path.iterdir()] == ["place"]


@EVERY_WAY
def test_all_rooms_also_those_that_turn_up(chat: Chat, server: Server, room: str, via: str) -> None:
    bob = server.people(1)[0]
    chat.send("a", room)
    seen: list[Event] = []
    in_thread(lambda: seen.extend(chat.events(via=via)))
    wait_until(lambda: any(event.room == room for event in seen))
    other = chat.make_room(f"{room} two").name
    sent = chat.send("in a new room", other)
    bob.say("a private one", type="0", userto=chat.me().userid)
    wait_until(lambda: {"in a new room", "a private one"} <= {event.text for event in seen})
    assert all(event.seq == 1 for event in seen if event.text == "in a new room")
    assert sent == 1
    for name in {event.room for event in seen}:
        numbers = [event.seq for event in seen if event.room == name]
        assert numbers == [*range(1, len(numbers) + 1)]
    chat.close()


def test_close_ends_a_loop_in_another_thread(chat: Chat, room: str) -> None:
    chat.send("a", room)
    begun = Flag()

    def loop() -> int:
        count = 0
        for _ in chat.events(room):
            count += 1
            begun.set()
        return count

    running = in_thread(loop)
    assert begun.wait(SECONDS)
    chat.close()
    assert running.result(SECONDS) == 1


@EVERY_WAY
def test_the_end_of_a_token_ends_the_loop(chat: Chat, ann: Visitor, room: str, via: str) -> None:
    with Chat(chat.url, program_of(ann, name="short").token) as other:
        chat.send("a", room)
        events = other.events(room, via=via)
        assert next(events).text == "a"
        [row] = [row for row in ann.get("/tokens/").json()["tokens"] if row["name"] == "short"]
        ann.post("/tokens/", end=row["id"])
        with pytest.raises(NotSignedIn):
            next(events)


@EVERY_WAY
def test_who_is_removed_from_the_room_is_told(chat: Chat, server: Server, room: str, via: str) -> None:
    bob = server.people(1)[0]
    with Chat(chat.url, program_of(bob).token) as other:
        other.join(room)
        chat.send("a", room)
        events = other.events(room, via=via)
        assert next(events).text == "a"
        chat.post(f"/rooms/{room}/members/", userid=bob.userid, remove=1)
        with pytest.raises(Forbidden, match=room):
            list(events)


@SLOWLY
def test_it_outlives_a_restart_of_the_server(make_server: Callable[..., Server], via: str) -> None:
    own = make_server()
    [ann] = own.people(1)
    with Chat(own.url, program_of(ann).token) as chat:
        events = chat.events("lobby", via=via)
        chat.send("before")
        assert next(events).text == "before"
        own.kill()
        sending = in_thread(lambda: chat.send("meanwhile"))
        reading = in_thread(lambda: next(events))
        own.start()
        assert sending.result(60) == 2
        assert reading.result(60).text == "meanwhile"


@SLOWLY
def test_another_history_is_announced_and_begins_again(
    make_server: Callable[..., Server], tmp_path: Path, via: str
) -> None:
    """A backup was restored: the numbers mean other events, also for a program that was not running then."""
    own = make_server()
    [ann] = own.people(1)
    with Chat(own.url, program_of(ann).token) as chat:
        for text in "abc":
            chat.send(text)
        files = [tmp_path / "running", tmp_path / "later", tmp_path / "live"]
        running, later, live = (chat.events("lobby", place=file, via=via) for file in files)
        assert texts(running, 3) == texts(later, 3) == texts(live, 3) == ["a", "b", "c"]
        later.close()
        live.close()
        own.stop()
        own.run("manage.py", "newepoch")
        own.start()
        assert [(event.type, event.text) for event in islice(running, 4)] == [
            ("reset", ""), ("message", "a"), ("message", "b"), ("message", "c"),
        ]  # fmt: skip
        later = chat.events("lobby", place=files[1], via=via)
        assert [event.type for event in islice(later, 2)] == ["reset", "message"]
        live = chat.events("lobby", place=files[2], start="now", via=via)
        assert next(live).type == "reset"
        reading = in_thread(lambda: next(live))
        chat.send("d")
        assert reading.result(SECONDS).text == "d"
        for each in (running, later, live):
            each.close()
