"""The outbox of a stream: what an id says is what came before it, wherever the events come from."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from websockets.frames import Close, Frame, Opcode

from Dweb.live.client import Client
from Dweb.live.outbox import Pushed
from Dweb.live.sse import place_of
from Dweb.live.stream import StreamOutbox
from Dweb.live.wire import encode, presence_frame

from ..support.events import Event
from ..support.hall import Hall
from ..support.link import Link
from ..support.waiting import SECONDS

EPOCH = "epoch"


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


class Reader:
    """A stream of a user, greeted, and subscribed to rooms; its peer reads what comes."""

    def __init__(
        self, hall: Hall, rooms: Sequence[str] = (), *, limit: int = 1 << 20, for_program: bool = False
    ) -> None:
        self.hall = hall
        self.link = hall.stack.enter_context(Link())
        self.closed: list[int] = []
        self.outbox = StreamOutbox(limit, EPOCH, for_program=for_program)
        self.client = Client(
            self.link.sock, 1, "Alice", close_socket=self._close, writer=hall.writer, limit=0, outbox=self.outbox
        )
        assert hall.hub.enter(self.client)
        hall.hub.greet(self.client, {"type": 0})
        for room in rooms:
            self.subscribe(room, hall.log.head(room))
        self.events()

    def _close(self, code: int, reason: str) -> None:
        self.closed.append(code)
        self.client.finish(Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False))

    def subscribe(self, room: str, cursor: int) -> None:
        self.hall.subscriptions.subscribe(self.client, [room])
        assert self.hall.subscriptions.replay(self.client, room, cursor, self.hall.log.head(room))

    def events(self) -> list[Event]:
        """Everything that has come."""
        self.client.send(encode({"type": "end"}))
        return self.read('{"type":"end"}')[:-1]

    def read(self, last: str) -> list[Event]:
        text = ""
        while not text.endswith(f"data: {last}\n\n"):
            text += self.link.peer.recv(1 << 16).decode()
        return [Event(block) for block in text.split("\n\n")[:-1]]


def numbers(events: Sequence[Event]) -> list[tuple[str, int]]:
    return [(each.json["data"]["room"], each.json["data"]["seq"]) for each in events if "data" in each.json]


def assert_truthful(events: Sequence[Event], before: dict[str, int]) -> None:
    """Each event has an id, which names the last number that came in each room."""
    cursors = dict(before)
    for event in events:
        data: Any = event.json["data"]
        cursors[data["room"]] = data["seq"]
        assert event.id is not None
        place = place_of(event.id)
        assert place is not None
        assert (place.epoch, dict(place.cursors), place.is_whole) == (EPOCH, cursors, True)


def test_streams_and_sockets_get_the_same_events(hall: Hall) -> None:
    socket, reader = hall.greeted(2, ["lobby"]), Reader(hall, ["lobby"])
    hall.append("lobby", 3)
    assert [each.json for each in reader.events()] == socket.frames()


def test_an_id_names_all_rooms_whichever_event_comes(hall: Hall) -> None:
    for room, count in (("a", 3), ("b", 0), ("c", 7)):
        hall.log.append(room, count)
    reader = Reader(hall, ["a", "b", "c"])
    dice = random.Random(7)
    for _ in range(40):
        hall.append(dice.choice("abc"), dice.randrange(1, 4))
    assert_truthful(reader.events(), {"a": 3, "b": 0, "c": 7})


def test_also_while_rooms_are_replayed_and_others_are_live(hall: Hall) -> None:
    hall.log.append("old", 12)
    reader = Reader(hall, ["live"])
    reader.outbox.begin({"old": 4})
    page = hall.log.since

    def since(room: str, seq: int) -> Any:
        hall.append("live")
        return page(room, seq)

    hall.subscriptions.since = since
    reader.subscribe("old", 4)
    events = reader.events()
    assert_truthful(events, {"live": 0, "old": 4})
    assert [seq for room, seq in numbers(events) if room == "old"] == list(range(5, 13))
    assert len({room for room, _ in numbers(events)}) == 2


def test_a_client_that_has_read_further_than_was_delivered(hall: Hall) -> None:
    other, reader = hall.greeted(2, ["lobby"]), Reader(hall)
    hall.append("lobby")
    hall.log.append("lobby", 4)
    reader.subscribe("lobby", 0)
    hall.deliver("lobby", 2, 3)
    hall.log.append("lobby", 2)
    hall.deliver("lobby", 4, 6)
    hall.deliver("lobby", 7, 7)
    events = reader.events()
    assert_truthful(events, {"lobby": 0})
    assert [seq for _, seq in numbers(events)] == other.seqs("lobby") == list(range(1, 8))


def test_the_sender_sees_the_cid_and_others_do_not(hall: Hall) -> None:
    mine = Reader(hall, ["lobby"])
    hall.append("lobby", sender=1, cid="c")
    hall.append("lobby", sender=2, cid="d")
    assert [each.json["data"].get("cid") for each in mine.events()] == ["c", None]


def test_the_removed_one_gets_nothing_after_the_event_that_says_so(hall: Hall) -> None:
    reader = Reader(hall, ["team"])
    hall.append("team")
    hall.delivery.deliver("team", hall.log.remove("team", 1))
    hall.append("team", 2)
    assert numbers(reader.events()) == [("team", 1), ("team", 2)]


def test_a_gap_that_cannot_be_filled_resets_and_the_ids_go_on_behind_it(hall: Hall) -> None:
    reader = Reader(hall, ["lobby"])
    hall.append("lobby", 2)
    reader.events()
    events = hall.log.append("lobby", 3)
    hall.subscriptions.since = lambda room, seq: []
    hall.delivery.deliver("lobby", events[2:])
    [reset] = reader.events()
    assert (reset.name, reset.id) == ("reset", None)
    hall.append("lobby")
    assert [each.id for each in reader.events()] == ["epoch lobby:6"]


def test_ready_has_an_id_too(hall: Hall) -> None:
    hall.log.append("b", 2)
    reader = Reader(hall, ["a", "b"])
    reader.client.send(encode({"type": "ready", "epoch": EPOCH}))
    [ready] = reader.events()
    assert ready.id == "epoch a:0 b:2"


def test_a_program_is_spared_what_is_for_eyes(hall: Hall) -> None:
    person, program = Reader(hall, ["a"]), Reader(hall, ["a"], for_program=True)
    for reader in (person, program):
        reader.client.send(presence_frame({2: "Bob"}, {}, 2))
        reader.client.send(encode({"type": "typing", "room": "a", "userid": 2}))
        reader.client.send(encode({"type": "room", "room": "a"}))
    assert [each.json["type"] for each in person.events()] == ["presence", "typing", "room"]
    assert [each.json["type"] for each in program.events()] == ["room"]


def test_a_full_outbox_ends_the_stream_and_its_last_id_is_of_what_was_written(hall: Hall) -> None:
    reader = Reader(hall, ["lobby"], limit=2_000)
    hall.append("lobby", 2)
    before = reader.events()
    frames = encode({"type": "x", "text": "x" * 500})
    while reader.outbox.push(frames) is not Pushed.FULL:  # nobody wakes the writer
        pass
    hall.append("lobby")
    reader.client.close_slow()
    [last] = reader.read(
        '{"type":"close","code":4000,"reason":"this connection reads too slowly; come back and resume"}'
    )
    assert (last.json["type"], last.id) == ("close", None)
    assert before[-1].id == "epoch lobby:2"
    assert reader.closed == [4000]
    assert json.dumps(reader.outbox.size) == "0" or reader.client.drain(SECONDS)
