"""/tokens/: people make and end the tokens of their programs, and nobody else's."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from Dweb.accounts import administration, tokens
from Dweb.models import Token, User

from ..support.cases import ViewTestCase
from ..support.fakes import make_user, sign_in

TOKEN = re.compile(r"dweb_[\w-]{43}")


class Tokens(ViewTestCase):
    def make(self, **fields: Any) -> Any:
        return self.browser.post("/tokens/", {"name": "backup", **fields})

    def listed(self) -> Any:
        return self.browser.get("/tokens/").json()["tokens"]

    def test_one_is_made_shown_once_listed_and_ended(self) -> None:
        with self.assertLogs("dweb.security") as logged:
            made = self.make().json()
        self.assertEqual(
            (made["msg"], made["scopes"], made["rooms"], made["expires"]), ("success", ["read", "write"], None, None)
        )
        self.assertRegex(made["token"], TOKEN)
        self.assertNotIn(made["token"], "".join(logged.output))
        [row] = self.listed()
        self.assertEqual(row, {name: made[name] for name in row})
        self.assertNotIn("token", row)
        self.assertNotIn(made["token"].encode(), b"".join(str(vars(each)).encode() for each in Token.objects.all()))
        self.assertEqual(self.browser.post("/tokens/", {"end": made["id"]}).json(), {"msg": "success"})
        self.assertEqual(self.listed(), [])
        self.assert_error(self.browser.post("/tokens/", {"end": made["id"]}), 404, "not_found")

    def test_what_it_may_do(self) -> None:
        self.browser.post("/rooms/", {"title": "Plant", "room": "plant"})
        made = self.make(scopes="manage, read", rooms="plant,lobby", days=30).json()
        self.assertEqual((made["scopes"], made["rooms"]), (["read", "manage"], ["lobby", "plant"]))
        left = Token.objects.get().expires - timezone.now()
        self.assertTrue(timedelta(days=29) < left <= timedelta(days=30))

    def test_bad_input(self) -> None:
        for fields, words in (
            ({"name": ""}, "name"),
            ({"name": "x" * 61}, "60"),
            ({"scopes": "all"}, "read, write, manage"),
            ({"days": "0"}, "1 to"),
            ({"days": settings.TOKEN_MAX_DAYS + 1}, "1 to"),
            ({"scopes": ","}, "read, write, manage"),
            ({"rooms": "a/b"}, "room"),
            ({"rooms": ","}, "room"),  # else it would be for all
            ({"rooms": " "}, "room"),
            ({"rooms": ",".join(f"r{each}" for each in range(51))}, "50"),
        ):
            with self.subTest(fields=fields):
                answer = self.make(**fields)
                self.assert_error(answer, 400, "bad_input")
                self.assertIn(words, answer.json()["detail"])
        self.assert_error(self.make(rooms="nowhere"), 404, "not_found")
        self.assertFalse(Token.objects.exists())

    @override_settings(TOKENS_PER_USER=2)
    def test_there_are_so_many(self) -> None:
        self.make(), self.make()
        self.assert_error(self.make(), 403, "forbidden")
        self.assertEqual(sign_in(self.bob).post("/tokens/", {"name": "x"}).status_code, 200)

    @override_settings(TOKENS_PER_USER=2)
    def test_expired_ones_make_room(self) -> None:
        old, kept = self.make(days=1).json(), self.make(days=2).json()
        Token.objects.filter(pk=old["id"]).update(expires=timezone.now())
        self.assertEqual([row["id"] for row in self.listed()], [kept["id"], old["id"]])
        made = self.make().json()
        self.assertEqual([row["id"] for row in self.listed()], [made["id"], kept["id"]])
        self.assert_error(self.make(), 403, "forbidden")

    def test_a_program_that_spends_the_whole_budget_can_be_ended(self) -> None:
        made = self.make().json()
        self.live.rates.charge(self.alice.pk, 1_000)
        self.assert_error(self.make(), 429, "too_fast")
        [row] = self.listed()
        self.assertEqual(self.browser.post("/tokens/", {"end": row["id"]}).json(), {"msg": "success"})
        self.assertFalse(Token.objects.filter(pk=made["id"]).exists())

    def test_one_that_is_under_way_does_not_outlive_what_ends_all_sessions(self) -> None:
        root = make_user("root", is_staff=True, is_superuser=True)
        alice = User.objects.filter(pk=self.alice.pk)
        make = tokens.make
        for end in (
            lambda: administration.sign_out(root, self.alice.pk),
            lambda: alice.update(password="another"),
            lambda: alice.update(is_active=False),
        ):

            def late(*arguments: Any, end: Any = end) -> Any:
                end()
                return make(*arguments)

            with self.subTest(), mock.patch.object(tokens, "make", late):
                self.assert_error(sign_in(self.alice).post("/tokens/", {"name": "x"}), 401, "not_signed_in")
                self.assertFalse(Token.objects.exists())
            alice.update(password=self.alice.password, is_active=True)

    def test_outsiders(self) -> None:
        made = self.make().json()
        for fields in ({"name": "x"}, {"end": made["id"]}):
            self.assert_error(self.client.post("/tokens/", fields), 401, "not_signed_in")
        self.assert_error(self.client.get("/tokens/"), 401, "not_signed_in")
        self.assert_error(sign_in(self.bob).post("/tokens/", {"end": made["id"]}), 404, "not_found")
        self.assertEqual(sign_in(self.bob).get("/tokens/").json(), {"tokens": []})
        headers = {"Authorization": f"Bearer {made['token']}"}
        for answer in (
            self.client.get("/tokens/", headers=headers),
            self.client.post("/tokens/", {"name": "x"}, headers=headers),
        ):
            self.assert_error(answer, 403, "forbidden")
        self.assertEqual(len(self.listed()), 1)

    def test_a_guest_makes_one_for_the_rooms_that_they_see(self) -> None:
        guest = make_user("guest", is_guest=True)
        answer = sign_in(guest).post("/tokens/", {"name": "x", "rooms": "lobby"})
        self.assert_error(answer, 404, "not_found")


class Command(ViewTestCase):
    def call(self, *arguments: str) -> str:
        out = StringIO()
        call_command("token", *arguments, stdout=out)
        return out.getvalue()

    def test_the_last_word_is_a_token(self) -> None:
        token = self.call("Alice", "--name", "cron").split()[-1]
        headers = {"Authorization": f"Bearer {token}"}
        self.assertEqual(self.client.post("/msg_send/", {"type": "1", "txt": "hi"}, headers=headers).json()["seq"], 1)
        self.assertEqual(Token.objects.get().scopes, "read write")

    def test_with_scopes_rooms_and_days(self) -> None:
        self.call("alice", "--name", "cron", "--scopes", "read", "--rooms", "lobby", "--days", "3")
        made = Token.objects.get()
        self.assertEqual((made.scopes, made.rooms), ("read", ["lobby"]))
        self.assertIsNotNone(made.expires)

    def test_what_cannot_be(self) -> None:
        User.objects.filter(pk=self.bob.pk).update(is_active=False)
        for arguments in (
            ("nobody", "--name", "x"),
            ("bob", "--name", "x"),
            ("alice", "--name", ""),
            ("alice", "--name", "x", "--scopes", "root"),
            ("alice", "--name", "x", "--rooms", "nowhere"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(CommandError):
                self.call(*arguments)
        self.assertFalse(Token.objects.exists())
