"""Admins make bots for programs: with rooms, and a key that is shown once. Nobody signs in to one."""

import html
import re
from typing import Any

from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from Dweb.accounts import password_links
from Dweb.models import LOBBY, BotKind, Mark, PlaceRole, Record, RoomKind, Token, User

from ...support.attached import make_file
from ...support.cases import ViewTestCase
from ...support.fakes import make_room, make_user, say, sign_in

KEY = re.compile(r'value="(dweb_[\w-]{43})"')
SECRET = "~aaaaaaaaaa"


def program_with(key: str) -> Browser:
    """A program: it has neither cookies nor a CSRF token."""
    return Browser(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})


class BotsTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.admin = sign_in(self.root)
        make_room("ops", self.bob, owner=self.alice)

    def make(self, **fields: Any) -> Any:
        return self.admin.post("/manage/bots/new/", {"username": "Deploy bot", "account": "deploy", **fields})

    def key(self, answer: Any) -> str:
        self.assertEqual(answer.status_code, 200)
        found = KEY.findall(answer.content.decode())
        self.assertEqual(len(found), 1)
        return str(found[0])

    def made(self, **fields: Any) -> tuple[User, Browser]:
        """A bot, and its program."""
        program = program_with(self.key(self.make(**fields)))
        return User.objects.get(account="deploy"), program

    def deed(self, bot: User, deed: str, **fields: Any) -> Any:
        return self.admin.post(f"/manage/people/{bot.pk}/", {"deed": deed, **fields})


class Making(BotsTestCase):
    def test_one_has_rooms_and_a_key_that_is_shown_once(self) -> None:
        with self.assertLogs("dweb.security") as logged:
            answer = self.make(rooms=["ops", LOBBY], reason="deployments")
        key = self.key(answer)
        self.assertIn(f'curl -H "Authorization: Bearer {key}" -d type=1', html.unescape(answer.content.decode()))
        self.assertNotIn(key, "".join(logged.output))
        bot = User.objects.get(account="deploy")
        self.assertEqual((bot.bot, bot.role, bot.has_usable_password()), (BotKind.BOT, PlaceRole.GUEST, False))
        row = Record.objects.get(deed="account_made")
        self.assertEqual((row.by, row.whom, row.reason), (self.root, bot, "deployments"))
        program = program_with(key)
        for room in ("ops", LOBBY):
            self.assertEqual(say(program, room=room).status_code, 200)
        self.assertNotIn(key, self.admin.get("/manage/bots/").content.decode())
        self.assertContains(self.admin.get("/manage/bots/"), "Deploy bot")

    def test_what_is_wrong_is_said_and_nothing_is_made(self) -> None:
        for fields in (
            {"username": ""},
            {"account": ""},
            {"account": "alice"},
            {"account": "a b"},
            {"username": "a\u202eb"},
            {"rooms": ["nowhere"]},
        ):
            with self.subTest(fields=fields):
                self.assertContains(self.make(**fields), 'class="error', status_code=400)
        self.assertEqual((User.objects.filter(bot=BotKind.BOT).count(), Token.objects.count()), (0, 0))

    def test_private_rooms_are_offered_to_their_moderators_alone(self) -> None:
        make_room(SECRET, owner=self.alice, title="Secret plans", kind=RoomKind.PRIVATE)
        self.assertNotContains(self.admin.get("/manage/bots/new/"), "Secret plans")
        self.assertEqual(self.make(rooms=[SECRET]).status_code, 400)
        make_room("~bbbbbbbbbb", owner=self.root, title="Of admins", kind=RoomKind.PRIVATE)
        _bot, program = self.made(rooms=["~bbbbbbbbbb"])
        self.assertEqual(say(program, room="~bbbbbbbbbb").status_code, 200)
        self.assert_error(say(program, room=SECRET), 404, "not_found")

    def test_outsiders(self) -> None:
        _bot, program = self.made(rooms=["ops"])
        for path in ("/manage/bots/", "/manage/bots/new/"):
            for browser in (sign_in(self.alice), sign_in(make_user(f"guest{path}", is_guest=True)), program):
                self.assertEqual(browser.get(path).status_code, 404)
                self.assertIn(browser.post(path, {"username": "x", "account": "x"}).status_code, (302, 403, 404, 405))
            self.assertIn(self.client.get(path).status_code, (302, 404))
        self.assertEqual(User.objects.filter(bot=BotKind.BOT).count(), 1)


