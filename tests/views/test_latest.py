"""GET /latest/: the last message of each of one's own rooms, and of no other."""

from typing import Any
from unittest.mock import patch

from Dweb.chat.rates import Rates
from Dweb.models import LOBBY, Membership

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in


class Latest(ViewTestCase):
    def latest(self, browser: Any = None) -> dict[str, dict[str, Any]]:
        answer = (browser or self.browser).get("/latest/")
        self.assertEqual(answer.status_code, 200)
        return {event["data"]["room"]: event["data"] for event in answer.json()["events"]}

    def test_of_each_room_the_last_message_as_it_is_now(self) -> None:
        make_room("team", self.alice, self.bob)
        make_room("empty", self.alice)
        self.say("first")
        self.say("last")
        self.say("hte plan", room="team")
        self.say(type="edit", room="team", seq=1, txt="the plan")
        self.say("psst", type="0", userto=self.bob.pk)
        self.say(type="delete", room=f"@{self.alice.pk}.{self.bob.pk}", seq=1)
        found = self.latest()
        self.assertEqual(
            {room: each["msg"] for room, each in found.items() if each["msg"]}, {LOBBY: "last", "team": "the plan"}
        )
        self.assertTrue(found[f"@{self.alice.pk}.{self.bob.pk}"]["deleted"])
        self.assertEqual((found["team"]["seq"], found["team"]["user"]), (1, "Alice"))
        self.assertEqual(found.keys(), {LOBBY, "team", f"@{self.alice.pk}.{self.bob.pk}"})

    def test_behind_many_changes_none_is_looked_for(self) -> None:
        self.say("first")
        with patch("Dweb.log.history.LATEST_EVENTS", 3):
            for number in range(2):
                self.say(type="edit", seq=1, txt=f"changed {number}", room=LOBBY)
            self.assertEqual(self.latest()[LOBBY]["msg"], "changed 1")
            self.say(type="edit", seq=1, txt="changed again", room=LOBBY)
            self.assertEqual(self.latest(), {})

    def test_of_a_long_text_the_beginning(self) -> None:
        self.say("x" * 4_000)
        self.assertEqual(self.latest()[LOBBY]["msg"], "x" * 200)

    def test_of_many_rooms_those_in_which_something_came_last(self) -> None:
        for number in range(4):
            make_room(f"room{number}", self.alice)
            self.say("hello", room=f"room{number}")
        with self.settings(LATEST_ROOMS=2):
            self.assertEqual(self.latest().keys(), {"room3", "room2"})

    def test_others_see_only_rooms_of_their_own(self) -> None:
        room = make_room("team", self.alice, self.bob)
        self.say("inside", room="team")
        self.say("psst", type="0", userto=self.bob.pk)
        self.assertIn("team", self.latest(sign_in(self.bob)))
        self.assertEqual(self.latest(sign_in(make_user("carol"))), {})
        Membership.objects.filter(user=self.bob, room=room).delete()
        self.assertNotIn("team", self.latest(sign_in(self.bob)))

    def test_who_is_not_signed_in_gets_401(self) -> None:
        self.assert_error(self.client.get("/latest/"), 401, "not_signed_in")

    def test_other_methods_get_405(self) -> None:
        self.assert_error(self.browser.post("/latest/"), 405, "bad_input")

    def test_asking_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(rate=0.001, burst=2)
        self.latest()
        self.latest()
        self.assert_error(self.browser.get("/latest/"), 429, "too_fast")
