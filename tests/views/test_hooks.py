"""/hooks/: moderators make the webhooks of a room, and programs write with them, answered as Slack answers."""

import json
import re
from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from Dweb.chat import deletion
from Dweb.models import LOBBY, BotKind, Event, Hook, Mark, Membership, Mention, Record, Role, Room, RoomKind, User

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in

PATH = re.compile(r"http://testserver(/hooks/[\w-]{32}/)")
SECRET = "~aaaaaaaaaa"


class HooksTestCase(ViewTestCase):
    """Alice owns the open room `plant`, in which Bob is a member."""

    def setUp(self) -> None:
        super().setUp()
        self.room = make_room("plant", self.bob, owner=self.alice)
        self.outside = Browser(enforce_csrf_checks=True)

    def make(self, browser: Browser | None = None, **fields: Any) -> Any:
        return (browser or self.browser).post("/hooks/", {"name": "Grafana", "room": "plant", **fields})

    def path(self, **fields: Any) -> str:
        found = PATH.fullmatch(self.make(**fields).json()["url"])
        assert found is not None
        return found[1]

    def send(self, path: str, body: object, kind: str = "application/json", **headers: str) -> tuple[int, str]:
        """What a program is answered, which has neither a cookie nor a CSRF token."""
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        response = self.outside.post(path, sent, content_type=kind, headers=headers)
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        return response.status_code, response.content.decode()

    def texts(self) -> list[str]:
        return [*Event.objects.filter(user__bot=BotKind.HOOK).order_by("pk").values_list("text", flat=True)]

    def last(self) -> dict[str, Any]:
        events = self.browser.get("/history/", {"room": "plant"}).json()["events"]
        return dict(events[-1]["data"])


