"""Read marks: who gets them, what the greeting says, and how they come to be stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from Dweb import runtime
from Dweb.chat import messages, prices, rooms
from Dweb.chat.marks import Marks
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Epoch, Mark, Mention, Room, User, event_id
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, say, talk
from ..support.plan import explain
from ..support.said import write as chatter

HELLO = {"type": "hello"}


def submit(sender: User, entry: Entry) -> None:
    messages.submit(runtime.get(), sender, entry)


def write(sender: User, count: int = 1, room: str = LOBBY) -> None:
    for _ in range(count):
        submit(sender, Entry(Kind.MESSAGE, text="x", room=room))


def read(seq: object, room: str = LOBBY) -> dict[str, Any]:
    return {"type": "read", "room": room, "seq": seq}


def said_in_greeting(live: Runtime, user: User) -> dict[str, int]:
    greeting = talk(live, user, HELLO)[0]
    return {room["room"]: room["read"] for room in greeting["rooms"]}


@pytest.fixture
def direct(alice: User, bob: User) -> str:
    return make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name


def test_who_writes_has_read(live: Runtime, browser: Browser, alice: User, bob: User) -> None:
    assert said_in_greeting(live, alice) == {LOBBY: 0}
    write(bob, 3)
    say(browser)
    write(bob)
    assert said_in_greeting(live, alice) == {LOBBY: 4}


def test_the_answer_to_a_repeated_message_moves_no_other_rooms_mark(
    live: Runtime, browser: Browser, alice: User, bob: User
) -> None:
    make_room("111", alice, bob)
    write(bob, 4)
    say(browser, cid="c")
    write(bob, 9, room="111")
    assert say(browser, cid="c", room="111").json()["seq"] == 5
    assert said_in_greeting(live, alice) == {LOBBY: 5, "111": 0}


def test_all_of_ones_tabs_get_it_and_nobody_else(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    write(bob, 3, room="111")
    tab, other = connected(live, alice), connected(live, bob)
    moved = {"type": "read", "room": "111", "userid": alice.pk, "seq": 2}
    assert talk(live, alice, HELLO, read(2, "111"))[1:] == [moved]
    assert (tab.frames(), other.frames()) == ([moved], [])
    tab.end()
    other.end()


def test_in_a_direct_room_the_partner_gets_it_too(live: Runtime, alice: User, bob: User, direct: str) -> None:
    write(bob, 3, room=direct)
    carol = connected(live, make_user("carol"))
    other = connected(live, bob)
    talk(live, alice, read(3, direct))
    assert other.frames() == [{"type": "read", "room": direct, "userid": alice.pk, "seq": 3}]
    assert carol.frames() == []
    other.end()
    carol.end()


def test_a_mark_in_a_room_with_oneself_comes_once(live: Runtime, alice: User) -> None:
    room = make_room(f"@{alice.pk}.{alice.pk}", alice).name
    write(alice, room=room)
    live.marks = Marks()  # as if somebody else had written it
    assert [frame["type"] for frame in talk(live, alice, HELLO, read(1, room))] == [0, "read"]
    assert [frame["type"] for frame in talk(live, alice, HELLO)] == [0]


@pytest.mark.parametrize("stored", [False, True])
def test_a_mark_only_goes_forward_and_not_beyond_what_there_is(
    live: Runtime, alice: User, bob: User, stored: bool
) -> None:
    talk(live, alice, HELLO)
    write(bob, 5)
    store: Callable[[], None] = live.marks.store if stored else lambda: None
    steps = [step for seq in (3, 3, 2, 0, 4, 2**63 - 1, 5, 6) for step in (read(seq), store)]
    assert [frame["seq"] for frame in talk(live, alice, HELLO, *steps)[1:]] == [3, 4, 5]
    assert said_in_greeting(live, alice) == {LOBBY: 5}


def test_partners_marks_come_after_the_greeting_and_before_ready(
    live: Runtime, alice: User, bob: User, direct: str
) -> None:
    carol = make_user("carol")
    silent = make_room(f"@{alice.pk}.{carol.pk}", alice, carol).name
    make_room("111", alice, bob)
    for room in ("111", silent, direct):
        write(alice, 3, room=room)
    talk(live, bob, read(2, direct), read(3, "111"), read(1))
    marks = {"type": "read", "room": direct, "userid": bob.pk, "seq": 2}
    last = {direct: 1, LOBBY: 0}
    for _ in range(2):
        frames = talk(live, alice, {"type": "hello", "epoch": Epoch.current(), "last": last})
        assert [frame for frame in frames if frame["type"] == "read"] == [marks]
        assert [frame["type"] for frame in frames] == [0, "read", 1, 1, "ready"]
        live.marks.store()


def test_marks_beyond_the_last_number_are_at_it(live: Runtime, alice: User, bob: User, direct: str) -> None:
    """As after a backup was restored."""
    write(alice, 5, room=direct)
    talk(live, bob, read(5, direct))
    live.marks.store()
    Room.objects.filter(name=direct).update(seq=2)
    greeting, mark = talk(live, alice, HELLO)
    assert {room["room"]: room["read"] for room in greeting["rooms"]}[direct] == 2
    assert mark["seq"] == 2


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({}, "bad_input"),
        ({"seq": 1}, "bad_input"),
        ({"room": LOBBY}, "bad_input"),
        ({"room": LOBBY, "seq": "x"}, "bad_input"),
        ({"room": LOBBY, "seq": -1}, "bad_input"),
        ({"room": LOBBY, "seq": 1.5}, "bad_input"),
        ({"room": LOBBY, "seq": True}, "bad_input"),
        ({"room": LOBBY, "seq": [1]}, "bad_input"),
        ({"room": LOBBY, "seq": 2**63}, "bad_input"),
        ({"room": LOBBY, "seq": "9" * 5_000}, "bad_input"),
        ({"room": "a b", "seq": 1}, "bad_input"),
        ({"room": "@1", "seq": 1}, "bad_input"),
        ({"room": {}, "seq": 1}, "bad_input"),
        ({"room": "nowhere", "seq": 1}, "not_found"),
        ({"room": "foreign", "seq": 1}, "forbidden"),
        ({"room": "@900001.900002", "seq": 1}, "forbidden"),
    ],
    ids=str,
)
def test_what_cannot_be_marked_is_an_error_and_the_connection_lives_on(
    live: Runtime, alice: User, bob: User, frame: dict[str, Any], code: str
) -> None:
    write(bob, room=make_room("foreign", bob).name)
    error, greeting = talk(live, alice, {"type": "read", "cid": "c"} | frame, HELLO)
    assert (error["type"], error["error"], error["cid"], error["stored"]) == ("error", code, "c", False)
    assert greeting["type"] == 0
    live.marks.store()
    assert marks() == {("alice", LOBBY): 0, ("bob", "foreign"): 1}


# Where there is no mark, and what is unread.


def unread(live: Runtime, user: User) -> dict[str, int]:
    return {room["room"]: room["unread"] for room in talk(live, user, HELLO)[0]["rooms"]}


def test_who_joins_a_room_has_missed_nothing_and_from_then_on_everything_counts(
    live: Runtime, alice: User, bob: User
) -> None:
    make_room("111", bob)
    write(bob, 3, room="111")
    for _ in range(2):  # opened again, it stays as it is
        talk(live, alice, {"type": "join", "room": "111"}, {"type": "join", "room": "222"})
        talk(live, bob, {"type": "join", "room": "222"})
        write(bob, 2, room="111")
        write(bob, 2, room="222")
    assert said_in_greeting(live, alice) == {LOBBY: 0, "111": 3, "222": 0}
    assert unread(live, alice) == {LOBBY: 0, "111": 4, "222": 4}
    talk(live, alice, {"type": "leave", "room": "111"}, {"type": "join", "room": "111"})
    assert unread(live, alice) == {LOBBY: 0, "222": 4, "111": 0}


def test_who_comes_for_the_first_time_has_missed_nothing_in_the_lobby_but_everything_in_private(
    live: Runtime, alice: User, bob: User, direct: str
) -> None:
    write(bob, 3)
    write(bob, 2, room=direct)
    assert unread(live, alice) == {LOBBY: 0, direct: 2}
    write(bob)
    live.marks.store()
    assert unread(live, alice) == {LOBBY: 1, direct: 2}


def test_an_empty_lobby_counts_from_the_first_greeting_on(live: Runtime, alice: User, bob: User) -> None:
    assert unread(live, alice) == {LOBBY: 0}
    write(bob, 2)
    assert unread(live, alice) == {LOBBY: 2}


def test_only_messages_of_others_after_the_mark_are_unread(live: Runtime, alice: User, bob: User, direct: str) -> None:
    write(bob, 4, room=direct)
    write(alice, room=direct)  # has read what was before
    submit(bob, Entry(Kind.EDIT, text="y", room=direct, of=1))
    submit(bob, Entry(Kind.DELETION, room=direct, of=2))
    assert unread(live, alice)[direct] == 0
    write(bob, 2, room=direct)
    live.marks = Marks()  # what her own message had moved is lost
    talk(live, alice, read(3, direct))
    assert unread(live, alice)[direct] == 3
    chatter(Room.objects.get(name=direct), bob, ["x"] * 100)
    assert unread(live, alice)[direct] == 100


@pytest.mark.django_db(transaction=True)
def test_what_is_unread_is_counted_by_ranges_of_the_key_and_no_further_than_needed(live: Runtime) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    names = [f"room{number}" for number in range(500)]
    rooms = [make_room(name, alice, bob) for name in ("large", *names)]
    chatter(rooms[0], bob, ["x"] * 10_000)
    for room in rooms[1::5]:
        chatter(room, bob, ["x"] * 3)
    first = event_id(rooms[0].pk, 1)
    for user in (Mention.EVERYONE, bob.pk, 998, 999):
        Mention.objects.bulk_create(Mention(user=user, event=first + number) for number in range(1_000))
    with CaptureQueriesContext(connection) as captured:
        found = unread(live, alice)
    assert (found["large"], sum(found.values())) == (100, 400)
    asked = [each["sql"] for each in captured if "AS found" in each["sql"]]
    assert len(asked) == 2
    if connection.vendor == "sqlite":
        steps = {step["detail"] for step in explain(asked[0]) if " event " in step["detail"]}
        one, several = "SEARCH event USING INTEGER PRIMARY KEY (rowid=?)", "(rowid>? AND rowid<?)"
        assert steps == {one, one.replace("(rowid=?)", several)}
        steps = {step["detail"] for step in explain(asked[0]) if " mention " in step["detail"]}
        assert steps == {"SEARCH mention USING PRIMARY KEY (user=? AND event>? AND event<?)"}
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE event, mention")
            cursor.fetchall()
        plan = explain(asked[0])
        ways = {(step["key"], step["type"]) for step in plan if step["table"] == "event"}
        assert ways == {("PRIMARY", "range"), ("PRIMARY", "eq_ref")}
        assert {step["type"] for step in plan if step["table"] == "mention"} == {"range"}  # of one key or the other
    assert len(captured) < 20


def test_marks_count_for_the_send_rate(live: Runtime, alice: User) -> None:
    live.rates._burst, live.rates._rate = prices.MARK + prices.TYPING + prices.LOOKUP, 0.001
    frames = talk(live, alice, read(0), {"type": "typing", "room": LOBBY}, read(0), {"type": "typing", "room": LOBBY})
    assert [frame["error"] for frame in frames] == ["too_fast"] * 2
    assert frames[0]["detail"].startswith("Too much at once: at most 5 a second.")


# How they are stored.


def marks() -> dict[tuple[str, str], int]:
    rows = Mark.objects.values_list("user__account", "room__name", "seq")
    return {(account, room): seq for account, room, seq in rows}


def test_what_has_gathered_is_stored_together(live: Runtime, alice: User) -> None:
    people = [make_user(f"person{number}") for number in range(200)]
    lobby = Room.objects.get(name=LOBBY)
    for person in people:
        live.marks.note(person.pk, lobby.pk, 3)
    with CaptureQueriesContext(connection) as captured:
        live.marks.store()
    assert len([query for query in captured if "INSERT" in query["sql"]]) == 1
    assert marks() == {(person.account, LOBBY): 3 for person in people}
    live.marks.note(people[0].pk, lobby.pk, 4)
    live.marks.store()
    assert (marks()["person0", LOBBY], Mark.objects.count()) == (4, 200)
    with CaptureQueriesContext(connection) as captured:
        live.marks.store()
    assert len(captured) == 0


def test_nobody_moves_a_stored_mark_back(live: Runtime, alice: User) -> None:
    """Another process may have moved it further; and what it has stored counts more than what is gathered here."""
    lobby = Room.objects.get(name=LOBBY)
    for seq in (7, 5):
        another = Marks()
        another.note(alice.pk, lobby.pk, seq)
        another.store()
    live.marks.note(alice.pk, lobby.pk, 6)
    assert live.marks.read([(alice.pk, lobby.pk)]) == {(alice.pk, lobby.pk): 7}
    live.marks.store()
    assert marks() == {("alice", LOBBY): 7}


@pytest.mark.django_db(transaction=True)
def test_a_mark_of_somebody_who_is_gone_costs_the_others_nothing(live: Runtime) -> None:
    alice, gone = make_user("alice"), make_user("gone")
    lobby, left = Room.objects.get(name=LOBBY), make_room("left")
    live.marks.note(gone.pk, lobby.pk, 1)
    live.marks.note(alice.pk, left.pk, 2)
    live.marks.note(alice.pk, lobby.pk, 3)
    gone.delete()
    left.delete()
    live.marks.store()
    assert marks() == {("alice", LOBBY): 3}
    alice.delete()
    assert marks() == {}


def test_without_a_database_they_are_kept_for_the_next_time(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby = Room.objects.get(name=LOBBY)
    live.marks.note(alice.pk, lobby.pk, 3)

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone away")

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "atomic", fail)
        with pytest.raises(OperationalError):
            live.marks.store()
        live.stop()  # says so in the log, and does not fail
    live.marks.store()
    assert marks() == {("alice", LOBBY): 3}


def test_a_mark_that_moves_while_it_is_stored_is_not_forgotten(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lobby = Room.objects.get(name=LOBBY)
    live.marks.note(alice.pk, lobby.pk, 3)
    atomic = transaction.atomic

    def atomic_and_note() -> Any:
        live.marks.note(alice.pk, lobby.pk, 4)
        return atomic()

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "atomic", atomic_and_note)
        live.marks.store()
    assert marks() == {("alice", LOBBY): 3}
    live.marks.store()
    assert marks() == {("alice", LOBBY): 4}


def test_nobody_gets_a_step_back_though_the_mark_was_stored_meanwhile(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thread has looked up the old mark; before it moves it, another one moves it further, and it is stored."""
    lobby = Room.objects.get(name=LOBBY)
    look_up = Marks.read

    def look_up_slowly(self: Marks, keys: Any) -> Any:
        found = look_up(self, keys)
        monkeypatch.undo()
        self.note(alice.pk, lobby.pk, 9)
        self.store()
        return found

    monkeypatch.setattr(Marks, "read", look_up_slowly)
    moved: list[int] = []
    live.marks.move(alice.pk, lobby.pk, 5, lambda: moved.append(5))
    assert moved == []
    live.marks.move(alice.pk, lobby.pk, 10, lambda: moved.append(10))
    assert moved == [10]


