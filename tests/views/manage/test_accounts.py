"""Admins make accounts: one by one, and from a CSV file, which is checked before anything is made."""

import csv
import io
import re
from typing import Any
from unittest import mock
from urllib.parse import unquote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from Dweb.accounts import administration, hashers
from Dweb.accounts.hashers import Turns
from Dweb.models import PlaceRole, Record, User

from ...support.cases import ViewTestCase
from ...support.fakes import CHEAP_HASHER, make_user, sign_in

LINK = re.compile(r'value="http://testserver(/password/\w+/[\w-]+/)"')


@override_settings(PASSWORD_HASHERS=CHEAP_HASHER)
class AccountsTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.admin = sign_in(self.root)

    def assert_nothing_made(self) -> None:
        self.assertEqual(User.objects.count(), 3)
        self.assertFalse(Record.objects.exists())


class One(AccountsTestCase):
    def make(self, **fields: str) -> Any:
        return self.admin.post(
            "/manage/people/new/", {"account": "Carol", "username": "Carol", "role": "member", **fields}
        )

    def test_with_a_password_the_person_can_sign_in(self) -> None:
        with self.assertLogs("dweb.security") as log:
            answer = self.make(password="correct horse", role="guest", reason="a visitor")
        carol = User.objects.get(account="carol")
        self.assertRedirects(answer, f"/manage/people/{carol.pk}/", fetch_redirect_response=False)
        self.assertEqual((carol.username, carol.role), ("Carol", PlaceRole.GUEST))
        self.assertTrue(carol.check_password("correct horse"))
        row = Record.objects.get()
        self.assertEqual((row.by, row.deed, row.whom, row.reason), (self.root, "account_made", carol, "a visitor"))
        self.assertIn(
            f"account_added address=127.0.0.1 user={self.root.pk} target={carol.pk} account=carol", log.output[0]
        )

    def test_without_one_there_is_a_link_that_sets_it(self) -> None:
        answer = self.make()
        [link] = LINK.findall(answer.content.decode())
        self.assertFalse(User.objects.get(account="carol").has_usable_password())
        self.assertEqual(self.client.get(link, follow=True).status_code, 200)

    def test_what_is_wrong_is_said_at_the_field_and_nothing_is_made(self) -> None:
        for bad, fields in (
            ("account", {"account": "bob"}),
            ("account", {"account": "b0b"}),
            ("account", {"account": "a b"}),
            ("account", {"account": "gone-7"}),
            ("account", {"account": ""}),
            ("username", {"username": ""}),
            ("username", {"username": "А" + "dmin"}),
            ("password", {"password": "12345678"}),
            ("password", {"username": "Rumpelstilzchen", "password": "rumpelstilzchen"}),
            ("password", {"password": "x" * 5_000}),
            ("role", {"role": "king"}),
            ("reason", {"reason": "x" * 251}),
        ):
            with self.subTest(ascii(fields)[:40]):
                answer = self.make(**fields)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual([*answer.context["form"].errors], [bad])
                self.assert_nothing_made()

    def test_an_account_that_is_taken_meanwhile_is_said(self) -> None:
        make = administration.make_accounts

        def late(*arguments: Any) -> None:
            User.objects.filter(pk=self.bob.pk).update(account="carol")
            make(*arguments)

        with mock.patch.object(administration, "make_accounts", late):
            self.assertContains(self.make(), "An account was taken meanwhile", status_code=400)
        self.assert_nothing_made()

    def test_a_password_waits_for_its_turn(self) -> None:
        full = Turns(1, 0, 0)
        full._turns.acquire()
        with (
            mock.patch.object(hashers, "turns", full),
            self.settings(PASSWORD_HASHERS=["Dweb.accounts.hashers.Argon2"]),
        ):
            self.assertEqual(self.make(password="correct horse").status_code, 429)
        self.assert_nothing_made()


FILE = "anna,Anna Ä,,\nbert,Bert,correct horse,guest\n小红,小红,,admin\n"


