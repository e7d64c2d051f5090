"""/rooms/: rooms are made, found and changed, and their members."""

from typing import Any

from Dweb.models import Event, Membership, Record, Role, Room, RoomKind

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in

NOWHERE = "~aaaaaaaaaa"


class RoomsTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.carol = make_user("carol")
        self.people = {user.username: sign_in(user) for user in (self.alice, self.bob, self.carol)}

    def get(self, who: str, path: str, **fields: Any) -> Any:
        response = self.people[who].get(path, fields)
        self.assertEqual(response.status_code, 200, response.content)
        return response.json()

    def post(self, who: str, path: str, **fields: Any) -> dict[str, Any]:
        """The JSON of what is done."""
        response = self.people[who].post(path, fields)
        self.assertEqual(response.status_code, 200, response.content)
        return dict(response.json())

    def assert_refused(self, who: str, path: str, status: int, code: str, **fields: Any) -> None:
        self.assert_error(self.people[who].post(path, fields), status, code)

    def make(self, **fields: Any) -> str:
        """The address of a room that Alice makes with Bob."""
        return f"/rooms/{self.post('Alice', '/rooms/', members=self.bob.pk, **fields)['room']}/"


class Making(RoomsTestCase):
    def test_its_maker_owns_it_and_first_members_are_in_it(self) -> None:
        made = self.post("Alice", "/rooms/", title="Kitchen  talk!", topic="Soup", members=f"{self.bob.pk}, ")
        self.assertEqual(made, {"msg": "success", "room": "Kitchen-talk", "title": "Kitchen talk!", "kind": "open"})
        room = self.get("Bob", "/rooms/Kitchen-talk/")
        people = room.pop("people")
        about = {"title": "Kitchen talk!", "kind": "open", "topic": "Soup", "frozen": False, "archived": False}
        self.assertEqual(room, {"room": "Kitchen-talk", **about, "role": "member", "members": 2, "more": False})
        usual = {"online": False}
        self.assertEqual(
            people,
            [
                {"userid": self.alice.pk, "username": "Alice", "role": "owner", **usual},
                {"userid": self.bob.pk, "username": "Bob", "role": "member", **usual},
            ],
        )

    def test_a_private_one_gets_a_name_that_says_nothing(self) -> None:
        made = self.post("Alice", "/rooms/", title="Plans", kind="private", room="plans")
        self.assertRegex(made["room"], "^~[a-z]{10}$")
        self.assertEqual((made["title"], made["kind"]), ("Plans", "private"))

    def test_a_private_chat_is_made_once_and_then_found(self) -> None:
        chats = [self.post("Alice", "/rooms/", kind="direct", members=self.bob.pk) for _ in range(2)]
        room = f"@{self.alice.pk}.{self.bob.pk}"
        self.assertEqual(chats, [{"msg": "success", "room": room, "title": "Bob", "kind": "direct"}] * 2)
        self.assertEqual(Room.objects.get(name=room).members.count(), 2)
        self.assertEqual(self.get("Bob", f"/rooms/{room}/")["title"], "Alice")

    def test_what_makes_no_room(self) -> None:
        for code, fields in (
            ("bad_input", {}),
            ("bad_input", {"title": " \t"}),
            ("bad_input", {"title": "x" * 81}),
            ("bad_input", {"title": "a\0b"}),
            ("bad_input", {"title": "\u3164"}),
            ("bad_input", {"title": "Lobby"}),
            ("bad_input", {"title": "Team", "kind": "lobby"}),
            ("bad_input", {"title": "Team", "topic": "x" * 251}),
            ("bad_input", {"title": "Team", "room": "a b"}),
            ("bad_input", {"title": "Team", "room": "~abcdefghij"}),
            ("bad_input", {"title": "Team", "room": "@1.2"}),
            ("bad_input", {"title": "Team", "room": "l\u043ebby"}),
            ("bad_input", {"title": "Team", "members": "x"}),
            ("bad_input", {"title": "Team", "members": ",".join(["1"] * 101)}),
            ("not_found", {"title": "Team", "members": "999999"}),
            ("bad_input", {"kind": "direct"}),
            ("bad_input", {"kind": "direct", "members": self.alice.pk}),
        ):
            with self.subTest(fields=fields):
                status = 404 if code == "not_found" else 400
                self.assert_refused("Alice", "/rooms/", status, code, **fields)
        self.assertEqual(Room.objects.count(), 1)
        self.assertFalse(Membership.objects.exists())


class Privacy(RoomsTestCase):
    def test_a_private_room_is_for_its_members(self) -> None:
        path = self.make(title="Secret", kind="private")
        self.assertEqual(self.get("Bob", path)["title"], "Secret")
        self.assertEqual([room["title"] for room in self.get("Bob", "/rooms/")["rooms"]], ["Secret"])
        self.assertEqual(self.get("Carol", "/rooms/"), {"rooms": [], "more": False})


