"""`Authorization: Bearer`: what programs may do with a token, at every address, and what they may not."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.urls import get_resolver
from django.utils import timezone

from Dweb.accounts import tokens
from Dweb.accounts.access import NEEDS, Scope
from Dweb.accounts.tokens import Wanted
from Dweb.models import Token, User

from ..support.cases import ViewTestCase
from ..support.fakes import sign_in

READ, WRITE, MANAGE = frozenset({Scope.READ}), frozenset({Scope.WRITE}), frozenset({Scope.MANAGE})
# Speak JSON, and are no program's: those who sign in use them, or anybody.
NEVER = {"tokens", "sessions", "handover", "waiting_state", "healthz"}


class BearerTestCase(ViewTestCase):
    def made(self, user: User | None = None, **wanted: Any) -> str:
        """A token of Alice's, or of another user."""
        return tokens.make(user or self.alice, Wanted("test", **wanted))[1]

    def program(self, token: str | None = None, **wanted: Any) -> Browser:
        """A client with a token, which checks CSRF tokens."""
        token = self.made(**wanted) if token is None else token
        return Browser(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})

    def post(self, program: Browser, text: str = "hello", **fields: Any) -> Any:
        return program.post("/msg_send/", {"type": "1", "txt": text, **fields})


class Programs(BearerTestCase):
    def test_it_writes_and_reads_without_a_cookie_or_a_csrf_token(self) -> None:
        program = self.program()
        self.assertEqual(self.post(program).json()["seq"], 1)
        [event] = program.get("/history/", {"room": "lobby"}).json()["events"]
        self.assertEqual((event["data"]["msg"], event["data"]["userid"]), ("hello", self.alice.pk))
        self.assertEqual(dict(program.cookies), {})

    def test_cookies_beside_it_count_for_nothing(self) -> None:
        browser = sign_in(self.bob)
        headers = {"Authorization": f"Bearer {self.made()}"}
        self.assertEqual(browser.get("/profile/", headers=headers).status_code, 200)
        answer = browser.post("/msg_send/", {"type": "1", "txt": "hi"}, headers=headers).json()
        self.assertEqual(self.browser.get("/history/?room=lobby").json()["events"][0]["data"]["userid"], self.alice.pk)
        self.assertEqual(answer["seq"], 1)
        self.assertEqual(browser.get("/sessions/").status_code, 200)  # Bob is signed in as before

    def test_one_that_is_none(self) -> None:
        right = self.made()
        for token in ("", "x", right[:-1], right + "x", right + " " + right, right.upper(), "é", "x" * 10_000):
            with self.subTest(token=token[:80]), self.assertLogs("dweb.security") as logged:
                answer = self.program(token=token).get("/history/", {"room": "lobby"})
                self.assert_error(answer, 401, "not_signed_in")
                self.assertEqual(answer["WWW-Authenticate"], "Bearer")
                self.assertIn("token_failed", logged.output[0])
                self.assertNotIn(right[:-1], logged.output[0])

    def test_wrong_ones_are_refused_after_thirty_and_right_ones_are_not(self) -> None:
        wrong, right = self.program(token="wrong"), self.program()
        with self.assertLogs("dweb.security") as logged:
            statuses = [wrong.get("/history/?room=lobby").status_code for _ in range(50)]
        self.assertEqual(statuses, [401] * 30 + [429] * 20)
        lines = [line for line in logged.output if "token_failed address=127.0.0.1" in line]
        self.assertEqual(len(lines), 30 + settings.REFUSALS_LOGGED)
        self.assertEqual(logged.output, lines)  # none is one that fail2ban shuts an address out for
        self.assertEqual(self.post(right).status_code, 200)
        signed_in = Browser().post("/", {"username": "alice", "password": "wrong"})
        self.assertNotEqual(signed_in.status_code, 429)

    def test_one_that_has_expired_or_ended_or_whose_person_was_suspended(self) -> None:
        program = self.program()
        Token.objects.update(expires=timezone.now() - timedelta(seconds=1))
        self.assert_error(self.post(program), 401, "not_signed_in")
        Token.objects.update(expires=timezone.now() + timedelta(days=1))
        self.assertEqual(self.post(program).status_code, 200)
        User.objects.filter(pk=self.alice.pk).update(is_active=False)
        self.assert_error(self.post(program), 401, "not_signed_in")
        User.objects.filter(pk=self.alice.pk).update(is_active=True)
        Token.objects.all().delete()
        self.assert_error(self.post(program), 401, "not_signed_in")

    def test_pages_know_no_token(self) -> None:
        program = self.program(scopes=frozenset(Scope))
        for path in ("/news_chat/", "/password_change/", "/admin/"):
            self.assertEqual(program.get(path).status_code, 302, path)

    def test_addresses_that_ask_for_none_pass_over_it(self) -> None:
        self.assertEqual(self.program(token="wrong").get("/healthz").json(), {"msg": "success"})
        self.assert_error(self.program().get("/waiting/state/"), 401, "not_signed_in")
        self.assertEqual(self.program().generic("TRACE", "/healthz").status_code, 405)

    def test_another_scheme_is_no_token(self) -> None:
        program = Browser(headers={"Authorization": "Basic YWxpY2U6eA=="})
        self.assert_error(program.get("/history/?room=lobby"), 401, "not_signed_in")

    def test_its_use_is_noted(self) -> None:
        self.post(self.program())
        self.assertIsNone(Token.objects.get().used)
        self.live.tokens_used.store(self.live.hub)
        self.assertIsNotNone(Token.objects.get().used)


