"""/register/: who makes an account is signed in; what is wrong is said at the field, and no account is made."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.test import Client as Browser
from django.test import override_settings

from Dweb.models import User

from ..support.cases import ViewTestCase
from ..support.fakes import CHEAP_HASHER, make_user, sign_in

SLOW_HASHERS = settings.PASSWORD_HASHERS
GOOD = {"account": "alice", "password": "correct horse", "username": "Alice 爱丽丝"}


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER)
class RegisterTestCase(ViewTestCase):
    """The place is set up; nobody has registered yet."""

    @classmethod
    def setUpTestData(cls) -> None:
        make_user("host")

    def registered(self) -> User:
        """The one who has registered."""
        return User.objects.exclude(account="host").get()

    def assert_nobody(self) -> None:
        self.assertEqual([*User.objects.values_list("account", flat=True)], ["host"])

    def register(self, browser: Browser | None = None, **fields: str) -> Any:
        return (browser or Browser()).post("/register/", GOOD | fields)


class NewAccount(RegisterTestCase):
    def test_who_registers_is_signed_in_and_comes_to_the_chat(self) -> None:
        response = self.client.post("/register/", GOOD, follow=True)
        self.assertEqual(response.redirect_chain, [("/", 302), ("/news_chat/", 302)])
        user = self.registered()
        self.assertEqual((user.account, user.username), ("alice", "Alice 爱丽丝"))
        self.assertEqual((user.is_staff, user.is_superuser), (False, False))
        self.assertTrue(user.check_password("correct horse"))
        self.assertEqual(self.client.session["_auth_user_id"], str(user.pk))

    def test_the_password_is_kept_as_a_slow_hash(self) -> None:
        with self.settings(PASSWORD_HASHERS=SLOW_HASHERS):
            self.register()
            stored = self.registered().password
            self.assertEqual(identify_hasher(stored).algorithm, "argon2")
        self.assertNotIn("correct horse", stored)

    def test_nobody_makes_themselves_staff(self) -> None:
        self.register(is_staff="on", is_superuser="on", user_id="999")
        user = self.registered()
        self.assertEqual((user.is_staff, user.is_superuser), (False, False))

    def test_a_name_keeps_any_script(self) -> None:
        self.register(username="👩‍👩‍👧‍👦 Ünï 中文")
        self.assertEqual(self.registered().username, "👩‍👩‍👧‍👦 Ünï 中文")

    def test_names_are_escaped_in_the_pages(self) -> None:
        self.register(self.client, username="<script>alert(1)</script>")
        response = self.client.get("/news_chat/")
        self.assertNotContains(response, "<script>alert")
        self.assertContains(response, "&lt;script&gt;")

    def test_next_leads_on_within_this_site(self) -> None:
        for next_page, end in (("/news_chat/?num=7", "/news_chat/?num=7"), ("//evil.example/", "/news_chat/")):
            with self.fresh_subtest(next_page=next_page):
                self.assertContains(self.client.get("/register/", {"next": next_page}), "Sign in")
                response = self.client.post("/register/", GOOD | {"next": next_page}, follow=True)
                self.assertEqual(response.redirect_chain[-1], (end, 302))


class Refusals(RegisterTestCase):
    def test_a_taken_account_is_said_so_in_whatever_spelling(self) -> None:
        make_user("alice")
        for account in ("alice", "ALICE", "ａｌｉｃｅ"):
            with self.subTest(account=account):
                self.assertContains(self.register(account=account), "This account is taken")
                self.assertEqual(User.objects.count(), 2)

    def test_what_is_wrong_is_said_at_the_field_and_makes_no_account(self) -> None:
        for bad, fields in (
            ("account", {"account": ""}),
            ("account", {"account": "a b"}),
            ("account", {"account": "a/b"}),
            ("account", {"account": "a\0"}),
            ("account", {"account": "a" * 151}),
            ("account", {"account": "ﬀ" * 150}),
            ("account", {"account": "ﷺ"}),
            ("username", {"username": ""}),
            ("username", {"username": "  "}),
            ("username", {"username": "a" * 61}),
            ("username", {"username": "a\0b"}),
            ("password", {"password": ""}),
            ("password", {"password": "short"}),
            ("password", {"password": "password"}),
            ("password", {"password": "72635481920"}),
            ("password", {"password": "x" * 5_000}),
            ("password", {"account": "rumpelstiltskin", "password": "rumpelstiltskin1"}),
            ("password", {"username": "Rumpelstilzchen", "password": "rumpelstilzchen"}),
        ):
            with self.subTest(ascii(fields)[:50]):
                response = self.register(**fields)
                self.assertContains(response, 'class="error"')
                self.assertEqual([*response.context["form"].errors], [bad])
                self.assert_nobody()

    def test_several_errors_stand_at_their_fields(self) -> None:
        form = self.register(account="a b", username="", password="short").context["form"]
        self.assertEqual(form.errors.keys(), {"account", "username", "password"})
        self.assertFormError(form, "username", "This field is required.")

    def test_the_focus_is_at_the_first_bad_field(self) -> None:
        for bad, response in (
            ("account", self.client.get("/register/")),
            ("password", self.register(password="12345")),
        ):
            with self.subTest(bad=bad):
                [field] = re.findall(r"<input [^>]*autofocus[^>]*>", response.content.decode())
                self.assertIn(f'name="{bad}"', field)

    def test_the_form_needs_its_csrf_token(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        self.assertEqual(self.register(browser).status_code, 403)
        self.assert_nobody()
        token = browser.get("/register/").cookies["csrftoken"].value
        self.assertEqual(self.register(browser, csrfmiddlewaretoken=token).status_code, 302)
        self.registered()


class OpenAndClosed(RegisterTestCase):
    def test_who_is_signed_in_goes_to_the_chat(self) -> None:
        browser = sign_in(make_user("bob"))
        self.assertEqual(self.register(browser)["Location"], "/")
        self.assertEqual(User.objects.count(), 2)

    def test_closed_registration_is_said(self) -> None:
        with self.settings(PLACE={"registration": "closed"}):
            for response in (self.client.get("/register/"), self.register()):
                self.assertContains(response, "Registration is closed here", status_code=403)
        self.assert_nobody()

    def test_the_sign_in_page_offers_it_while_it_is_open(self) -> None:
        for mode, is_offered in (("open", True), ("approval", True), ("invite", False), ("closed", False)):
            with self.settings(PLACE={"registration": mode}), self.fresh_subtest(mode=mode):
                page = self.client.get("/").content.decode()
                self.assertEqual("/register/" in page, is_offered)
                self.assertEqual("for an invitation" in page, mode == "invite")

    def test_by_invitation_one_needs_one(self) -> None:
        with self.settings(PLACE={"registration": "invite"}):
            for response in (self.client.get("/register/"), self.register()):
                self.assertContains(response, "Accounts are made by invitation here", status_code=403)
        self.assert_nobody()