class Being(BotsTestCase):
    def test_it_is_told_from_people_everywhere(self) -> None:
        bot, program = self.made(rooms=["ops"])
        say(program, "done", room="ops")
        [message] = [e["data"] for e in self.browser.get("/history/?room=ops").json()["events"] if e["type"] == 1]
        self.assertEqual((message["user"], message["bot"]), ("Deploy bot", True))
        for path, name in (
            ("/members/?room=ops", "members"),
            ("/rooms/ops/", "people"),
            ("/users/?q=deploy", "users"),
            ("/users/?all=1", "users"),
        ):
            marked = {each["username"] for each in self.browser.get(path).json()[name] if each.get("bot")}
            self.assertEqual(marked, {"Deploy bot"}, path)
        self.assertTrue(self.browser.get(f"/people/{bot.pk}/").json()["bot"])
        self.assertNotIn("bot", self.browser.get(f"/people/{self.bob.pk}/").json())
        self.assertNotContains(self.admin.get("/manage/people/"), "Deploy bot")

    def test_it_is_online_only_while_it_is_connected_and_others_see_that_it_is_a_bot(self) -> None:
        bot, program = self.made(rooms=["ops", LOBBY])
        say(program, room="ops")
        self.assertNotIn(bot.pk, self.live.hub.people())
        websocket = self.connected(self.alice)
        self.connected(bot)
        self.live.hub.tick()
        joined = [each for f in websocket.frames() if f["type"] == "presence" for each in f["joined"]]
        self.assertIn({"username": "Deploy bot", "userid": bot.pk, "bot": True}, joined)
        self.assertIn({"username": "Alice", "userid": self.alice.pk}, joined)
        greeted = self.talk(self.bob, {"type": "hello"})[0]
        self.assertEqual([each["username"] for each in greeted["userlist"] if each.get("bot")], ["Deploy bot"])

    def test_private_chats_mark_it(self) -> None:
        bot, _program = self.made(rooms=["ops"])
        pair = self.browser.post("/rooms/", {"kind": "direct", "members": bot.pk}).json()["room"]
        several = self.browser.post("/rooms/", {"kind": "direct", "members": f"{bot.pk},{self.bob.pk}"}).json()["room"]
        rooms = {each["room"]: each for each in self.talk(self.alice, {"type": "hello"})[0]["rooms"]}
        self.assertTrue(rooms[pair]["bot"])
        self.assertNotIn("bot", rooms[several])
        self.assertEqual([each.get("bot") for each in rooms[several]["people"]], [None, True])
        self.assertNotIn("bot", rooms["ops"])

    def test_nothing_is_unread_for_it_and_it_leaves_no_marks(self) -> None:
        bot, program = self.made(rooms=["ops", LOBBY])
        self.say("@Deploy bot look", room="ops")
        self.say("hello")
        greeting = self.talk(bot, {"type": "hello"})[0]
        self.assertTrue(greeting["bot"])
        self.assertEqual(
            {(r["room"], r["unread"], r.get("mentions")) for r in greeting["rooms"]},
            {("ops", 0, None), (LOBBY, 0, None)},
        )
        say(program, room="ops")
        self.live.marks.store()
        written = Mark.objects.filter(user=bot).exclude(room__name=LOBBY)
        self.assertEqual([mark.seq for mark in written], [0])  # from when it was added

    def test_nobody_signs_in_to_one(self) -> None:
        bot, _program = self.made()
        with self.assertLogs("dweb.security"):
            self.assertFalse(Browser().login(account="deploy", password=""))
        path = password_links.path(bot)
        bot.set_password("correct horse")  # as if somebody had
        bot.save()
        self.assertFalse(Browser().login(account="deploy", password="correct horse"))
        for link in (path, password_links.path(bot)):
            page = self.client.get(link, follow=True)
            self.assertNotContains(page, "new_password1", status_code=page.status_code)
        self.assertContains(self.deed(bot, "link"), "A bot has no password", status_code=400)
        with self.assertRaises(CommandError):
            call_command("admin", "deploy")
        self.assertContains(self.deed(bot, "role", role="admin"), "A bot is no admin", status_code=400)
        self.assertEqual(mail.outbox, [])

    def test_it_may_do_no_more_than_its_key(self) -> None:
        _bot, program = self.made(rooms=["ops"])
        for path, fields in (
            ("/rooms/", {"title": "x"}),
            ("/tokens/", {"name": "x"}),
            ("/handover/", {}),
            ("/hooks/", {"name": "x", "room": "ops"}),
        ):
            self.assert_error(program.post(path, fields), 403, "forbidden")
        self.assert_error(say(program), 404, "not_found")  # the lobby is not one of its rooms


