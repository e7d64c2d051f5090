"""`/`: the sign-in page, for those who know their password."""

import re
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.test import RequestFactory, override_settings
from django.utils import timezone

from Dweb.accounts.session_store import SessionStore
from Dweb.chat.rates import Rates
from Dweb.models import User

from ..support.cases import ViewTestCase
from ..support.fakes import CHEAP_HASHER, make_user, sign_in

PASSWORD = " correct horse "
NO_MATCH = "Account and password do not match."


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER)
class SignInTestCase(ViewTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.alice = User.objects.create_user("alice", PASSWORD, "Alice")

    def enter(
        self, browser: Browser | None = None, account: str = "alice", password: str = PASSWORD, **fields: str
    ) -> Any:
        """Sends the form, from a browser that was here before or from a new one."""
        return (browser or Browser()).post("/", {"userNameOrEmailAddress": account, "password": password} | fields)

    def is_signed_in(self, browser: Browser) -> bool:
        return "_auth_user_id" in browser.session


class Page(SignInTestCase):
    def test_it_is_a_form_with_a_csrf_token(self) -> None:
        response = self.client.get("/")
        self.assertIn("csrftoken", response.cookies)
        for name in ("userNameOrEmailAddress", "password", "csrfmiddlewaretoken"):
            self.assertContains(response, f'name="{name}"')
        self.assertIn("no-cache", response["Cache-Control"])

    def test_it_is_framed_by_nobody_and_runs_only_our_scripts(self) -> None:
        response = self.client.get("/")
        self.assertEqual(response["X-Frame-Options"], "DENY")
        self.assertIn("script-src 'self'", response["Content-Security-Policy"])

    def test_it_says_why_one_is_here_and_takes_the_aim_along_to_registration(self) -> None:
        why = "Sign in to go on."
        self.assertNotContains(self.client.get("/"), why)
        response = self.client.get("/news_chat/?num=7", follow=True)
        self.assertContains(response, why)
        self.assertContains(response, 'href="/register/?next=%2Fnews_chat%2F%3Fnum%3D7"')

    def test_the_focus_is_where_something_is_to_be_done(self) -> None:
        for response, name in (
            (self.client.get("/"), "userNameOrEmailAddress"),
            (self.enter(account="", password="x"), "userNameOrEmailAddress"),
            (self.enter(password="wrong"), "password"),
        ):
            [field] = re.findall(r"<input [^>]*autofocus[^>]*>", response.content.decode())
            self.assertEqual(field.split('name="')[1].split('"')[0], name)


class RightPassword(SignInTestCase):
    def test_it_leads_to_the_chat(self) -> None:
        response = self.enter(self.client)
        self.assertRedirects(response, "/news_chat/")
        self.assertTrue(self.is_signed_in(self.client))

    def test_the_session_gets_another_id(self) -> None:
        self.client.cookies["sessionid"] = "chosen-by-somebody-else"
        self.enter(self.client)
        self.assertNotEqual(self.client.cookies["sessionid"].value, "chosen-by-somebody-else")

    def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(self) -> None:
        cookie = self.enter().cookies["sessionid"]
        self.assertIs(cookie["httponly"], True)
        self.assertEqual(cookie["samesite"], "Lax")

    def test_the_form_needs_its_csrf_token(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        self.assertEqual(self.enter(browser).status_code, 403)
        token = browser.get("/").cookies["csrftoken"].value
        self.assertEqual(self.enter(browser, csrfmiddlewaretoken=token).status_code, 302)

    def test_next_leads_on_within_this_site(self) -> None:
        self.assertEqual(self.enter(next="/news_chat/?num=7")["Location"], "/news_chat/?num=7")
        page = self.client.get("/?next=/news_chat/%3Fnum%3D7")
        self.assertContains(page, 'name="next" value="/news_chat/?num=7"')

    def test_next_leads_nowhere_else(self) -> None:
        for next_page in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
            with self.subTest(next_page=next_page):
                self.assertEqual(self.enter(next=next_page)["Location"], "/news_chat/")


class WrongPassword(SignInTestCase):
    def test_a_wrong_pair_gets_a_sentence_and_lets_nobody_in(self) -> None:
        for account, password in (
            ("alice", "wrong"),
            ("alice", PASSWORD.strip()),
            ("nobody", PASSWORD),
            ("alice", PASSWORD.upper()),
        ):
            with self.subTest(account=account, password=password):
                browser = Browser()
                response = self.enter(browser, account, password)
                self.assertContains(response, NO_MATCH)
                self.assertNotIn(password, response.content.decode().replace(account, ""))
                self.assertFalse(self.is_signed_in(browser))

    def test_what_cannot_be_right_is_said_at_the_field(self) -> None:
        for bad, account, password in (
            ("userNameOrEmailAddress", "", "x"),
            ("password", "alice", ""),
            ("userNameOrEmailAddress", "a\0", "x"),
            ("userNameOrEmailAddress", "a" * 300, "x"),
            ("password", "alice", "x" * 5_000),
        ):
            with self.subTest(account=account[:20], password=password[:20]):
                response = self.enter(account=account, password=password)
                self.assertContains(response, 'class="error"')
                self.assertEqual([*response.context["form"].errors], [bad])

    def test_a_closed_account_is_as_good_as_none(self) -> None:
        User.objects.update(is_active=False)
        self.assertContains(self.enter(), NO_MATCH)

    def test_after_a_few_failures_even_the_right_password_must_wait(self) -> None:
        for _ in range(5):
            self.assertEqual(self.enter(password="wrong").status_code, 200)
        response = self.enter(self.client)
        self.assertContains(response, "Too many failed attempts: try again in 1 second.", status_code=429)
        self.assertEqual(response["Retry-After"], "1")
        self.assertFalse(self.is_signed_in(self.client))

    def test_from_another_address_the_account_does_not_wait(self) -> None:
        for _ in range(5):
            self.enter(password="wrong")
        self.assertEqual(self.enter(Browser(REMOTE_ADDR="10.0.0.2")).status_code, 302)


class SignedIn(SignInTestCase):
    def test_one_goes_on_to_the_chat(self) -> None:
        self.assertRedirects(sign_in(self.alice).get("/"), "/news_chat/")

    def test_the_way_there_has_a_price_and_the_page_for_others_has_none(self) -> None:
        for page in ("/", "/register/"):
            with self.subTest(page=page):
                self.live.rates = Rates(rate=0.001, burst=2)
                alice = sign_in(self.alice)
                answers = [alice.get(page) for _ in range(3)]
                self.assertEqual([answer.status_code for answer in answers], [302, 302, 429])
                self.assertGreater(int(answers[-1]["Retry-After"]), 0)
                self.assertEqual(self.client.get(page).status_code, 200)
        self.assertEqual(sign_in(make_user("bob")).get("/").status_code, 302)

    def test_next_does_not_lead_around_in_a_circle(self) -> None:
        for next_page in ("/", "/?next=/"):
            with self.subTest(next_page=next_page):
                response = sign_in(self.alice).get("/", {"next": next_page}, follow=True)
                self.assertEqual((response.status_code, response.request["PATH_INFO"]), (200, "/news_chat/"))

    def test_whoever_asks_is_whom_django_would_find(self) -> None:
        """Session and user are looked up in SQL of ours; what it leaves out is read when it is asked for."""
        browser = sign_in(self.alice)
        request = RequestFactory().get("/")
        request.session = SessionStore(browser.session.session_key)
        user = get_user(request)
        djangos = DjangosStore(browser.session.session_key)
        self.assertEqual(dict(request.session.items()), dict(djangos.items()))
        self.assertEqual((user, user.date_joined), (self.alice, self.alice.date_joined))
        fields = {name: (value, type(value)) for name, value in vars(user).items() if name != "_state"}
        expected = {name: getattr(self.alice, name) for name in fields}
        self.assertEqual(fields, {name: (value, type(value)) for name, value in expected.items()})
        user.username = "Alicia"
        user.save()
        self.assertEqual(User.objects.get(pk=self.alice.pk).username, "Alicia")

    def test_an_expired_session_is_as_good_as_none(self) -> None:
        browser = sign_in(self.alice)
        Session.objects.update(expire_date=timezone.now())
        self.assertEqual(browser.get("/news_chat/").status_code, 302)
        self.assertFalse(SessionStore(browser.session.session_key).exists("x"))
        self.assertEqual(dict(SessionStore(browser.cookies["sessionid"].value).items()), {})