class Changing(RoomsTestCase):
    def test_what_is_changed_is_answered_and_told(self) -> None:
        path = self.make(title="Team")
        changed = self.post("Alice", path, title="The team", topic="Work", kind="private", frozen=1, archived=1)
        about = {"title": "The team", "topic": "Work", "kind": "private", "frozen": True, "archived": True}
        self.assertEqual(changed, {"msg": "success", "room": "Team", **about, "role": "owner"})
        self.assertEqual(
            [event.data for event in Event.objects.order_by("pk")],
            [
                {"what": "renamed", "title": "The team"},
                {"what": "topic", "topic": "Work"},
                {"what": "kind", "kind": "private"},
                {"what": "frozen", "frozen": True},
                {"what": "archived", "archived": True},
            ],
        )
        self.assertEqual(Record.objects.get().about, about)
        self.assertEqual(self.post("Alice", path, topic="", frozen=0)["topic"], "")

    def test_what_changes_nothing(self) -> None:
        path = self.make(title="Team", topic="Work")
        for fields in (
            {},
            {"title": ""},
            {"title": "x" * 81},
            {"title": "Lobby"},
            {"title": "\u3164"},
            {"kind": "direct"},
            {"kind": "lobby"},
            {"frozen": "yes"},
            {"archived": ""},
            {"topic": "x" * 251},
            {"topic": "New", "title": "lobby"},
        ):
            with self.subTest(fields=fields):
                self.assert_refused("Alice", path, 400, "bad_input", **fields)
        room = Room.objects.get(name="Team")
        self.assertEqual((room.title, room.topic, room.kind, room.frozen), ("Team", "Work", RoomKind.OPEN, False))
        self.assertFalse(Event.objects.exists())


class Members(RoomsTestCase):
    def test_they_are_added_muted_and_removed(self) -> None:
        path = self.make(title="Secret", kind="private") + "members/"
        room = path.split("/")[2]
        self.assert_refused("Bob", path, 403, "forbidden", userid=self.carol.pk, role="member")
        self.assertEqual(self.post("Alice", path, userid=self.bob.pk, role="moderator")["role"], "moderator")
        added = self.post("Bob", path, userid=self.carol.pk, role="member")
        self.assertEqual(added, {"msg": "success", "userid": self.carol.pk, "username": "Carol", "role": "member"})
        self.assertIn("muted", self.post("Bob", path, userid=self.carol.pk, mute=5, reason="loud"))
        muted = self.people["Carol"].post("/msg_send/", {"type": "1", "room": room, "txt": "hello"})
        self.assert_error(muted, 403, "muted")
        self.assertTrue(290 <= int(muted["Retry-After"]) <= 300)
        self.assert_refused("Bob", path, 403, "forbidden", userid=self.alice.pk, remove=1)
        self.assertIsNone(self.post("Bob", path, userid=self.carol.pk, remove=1, ban=1, reason="  too   loud ")["role"])
        self.assert_refused("Carol", "/msg_send/", 404, "not_found", type="1", room=room, txt="hello")
        told = [event.data for event in Event.objects.order_by("pk")]
        self.assertEqual([each["what"] for each in told], ["role", "added", "muted", "removed"])
        removed = {"what": "removed", "userid": self.carol.pk, "reason": "too loud", "banned": True}
        self.assertEqual(told[-1], removed)
        self.assertTrue(Record.objects.filter(deed="ban", whom=self.carol, by=self.bob, reason="too loud").exists())

    def test_what_changes_nobody(self) -> None:
        path = self.make(title="Team") + "members/"
        for code, fields in (
            ("bad_input", {}),
            ("bad_input", {"userid": self.bob.pk}),
            ("bad_input", {"userid": "Bob", "role": "owner"}),
            ("bad_input", {"userid": self.bob.pk, "role": "admin"}),
            ("bad_input", {"userid": self.bob.pk, "role": "owner", "remove": 1}),
            ("bad_input", {"userid": self.bob.pk, "remove": 0}),
            ("bad_input", {"userid": self.bob.pk, "remove": 1, "ban": "yes"}),
            ("bad_input", {"userid": self.bob.pk, "mute": -1}),
            ("bad_input", {"userid": self.bob.pk, "mute": "long"}),
            ("bad_input", {"userid": self.bob.pk, "remove": 1, "reason": "x" * 251}),
            ("not_found", {"userid": 999_999, "role": "member"}),
            ("not_found", {"userid": self.carol.pk, "remove": 1}),
            ("not_found", {"userid": self.carol.pk, "mute": 5}),
        ):
            with self.subTest(fields=fields):
                self.assert_refused("Alice", path, 404 if code == "not_found" else 400, code, **fields)
        roles = Membership.objects.filter(room__name="Team").values_list("user__username", "role", "muted_until")
        self.assertEqual({*roles}, {("Alice", Role.OWNER, None), ("Bob", Role.MEMBER, None)})
        self.assertFalse(Event.objects.exists())


class Sockets(RoomsTestCase):
    def test_they_see_what_is_done(self) -> None:
        socket = self.connected(self.bob)
        socket.frames()
        path = self.make(title="Team")
        self.post("Alice", path, frozen=1, topic="Work")
        self.post("Alice", f"{path}members/", userid=self.bob.pk, remove=1)
        self.post("Alice", "/msg_send/", type="1", room="Team", txt="after")
        types = [frame["type"] for frame in socket.frames()]
        self.assertEqual(types, ["room", "notice", "notice", "room", "notice", "room"])


class Outsiders(RoomsTestCase):
    def test_at_each_address(self) -> None:
        make_room("111", self.bob)
        for path in ("/rooms/", "/rooms/111/", "/rooms/111/members/"):
            for method in ("get", "post"):
                with self.subTest(path=path, method=method):
                    answered = getattr(self.client, method)(path)
                    wrong_method = path.endswith("members/") and method == "get"
                    self.assertEqual(answered.status_code, 405 if wrong_method else 401)
        self.assert_error(self.people["Carol"].get("/rooms/a%20b/"), 400, "bad_input")
        self.assert_error(self.people["Carol"].get(f"/rooms/{NOWHERE}/"), 404, "not_found")