class Making(HooksTestCase):
    def test_one_is_made_shown_once_listed_and_ended(self) -> None:
        with self.assertLogs("dweb.security") as logged:
            made = self.make().json()
        self.assertEqual((made["msg"], made["name"], made["names"], made["used"]), ("success", "Grafana", False, None))
        key = made["url"].split("/")[-2]
        self.assertNotIn(key, "".join(logged.output))
        self.assertNotIn(key, str([*Hook.objects.values(), *Record.objects.values()]))
        [row] = self.browser.get("/hooks/", {"room": "plant"}).json()["hooks"]
        self.assertEqual(row, {name: made[name] for name in row})
        self.assertEqual(row["by"], {"userid": self.alice.pk, "username": "Alice"})
        self.assertEqual(self.send(f"/hooks/{key}/", {"text": "x"}), (200, "ok"))
        self.assertEqual(self.browser.post("/hooks/", {"end": made["id"]}).json(), {"msg": "success"})
        self.assertEqual(self.send(f"/hooks/{key}/", {"text": "x"}), (404, "no_service"))
        self.assertEqual(self.browser.get("/hooks/", {"room": "plant"}).json(), {"hooks": []})
        self.assert_error(self.browser.post("/hooks/", {"end": made["id"]}), 404, "not_found")
        deeds = [*Record.objects.order_by("pk").values_list("deed", "whom__username", "room")]
        self.assertEqual(deeds, [("hook", "Grafana", "plant"), ("hook_ended", "Grafana", "plant")])
        self.assertEqual(self.texts(), ["x"])

    def test_bad_input(self) -> None:
        for fields in ({"name": ""}, {"name": "x" * 61}, {"name": "a\u202eb"}, {"names": "2"}, {"room": "a/b"}):
            self.assert_error(self.make(**fields), 400, "bad_input")
        self.assert_error(self.make(room="nowhere"), 404, "not_found")
        self.assert_error(self.browser.post("/hooks/", {"end": "x"}), 400, "bad_input")
        self.assertEqual(Hook.objects.count(), 0)

    def test_only_moderators_do_and_admins(self) -> None:
        hook = self.make().json()["id"]
        admin, moderator = make_user("root", is_superuser=True), make_user("mod")
        Membership.objects.create(user=moderator, room=self.room, role=Role.MODERATOR)
        guest, stranger = make_user("guest", is_guest=True), make_user("stranger")
        removed = make_user("removed")
        Membership.objects.create(user=removed, room=self.room, banned=True)
        for user, status in ((self.bob, 403), (stranger, 403), (removed, 403), (guest, 404)):
            browser = sign_in(user)
            code = {403: "forbidden", 404: "not_found"}[status]
            self.assert_error(self.make(browser), status, code)
            self.assert_error(browser.get("/hooks/", {"room": "plant"}), status, code)
            self.assert_error(browser.post("/hooks/", {"end": hook}), status, code)
        self.assert_error(self.make(self.client), 401, "not_signed_in")
        for user in (admin, moderator):
            self.assertEqual(self.make(sign_in(user)).status_code, 200)
        self.assertEqual(sign_in(moderator).post("/hooks/", {"end": hook}).status_code, 200)

    def test_the_lobbys_are_the_admins_and_private_chats_have_none(self) -> None:
        self.assert_error(self.make(room=LOBBY), 403, "forbidden")
        self.assertEqual(self.make(sign_in(make_user("root", is_superuser=True)), room=LOBBY).status_code, 200)
        make_room(f"@{self.alice.pk}.{self.bob.pk}", self.alice, self.bob)
        self.assert_error(self.make(room=f"@{self.alice.pk}.{self.bob.pk}"), 403, "forbidden")

    def test_a_private_room_reveals_nothing_of_its_hooks(self) -> None:
        make_room(SECRET, owner=self.alice, title="Plans", kind=RoomKind.PRIVATE)
        self.send(self.path(room=SECRET, name="Nightly secret"), {"text": "x"})
        hook, bot = Hook.objects.get(), User.objects.get(bot=BotKind.HOOK)
        for user in (self.bob, make_user("root", is_superuser=True)):
            browser = sign_in(user)
            self.assert_error(browser.post("/hooks/", {"end": hook.pk}), 404, "not_found")
            self.assert_error(browser.get("/hooks/", {"room": SECRET}), 404, "not_found")
            self.assert_error(browser.get(f"/people/{bot.pk}/"), 404, "not_found")
            for q in ("?all=1", "?q=night", "?q=hook"):
                self.assertNotIn("Nightly", browser.get(f"/users/{q}").content.decode())
            self.assert_error(browser.post("/msg_send/", {"type": 0, "userto": bot.pk, "txt": "x"}), 404, "not_found")
            fields = {"kind": "direct", "members": bot.pk}
            self.assert_error(browser.post("/rooms/", fields), 404, "not_found")
        self.assertEqual(self.make(room="plant", name="Nightly secret").status_code, 200)
        self.assertEqual(User.objects.filter(shows_account=True).count(), 0)
        card = self.browser.get(f"/people/{bot.pk}/").json()
        self.assertEqual((card["username"], card["bot"]), ("Nightly secret", True))

    def test_a_room_and_a_user_have_as_many_as_the_limits_say(self) -> None:
        with override_settings(HOOKS_PER_ROOM=1):
            self.make()
            self.assert_error(self.make(), 403, "forbidden")
        with override_settings(HOOKS_PER_DAY=1):
            self.assert_error(self.make(), 429, "too_fast")


