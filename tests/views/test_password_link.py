"""/password/…/: whoever has the link sets a password, once, within a day."""

import re
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings

from Dweb.accounts import administration, hashers, password_links
from Dweb.accounts.hashers import Turns
from Dweb.models import User

from ..support.cases import ViewTestCase
from ..support.fakes import CHEAP_HASHER, make_user, sign_in

GOOD = "battery staple"
VOID = "This link was used, or is too old"


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER)
class Links(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bob.set_password("correct horse")
        self.bob.save()
        self.path = password_links.path(self.bob)

    def open(self, browser: Browser | None = None) -> Any:
        return (browser or self.client).get(self.path, follow=True)

    def set(self, password: str = GOOD, browser: Browser | None = None, **fields: str) -> Any:
        """Opens the link and sends the form."""
        browser = browser or Browser()
        self.open(browser)
        page = re.sub("[^/]+/$", "set-password/", self.path)
        return browser.post(page, {"new_password1": password, "new_password2": password} | fields)

    def password_is(self, password: str) -> bool:
        return User.objects.get(pk=self.bob.pk).check_password(password)

    def test_it_sets_the_password_and_leads_to_the_sign_in_page(self) -> None:
        with self.assertLogs("dweb.security") as log:
            answer = self.set()
        self.assertRedirects(answer, "/")
        self.assertTrue(self.password_is(GOOD))
        self.assertIn(f"password_changed address=127.0.0.1 target={self.bob.pk}", log.output[0])
        entered = self.client.post("/", {"userNameOrEmailAddress": "bob", "password": GOOD})
        self.assertEqual(entered.status_code, 302)

    def test_the_token_leaves_the_address_and_the_page_names_the_account(self) -> None:
        answer = self.open(sign_in(self.alice))
        self.assertNotIn(self.path.split("/")[-2], answer.request["PATH_INFO"])
        self.assertContains(answer, "<bdi>bob</bdi>")
        self.assertContains(answer, 'autocomplete="username" value="bob"')
        self.assertNotContains(answer, "alice")
        self.assertIn("no-store", answer["Cache-Control"])

    def test_it_works_once(self) -> None:
        self.set()
        self.assertContains(self.open(), VOID, status_code=403)
        self.assertContains(self.set("another horse"), VOID, status_code=403)
        self.assertTrue(self.password_is(GOOD))

    def test_of_two_uses_at_once_one_counts(self) -> None:
        """The second one is under way, its token was good, and its password is being hashed."""
        token = self.path.split("/")[-2]
        use = password_links.use

        def after_another(user: User, *arguments: Any) -> User:
            use(User.objects.get(pk=user.pk), token, GOOD)
            return use(user, *arguments)

        with mock.patch.object(password_links, "use", after_another):
            self.assertContains(self.set("another horse"), VOID, status_code=403)
        self.assertTrue(self.password_is(GOOD))

    def test_it_ends_after_a_day(self) -> None:
        self.assertEqual(settings.PASSWORD_LINK_SECONDS, 86_400)
        for seconds, status in ((-60, 200), (60, 403)):
            then = datetime.now() + timedelta(seconds=settings.PASSWORD_LINK_SECONDS + seconds)
            with mock.patch.object(password_links.Tokens, "_now", lambda self, then=then: then):
                self.assertEqual(self.open(Browser()).status_code, status)

    def test_it_is_void_once_something_else_has_happened(self) -> None:
        root = make_user("root", is_superuser=True)
        for name, change in (
            ("signed in", lambda: sign_in(self.bob)),
            ("suspended", lambda: administration.suspend(root, self.bob.pk)),
            ("another password", lambda: self.set()),
            ("emptied", lambda: administration.empty(root, self.bob.pk, "bob")),
        ):
            with self.fresh_subtest(name=name):
                self.assertEqual(self.open().status_code, 200)
                change()
                self.assertContains(self.open(), VOID, status_code=403)

    def test_wrong_links_are_void(self) -> None:
        uid, token = self.path.split("/")[-3:-1]
        for path in (
            f"/password/{uid}/{token[:-1]}x/",
            f"/password/{uid}/set-password/",
            f"/password/{uid}/x/",
            f"/password/OTk5OTk/{token}/",
            f"/password/!!/{token}/",
            f"/password/{'A' * 500}/{token}/",
            f"/password/{password_links.path(self.alice).split('/')[-3]}/{token}/",
        ):
            with self.subTest(path=path[:60]):
                self.assertContains(Browser().get(path, follow=True), VOID, status_code=403)
                answer = Browser().post(path, {"new_password1": GOOD, "new_password2": GOOD})
                self.assertEqual(answer.status_code, 403)
        self.assertTrue(self.password_is("correct horse"))

    def test_the_rules_of_passwords_hold(self) -> None:
        for bad, fields in (
            ("new_password1", {"new_password1": "12345678", "new_password2": "12345678"}),
            ("new_password1", {"new_password1": "short", "new_password2": "short"}),
            ("new_password2", {"new_password1": GOOD, "new_password2": "another"}),
            ("new_password1", {"new_password1": ""}),
        ):
            with self.subTest(fields=fields):
                self.assertIn(bad, self.set(**fields).context["form"].errors)
        self.assertTrue(self.password_is("correct horse"))

    def test_a_password_waits_for_its_turn(self) -> None:
        full = Turns(1, 0, 0)
        full._turns.acquire()
        with (
            mock.patch.object(hashers, "turns", full),
            self.settings(PASSWORD_HASHERS=["Dweb.accounts.hashers.Argon2", *CHEAP_HASHER]),
        ):
            answer = self.set()
            self.assertContains(answer, "Too many people sign in just now", status_code=429)
            self.assertEqual(answer["Retry-After"], "2")
        self.assertTrue(self.password_is("correct horse"))
        self.assertEqual(self.open().status_code, 200)  # the link is good for another try

    def test_it_needs_its_csrf_token(self) -> None:
        answer = self.set(browser=Browser(enforce_csrf_checks=True))
        self.assertEqual(answer.status_code, 403)
        self.assertTrue(self.password_is("correct horse"))