def test_they_are_stored_when_the_server_stops(live: Runtime, alice: User) -> None:
    lobby = Room.objects.get(name=LOBBY)
    live.marks.note(alice.pk, lobby.pk, 3)
    live.stop()
    assert marks() == {("alice", LOBBY): 3}


def test_a_started_runtime_stores_them_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    repeated: dict[str, tuple[float, Callable[[], object]]] = {}
    monkeypatch.setattr(runtime, "repeat", lambda name, seconds, work: repeated.update({name: (seconds, work)}))
    made = Runtime()
    for part in (made.committer, made.files):
        monkeypatch.setattr(part, "start", lambda: None)
    made.start()
    made.writer.stop()
    stored: list[str] = []
    monkeypatch.setattr(made.marks, "store", lambda: stored.append("now"))
    seconds, work = repeated["marks"]
    work()
    assert (seconds, stored) == (1, ["now"])


def test_a_room_that_is_opened_before_the_greeting_is_in_the_greeting_alone(
    live: Runtime, alice: User, bob: User
) -> None:
    """A page takes the frame `room` for having read all that was written there."""
    rooms.join(live, alice, "222")
    rooms.join(live, bob, "222")
    submit(alice, Entry(Kind.MESSAGE, text="unread", room="222"))
    greeting, *others = talk(live, bob, lambda: rooms.join(live, bob, "222"), {"type": "hello"})
    assert greeting["type"] == 0
    assert next(room["unread"] for room in greeting["rooms"] if room["room"] == "222") == 1
    assert [frame for frame in others if frame["type"] == "room"] == []