class Scopes(BearerTestCase):
    def test_every_address_that_speaks_json_says_what_it_needs(self) -> None:
        names = {
            each.name for each in get_resolver("Dweb.urls").url_patterns
            if getattr(getattr(each, "callback", None), "speaks_json", False)
        }  # fmt: skip
        self.assertEqual(names, NEEDS.keys() | NEVER)

    def test_without_the_scope_nothing_is_done(self) -> None:
        for scopes, method, path, fields in (
            (READ, "post", "/msg_send/", {"type": "1", "txt": "x"}),
            (READ, "post", "/files/", {"name": "x", "size": 3}),
            (READ | WRITE, "post", "/rooms/", {"title": "Plant"}),
            (READ | WRITE, "post", "/rooms/lobby/", {"topic": "x"}),
            (READ | WRITE, "post", "/invites/", {}),
            (READ | WRITE, "post", "/hooks/", {"name": "x", "room": "lobby"}),
            (READ | WRITE, "post", "/blocks/", {"userid": self.bob.pk, "on": 1}),
            (READ | WRITE, "post", "/profile/", {"username": "x"}),
            (WRITE | MANAGE, "get", "/history/", {"room": "lobby"}),
            (WRITE | MANAGE, "get", "/chat/", {}),
            (frozenset(Scope), "get", "/tokens/", {}),
            (frozenset(Scope), "get", "/sessions/", {}),
            (frozenset(Scope), "post", "/handover/", {}),
        ):
            with self.subTest(path=path, method=method):
                program = self.program(scopes=scopes)
                self.assert_error(getattr(program, method)(path, fields), 403, "forbidden")
        self.assertEqual(self.browser.get("/history/?room=lobby").json()["events"], [])

    def test_with_the_scope_it_is(self) -> None:
        program = self.program(scopes=MANAGE)
        self.assertEqual(program.post("/rooms/", {"title": "Plant", "room": "plant"}).status_code, 200)
        self.assertEqual(self.program(scopes=READ).get("/rooms/plant/").status_code, 200)


class Rooms(BearerTestCase):
    """A token for one room knows of no other one, though its person is in both."""

    def setUp(self) -> None:
        super().setUp()
        for room in ("plant", "office"):
            self.browser.post("/rooms/", {"title": room, "room": room})
            self.say(f"of {room}", room=room)
        self.one = self.program(scopes=frozenset(Scope), rooms=frozenset({"plant"}))

    def test_what_it_reaches(self) -> None:
        self.assertEqual(self.one.get("/history/?room=plant").json()["events"][0]["data"]["msg"], "of plant")
        self.assertEqual(self.post(self.one, room="plant").status_code, 200)
        self.assertEqual(self.one.get("/rooms/plant/").status_code, 200)

    def test_what_it_does_not(self) -> None:
        for path in (
            "/history/?room=office",
            "/members/?room=office",
            "/rooms/office/",
            "/search/?q=of&room=office",
            "/files/?room=office",
            "/hooks/?room=office",
        ):
            with self.subTest(path=path):
                self.assert_error(self.one.get(path), 404, "not_found")
        for path, fields in (
            ("/msg_send/", {"type": "1", "txt": "x", "room": "office"}),
            ("/msg_send/", {"type": "1", "txt": "x"}),
            ("/msg_send/", {"type": "0", "txt": "x", "userto": self.bob.pk}),
            ("/msg_send/", {"type": "edit", "txt": "x", "room": "office", "seq": 1}),
            ("/rooms/office/", {"topic": "x"}),
            ("/hooks/", {"name": "x", "room": "office"}),
        ):
            with self.subTest(path=path, fields=fields):
                self.assert_error(self.one.post(path, fields), 404, "not_found")
        for path in ("/rooms/", "/invites/", "/profile/", "/blocks/"):
            with self.subTest(path=path):
                self.assert_error(self.one.post(path, {"title": "x"}), 403, "forbidden")

    def test_no_list_has_another_room(self) -> None:
        self.assertEqual([room["room"] for room in self.one.get("/rooms/").json()["rooms"]], ["plant"])
        self.assertEqual({event["data"]["room"] for event in self.one.get("/latest/").json()["events"]}, {"plant"})
        found = self.one.get("/search/?q=of").json()["events"]
        self.assertEqual({event["data"]["room"] for event in found}, {"plant"})
        self.assertEqual([r["room"] for r in self.one.get(f"/people/{self.alice.pk}/").json()["rooms"]], ["plant"])
