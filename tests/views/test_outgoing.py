"""Outgoing webhooks: which messages go to which, what is sent, and what becomes of the answers."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.utils import timezone

from Dweb.chat.outgoing import has_word
from Dweb.models import Event, HookDelivery, Membership, OutgoingHook, Room, SendState, Trigger, User
from Dweb.outgoing.signature import new_secret

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, sign_in
from ..support.hooks import join, make_bot, make_hook, queued, send_next
from ..support.receivers import Receiver

WIRE = Path(__file__).resolve().parents[2] / "docs" / "wire.md"


class Triggers(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bot = make_bot("robo")
        self.room = make_room("team", self.alice, self.bob, self.bot)

    def seqs(self, hook: OutgoingHook, *texts: str) -> list[int]:
        for text in texts:
            self.assertEqual(self.say(text, room="team").status_code, 200)
        return queued(hook)

    def test_every_message_and_nothing_else(self) -> None:
        hook = make_hook(self.live, self.bot)
        self.assertEqual(self.seqs(hook, "one", "/two", "@Robo three"), [1, 2, 3])
        self.browser.post("/msg_send/", {"type": "edit", "txt": "x", "room": "team", "seq": 1})
        self.browser.post("/msg_send/", {"type": "delete", "room": "team", "seq": 2})
        self.assertEqual(queued(hook), [1, 2, 3])

    def test_a_mention(self) -> None:
        hook = make_hook(self.live, self.bot, Trigger.MENTION)
        texts = ("hello", "@Robo hello", "`@Robo`", "@Bob", "@all", "so @robo, what?")
        self.assertEqual(self.seqs(hook, *texts), [2, 6])

    def test_a_word(self) -> None:
        hook = make_hook(self.live, self.bot, Trigger.WORD, "deploy")
        self.assertEqual(self.seqs(hook, "Deploy!", "deployed", "redeploy", "we DEPLOY now", "请deploy吧"), [1, 4, 5])
        for text, word, found in (("请部署一下", "部署", True), ("a b", "a b", True), ("ab", "a b", False)):
            self.assertEqual(has_word(text, word), found)

    def test_a_command(self) -> None:
        hook = make_hook(self.live, self.bot, Trigger.COMMAND, "deploy")
        texts = ("/deploy", "/Deploy web", "/deployed", " /deploy", "/deploy\nall", "say /deploy", "/other")
        self.assertEqual(self.seqs(hook, *texts), [1, 2, 5])

    def test_only_where_the_bot_reads(self) -> None:
        hook = make_hook(self.live, self.bot)
        private = make_room("secret", self.alice, kind=2)
        self.say(room="secret")
        self.assertEqual(queued(hook), [])
        join(private, self.bot)
        self.say(room="secret")
        Membership.objects.filter(room=private, user=self.bot).update(banned=True)
        self.say(room="secret")
        self.assertEqual(queued(hook), [2])

    def test_a_room_of_its_own(self) -> None:
        hook = make_hook(self.live, self.bot, room=self.room)
        self.say(room="team")
        self.say(room="lobby")
        self.assertEqual([row.room for row in HookDelivery.objects.filter(hook=hook)], [self.room.pk])

    def test_a_private_chat_with_the_bot_is_a_mention(self) -> None:
        hook = make_hook(self.live, self.bot, Trigger.MENTION)
        self.browser.post("/msg_send/", {"type": "0", "txt": "hello", "userto": self.bot.pk})
        self.browser.post("/msg_send/", {"type": "0", "txt": "hello", "userto": self.bob.pk})
        self.assertEqual(len(queued(hook)), 1)

    def test_a_bot_sets_off_nothing_if_not_wanted_and_then_a_few_times(self) -> None:
        quiet, keen = make_hook(self.live, self.bot), make_hook(self.live, self.bot, of_bots=True)
        robot = sign_in(self.bot)
        with override_settings(HOOK_BOT_TURNS=3):
            for _ in range(6):
                self.say("again", browser=robot, room="team")
            self.assertEqual((queued(quiet), queued(keen)), ([], [1, 2, 3]))
            self.say("a person", room="team")
            self.say("again", browser=robot, room="team")
        self.assertEqual((queued(quiet), queued(keen)), ([7], [1, 2, 3, 7, 8]))

    def test_turned_off_full_or_suspended(self) -> None:
        off, full, gone = (make_hook(self.live, make_bot(f"robo{at}")) for at in range(3))
        for hook in (off, full, gone):
            join(self.room, hook.bot)
        OutgoingHook.objects.filter(pk=off.pk).update(is_on=False)
        OutgoingHook.objects.filter(pk=full.pk).update(full=True)
        User.objects.filter(pk=gone.bot_id).update(is_active=False)
        self.live.outgoing.hooks.load()
        self.say(room="team")
        self.assertEqual(HookDelivery.objects.count(), 0)

    def test_the_same_cid_is_queued_once_and_a_refused_message_not_at_all(self) -> None:
        hook = make_hook(self.live, self.bot)
        for _ in range(3):
            self.say(room="team", cid="c")
        Room.objects.filter(pk=self.room.pk).update(archived=True)
        self.assertEqual(self.say(room="team").status_code, 403)
        self.assertEqual(queued(hook), [1])

    def test_a_webhook_that_was_just_deleted_refuses_no_message(self) -> None:
        hook = make_hook(self.live, self.bot)
        OutgoingHook.objects.filter(pk=hook.pk).delete()
        self.assertEqual(self.say(room="team").status_code, 200)


class Sending(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bot = make_bot("robo")
        self.room = make_room("team", self.alice, self.bot)
        self.receiver = Receiver().start()
        self.addCleanup(self.receiver.stop)
        self.hook = make_hook(self.live, self.bot, Trigger.COMMAND, "deploy", url=self.receiver.url)

    def send(self, reply: tuple[int, str, bytes] = (200, "", b""), text: str = "/deploy web", **fields: Any) -> Any:
        """Says it, has it sent, and returns its row."""
        self.receiver.reply = lambda got: reply
        self.assertEqual(self.say(text, **({"room": "team"} | fields)).status_code, 200)
        self.sent = send_next(self.live, self.hook, self.room)
        return HookDelivery.objects.order_by("-pk")[0]

    def told(self) -> list[tuple[str, str, int | None]]:
        rows = Event.objects.filter(kind=1, user=self.bot).order_by("pk").select_related("room")
        return [(row.room.name, row.text, row.reply) for row in rows]

    def test_what_is_sent(self) -> None:
        row = self.send()
        [got] = self.receiver.got
        told = got.told
        self.assertEqual((told["type"], told["id"], told["hook"]), ("message", row.key, "hook"))
        self.assertEqual((told["trigger"], told["command"], told["text"]), ("command", "/deploy", "web"))
        self.assertEqual(told["room"], {"room": "team", "title": "team"})
        self.assertEqual(told["bot"], {"userid": self.bot.pk, "username": "Robo"})
        self.assertEqual(told["message"], self.browser.get("/history/", {"room": "team"}).json()["events"][0]["data"])
        self.assertEqual((got.headers["webhook-id"], got.headers["content-type"]), (row.key, "application/json"))
        self.assertEqual((row.state, row.status, row.tries, row.fault), (SendState.SENT, 200, 1, ""))
        self.assertIsNone(send_next(self.live, self.hook, self.room))

    def test_the_signature_is_checked_as_the_wire_says(self) -> None:
        [code] = re.findall(r"```python\n(import base64.*?)```", WIRE.read_text(), re.DOTALL)
        self.assertLessEqual(code.count("\n"), 5)
        self.send()
        [got] = self.receiver.got
        for secret, body, good in (
            (self.hook.secret, got.body, True),
            (self.hook.secret, got.body + b" ", False),
            (new_secret(), got.body, False),
        ):
            names: dict[str, Any] = {"headers": got.headers, "body": body, "secret": secret}
            exec(code, names)
            self.assertEqual(names["good"], good)

    def test_the_answer_is_the_bots_reply(self) -> None:
        row = self.send((200, "application/json", '{"text":"好"}'.encode()))
        self.assertEqual(self.told(), [("team", "好", 1)])
        self.assertEqual((row.state, row.answer), (SendState.SENT, ""))
        self.send((200, "text/plain", b"fine"))
        self.assertEqual(self.told()[1:], [("team", "fine", 3)])

    def test_in_a_private_chat_too(self) -> None:
        self.hook = make_hook(self.live, self.bot, Trigger.MENTION, url=self.receiver.url)
        self.receiver.reply = lambda got: (200, "text/plain", b"hi")
        self.browser.post("/msg_send/", {"type": "0", "txt": "hello", "userto": self.bot.pk})
        room = Room.objects.get(kind=3)
        send_next(self.live, self.hook, room)
        self.assertEqual(self.told(), [(room.name, "hi", 1)])

    def test_an_answer_that_came_is_said_after_a_kill_and_once(self) -> None:
        """The row has the answer before the room has it, and the answer's cid is the delivery's id."""
        row = self.send((200, "text/plain", b"fine"))
        for _ in range(2):
            HookDelivery.objects.filter(pk=row.pk).update(state=SendState.ANSWERED, answer="fine")
            self.assertTrue(send_next(self.live, self.hook, self.room))
        self.assertEqual((self.told(), len(self.receiver.got)), ([("team", "fine", 1)], 1))

    def test_a_failure_is_tried_again_with_the_same_id(self) -> None:
        row = self.send((503, "text/plain", b"no"))
        self.assertFalse(self.sent)
        self.assertEqual((row.state, row.status, row.tries, row.fault), (SendState.WAITING, 503, 1, "status 503"))
        self.assertGreater(row.due, timezone.now())
        self.assertIsNone(send_next(self.live, self.hook, self.room))  # nor is what comes behind it
        HookDelivery.objects.update(due=timezone.now())
        self.receiver.reply = lambda got: (200, "", b"")
        self.assertTrue(send_next(self.live, self.hook, self.room))
        self.assertEqual([got.headers["webhook-id"] for got in self.receiver.got], [row.key] * 2)
        self.assertEqual(self.told(), [])

    def test_after_a_time_it_is_given_up_and_the_next_one_goes(self) -> None:
        self.send((500, "", b""))
        HookDelivery.objects.update(since=timezone.now() - timedelta(days=2), due=timezone.now())
        self.assertTrue(send_next(self.live, self.hook, self.room))
        self.assertEqual(HookDelivery.objects.get().state, SendState.GIVEN_UP)
        self.assertEqual(self.send(text="/deploy next").state, SendState.SENT)

    def test_what_was_deleted_or_is_not_the_bots_any_more_is_not_sent(self) -> None:
        self.say("/deploy", room="team")
        self.browser.post("/msg_send/", {"type": "delete", "room": "team", "seq": 1})
        self.assertTrue(send_next(self.live, self.hook, self.room))
        self.say("/deploy", room="team")
        Membership.objects.filter(user=self.bot).delete()
        self.assertTrue(send_next(self.live, self.hook, self.room))
        self.assertEqual([row.fault for row in HookDelivery.objects.order_by("pk")], ["deleted", "outside"])
        self.assertEqual(self.receiver.got, [])

    def test_an_edit_before_it_is_sent_counts(self) -> None:
        self.say("/deploy web", room="team")
        self.browser.post("/msg_send/", {"type": "edit", "txt": "/deploy api", "room": "team", "seq": 1})
        send_next(self.live, self.hook, self.room)
        self.assertEqual(self.receiver.got[0].told["text"], "api")

    def test_an_answer_for_which_there_is_no_room(self) -> None:
        """Whatever is wrong with the answer, what was taken is not sent again."""
        for reply, fault in (
            ((200, "application/json", b"nonsense"), "textless"),
            ((200, "text/plain", b"x" * 70_000), "long 65,536"),
        ):
            with self.subTest(fault=fault):
                row = self.send(reply)
                self.assertEqual((row.state, row.fault), (SendState.SENT, fault))

        HookDelivery.objects.filter(pk=row.pk).update(state=SendState.ANSWERED, answer="too late")
        Room.objects.filter(pk=self.room.pk).update(archived=True)
        self.assertTrue(send_next(self.live, self.hook, self.room))
        row.refresh_from_db()
        self.assertEqual((row.state, row.fault.split()[0], self.told()), (SendState.SENT, "unsaid", []))

    def test_a_bot_that_says_too_much_waits_and_loses_nothing(self) -> None:
        self.live.rates.charge(self.bot.pk, 1e6)
        row = self.send((200, "text/plain", b"fine"))
        self.assertEqual((row.state, row.answer, self.sent), (SendState.ANSWERED, "fine", False))
        self.live.rates = type(self.live.rates)(1e6, 10**6)
        HookDelivery.objects.update(due=timezone.now())
        self.assertTrue(send_next(self.live, self.hook, self.room))
        self.assertEqual((self.told(), len(self.receiver.got)), ([("team", "fine", 1)], 1))

    def test_a_bot_does_not_answer_itself(self) -> None:
        hook = make_hook(self.live, self.bot, url=self.receiver.url)
        self.receiver.reply = lambda got: (200, "application/json", json.dumps({"text": "/deploy again"}).encode())
        self.say("begin", room="team")
        while send_next(self.live, hook, self.room) is not None:
            pass
        self.assertEqual((len(self.receiver.got), len(self.told())), (1, 1))