class Several(AccountsTestCase):
    def check(self, text: str, **fields: Any) -> Any:
        return self.admin.post("/manage/people/import/", {"text": text, **fields})

    def make(self, text: str = FILE, **fields: Any) -> Any:
        """Has the text checked, and then made."""
        form = self.check(text).context["form"]
        data = {"text": form.initial["text"], "checked": form.initial["checked"], "make": "1"}
        return self.admin.post("/manage/people/import/", data | fields)

    def faults(self, text: str) -> dict[int, set[str]]:
        answer = self.check("", file=SimpleUploadedFile("a.csv", text.encode()))
        self.assertContains(answer, "Some lines are wrong")
        self.assertNotContains(answer, "Make 1 account")
        lines = answer.context["lines"]
        return {line.number: {*line.faults} for line in lines if line.faults}

    def test_it_is_checked_first_and_then_made(self) -> None:
        answer = self.check(FILE)
        self.assertContains(answer, "Every line is good")
        self.assertContains(answer, "Make 3 accounts")
        self.assert_nothing_made()
        answer = self.make(reason="class of 2026")
        self.assertContains(answer, "3 accounts were made.")
        made = {user.account: user for user in User.objects.exclude(pk__in=[self.root.pk, self.alice.pk, self.bob.pk])}
        self.assertEqual(
            {name: (user.username, user.role) for name, user in made.items()},
            {
                "anna": ("Anna Ä", PlaceRole.MEMBER),
                "bert": ("Bert", PlaceRole.GUEST),
                "小红": ("小红", PlaceRole.ADMIN),
            },
        )
        self.assertTrue(made["bert"].check_password("correct horse"))
        rows = Record.objects.order_by("pk").values_list("by", "deed", "whom__account", "reason")
        self.assertEqual(
            [*rows], [(self.root.pk, "account_made", name, "class of 2026") for name in ("anna", "bert", "小红")]
        )
        self.assertEqual(made["anna"].skeleton, "anna a\u0308")

    def test_who_has_no_password_gets_a_link_and_all_links_are_a_file(self) -> None:
        page = self.make().content.decode()
        links = LINK.findall(page)
        self.assertEqual(len(links), 2)
        [file] = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)" download', page)
        rows = [*csv.reader(io.StringIO(unquote(file)))]
        self.assertEqual(
            rows,
            [
                ["account", "username", "link"],
                ["anna", "Anna Ä", f"http://testserver{links[0]}"],
                ["小红", "小红", f"http://testserver{links[1]}"],
            ],
        )
        for link in links:
            self.assertEqual(self.client.get(link, follow=True).status_code, 200)

    def test_a_file_is_read_in_either_form(self) -> None:
        for content in (
            FILE.encode(),
            b"\xef\xbb\xbf" + FILE.encode(),
            FILE.replace(",", ";").encode(),
            FILE.replace("\n", "\r\n").encode(),
            ("account;username;password;role\r\n" + FILE.replace(",", ";")).encode("utf-8-sig"),
            (
                'Account, Username ,role,password\nanna,"Anna Ä",,\n\nbert,Bert,GUEST,correct horse\n小红,小红,admin'
            ).encode(),
        ):
            with self.subTest(content[:30]):
                answer = self.admin.post(
                    "/manage/people/import/", {"file": SimpleUploadedFile("a.csv", content, "text/csv"), "text": ""}
                )
                found = [
                    (line.account, line.username, line.password, line.place_role) for line in answer.context["lines"]
                ]
                self.assertEqual(
                    found,
                    [
                        ("anna", "Anna Ä", "", PlaceRole.MEMBER),
                        ("bert", "Bert", "correct horse", PlaceRole.GUEST),
                        ("小红", "小红", "", PlaceRole.ADMIN),
                    ],
                )
                self.assertTrue(answer.context["is_good"])
        self.assert_nothing_made()

    def test_each_line_says_what_is_wrong_with_it(self) -> None:
        for text, faults in (
            ("anna\n", {1: {"username"}}),
            ("a b,Anna\n", {1: {"account"}}),
            ("bob,Bob\n", {1: {"account"}}),
            ("ＢＯＢ,Bob\n", {1: {"account"}}),
            ("b0b,Bob\n", {1: {"account"}}),
            ("anna,Anna\nAnna,Other\n", {2: {"account"}}),
            ("anna,Anna\nаnnа,Other\n", {2: {"account"}}),
            ("gone-7,Anna\n", {1: {"account"}}),
            ("anna,\u3164\n", {1: {"username"}}),
            (f"anna,{'x' * 61}\n", {1: {"username"}}),
            (f"{'x' * 151},Anna\n", {1: {"account"}}),
            ("anna,Anna,short\n", {1: {"password"}}),
            ("rumpelstiltskin,R,rumpelstiltskin\n", {1: {"password"}}),
            ("anna,Anna,,king\n", {1: {"role"}}),
            ("anna,Anna,,guest,more\n", {1: {"role"}}),
            ("anna,A\0nna\n", {1: {"username"}}),
            ("anna,Anna\n\nb b,,short,king\n", {3: {"account", "username", "password", "role"}}),
        ):
            with self.subTest(ascii(text)[:40]):
                self.assertEqual(self.faults(text), faults)
        self.assert_nothing_made()

    def test_what_is_no_such_file_is_said(self) -> None:
        for text, sentence in (
            ("", "There is no account in it."),
            (" \n,,\n", "There is no account in it."),
            ("account,username\n", "There is no account in it."),
            ('anna,"Anna\n', "Line 1 cannot be read as CSV."),
            ("account,name\nanna,Anna\n", "The first line may name these columns"),
            ("account,account\nanna,Anna\n", "The first line may name these columns"),
        ):
            with self.subTest(ascii(text)):
                self.assertContains(self.check(text), sentence, status_code=400)
        file = SimpleUploadedFile("a.csv", "anna,Anna Ä\n".encode("latin-1"))
        answer = self.admin.post("/manage/people/import/", {"file": file})
        self.assertContains(answer, "This file is not UTF-8", status_code=400)

    def test_a_file_has_its_bounds(self) -> None:
        for limits, text in (
            ({"IMPORT_ROWS": 2}, FILE),
            ({"IMPORT_PASSWORDS": 0}, FILE),
            ({"IMPORT_MAX_BYTES": len(FILE.encode()) - 1}, FILE),
        ):
            with self.subTest(limits=limits), self.settings(**limits):
                self.assertEqual(self.check(text).status_code, 413)
        with self.settings(IMPORT_ROWS=3, IMPORT_PASSWORDS=1, IMPORT_MAX_BYTES=len(FILE.encode())):
            self.assertTrue(self.check(FILE).context["is_good"])

    def test_another_text_than_the_one_that_was_checked_is_checked_again(self) -> None:
        digest = self.check(FILE).context["form"].initial["checked"]
        answer = self.check(FILE + "carl,Carl\n", checked=digest, make="1")
        self.assertContains(answer, "Make 4 accounts")
        self.assert_nothing_made()

    def test_checking_again_makes_nothing(self) -> None:
        digest = self.check(FILE).context["form"].initial["checked"]
        self.assertContains(self.check(FILE, checked=digest), "Nothing has been made so far")
        self.assert_nothing_made()

    def test_all_are_made_or_none(self) -> None:
        """An account is taken while the passwords are hashed."""
        digest = self.check(FILE).context["form"].initial["checked"]
        make = administration.new_person

        def late(account: str, *arguments: Any) -> User:
            User.objects.filter(pk=self.bob.pk).update(account="小红")
            return make(account, *arguments)

        with mock.patch("Dweb.accounts.import_csv.new_person", late):
            answer = self.check(FILE, checked=digest, make="1")
        self.assertContains(answer, "An account was taken meanwhile", status_code=400)
        self.assert_nothing_made()

    def test_too_many_who_hash_at_once_make_nothing(self) -> None:
        digest = self.check(FILE).context["form"].initial["checked"]
        full = Turns(1, 0, 0)
        full._turns.acquire()
        with (
            mock.patch.object(hashers, "turns", full),
            self.settings(PASSWORD_HASHERS=["Dweb.accounts.hashers.Argon2"]),
        ):
            self.assertEqual(self.check(FILE, checked=digest, make="1").status_code, 429)
        self.assert_nothing_made()

    def test_names_that_two_get_are_shown_with_their_accounts(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.make("anna,Bob\nbert,Bert\n")
        self.assertEqual({user.account for user in User.objects.filter(shows_account=True)}, {"anna", "bob"})

    def test_no_cell_of_the_file_with_links_begins_a_formula(self) -> None:
        page = self.make('@sum,"=1+1"\n-a,＝x\n+b,normal\n').content.decode()
        [file] = re.findall(r'charset=utf-8,([^"]*)"', page)
        rows = [*csv.reader(io.StringIO(unquote(file)))][1:]
        self.assertEqual([row[:2] for row in rows], [["'@sum", "'=1+1"], ["'-a", "'＝x"], ["'+b", "normal"]])

    def test_files_are_taken_nowhere_else(self) -> None:
        for address in ("/manage/people/new/", f"/manage/people/{self.bob.pk}/"):
            file = SimpleUploadedFile("a.csv", FILE.encode())
            self.assertEqual(self.admin.post(address, {"file": file}).status_code, 413)
        self.assertEqual(self.browser.post("/manage/people/import/", {"file": FILE}).status_code, 404)
