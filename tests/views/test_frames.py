"""The frames of a socket: what a client may send, what it is answered, and frames that make no sense."""

import json
from unittest import mock

from django.db import OperationalError

from Dweb.chat import membership
from Dweb.models import LOBBY, Epoch, Event, Membership

from ..support.cases import ViewTestCase
from ..support.fakes import make_room

HELLO = {"type": "hello"}
PING = {"type": "ping"}
PONG = {"type": "pong"}


class Hello(ViewTestCase):
    def test_greeting_says_who_is_online_who_you_are_and_your_rooms(self) -> None:
        direct = f"@{self.alice.pk}.{self.bob.pk}"
        make_room("111", self.alice)
        make_room(direct, self.alice, self.bob)
        make_room("foreign", self.bob)
        self.connected(self.bob)
        [greeting] = self.talk(self.alice, HELLO)
        usual = {"seq": 0, "read": 0, "unread": 0, "time": None, "role": "member", "frozen": False}
        self.assertEqual(
            greeting.pop("rooms"),
            [
                {"room": LOBBY, "name": LOBBY, "title": LOBBY, "kind": "lobby", **usual},
                {"room": "111", "name": "111", "title": "111", "kind": "open", **usual},
                {"room": direct, "name": "Bob", "title": "Bob", "kind": "direct", **usual},
            ],
        )
        self.assertEqual(
            greeting,
            {
                "type": 0,
                "userid": self.alice.pk,
                "username": "Alice",
                "epoch": Epoch.current(),
                "more": False,
                "userlist": [
                    {"username": "Bob", "userid": self.bob.pk},
                    {"username": "Alice", "userid": self.alice.pk},
                ],
                "online": 2,
            },
        )

    def test_the_demos_text_test_is_a_greeting_too(self) -> None:
        greetings = self.talk(self.alice, "test", " test\n")
        self.assertEqual([(frame["type"], frame["userid"]) for frame in greetings], [(0, self.alice.pk)] * 2)

    def test_rooms_that_cannot_be_resumed_are_named_with_the_cid_of_the_greeting(self) -> None:
        frames = self.talk(self.alice, {"type": "hello", "cid": "c", "last": {LOBBY: 0, "left": 3}})
        [error] = [frame for frame in frames if frame["type"] == "error"]
        self.assertEqual((error["error"], error["cid"]), ("not_found", "c"))
        self.assertIn("left", error["detail"])

    def test_a_greeting_that_fails_closes_so_that_the_client_resumes(self) -> None:
        for failure in (OperationalError("gone away"), MemoryError()):
            with self.subTest(failure=failure), mock.patch.object(membership, "room_names", side_effect=failure):
                frames = self.talk(self.alice, HELLO)
                self.assertEqual(frames[-1], {"type": "close", "code": 1013})


class Ping(ViewTestCase):
    def test_a_ping_is_answered(self) -> None:
        self.assertEqual(self.talk(self.alice, PING), [PONG])

    def test_who_is_loud_is_read_more_slowly_and_answered_all_the_same(self) -> None:
        self.live.frame_rates._burst, self.live.frame_rates._rate = 3.0, 0.5
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            self.live.frame_rates._buckets.clear()

        with mock.patch("Dweb.views.connection.sleep", sleep), mock.patch("Dweb.chat.rates.time") as clock:
            clock.monotonic.return_value = 1_000.0
            self.assertEqual(self.talk(self.alice, *[PING] * 8), [PONG] * 8)
        self.assertEqual(slept, [2.0, 2.0])

    def test_a_long_frame_counts_as_several(self) -> None:
        self.live.frame_rates.take_counts()
        for size, count in ((2, 1), (4_095, 1), (4_096, 2), (65_536, 17)):
            with self.subTest(size=size):
                self.talk(self.alice, "x" * size)
                self.assertEqual(self.live.frame_rates.take_counts(), {self.alice.pk: count})