class Writing(HooksTestCase):
    def test_a_message_is_an_event_of_the_log_of_a_bot(self) -> None:
        path = self.path()
        websocket = self.connected(self.bob)
        self.assertEqual(self.send(path, {"text": "*Disk* full, @Bob"}), (200, "ok"))
        [frame] = [each["data"] for each in websocket.frames() if each["type"] == 1]
        self.assertEqual((frame["msg"], frame["user"], frame["bot"]), ("**Disk** full, @Bob", "Grafana", True))
        self.assertEqual(self.last(), frame)
        self.assertEqual([*Mention.objects.values_list("user", flat=True)], [self.bob.pk])
        self.assertEqual(Mark.objects.filter(user=frame["userid"]).count(), 0)
        found = self.browser.get("/search/", {"q": "disk"}).json()["events"]
        self.assertTrue(found[0]["data"]["bot"])
        self.assertNotIn("bot", self.say("by a person", room="plant") and self.last())
        self.assertIsNotNone(Hook.objects.get().used)

    def test_whoever_is_away_finds_it_unread_and_the_hook_is_no_member(self) -> None:
        path = self.path()
        self.send(path, "deployed", "text/plain")
        greeted = self.talk(self.bob, {"type": "hello"})[0]
        [room] = [each for each in greeted["rooms"] if each["room"] == "plant"]
        self.assertEqual(room["unread"], 1)
        members = self.browser.get("/members/", {"room": "plant"}).json()
        self.assertEqual({each["username"] for each in members["members"]}, {"Alice", "Bob"})

    def test_a_name_of_its_own_stands_beside_the_bots_if_the_hook_takes_names(self) -> None:
        payload = {"text": "x", "username": "Alice", "icon_emoji": ":fire:"}
        self.send(self.path(), payload)
        self.assertEqual((self.last()["user"], self.last().get("as"), self.last().get("icon")), ("Grafana", None, None))
        self.send(self.path(names=1), payload)
        said = self.last()
        self.assertEqual((said["user"], said["as"], said["icon"], said["bot"]), ("Grafana", "Alice", "🔥", True))
        self.assertNotEqual(said["userid"], self.alice.pk)
        path = self.path(names=1)
        self.send(path, payload | {"username": "A\u202eB"})
        self.assertNotIn("as", self.last())
        self.send(path, payload | {"username": "x" * 500})
        self.assertEqual(self.last()["as"], "x" * 60)

    def test_moderators_delete_what_it_wrote(self) -> None:
        self.send(self.path(names=1), {"text": "x", "username": "Deploys"})
        seq = self.last()["seq"]
        answer = self.say(type="delete", room="plant", seq=seq, reason="noise")
        self.assertEqual(answer.status_code, 200)
        [event] = [e for e in self.browser.get("/history/", {"room": "plant"}).json()["events"] if e["type"] == 1]
        self.assertEqual((event["data"]["deleted"], event["data"]["reason"]), (True, "noise"))
        self.assertNotIn("as", event["data"])

    def test_a_repeat_with_an_idempotency_key_is_no_second_message(self) -> None:
        path, other = self.path(), self.path()
        for key in ("k1", "x" * 500, "ключ"):
            for _ in range(2):
                self.assertEqual(self.send(path, {"text": key}, **{"Idempotency-Key": key}), (200, "ok"))
        self.assertEqual(self.texts(), ["k1", "x" * 500, "ключ"])
        self.send(other, {"text": "of another hook"}, **{"Idempotency-Key": "k1"})
        self.assertEqual(len(self.texts()), 4)

    def test_a_long_text_is_cut(self) -> None:
        path = self.path()
        with override_settings(MESSAGE_MAX_CHARS=50):
            self.assertEqual(self.send(path, {"text": "x" * 1_000}), (200, "ok"))
        [text] = self.texts()
        self.assertLessEqual(len(text), 50)
        self.assertRegex(text, r"^x+\n\n\[… \+9\d\d\]$")

    def test_bad_input_is_answered_in_slacks_words(self) -> None:
        path = self.path()
        self.assertEqual(self.send(path, {}), (400, "no_text"))
        self.assertEqual(self.send(path, "{"), (400, "invalid_payload"))
        self.assertEqual(self.send(path, b"\xff\xd8\xff", "image/jpeg"), (400, "invalid_payload"))
        self.assertEqual(self.send(path, b"[" * 100_000), (400, "invalid_payload"))
        self.assertEqual(self.send(path, {"text": "\ufdfa" * 4_000}), (400, "invalid_payload"))
        self.assertEqual(self.send(path, b"x" * 10_000_000, "text/plain"), (413, "payload_too_large"))
        self.assertEqual(self.outside.get(path).status_code, 405)
        self.assertEqual(self.texts(), [])

    def test_an_archived_room_takes_nothing_and_a_frozen_one_does(self) -> None:
        path = self.path()
        Room.objects.filter(pk=self.room.pk).update(frozen=True)
        self.assertEqual(self.send(path, {"text": "x"}), (200, "ok"))
        Room.objects.filter(pk=self.room.pk).update(archived=True)
        self.assertEqual(self.send(path, {"text": "x"}), (410, "channel_is_archived"))
        self.assert_error(self.make(), 403, "forbidden")

    def test_with_the_room_its_hooks_end(self) -> None:
        path = self.path()
        admin = make_user("root", is_superuser=True)
        deletion.delete(self.live, admin, self.room, "")
        self.assertEqual(self.send(path, {"text": "x"}), (404, "no_service"))
        self.assertEqual((Hook.objects.count(), User.objects.get(bot=BotKind.HOOK).is_active), (0, False))

    def test_cookies_and_tokens_beside_it_count_for_nothing(self) -> None:
        path = self.path()
        self.assertEqual(self.send(path, {"text": "x"}, Authorization="Bearer none"), (200, "ok"))
        with_session = Browser(enforce_csrf_checks=True)
        with_session.force_login(self.bob)
        self.assertEqual(with_session.post(path, "x", content_type="text/plain").content, b"ok")
        self.assertEqual({*Event.objects.filter(room=self.room).values_list("user__bot", flat=True)}, {BotKind.HOOK})

    def test_nobody_signs_in_to_its_author(self) -> None:
        self.send(self.path(), {"text": "x"})
        bot = User.objects.get(bot=BotKind.HOOK)
        self.assertFalse(bot.has_usable_password())
        self.assertFalse(Browser().login(account=bot.account, password=""))
        bot.set_password("as if somebody had")
        bot.save()
        self.assertFalse(Browser().login(account=bot.account, password="as if somebody had"))


