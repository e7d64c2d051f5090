"""Registration that an admin approves: /register/, the page on which one waits, and how it ends."""

from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings

from Dweb.accounts import approval
from Dweb.models import User

from ..support.cases import ViewTestCase
from ..support.fakes import CHEAP_HASHER, make_user, sign_in

PASSWORD = "correct horse"
ANN = {"account": "ann", "username": "<b>Ann</b>", "password": PASSWORD}
STATE = "/waiting/state/"


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER, PLACE={"registration": "approval"})
class WaitingTestCase(ViewTestCase):
    """Ann has registered, from `self.client`, and waits."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.root = make_user("root", is_superuser=True)

    def setUp(self) -> None:
        super().setUp()
        self.response = self.client.post("/register/", ANN)
        self.ann = User.objects.get(account="ann")

    def enter(self, browser: Browser | None = None, password: str = PASSWORD) -> Any:
        return (browser or Browser()).post("/", {"userNameOrEmailAddress": "ann", "password": password})

    def is_signed_in(self, browser: Browser) -> bool:
        return "_auth_user_id" in browser.session

    def assert_waits(self, browser: Browser, waits: bool) -> None:
        response = browser.get(STATE)
        self.assertEqual(response.json(), {"waiting": waits})
        self.assertIn("no-cache", response["Cache-Control"])


class Registering(WaitingTestCase):
    def test_one_is_not_in_and_comes_to_the_page(self) -> None:
        self.assertRedirects(self.response, "/waiting/")
        self.assertEqual((self.ann.is_active, self.ann.waiting), (False, True))
        self.assertFalse(self.is_signed_in(self.client))
        page = self.client.get("/waiting/")
        self.assertContains(page, "An admin must let you in")
        self.assertContains(page, "&lt;b&gt;Ann")
        self.assertNotContains(page, "<b>Ann")
        self.assert_waits(self.client, True)
        self.assertEqual(self.client.get("/news_chat/").status_code, 302)

    def test_the_cookie_names_the_account_and_nothing_more(self) -> None:
        cookie = self.response.cookies["waiting"]
        value, _time, _signature = cookie.value.split(":")
        self.assertEqual(value, str(self.ann.pk))
        self.assertEqual((cookie["httponly"], cookie["samesite"]), (True, "Lax"))
        self.assertEqual(cookie["max-age"], settings.WAITING_DAYS * 86_400)

    def test_so_many_wait_and_no_more(self) -> None:
        with self.settings(WAITING_ACCOUNTS=1):
            response = Browser().post("/register/", ANN | {"account": "bob", "username": "Bob"})
            self.assertContains(response, "Too many people wait", status_code=429)
            self.assertEqual(response["Retry-After"], "3600")
            approval.approve(self.root, self.ann)
            response = Browser().post("/register/", ANN | {"account": "bob", "username": "Bob"})
            self.assertRedirects(response, "/waiting/", fetch_redirect_response=False)

    def test_in_an_open_place_nobody_waits(self) -> None:
        with self.settings(PLACE={}):
            self.live.place.load()
            browser = Browser()
            response = browser.post("/register/", ANN | {"account": "bob", "username": "Bob"})
        self.assertTrue(self.is_signed_in(browser))
        self.assertNotIn("waiting", response.cookies)


class LetIn(WaitingTestCase):
    def test_the_same_browser_is_signed_in_by_itself_and_once(self) -> None:
        self.client.post("/waiting/")
        self.assertFalse(self.is_signed_in(self.client))  # not yet
        copied = Browser()
        copied.cookies["waiting"] = self.client.cookies["waiting"].value
        approval.approve(self.root, self.ann)
        self.assert_waits(self.client, False)
        self.assertEqual(self.client.get("/waiting/").status_code, 200)  # a look signs nobody in
        self.assertFalse(self.is_signed_in(self.client))
        response = self.client.post("/waiting/")
        self.assertRedirects(response, "/news_chat/")
        self.assertEqual(self.client.session["_auth_user_id"], str(self.ann.pk))
        self.assertEqual(response.cookies["waiting"].value, "")
        copied.post("/waiting/")
        self.assertFalse(self.is_signed_in(copied))
        self.assertRedirects(copied.get("/waiting/"), "/")

    def test_who_has_signed_in_elsewhere_signs_in_here_too(self) -> None:
        approval.approve(self.root, self.ann)
        self.assertEqual(self.enter().status_code, 302)
        self.client.post("/waiting/")
        self.assertFalse(self.is_signed_in(self.client))
        self.assertRedirects(self.client.get("/waiting/"), "/")

    def test_the_form_needs_its_csrf_token(self) -> None:
        approval.approve(self.root, self.ann)
        browser = Browser(enforce_csrf_checks=True)
        browser.cookies["waiting"] = self.client.cookies["waiting"].value
        self.assertEqual(browser.post("/waiting/").status_code, 403)
        token = browser.get("/waiting/").cookies["csrftoken"].value
        self.assertEqual(browser.post("/waiting/", {"csrfmiddlewaretoken": token}).status_code, 302)
        self.assertTrue(self.is_signed_in(browser))

    def test_a_box_that_was_ticked_in_the_admin_counts(self) -> None:
        User.objects.filter(pk=self.ann.pk).update(is_active=True)
        self.assert_waits(self.client, False)
        self.client.post("/waiting/")
        self.assertTrue(self.is_signed_in(self.client))


class NotLetIn(WaitingTestCase):
    def test_the_page_says_so_once(self) -> None:
        approval.refuse(self.root, self.ann)
        self.assert_waits(self.client, False)
        self.assertRedirects(self.client.post("/waiting/"), "/waiting/", fetch_redirect_response=False)
        self.assertContains(self.client.get("/waiting/"), "No admin has let you in.", status_code=403)
        self.assertRedirects(self.client.get("/waiting/"), "/")
        self.assertContains(self.enter(), "Account and password do not match.")

    def test_who_is_suspended_before_the_first_sign_in_stays_out(self) -> None:
        approval.approve(self.root, self.ann)
        User.objects.filter(pk=self.ann.pk).update(is_active=False)
        self.client.post("/waiting/")
        self.assertFalse(self.is_signed_in(self.client))
        self.assertEqual(self.client.get("/waiting/").status_code, 403)


class Others(WaitingTestCase):
    def test_who_does_not_wait_is_led_to_the_sign_in(self) -> None:
        for value in (None, str(self.ann.pk), f"{self.ann.pk}:forged:signature"):
            with self.subTest(value=value):
                browser = Browser()
                if value:
                    browser.cookies["waiting"] = value
                self.assertRedirects(browser.get("/waiting/"), "/")
                self.assertRedirects(browser.post("/waiting/"), "/")
                self.assert_error(browser.get(STATE), 401, "not_signed_in")
        self.assert_error(self.client.post(STATE), 405, "bad_input")
        self.assertEqual(self.client.put("/waiting/").status_code, 405)

    def test_who_is_signed_in_goes_to_the_chat(self) -> None:
        browser = sign_in(self.root)
        browser.cookies["waiting"] = self.client.cookies["waiting"].value
        for ask in (browser.get, browser.post):
            self.assertEqual(ask("/waiting/", follow=True).request["PATH_INFO"], "/news_chat/")


class SigningIn(WaitingTestCase):
    def test_the_right_password_gets_a_sentence_of_its_own(self) -> None:
        browser = Browser()
        response = self.enter(browser)
        self.assertContains(response, "Your account waits for an admin", status_code=403)
        self.assertFalse(self.is_signed_in(browser))
        self.assertContains(self.enter(password="wrong"), "Account and password do not match.")

    def test_that_is_no_failure(self) -> None:
        for _ in range(7):
            self.assertEqual(self.enter().status_code, 403)

    def test_nor_does_the_admins_page_let_anybody_in(self) -> None:
        User.objects.filter(pk=self.ann.pk).update(is_staff=True, is_superuser=True)
        browser = Browser()
        response = browser.post("/admin/login/", {"username": "ann", "password": PASSWORD})
        self.assertContains(response, "Your account waits for an admin", status_code=403)
        self.assertFalse(self.is_signed_in(browser))

    def test_a_session_of_who_waits_is_none(self) -> None:
        browser = sign_in(self.root)
        User.objects.filter(pk=self.root.pk).update(is_active=False, waiting=True)
        self.assertEqual(browser.get("/news_chat/").status_code, 302)
        self.assert_error(browser.get("/users/"), 401, "not_signed_in")
