"""/handover/: a further device is let in by the person who sees what it is, once, and soon."""

import re
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from Dweb.accounts import handover
from Dweb.chat import prices
from Dweb.chat.rates import Rates
from Dweb.models import Handover, User, UserSession

from ..support.cases import ViewTestCase
from ..support.fakes import sign_in

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/139.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"
INVALID = "This code is not valid any more"
TAKEN = "Another device uses this code"


class HandoverTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.phone = Browser(headers={"User-Agent": ANDROID}, REMOTE_ADDR="192.168.1.7")

    def make(self) -> str:
        """Makes a code. Returns its address; `self.id` is its id."""
        answer = self.browser.post("/handover/")
        self.assertEqual(answer.status_code, 200, answer.content)
        self.made = answer.json()
        self.id = self.made["id"]
        return urlsplit(self.made["url"]).path

    def state(self, browser: Browser | None = None) -> Any:
        return (browser or self.browser).get("/handover/", {"id": self.id}).json()

    def answer(self, answer: str, browser: Browser | None = None) -> Any:
        return (browser or self.browser).post("/handover/", {"id": self.id, "answer": answer})

    def assert_refused(self, answer: Any, status: int, words: str) -> None:
        self.assertContains(answer, words, status_code=status)

    def is_in(self, browser: Browser) -> bool:
        return browser.get("/chat/").status_code == 426


class LetIn(HandoverTestCase):
    def test_the_way_of_a_phone(self) -> None:
        with self.assertLogs("dweb.security") as logged:
            path = self.make()
            self.assertEqual(self.state()["state"], "waiting")
            page = self.phone.get(path)
            self.assertContains(page, "<bdi>Alice</bdi>")
            self.assertNotIn("handover", page.cookies)
            self.assertEqual(self.state()["state"], "waiting")  # who only looks does not ask
            self.assertEqual(self.phone.post(path)["Location"], path)
            self.assertContains(self.phone.get(path), "let <b>Chrome on Android</b> in there")
            asked = self.state()
            self.assertEqual((asked["device"], asked["address"]), ("Chrome on Android", "192.168.1.7"))
            self.assertEqual(asked["state"], "asked")
            self.assertEqual(self.phone.post(path).status_code, 200)
            self.assertFalse(self.is_in(self.phone))
            self.assertEqual(self.answer("yes").json(), {"msg": "success"})
            self.assertEqual(self.state()["state"], "allowed")
            self.assertFalse(self.is_in(self.phone))
            entered = self.phone.post(path)
        self.assertEqual((entered.status_code, entered["Location"]), (302, "/news_chat/"))
        self.assertIn("device", entered.cookies)
        self.assertTrue(self.is_in(self.phone))
        self.assertEqual(self.phone.session["_auth_user_id"], str(self.alice.pk))
        self.assertEqual(self.state()["state"], "used")
        row = UserSession.objects.get(key=self.phone.session.session_key)
        self.assertEqual((row.browser, row.address), ("Chrome", "192.168.1.7"))
        events = [each.getMessage().split()[0] for each in logged.records]
        self.assertEqual(
            events[-5:], ["handover_made", "handover_asked", "handover_allowed", "handover_used", "signin_ok"]
        )

    def test_it_is_for_one_device_and_once(self) -> None:
        path, other = self.make(), Browser(headers={"User-Agent": IPHONE})
        self.phone.post(path)
        for answer in (other.get(path), other.post(path)):
            self.assert_refused(answer, 403, TAKEN)
        self.answer("yes")
        self.assert_refused(other.post(path), 403, TAKEN)
        self.assertEqual(self.state()["device"], "Chrome on Android")
        self.assertEqual(self.phone.post(path)["Location"], "/news_chat/")
        self.phone.post("/logout/")
        for browser in (self.phone, other, Browser()):
            self.assert_refused(browser.post(path), 404, INVALID)
            self.assertFalse(self.is_in(browser))

    def test_of_two_that_ask_at_once_one_asks(self) -> None:
        path, other = self.make(), Browser(headers={"User-Agent": IPHONE})
        found = Handover.objects.select_related("user").get()
        self.phone.post(path)
        with mock.patch.object(handover, "find", return_value=found):  # as it was before the phone asked
            self.assert_refused(other.post(path), 403, TAKEN)
        self.assertEqual(self.state()["device"], "Chrome on Android")

    def test_the_code_is_a_picture_and_stands_nowhere_in_the_database(self) -> None:
        code = self.make().split("/")[2]
        self.assertGreaterEqual(len(code), 22)
        self.assertRegex(self.made["qr"], r"^data:image/svg\+xml;charset=utf-8,%3Csvg")
        self.assertRegex(self.made["url"], rf"^http://testserver/handover/{re.escape(code)}/$")
        self.assertNotIn(code, str(Handover.objects.values().get()))

    def test_the_token_of_the_device_is_kept_from_scripts_and_other_sites(self) -> None:
        path = self.make()
        cookie = self.phone.post(path).cookies["handover"]
        self.assertEqual((cookie["httponly"], cookie["samesite"], cookie["max-age"]), (True, "Strict", 300))
        self.assertNotIn(cookie.value, str(Handover.objects.values().get()))

    def test_who_is_signed_in_is_not_asked_and_another_person_changes_over(self) -> None:
        path, bobs = self.make(), sign_in(self.bob)
        self.assertEqual(self.browser.get(path)["Location"], "/news_chat/")
        self.assertContains(bobs.get(path), "is signed out here then")
        bobs.post(path)
        self.answer("yes")
        before = bobs.session.session_key
        self.assertEqual(bobs.post(path)["Location"], "/news_chat/")
        self.assertEqual(bobs.session["_auth_user_id"], str(self.alice.pk))
        self.assertFalse(UserSession.objects.filter(key=before).exists())


