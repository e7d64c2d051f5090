"""/manage/people/: who is listed and found, and what a POST to a person's page does."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from Dweb.models import PlaceRole, Record, User

from ...support.cases import ViewTestCase
from ...support.fakes import make_user, sign_in


class PeopleTestCase(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.admin = sign_in(self.root)

    def listed(self, **query: object) -> list[str]:
        page = self.admin.get("/manage/people/", query).context["rows"]
        return [user.account for user in page]

    def do(self, user: User, deed: str, **fields: str) -> Any:
        return self.admin.post(f"/manage/people/{user.pk}/", {"deed": deed, **fields})


class List(PeopleTestCase):
    def test_people_are_found_by_any_word_of_the_name_and_by_account(self) -> None:
        make_user("l.wei", username="李伟 Wei")
        make_user("anna7", username="Maria-Anna von Anderson")
        for query, found in (
            ("anna", ["anna7"]),
            ("AND", ["anna7"]),
            ("von", ["anna7"]),
            ("nderson", []),
            ("伟", ["l.wei"]),
            ("Ｌ.W", ["l.wei"]),
            ("anna7", ["anna7"]),
            ("", ["alice", "bob", "anna7", "root", "l.wei"]),
            ("%", []),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.listed(q=query), found)

    def test_a_filter_chooses_some(self) -> None:
        guest, out = make_user("guest", is_guest=True), make_user("out", is_active=False)
        gone = make_user("gone-7", is_active=False)
        for who, found in (
            ("", {self.alice, self.bob, guest, out, self.root}),
            ("admins", {self.root}),
            ("guests", {guest}),
            ("suspended", {out}),
            ("emptied", {gone}),
            ("no such", {self.alice, self.bob, guest, out, self.root}),
        ):
            with self.subTest(who=who):
                self.assertEqual({*self.listed(who=who)}, {user.account for user in found})
        self.assertEqual(self.listed(who="guests", q="out"), [])

    def test_a_page_has_fifty(self) -> None:
        User.objects.bulk_create(User(account=f"p{n:03}", username=f"p{n:03}") for n in range(60))
        self.assertEqual(settings.MANAGE_ROWS, 50)
        first, second = self.listed(), self.listed(page=2)
        self.assertEqual((len(first), len(second)), (50, 13))
        self.assertEqual(len({*first, *second}), 63)
        self.assertEqual(self.listed(page="x"), first)
        self.assertEqual(self.listed(page=99), second)
        page = self.admin.get("/manage/people/", {"q": "p0", "page": 1}).content.decode()
        self.assertIn('href="?q=p0&amp;page=2"', page)

    def test_a_row_has_role_state_and_dates(self) -> None:
        User.objects.filter(pk=self.bob.pk).update(
            is_active=False, is_guest=True, last_login=timezone.now() - timedelta(days=400)
        )
        year = (timezone.now() - timedelta(days=400)).year
        page = self.admin.get("/manage/people/", {"q": "bob"}).content.decode()
        for words in ("guest", "suspended", f">{year}-", "Bob"):
            self.assertIn(words, page)
        self.assertIn("never", self.admin.get("/manage/people/", {"q": "alice"}).content.decode())

    def test_names_are_escaped(self) -> None:
        make_user("eve", username="<b>Eve</b>")
        eve = User.objects.get(account="eve")
        self.do(eve, "suspend", reason="<i>why</i>")
        for address in ("people/", f"people/{eve.pk}/", "record/"):
            page = self.admin.get(f"/manage/{address}").content.decode()
            self.assertIn("&lt;b&gt;Eve", page)
            self.assertNotIn("<b>Eve", page)
            self.assertNotIn("<i>why", page)

    def test_a_query_that_is_too_long_is_refused(self) -> None:
        self.assertEqual(self.admin.get("/manage/people/", {"q": "x" * 61}).status_code, 400)


class Waiting(PeopleTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mira = make_user("mira", is_active=False, waiting=True)

    def test_who_waits_stands_first(self) -> None:
        page = self.admin.get("/manage/people/").content.decode()
        self.assertLess(page.index("One person waits for you"), page.index("Name or account"))
        self.assertIn("1 waits", page)
        self.assertIn("4 people", page)
        self.assertEqual(self.listed(who="suspended"), [])
        User.objects.filter(pk=self.mira.pk).update(waiting=False)
        self.assertNotIn("waits", self.admin.get("/manage/people/").content.decode())

    def test_who_is_let_in_or_turned_away_is_recorded_with_the_reason(self) -> None:
        for deed, recorded, sentence, is_active in (
            ("approve", "approved", "Mira was let in.", True),
            ("refuse", "refused", "Mira was turned away.", False),
        ):
            with self.fresh_subtest(deed=deed):
                answer = self.do(self.mira, deed, reason="prints the cards")
                self.assertRedirects(answer, "/manage/people/", fetch_redirect_response=False)
                self.assertContains(self.admin.get(answer["Location"]), sentence)
                row, now = Record.objects.get(), User.objects.get(pk=self.mira.pk)
                self.assertEqual((row.by, row.deed, row.reason), (self.root, recorded, "prints the cards"))
                self.assertEqual((now.is_active, now.waiting, now.is_gone), (is_active, False, not is_active))

    def test_nothing_else_is_done_with_who_waits_and_nobody_is_decided_on_twice(self) -> None:
        for deed in ("restore", "suspend", "link"):
            self.assertEqual(self.do(self.mira, deed).status_code, 400)
        self.assertFalse(Record.objects.exists())
        self.do(self.mira, "approve")
        for deed in ("approve", "refuse"):
            self.assertContains(self.do(self.mira, deed), "does not wait any more", status_code=400)
        self.assertEqual(Record.objects.count(), 1)


class Deeds(PeopleTestCase):
    def test_each_deed_is_done_said_recorded_and_logged(self) -> None:
        for deed, fields, recorded, sentence in (
            ("role", {"role": "guest"}, "role", "The role of Bob is guest now."),
            ("sign_out", {}, "signed_out", "Bob is signed out everywhere."),
            ("suspend", {}, "suspended", "Bob is suspended."),
            ("restore", {}, "restored", "Bob may sign in again."),
            ("empty", {"account": "bob"}, "emptied", "The person was emptied."),
        ):
            with self.subTest(deed=deed), self.assertLogs("dweb.security", logging.INFO) as log:
                answer = self.do(self.bob, deed, reason=" for a reason ", **fields)
                self.assertRedirects(answer, f"/manage/people/{self.bob.pk}/", fetch_redirect_response=False)
                self.assertContains(self.admin.get(answer["Location"]), sentence)
                row = Record.objects.latest("pk")
                self.assertEqual(
                    (row.by, row.deed, row.whom, row.reason), (self.root, recorded, self.bob, "for a reason")
                )
                self.assertIn(f"user={self.root.pk} target={self.bob.pk} deed={deed}", log.output[-1])

    def test_what_is_refused_is_said_where_it_was_asked_for(self) -> None:
        for user, deed, fields, sentence in (
            (self.root, "role", {"role": "member"}, "This is the last admin"),
            (self.root, "suspend", {}, "That is you"),
            (self.bob, "empty", {"account": "bo"}, "This is not the account of this person."),
            (self.bob, "role", {"role": "king"}, "king is not one of the available choices"),
            (self.bob, "suspend", {"reason": "x" * 251}, "at most 250 characters"),
            (self.bob, "suspend", {"reason": "a\0b"}, "Null characters are not allowed"),
        ):
            with self.subTest(deed=deed, fields=str(fields)[:30]):
                answer = self.do(user, deed, **fields)
                self.assertContains(answer, sentence, status_code=400)
                is_open = b"<details open>" in answer.content
                self.assertEqual(is_open, user is self.bob or deed == "role")
        self.assertFalse(Record.objects.exists())
        self.assertEqual(User.objects.get(pk=self.bob.pk).account, "bob")

    def test_a_reason_is_kept_when_something_is_wrong(self) -> None:
        answer = self.do(self.bob, "empty", account="bo", reason="a long story")
        self.assertContains(answer, 'value="a long story"', 1, status_code=400)

    def test_what_is_no_deed_is_refused(self) -> None:
        for deed in ("", "delete", "__init__"):
            self.assertEqual(self.do(self.bob, deed).status_code, 400)
        self.assertEqual(self.admin.get("/manage/people/99999/").status_code, 404)
        self.assertEqual(self.admin.post("/manage/people/99999/", {"deed": "suspend"}).status_code, 404)
        self.assertFalse(Record.objects.exists())

    def test_a_link_is_shown_once(self) -> None:
        page = self.do(self.bob, "link").content.decode()
        self.assertRegex(page, r'value="http://testserver/password/\w+/[\w-]+/"')
        self.assertNotIn("/password/", self.admin.get(f"/manage/people/{self.bob.pk}/").content.decode())
        self.assertEqual(Record.objects.get().deed, "password_link")

    def test_who_gives_the_role_away_comes_to_the_chat(self) -> None:
        make_user("other", is_superuser=True)
        self.assertRedirects(self.do(self.root, "role", role="member"), "/news_chat/", fetch_redirect_response=False)
        self.assertEqual(self.admin.get("/manage/").status_code, 404)

    def test_a_page_offers_what_can_be_done(self) -> None:
        make_user("gone-7", is_active=False)
        gone = User.objects.get(account="gone-7")
        User.objects.filter(pk=self.alice.pk).update(is_active=False)
        for user, deeds in (
            (self.bob, {"role", "sign_out", "link", "suspend", "empty"}),
            (self.alice, {"role", "sign_out", "restore", "empty"}),
            (self.root, {"role", "sign_out"}),
            (make_user("mira", is_active=False, waiting=True), {"approve", "refuse"}),
            (gone, set()),
        ):
            with self.subTest(user.account):
                page = self.admin.get(f"/manage/people/{user.pk}/").content.decode()
                every = {"role", "sign_out", "link", "suspend", "restore", "empty", "approve", "refuse"}
                self.assertEqual({deed for deed in every if f'name="deed" value="{deed}"' in page}, deeds)

    def test_admins_make_others_admins(self) -> None:
        self.do(self.bob, "role", role="admin")
        self.assertEqual(User.objects.get(pk=self.bob.pk).role, PlaceRole.ADMIN)
        self.assertEqual(sign_in(self.bob).get("/manage/").status_code, 200)