class Ending(BotsTestCase):
    def test_a_new_key_ends_the_old_one(self) -> None:
        bot, program = self.made(rooms=["ops"])
        new = program_with(self.key(self.deed(bot, "key", reason="it leaked")))
        self.assertEqual(say(new, room="ops").status_code, 200)
        with self.assertLogs("dweb.security"):
            self.assert_error(say(program, room="ops"), 401, "not_signed_in")
        self.assertEqual(Record.objects.get(deed="key").reason, "it leaked")
        self.assertContains(self.deed(self.bob, "key"), "Only bots have a key", status_code=400)

    def test_one_is_suspended_restored_and_emptied(self) -> None:
        bot, program = self.made(rooms=["ops"])
        self.assertRedirects(self.deed(bot, "suspend"), f"/manage/people/{bot.pk}/", fetch_redirect_response=False)
        with self.assertLogs("dweb.security"):
            self.assert_error(say(program, room="ops"), 401, "not_signed_in")
        self.deed(bot, "restore")
        self.assertEqual(say(program, room="ops").status_code, 200)
        self.deed(bot, "empty", account="deploy")
        with self.assertLogs("dweb.security"):
            self.assert_error(say(program, room="ops"), 401, "not_signed_in")
        [message] = [e["data"] for e in self.browser.get("/history/?room=ops").json()["events"] if e["type"] == 1]
        self.assertTrue(message["bot"])

    def test_its_page_offers_what_bots_have(self) -> None:
        bot, _program = self.made()
        page = self.admin.get(f"/manage/people/{bot.pk}/").content.decode()
        offered = {*re.findall(r'name="deed" value="(\w+)"', page)}
        self.assertEqual(offered, {"role", "key", "picture", "suspend", "empty"})
        self.assertNotIn('value="admin"', page)

    def test_an_admin_gives_it_a_picture_of_their_own_and_takes_it_away(self) -> None:
        bot, _program = self.made(rooms=["ops"])
        make_file(self.root)
        other = self.connected(self.alice)
        self.assertRedirects(self.deed(bot, "picture", picture="picture"), f"/manage/people/{bot.pk}/")
        self.assertIn({"type": "picture", "userid": bot.pk, "picture": "picture"}, other.frames())
        self.assertEqual(self.browser.get(f"/pictures/?users={bot.pk}").json()["users"], {str(bot.pk): "picture"})
        self.assertEqual(Record.objects.get(deed="bot_picture").whom, bot)
        self.deed(bot, "picture", picture="")
        self.assertEqual(self.browser.get(f"/pictures/?users={bot.pk}").json()["users"], {})

    def test_what_is_no_picture_for_a_bot(self) -> None:
        bot, _program = self.made()
        make_file(self.root, "text", width=None, height=None, type="text/plain")
        make_file(self.alice, "hers")
        make_file(self.root, "own")
        for whom, file_id, status in (
            (bot, "text", 400), (bot, "hers", 404), (bot, "none", 404), (bot, "a/b", 400), (self.bob, "own", 400),
        ):  # fmt: skip
            with self.subTest(file_id=file_id):
                self.assertEqual(self.deed(whom, "picture", picture=file_id).status_code, status)
        self.assertEqual(self.browser.post(f"/manage/people/{bot.pk}/", {"deed": "picture"}).status_code, 404)
        self.assertFalse(User.objects.exclude(picture="").exists())

    def test_the_last_owner_may_leave_a_room_in_which_only_bots_stay(self) -> None:
        bot, _program = self.made()
        make_room("alone", bot, owner=self.alice)
        frames = self.talk(self.alice, {"type": "leave", "room": "alone"})
        self.assertNotIn("error", [frame["type"] for frame in frames])
