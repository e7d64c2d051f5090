"""/setup/<code>/: the one address of a server without accounts, and what all others say until then."""

import re
import tempfile
from pathlib import Path
from typing import Any

from django.test import Client as Browser
from django.test import override_settings

from Dweb.accounts import first_run
from Dweb.models import Place, Record, User

from ..support.cases import ViewTestCase
from ..support.fakes import CHEAP_HASHER, make_user, sign_in

GOOD = {"place": "Harbour 港", "account": "ann", "username": "Ann", "password": "correct horse"}
NOT_YET = "This place is not set up yet."


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER)
class FirstRunTestCase(ViewTestCase):
    """Nobody has an account."""

    @classmethod
    def setUpTestData(cls) -> None:
        pass

    def setUp(self) -> None:
        super().setUp()
        self.var = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(self.settings(VAR_DIR=self.var))
        code = first_run.prepare()
        self.path = f"/setup/{code}/"

    def set_up(self, browser: Browser | None = None, path: str = "", **fields: str) -> Any:
        return (browser or Browser()).post(path or self.path, GOOD | fields)


class Setup(FirstRunTestCase):
    def test_it_names_the_place_and_makes_an_admin_who_is_signed_in(self) -> None:
        self.assertContains(self.client.get(self.path), 'name="place"')
        response = self.set_up(self.client)
        self.assertRedirects(response, "/news_chat/")
        user = User.objects.get()
        self.assertEqual((user.account, user.username, user.is_admin, user.is_staff), ("ann", "Ann", True, True))
        self.assertTrue(user.check_password("correct horse"))
        self.assertEqual(self.client.session["_auth_user_id"], str(user.pk))
        self.assertEqual(Place.objects.get().name, "Harbour 港")
        self.assertEqual([*self.var.iterdir()], [])
        self.assertEqual({*Record.objects.values_list("deed", flat=True)}, {"role", "place"})
        self.assertEqual(sign_in(user).get("/admin/Dweb/user/").status_code, 200)

    def test_afterwards_nothing_is_there_and_registration_is_open(self) -> None:
        self.set_up()
        browser = Browser()
        unknown = browser.get("/setup/unknown/")
        for response in (browser.get(self.path), self.set_up(account="eve"), unknown):
            self.assertContains(response, "There is nothing at this address.", status_code=404)
        self.assertNotIn(NOT_YET, browser.get("/").content.decode())
        response = browser.post("/register/", {"account": "bob", "username": "Bob", "password": "correct horse"})
        self.assertEqual(response.status_code, 302)
        self.assertFalse(User.objects.get(account="bob").is_admin)

    def test_what_is_wrong_is_said_at_the_field_and_makes_nothing(self) -> None:
        for bad, fields in (
            ("place", {"place": ""}),
            ("place", {"place": "x" * 61}),
            ("place", {"place": "Har\u200bbour"}),
            ("account", {"account": "a b"}),
            ("username", {"username": ""}),
            ("password", {"password": "12345678"}),
            ("password", {"username": "Rumpelstilzchen", "password": "rumpelstilzchen"}),
        ):
            with self.subTest(ascii(fields)):
                response = self.set_up(**fields)
                self.assertContains(response, 'class="error"')
                self.assertEqual([*response.context["form"].errors], [bad])
                [focus] = re.findall(r"<input [^>]*autofocus[^>]*>", response.content.decode())
                self.assertIn(f'name="{bad}"', focus)
        self.assertFalse(User.objects.exists())
        self.assertFalse(Place.objects.exists())

    def test_the_form_needs_its_csrf_token(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        self.assertEqual(self.set_up(browser).status_code, 403)
        self.assertFalse(User.objects.exists())

    def test_a_pinned_name_is_shown_and_stays(self) -> None:
        with self.settings(PLACE={"name": "Pinned"}):
            self.assertContains(self.client.get(self.path), 'value="Pinned"')
            self.assertEqual(self.set_up(place="Other").status_code, 302)
        self.assertEqual(self.live.place.current.name, "Pinned")

    def test_so_many_accounts_an_address_makes_and_no_more(self) -> None:
        with self.settings(REGISTRATIONS_PER_HOUR=0):
            self.assertContains(self.set_up(), "Too many accounts", status_code=429)
        self.assertFalse(User.objects.exists())


class WrongCode(FirstRunTestCase):
    def test_it_is_as_good_as_any_unknown_address(self) -> None:
        for code in ("x", "ü" * 32, self.path[7:-2], "%00"):
            with self.subTest(code=code):
                for response in (self.client.get(f"/setup/{code}/"), self.set_up(path=f"/setup/{code}/")):
                    self.assertContains(response, "There is nothing at this address.", status_code=404)
        self.assertEqual(self.client.get("/setup/").status_code, 404)
        self.assertFalse(User.objects.exists())

    def test_guesses_count_against_their_address_and_hits_do_not(self) -> None:
        with self.settings(SIGNIN_ADDRESS_FAILURES=2):
            for _ in range(3):
                self.assertEqual(self.client.get(self.path).status_code, 200)
            for status in (404, 404, 429):
                self.assertEqual(self.client.get("/setup/wrong/").status_code, status)
            self.assertContains(self.client.get(self.path), "Too many failed attempts", status_code=429)
            self.assertEqual(Browser(REMOTE_ADDR="10.0.0.9").get(self.path).status_code, 200)


class UntilThen(FirstRunTestCase):
    def test_nobody_registers_and_the_pages_say_why(self) -> None:
        fields = {"account": "eve", "username": "Eve", "password": "correct horse"}
        for response in (self.client.get("/register/"), self.client.post("/register/", fields)):
            self.assertContains(response, NOT_YET, status_code=403)
        self.assertContains(self.client.get("/"), NOT_YET)
        self.assertNotContains(self.client.get("/"), "/register/")
        self.assertFalse(User.objects.exists())

    def test_any_account_ends_it(self) -> None:
        self.assertContains(self.client.get("/"), NOT_YET)
        make_user("bob")
        self.assertNotContains(self.client.get("/"), NOT_YET)
        self.assertEqual(self.client.get("/register/").status_code, 200)
        self.assertEqual(self.client.get(self.path).status_code, 404)