class Void(HandoverTestCase):
    def test_no_means_no(self) -> None:
        path = self.make()
        self.phone.post(path)
        with self.assertLogs("dweb.security") as logged:
            self.answer("no")
        self.assertIn("handover_refused", logged.output[-1])
        self.assert_refused(self.phone.post(path), 403, "This was refused")
        self.assert_error(self.answer("yes"), 404, "not_found")
        self.assertEqual(self.state()["state"], "refused")
        self.assertFalse(self.is_in(self.phone))

    def test_a_code_that_nobody_used_is_gone_with_its_dialog(self) -> None:
        path = self.make()
        self.answer("no")
        self.assertEqual(self.state(), {"state": "over"})
        self.assert_refused(self.phone.get(path), 404, INVALID)

    def test_a_new_one_replaces_it_and_its_answer_is_not_for_the_new_one(self) -> None:
        first = self.make()
        before = self.id
        second = self.make()
        self.phone.post(second)
        answer = self.browser.post("/handover/", {"id": before, "answer": "yes"})
        self.assert_error(answer, 404, "not_found")
        self.assertEqual(self.state()["state"], "asked")
        self.assert_refused(self.phone.get(first), 404, INVALID)

    def test_it_ends_by_its_time(self) -> None:
        for step in range(3):
            with self.subTest(step=step):
                path = self.make()
                if step > 0:
                    self.phone.post(path)
                if step > 1:
                    self.answer("yes")
                Handover.objects.update(expires=timezone.now())
                self.assertEqual(self.state(), {"state": "over"})
                self.assert_refused(self.phone.post(path), 404, INVALID)
                self.assert_error(self.answer("yes"), 404, "not_found")
                self.assertFalse(self.is_in(self.phone))

    def test_another_password_and_a_closed_account_make_it_void(self) -> None:
        for change in ({"password": "!other"}, {"is_active": False}):
            for step in ("looked", "allowed"):
                with self.fresh_subtest(change=change, step=step):
                    self.phone = Browser()
                    path = self.make()
                    if step == "allowed":
                        self.phone.post(path)
                        self.answer("yes")
                    User.objects.filter(pk=self.alice.pk).update(**change)
                    self.assert_refused(self.phone.post(path), 404, INVALID)
                    self.assertFalse(self.is_in(self.phone))

    def test_what_has_expired_is_forgotten_and_logged(self) -> None:
        self.make()
        handover.forget_expired()
        self.assertEqual(Handover.objects.count(), 1)
        Handover.objects.update(expires=timezone.now() - timedelta(seconds=1))
        with self.assertLogs("dweb.security") as logged:
            handover.forget_expired()
        self.assertEqual([each.getMessage() for each in logged.records], [f"handover_expired user={self.alice.pk}"])
        self.assertFalse(Handover.objects.exists())
        path = self.make()
        self.phone.post(path)
        self.answer("no")
        Handover.objects.update(expires=timezone.now() - timedelta(seconds=1))
        with self.assertNoLogs("dweb.security"):
            handover.forget_expired()
        self.assertFalse(Handover.objects.exists())