class Floods(HooksTestCase):
    @override_settings(HOOK_RATE=1, HOOK_BURST=3)
    def test_a_hook_that_sends_too_much_waits_and_others_do_not(self) -> None:
        with self.fresh_subtest():
            path, other = self.path(), self.path(name="Other")
            answers = [self.send(path, {"text": str(each)})[0] for each in range(20)]
            self.assertEqual(answers[:3], [200] * 3)
            self.assertIn(429, answers)
            with self.assertNumQueries(0):  # neither parsed nor looked up
                response = self.outside.post(path, "x", content_type="text/plain")
            self.assertEqual((response.status_code, response.content), (429, b"rate_limited"))
            self.assertGreaterEqual(int(response["Retry-After"]), 1)
            self.assertEqual(self.send(other, {"text": "x"}), (200, "ok"))
            self.assertEqual(self.say(room="plant").status_code, 200)

    def test_wrong_keys_are_refused_after_thirty_and_right_ones_are_not(self) -> None:
        path = self.path()
        with override_settings(SIGNIN_ADDRESS_FAILURES=3), self.assertLogs("dweb.security"):
            answers = [self.send(f"/hooks/{'k' * 31}{each}/", {"text": "x"}) for each in range(5)]
        self.assertEqual(answers, [(404, "no_service")] * 3 + [(429, "rate_limited")] * 2)
        self.assertEqual(self.send(path, {"text": "x"}), (200, "ok"))

    def test_its_last_use_is_stored_now_and_then(self) -> None:
        path = self.path()
        self.send(path, {"text": "x"})
        first = Hook.objects.get().used
        self.send(path, {"text": "x"})
        self.assertEqual(Hook.objects.get().used, first)
        Hook.objects.update(used=timezone.now() - timedelta(days=1))
        self.send(path, {"text": "x"})
        self.assertGreater(Hook.objects.get().used, first - timedelta(minutes=1))
