"""What one connection says and is answered: the greeting, messages, rooms, and frames that make no sense."""

import json

import pytest
from django.db import OperationalError, connection

from Dweb.chat import membership
from Dweb.models import LOBBY, Epoch, Event, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import OpenConnection, connected, make_room, make_user, talk

HELLO = {"type": "hello"}


def test_greeting_says_who_is_online_who_you_are_and_your_rooms(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice)
    make_room(f"@{alice.pk}.{bob.pk}", alice, bob)
    make_room("foreign", bob)
    other = connected(live, bob)
    [greeting] = talk(live, alice, HELLO)
    other.end()
    people = [{"username": "Bob", "userid": bob.pk}, {"username": "Alice", "userid": alice.pk}]
    assert greeting.pop("rooms") == [
        {"room": LOBBY, "name": LOBBY, "seq": 0, "read": 0, "unread": 0},
        {"room": "111", "name": "111", "seq": 0, "read": 0, "unread": 0},
        {"room": f"@{alice.pk}.{bob.pk}", "name": "Bob", "seq": 0, "read": 0, "unread": 0},
    ]
    assert greeting == {
        "type": 0,
        "userid": alice.pk,
        "username": "Alice",
        "epoch": Epoch.current(),
        "userlist": people,
        "online": 2,
    }


def test_a_ping_is_answered(live: Runtime, alice: User) -> None:
    assert talk(live, alice, {"type": "ping"}) == [{"type": "pong"}]


