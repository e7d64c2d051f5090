"""Every address below /manage/: for everyone but admins it does not exist, and a POST needs its token."""

from collections.abc import Iterator
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from Dweb.models import Record, User
from Dweb.views.manage.sections import SECTIONS
from Dweb.views.manage.urls import urlpatterns

from ...support.cases import ViewTestCase
from ...support.fakes import make_room, make_user, sign_in
from ...support.hooks import make_bot, make_hook

UNKNOWN = "/nothing/"
CHANGING = ("X-Request-ID", "Content-Length", "Expires")


class Doors(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        ids = {"user_id": self.bob.pk, "room_id": make_room("team", self.bob).pk}
        ids["hook_id"] = make_hook(self.live, make_bot()).pk
        self.addresses = [
            reverse(each.name, kwargs={name: ids[name] for name in each.pattern.converters}) for each in urlpatterns
        ]

    def outsiders(self) -> Iterator[tuple[str, Browser]]:
        yield "anonymous", Browser(enforce_csrf_checks=True)
        suspended = make_user("suspended", is_staff=True, is_superuser=True)
        for name, user in (
            ("member", self.alice),
            ("guest", make_user("guest", is_guest=True)),
            ("staff", make_user("staff", is_staff=True)),
            ("suspended admin", suspended),
        ):
            yield name, sign_in(user, enforce_csrf_checks=True)
            User.objects.filter(pk=suspended.pk).update(is_active=False)

    def test_for_others_it_answers_as_if_it_did_not_exist(self) -> None:
        for name, browser in self.outsiders():
            methods = ("get", "post", "put", "options") if name == "anonymous" else ("get", "post")
            for method in methods:
                unknown = seen(getattr(browser, method)(UNKNOWN), UNKNOWN)
                bare = [each.rstrip("/") for each in self.addresses] if name in ("anonymous", "member") else []
                for address in (*self.addresses, *bare, "/manage/no/"):
                    with self.subTest(name, address=address, method=method):
                        answer = getattr(browser, method)(address)
                        self.assertEqual(answer.status_code, 404)
                        self.assertEqual(seen(answer, address), unknown)
        self.assertFalse(Record.objects.exists())

    def test_admins_get_in(self) -> None:
        browser = sign_in(self.root)
        for address in self.addresses:
            with self.subTest(address=address):
                answer = browser.get(address)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("no-store", answer["Cache-Control"])
                self.assertEqual(browser.put(address).status_code, 405)

    def test_an_admin_who_lost_the_role_is_out_at_once(self) -> None:
        browser = sign_in(self.root)
        for change in ({"is_superuser": False}, {"is_superuser": True, "is_active": False}):
            User.objects.filter(pk=self.root.pk).update(**change)
            for address in self.addresses:
                self.assertEqual(browser.get(address).status_code, 404)

    def test_a_post_needs_its_token(self) -> None:
        browser = sign_in(self.root, enforce_csrf_checks=True)
        for address in self.addresses:
            with self.subTest(address=address):
                self.assertEqual(browser.post(address, {"deed": "suspend"}).status_code, 403)
        self.assertFalse(Record.objects.exists())

    def test_a_page_has_its_price(self) -> None:
        self.live.rates.charge(self.root.pk, 1_000)
        self.assertEqual(sign_in(self.root).get("/manage/health/").status_code, 429)

    def test_the_chat_leads_there_for_admins_alone(self) -> None:
        for user, leads in ((self.root, True), (self.alice, False), (make_user("staff", is_staff=True), False)):
            with self.subTest(user.account):
                self.assertEqual(b"/manage/" in sign_in(user).get("/news_chat/").content, leads)

    def test_every_section_is_listed_and_the_one_that_is_open_is_marked(self) -> None:
        browser = sign_in(self.root)
        for section in SECTIONS:
            page = browser.get(reverse(section.url)).content.decode()
            for other in SECTIONS:
                self.assertIn(f'href="{reverse(other.url)}"', page)
            self.assertIn(f'href="{reverse(section.url)}" aria-current="page"', page)
            self.assertIn(f'id="icon-{section.icon}"', page)


def seen(answer: Any, address: str) -> tuple[object, ...]:
    """What a client can tell an answer by, besides the address and what differs each time."""
    content = answer.content.decode().replace(address, "")
    token = answer.cookies["csrftoken"].value if "csrftoken" in answer.cookies else ""
    headers = {name: value for name, value in answer.items() if name not in CHANGING}
    start = content.find('name="csrfmiddlewaretoken" value="')
    return content[:start].replace(token, ""), content[start + 100 :], headers, [*answer.cookies]