class Refusals(HandoverTestCase):
    def test_who_may_make_ask_and_answer(self) -> None:
        path = self.make()
        self.phone.post(path)
        bob = sign_in(self.bob)
        for who, status, code in ((self.client, 401, "not_signed_in"), (bob, 404, "not_found")):
            self.assert_error(self.answer("yes", who), status, code)
        self.assertEqual(self.answer("no", bob).json(), {"msg": "success"})  # there is none of Bob's
        self.assertEqual(self.state(bob), {"state": "over"})
        self.assertEqual(self.state()["state"], "asked")
        self.assert_error(self.client.post("/handover/"), 401, "not_signed_in")
        self.assert_error(self.client.get("/handover/", {"id": self.id}), 401, "not_signed_in")
        self.assert_error(self.browser.put("/handover/"), 405, "bad_input")
        strict = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_error(strict.post("/handover/"), 403, "forbidden")
        self.assertEqual(Browser(enforce_csrf_checks=True).post(path).status_code, 403)
        self.assertEqual(self.phone.put(path).status_code, 405)

    def test_what_is_wrong_is_bad_input(self) -> None:
        self.make()
        self.assert_error(self.answer("perhaps"), 400, "bad_input")
        for number in ("", "x", "-1", str(2**63)):
            self.assert_error(self.browser.get("/handover/", {"id": number}), 400, "bad_input")
            self.assert_error(self.browser.post("/handover/", {"id": number, "answer": "yes"}), 400, "bad_input")

    @override_settings(SIGNIN_ADDRESS_FAILURES=3)
    def test_guesses_count_against_the_address(self) -> None:
        path, guesser = self.make(), Browser(REMOTE_ADDR="192.0.2.66")
        for _ in range(5):
            self.assertEqual(self.phone.get(path).status_code, 200)  # a code that is one is no guess
        for number in range(3):
            self.assert_refused(guesser.get(f"/handover/{number}\u00e4/"), 404, INVALID)
        for guess in (guesser.get("/handover/x/"), guesser.post("/handover/x/"), guesser.get(path)):
            self.assertEqual(guess.status_code, 429)
            self.assertIn("Retry-After", guess)
        fields = {"userNameOrEmailAddress": "alice", "password": "wrong"}
        self.assertEqual(guesser.post("/", fields).status_code, 429)
        self.assertEqual(self.phone.get(path).status_code, 200)

    def test_asking_without_end_is_slowed_down(self) -> None:
        path = self.make()
        self.live.rates = Rates(0.001, 2 * prices.ACCOUNT)
        self.state()
        self.make()
        self.assert_error(self.browser.post("/handover/"), 429, "too_fast")
        self.assert_error(self.browser.get("/handover/", {"id": self.id}), 429, "too_fast")
        self.assertEqual(self.browser.get(path).status_code, 429)