def test_who_is_loud_is_read_more_slowly_and_answered_all_the_same(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.frame_rates._burst, live.frame_rates._rate = 3.0, 0.5
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        live.frame_rates._buckets.clear()

    monkeypatch.setattr("Dweb.views.connection.time.sleep", sleep)
    assert talk(live, alice, *[{"type": "ping"}] * 8) == [{"type": "pong"}] * 8
    assert [1.5 < each <= 2 for each in slept] == [True, True]


def test_rooms_that_cannot_be_resumed_are_named_with_the_cid_of_the_greeting(live: Runtime, alice: User) -> None:
    frames = talk(live, alice, {"type": "hello", "cid": "c", "last": {LOBBY: 0, "left": 3}})
    [error] = [frame for frame in frames if frame["type"] == "error"]
    assert (error["error"], error["cid"]) == ("forbidden", "c")
    assert "left" in error["detail"]


def test_the_demos_text_test_is_a_greeting_too(live: Runtime, alice: User) -> None:
    greetings = talk(live, alice, "test", " test\n")
    assert [(frame["type"], frame["userid"]) for frame in greetings] == [(0, alice.pk)] * 2


def test_message_is_acknowledged_and_stored(live: Runtime, alice: User) -> None:
    message, ack = talk(live, alice, HELLO, {"type": "1", "txt": "hi", "cid": "c1"})[1:]
    event = Event.objects.get()
    assert ack == {"type": "ack", "cid": "c1", "room": LOBBY, "seq": 1, "id": event.pk}
    assert (message["data"]["msg"], message["data"]["cid"], message["data"]["seq"]) == ("hi", "c1", 1)


def test_types_may_be_numbers(live: Runtime, alice: User) -> None:
    ack = talk(live, alice, {"type": 1, "txt": "hi", "cid": "c"})[-1]
    assert (ack["type"], ack["seq"]) == ("ack", 1)


def test_rooms_may_be_numbers_and_0_is_one(live: Runtime, alice: User) -> None:
    make_room("0", alice)
    ack = talk(live, alice, {"type": "1", "txt": "hi", "room": 0})[-1]
    assert (ack["type"], ack["room"]) == ("ack", "0")


def test_the_cid_is_only_for_its_sender(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    other = connected(live, bob)
    talk(live, alice, HELLO, {"type": "1", "room": "111", "txt": "hi", "cid": "secret"})
    [received] = other.frames()
    other.end()
    assert received["data"]["msg"] == "hi"
    assert "cid" not in received["data"]


def test_private_message_opens_the_direct_room_on_both_sides(live: Runtime, alice: User, bob: User) -> None:
    other = connected(live, bob)
    frames = talk(live, alice, HELLO, {"type": "0", "userto": bob.pk, "txt": "psst", "cid": "c"})
    [theirs] = other.frames()
    other.end()
    own = next(frame["data"] for frame in frames if frame["type"] == 1)
    assert own["room"] == theirs["data"]["room"] == f"@{alice.pk}.{bob.pk}"
    assert own["userto"] == theirs["data"]["userto"] == bob.pk


def test_refused_frame_says_that_nothing_was_stored_and_echoes_the_cid(live: Runtime, alice: User) -> None:
    [error] = talk(live, alice, {"type": "1", "txt": " ", "cid": "c9"})
    assert error == {
        "type": "error",
        "error": "bad_input",
        "detail": "The message is empty.",
        "stored": False,
        "cid": "c9",
    }
    assert not Event.objects.exists()


def test_foreign_userfrom_is_forbidden(live: Runtime, alice: User, bob: User) -> None:
    [error] = talk(live, alice, {"type": "1", "txt": "hi", "userfrom": bob.pk})
    assert error["error"] == "forbidden"


def test_failed_database_is_an_error_with_the_cid_and_the_connection_lives_on(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("Dweb.log.transaction.MOVE", "it fails here")
        lost, ack = talk(live, alice, {"type": "1", "txt": "a", "cid": "x"}, patch.undo, {"type": "1", "txt": "b"})
    assert (lost["error"], lost["stored"], lost["cid"]) == ("unavailable", False, "x")
    assert lost["wait"] > 0
    assert (ack["type"], ack["seq"]) == ("ack", 1)


def test_failed_database_during_the_greeting_closes_so_that_the_client_resumes(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user_id: int) -> None:
        raise OperationalError("gone away")

    monkeypatch.setattr(membership, "room_names", fail)
    assert talk(live, alice, HELLO)[-1] == {"type": "close", "code": 1013}


def test_join_makes_the_room_and_all_tabs_get_it(live: Runtime, alice: User) -> None:
    tab = connected(live, alice)
    room = talk(live, alice, HELLO, {"type": "join", "room": "课堂"})[1]
    assert room == {"type": "room", "room": "课堂", "name": "课堂", "joined": True, "seq": 0}
    assert tab.frames() == [room]
    assert Membership.objects.filter(user=alice, room__name="课堂").exists()
    tab.end()


def test_all_tabs_get_what_is_said_in_a_room_that_one_joined(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", bob)
    tab = connected(live, alice)
    bobs = {"type": "1", "room": "111", "txt": "welcome"}
    frames = talk(live, alice, HELLO, {"type": "join", "room": "111"}, lambda: talk(live, bob, bobs))
    assert frames[-1]["data"]["msg"] == "welcome"
    assert tab.messages() == ["welcome"]
    tab.end()


def test_leave_unsubscribes_all_tabs(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    tab = connected(live, alice)
    bobs = {"type": "1", "room": "111", "txt": "are you there?"}
    frames = talk(live, alice, HELLO, {"type": "leave", "room": "111"}, lambda: talk(live, bob, bobs))
    assert frames[1:] == [{"type": "room", "room": "111", "name": "111", "joined": False, "seq": 0}]
    assert tab.frames() == frames[1:]
    assert Membership.objects.filter(room__name="111").get().user == bob
    tab.end()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "leave", "room": LOBBY}, "bad_input"),
        ({"type": "leave", "room": "@1.2"}, "bad_input"),
        ({"type": "leave", "room": "nowhere"}, "not_found"),
        ({"type": "leave", "room": "foreign"}, "forbidden"),
        ({"type": "leave"}, "bad_input"),
        ({"type": "join", "room": "a b"}, "bad_input"),
        ({"type": "join", "room": ""}, "bad_input"),
        ({"type": "join", "room": True}, "bad_input"),
        ({"type": "join", "room": "@900001.900002"}, "forbidden"),
        ({"type": "join"}, "bad_input"),
    ],
)
def test_rooms_that_cannot_be_joined_or_left(
    live: Runtime, alice: User, bob: User, frame: dict[str, object], code: str
) -> None:
    make_room("foreign", bob)
    error, greeting = talk(live, alice, frame, HELLO)
    assert (error["type"], error["error"]) == ("error", code)
    assert greeting["type"] == 0
    assert not Membership.objects.filter(user=alice).exists()


def test_too_fast_says_how_long_to_wait(live: Runtime, alice: User) -> None:
    live.rates._burst = 2.0
    say = {"type": "1", "txt": "x", "cid": "c"}
    frames = talk(live, alice, say | {"cid": "a"}, say | {"cid": "b"}, say)
    assert [frame["type"] for frame in frames] == ["ack", "ack", "error"]
    assert (frames[2]["error"], frames[2]["cid"], frames[2]["stored"]) == ("too_fast", "c", False)
    assert 0 < frames[2]["wait"] <= 1
    assert Event.objects.count() == 2


def _nested(depth: int) -> str:
    return '{"type":' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "dance"},
        {"type": "__class__"},
        {"type": None},
        {"type": True},
        {"type": 1.0, "txt": "x"},
        {"type": ["1"]},
        {"type": 10**400},
        {},
        "",
        "not json",
        "[]",
        '"hello"',
        "null",
        "1",
        "tests",
        _nested(10),
        _nested(20_000),
        "9" * 5_000,
        '{"type":' + "9" * 5_000 + "}",
        '{"type":"1","txt":"x","reply":NaN}',
        '{"type":"1","txt":"x","reply":Infinity}',
        '{"type":"1","txt":"x","reply":1e400}',
        '{"type":"1","txt":"x","reply":1.5}',
        '{"type":"1","txt":"x","reply":-1}',
        '{"type":"1","txt":"x","reply":9223372036854775808}',
        '{"type":"1","txt":"\\ud800"}',
        '{"type":"1","txt":"x\\u0000"}',
        '{"type":"1","txt":["x"]}',
        '{"type":"1","txt":"x","room":"\\udfff"}',
        '{"type":"1","txt":"x","room":{}}',
        '{"type":"1","txt":"x","room":false}',
        '{"type":"1","txt":"x","cid":"\\ud800"}',
        '{"type":"1","txt":"x","cid":7}',
        '{"type":"0","txt":"x"}',
        '{"type":"0","txt":"x","userto":"me"}',
        b"test",
        b'{"type":"hello"}',
        b"\xff\xfe",
    ],
    ids=lambda frame: (frame if isinstance(frame, str | bytes) else json.dumps(frame))[:40],
)
def test_what_is_not_understood_is_an_error_and_the_connection_lives_on(
    live: Runtime, alice: User, frame: dict[str, object] | str | bytes
) -> None:
    error, greeting = talk(live, alice, frame, HELLO)
    assert (error["type"], error["error"], error["stored"]) == ("error", "bad_input", False)
    assert "cid" not in error
    assert greeting["type"] == 0
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_waiting_connection_holds_no_database_connection(live: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user("alice")
    frames = [HELLO, {"type": "1", "txt": "hi"}, {"type": "join", "room": "111"}, {"type": "nonsense"}]
    frames += [{"type": "leave", "room": "111"}, {"type": "1", "txt": "hi", "room": "nowhere"}]
    held: list[bool] = []
    with OpenConnection(connection, monkeypatch) as opened:
        script = [step for frame in frames for step in (frame, lambda: held.append(opened.used))]
        talk(live, user, lambda: held.append(opened.used), *script)
        Room.objects.count()
        assert opened.used
    assert held == [False] * (len(frames) + 1)
