"""/manage/outgoing/: admins make webhooks, see what failed and why, and have it sent again. And GET /commands/."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from Dweb.models import HookDelivery, OutgoingHook, Record, Role, Room, SendState, Trigger, User

from ...support.cases import ViewTestCase
from ...support.fakes import make_room, make_user, sign_in
from ...support.hooks import join, make_bot, make_hook


class Outgoing(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.admin = sign_in(self.root)
        self.bot = make_bot()
        self.room = make_room("team", self.alice, self.bot)

    def make(self, **fields: Any) -> Any:
        usual = {"name": "Deployments", "bot": self.bot.pk, "trigger": Trigger.COMMAND, "word": "/Deploy"}
        return self.admin.post("/manage/outgoing/", usual | {"url": "https://example.org/hook"} | fields)

    def do(self, hook: OutgoingHook, deed: str, **fields: Any) -> Any:
        return self.admin.post(f"/manage/outgoing/{hook.pk}/", {"deed": deed, **fields})

    def test_one_is_made_changed_and_deleted(self) -> None:
        made = self.make(hint="service", room="team")
        hook = OutgoingHook.objects.get()
        self.assertRedirects(made, f"/manage/outgoing/{hook.pk}/")
        self.assertEqual((hook.word, hook.room, hook.private, hook.is_on), ("deploy", self.room, False, True))
        self.assertContains(self.admin.get("/manage/outgoing/"), "Deployments")
        self.assertContains(self.admin.get(f"/manage/outgoing/{hook.pk}/"), hook.secret)
        self.assertEqual([each.word for each in self.live.outgoing.hooks.current], ["deploy"])
        changed = {"name": "Everything", "bot": self.bot.pk, "trigger": Trigger.EVERY, "url": "http://10.0.0.1/"}
        self.assertEqual(self.do(hook, "change", **changed, private="on").status_code, 302)
        hook.refresh_from_db()
        self.assertEqual((hook.name, hook.word, hook.room, hook.private), ("Everything", "", None, True))
        secret = hook.secret
        self.assertEqual(self.do(hook, "secret").status_code, 302)
        hook.refresh_from_db()
        self.assertNotEqual(hook.secret, secret)
        self.assertEqual(self.do(hook, "delete").status_code, 302)
        self.assertFalse(OutgoingHook.objects.exists())
        self.assertEqual(self.live.outgoing.hooks.current, ())
        did = [row.about["did"] for row in Record.objects.order_by("pk") if row.about]
        self.assertEqual(did, ["made", "changed", "secret", "deleted"])
        record = self.admin.get("/manage/record/")
        self.assertContains(record, "changed an outgoing webhook of")
        self.assertContains(record, "“Deployments” was made")
        self.assertNotContains(record, secret)

    def test_bad_input(self) -> None:
        human = make_user("human")
        for fields, words in (
            ({"name": ""}, "required"),
            ({"url": "ftp://example.org/"}, "does not begin with http"),
            ({"url": "https://me:pw@example.org/"}, "before its host"),
            ({"url": "https://" + "x" * 1_100}, "at most 1000"),
            ({"bot": human.pk}, "Select a valid choice"),
            ({"bot": ""}, "required"),
            ({"trigger": 9}, "Select a valid choice"),
            ({"word": ""}, "Give the word"),
            ({"word": "a b"}, "letters, digits"),
            ({"word": "x" * 40}, "at most 33"),
            ({"room": "nowhere"}, "no room with this address"),
        ):
            with self.subTest(fields=fields):
                answer = self.make(**fields)
                self.assertGreaterEqual(answer.status_code, 400)
                self.assertIn(words, answer.content.decode())
        self.assertFalse(OutgoingHook.objects.exists())
        hook = make_hook(self.live, self.bot)
        self.assertEqual(self.do(hook, "nothing").status_code, 400)
        self.assertEqual(self.do(hook, "change", name="").status_code, 400)

    def test_of_one_room_a_command_is_one_webhooks(self) -> None:
        other = make_room("other", self.bot)
        self.assertEqual(self.make(room="team").status_code, 302)
        self.assertContains(self.make(room="team", word="DEPLOY"), "has this command already", status_code=409)
        self.assertEqual(self.make().status_code, 409)  # for all rooms
        self.assertEqual(self.make(room=other.name).status_code, 302)

    @override_settings(HOOKS_OUTGOING=1)
    def test_there_are_so_many(self) -> None:
        self.make()
        self.assertContains(self.make(word="other"), "no more are possible", status_code=403)

    def test_what_failed_and_why_and_sending_it_again(self) -> None:
        hook = make_hook(self.live, self.bot)
        old = timezone.now() - timedelta(days=2)
        fields = {"hook": hook, "room": self.room.pk, "since": old, "due": old, "state": SendState.GIVEN_UP}
        faults = ("status 503", "tls self-signed certificate", "time", "inside <b> (10.0.0.1)", "of a later version")
        rows = [
            HookDelivery.objects.create(key=str(at), event=at, fault=fault, **fields) for at, fault in enumerate(faults)
        ]
        page = self.admin.get(f"/manage/outgoing/{hook.pk}/")
        for words in ("The answer was 503.", "TLS failed: self-signed certificate.", "did not come in time",
                      "&lt;b&gt; (10.0.0.1) is no address", "Something went wrong: of a later version"):  # fmt: skip
            self.assertContains(page, words)
        self.assertContains(self.admin.get("/manage/outgoing/"), f'<td class="bad">{len(faults)}</td>')
        self.do(hook, "again", row=rows[1].pk)
        self.assertEqual([row.pk for row in HookDelivery.objects.filter(state=SendState.WAITING)], [rows[1].pk])
        self.do(hook, "again")
        self.assertFalse(HookDelivery.objects.filter(state=SendState.GIVEN_UP).exists())
        self.assertEqual(self.do(hook, "again", row="x").status_code, 400)

    def test_turned_off_nothing_waits(self) -> None:
        hook = make_hook(self.live, self.bot)
        self.say(room="team")
        self.assertEqual(self.do(hook, "turn").status_code, 302)
        self.assertEqual(HookDelivery.objects.get().state, SendState.GIVEN_UP)
        self.assertEqual(self.do(hook, "again").status_code, 409)
        self.say(room="team")
        self.do(hook, "turn")
        self.do(hook, "again")
        self.assertEqual(HookDelivery.objects.get().state, SendState.WAITING)

    def test_who_is_no_admin_any_more(self) -> None:
        hook = make_hook(self.live, self.bot)
        User.objects.filter(pk=self.root.pk).update(is_superuser=False)
        self.assertEqual((self.make().status_code, self.do(hook, "delete").status_code), (404, 404))


class Commands(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bot = make_bot()
        self.room = make_room("team", self.alice, self.bot, kind=2)
        for word, room, fields in (
            ("roll", None, {}),
            ("deploy", self.room, {"hint": "service"}),
            ("off", None, {"is_on": False}),
            ("elsewhere", make_room("other", self.bob), {}),
        ):
            make_hook(self.live, self.bot, Trigger.COMMAND, word, room=room, **fields)
        make_hook(self.live, make_bot("stranger"), Trigger.COMMAND, "foreign")
        make_hook(self.live, self.bot, Trigger.WORD, "word")

    def test_those_of_bots_that_are_there(self) -> None:
        answer = self.browser.get("/commands/", {"room": "team"}).json()
        bot = {"userid": self.bot.pk, "username": "Robo"}
        self.assertEqual(
            answer,
            {
                "room": "team",
                "commands": [
                    {"name": "deploy", "hint": "service", "bot": bot},
                    {"name": "roll", "hint": "", "bot": bot},
                ],
            },
        )
        Room.objects.get(pk=self.room.pk).membership_set.filter(user=self.bot).delete()
        self.assertEqual(self.browser.get("/commands/", {"room": "team"}).json()["commands"], [])

    def test_outsiders(self) -> None:
        address = ("/commands/", {"room": "team"})
        self.assert_error(self.client.get(*address), 401, "not_signed_in")
        guest = make_user("guest", is_guest=True)
        for user in (self.bob, guest, make_user("root", is_superuser=True)):
            with self.subTest(user.account):
                self.assert_error(sign_in(user).get(*address), 404, "not_found")
        join(self.room, guest)
        self.assertEqual(sign_in(guest).get(*address).status_code, 200)
        self.room.membership_set.filter(user=guest).update(banned=True, role=Role.MEMBER)
        self.assert_error(sign_in(guest).get(*address), 404, "not_found")
        self.assert_error(self.browser.get("/commands/", {"room": "a/b"}), 400, "bad_input")
        self.assertEqual(self.browser.post("/commands/", {"room": "team"}).status_code, 405)

    def test_programs(self) -> None:
        for fields, status in (({"scopes": "read"}, 200), ({"scopes": "write"}, 403), ({"rooms": "lobby"}, 404)):
            with self.subTest(fields=fields):
                token = self.browser.post("/tokens/", {"name": "x", **fields}).json()["token"]
                headers = {"Authorization": f"Bearer {token}"}
                answer = self.client.get("/commands/", {"room": "team"}, headers=headers)
                self.assertEqual(answer.status_code, status)

    def test_it_has_its_price(self) -> None:
        self.live.rates.charge(self.alice.pk, settings.SEND_BURST)
        self.assertEqual(self.browser.get("/commands/", {"room": "team"}).status_code, 429)