class Messages(ViewTestCase):
    def test_message_is_acknowledged_and_stored(self) -> None:
        message, ack = self.talk(self.alice, HELLO, {"type": "1", "txt": "hi", "cid": "c1"})[1:]
        event = Event.objects.get()
        self.assertEqual(ack, {"type": "ack", "cid": "c1", "room": LOBBY, "seq": 1, "id": event.pk})
        self.assertEqual((message["data"]["msg"], message["data"]["cid"], message["data"]["seq"]), ("hi", "c1", 1))

    def test_types_may_be_numbers(self) -> None:
        ack = self.talk(self.alice, {"type": 1, "txt": "hi", "cid": "c"})[-1]
        self.assertEqual((ack["type"], ack["seq"]), ("ack", 1))

    def test_rooms_may_be_numbers_and_0_is_one(self) -> None:
        make_room("0", self.alice)
        ack = self.talk(self.alice, {"type": "1", "txt": "hi", "room": 0})[-1]
        self.assertEqual((ack["type"], ack["room"]), ("ack", "0"))

    def test_the_cid_is_only_for_its_sender(self) -> None:
        make_room("111", self.alice, self.bob)
        other = self.connected(self.bob)
        self.talk(self.alice, HELLO, {"type": "1", "room": "111", "txt": "hi", "cid": "secret"})
        [received] = other.frames()
        self.assertEqual(received["data"]["msg"], "hi")
        self.assertNotIn("cid", received["data"])

    def test_private_message_opens_the_direct_room_on_both_sides(self) -> None:
        other = self.connected(self.bob)
        frames = self.talk(self.alice, HELLO, {"type": "0", "userto": self.bob.pk, "txt": "psst", "cid": "c"})
        [theirs] = other.frames()
        own = next(frame["data"] for frame in frames if frame["type"] == 1)
        for data in (own, theirs["data"]):
            self.assertEqual((data["room"], data["userto"]), (f"@{self.alice.pk}.{self.bob.pk}", self.bob.pk))

    def test_refused_frame_says_that_nothing_was_stored_and_echoes_the_cid(self) -> None:
        [error] = self.talk(self.alice, {"type": "1", "txt": " ", "cid": "c9"})
        detail = "The message is empty."
        self.assertEqual(error, {"type": "error", "error": "bad_input", "detail": detail, "stored": False, "cid": "c9"})
        self.assertFalse(Event.objects.exists())

    def test_foreign_userfrom_is_forbidden(self) -> None:
        [error] = self.talk(self.alice, {"type": "1", "txt": "hi", "userfrom": self.bob.pk})
        self.assertEqual(error["error"], "forbidden")

    def test_too_fast_says_how_long_to_wait(self) -> None:
        self.live.rates._burst = 2.0
        with mock.patch("Dweb.chat.rates.time") as clock:
            clock.monotonic.return_value = 1_000.0
            frames = self.talk(self.alice, *({"type": "1", "txt": "x", "cid": cid} for cid in "abc"))
        self.assertEqual([frame["type"] for frame in frames], ["ack", "ack", "error"])
        refused = frames[2]
        self.assertEqual((refused["error"], refused["cid"], refused["stored"]), ("too_fast", "c", False))
        self.assertGreater(refused["wait"], 0)
        self.assertLessEqual(refused["wait"], 1)
        self.assertEqual(Event.objects.count(), 2)

    def test_failed_database_is_an_error_with_the_cid_and_the_connection_lives_on(self) -> None:
        failure = mock.patch("Dweb.log.transaction.MOVE", "it fails here")
        lost, ack = self.talk(
            self.alice, failure.start, {"type": "1", "txt": "a", "cid": "x"}, failure.stop, {"type": "1", "txt": "b"}
        )
        self.assertEqual((lost["error"], lost["stored"], lost["cid"]), ("unavailable", False, "x"))
        self.assertGreater(lost["wait"], 0)
        self.assertEqual((ack["type"], ack["seq"]), ("ack", 1))

    def test_a_shortage_of_the_machine_is_an_error_and_the_connection_lives_on(self) -> None:
        failure = mock.patch("Dweb.chat.messages.submit", side_effect=MemoryError)
        lost, pong = self.talk(
            self.alice, failure.start, {"type": "1", "txt": "a", "cid": "x"}, failure.stop, {"type": "ping"}
        )
        self.assertEqual((lost["error"], lost["stored"], lost["cid"]), ("unavailable", False, "x"))
        self.assertEqual(pong["type"], "pong")


class JoinAndLeave(ViewTestCase):
    def test_join_makes_the_room_and_all_tabs_get_it(self) -> None:
        tab = self.connected(self.alice)
        room = self.talk(self.alice, HELLO, {"type": "join", "room": "课堂"})[1]
        about = {"title": "课堂", "kind": "open", "topic": "", "role": "owner", "frozen": False, "archived": False}
        about["muted"] = None
        self.assertEqual(room, {"type": "room", "room": "课堂", "name": "课堂", "joined": True, "seq": 0, **about})
        self.assertEqual(tab.frames(), [room])
        self.assertTrue(Membership.objects.filter(user=self.alice, room__name="课堂").exists())

    def test_all_tabs_get_what_is_said_in_a_room_that_one_joined(self) -> None:
        make_room("111", self.bob)
        tab = self.connected(self.alice)
        frames = self.talk(self.alice, HELLO, {"type": "join", "room": "111"}, lambda: self.bob_says("welcome"))
        self.assertEqual(frames[-1]["data"]["msg"], "welcome")
        self.assertEqual(tab.messages(), ["welcome"])

    def test_leave_unsubscribes_all_tabs(self) -> None:
        make_room("111", self.alice, self.bob)
        tab = self.connected(self.alice)
        frames = self.talk(self.alice, HELLO, {"type": "leave", "room": "111"}, lambda: self.bob_says("are you there?"))
        self.assertEqual(frames[1:], [{"type": "room", "room": "111", "name": "111", "joined": False, "seq": 0}])
        self.assertEqual(tab.frames(), frames[1:])
        self.assertEqual(Membership.objects.filter(room__name="111").get().user, self.bob)

    def bob_says(self, text: str) -> None:
        self.talk(self.bob, {"type": "1", "room": "111", "txt": text})

    def test_rooms_that_cannot_be_joined_or_left(self) -> None:
        make_room("foreign", self.bob)
        for frame, code in (
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
        ):
            with self.subTest(frame=frame):
                error, greeting = self.talk(self.alice, frame, HELLO)
                self.assertEqual((error["type"], error["error"]), ("error", code))
                self.assertEqual(greeting["type"], 0)
                self.assertFalse(Membership.objects.filter(user=self.alice).exists())


def nested(depth: int) -> str:
    return '{"type":' + "[" * depth + "]" * depth + "}"


NONSENSE = (
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
    nested(10),
    nested(20_000),
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
)


class Nonsense(ViewTestCase):
    def test_it_is_an_error_and_the_connection_lives_on(self) -> None:
        for frame in NONSENSE:
            with self.subTest(frame=(frame if isinstance(frame, str | bytes) else json.dumps(frame))[:40]):
                error, greeting = self.talk(self.alice, frame, HELLO)
                self.assertEqual((error["type"], error["error"], error["stored"]), ("error", "bad_input", False))
                self.assertNotIn("cid", error)
                self.assertEqual(greeting["type"], 0)
                self.assertFalse(Event.objects.exists())
