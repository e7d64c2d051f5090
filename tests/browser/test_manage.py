"""The pages for admins: by keyboard alone from the chat, and what axe-core says of each, on a desktop and a phone."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .axe import assert_good
from .conftest import SCREENS
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]

PREPARE = """
from Dweb.accounts import administration
from Dweb.models import User
User.objects.filter(pk={admin}).update(is_staff=True, is_superuser=True)
by = User.objects.get(pk={admin})
administration.suspend(by, {out}, "adverts")
User.objects.filter(pk={waiting}).update(is_active=False, waiting=True)

from django.utils import timezone
from Dweb.models import BotKind, HookDelivery, OutgoingHook
bot = User.objects.create(account="robo", username="Robo", bot=BotKind.BOT, password="!")
hook = OutgoingHook.objects.create(pk=1, name="Webhook", bot=bot, trigger=3, word="deploy", url="http://x/", secret="s")
now = timezone.now()
for at, (state, fault) in enumerate([(0, ""), (2, "cut 4,000"), (3, "status 503")]):
    HookDelivery.objects.create(key=at, hook=hook, room=1, event=at, since=now, due=now, state=state, fault=fault)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of its own: the record has nothing of other tests."""
    own = Server(tmp_path_factory.mktemp("manage"))
    yield own.start()
    own.close()


@pytest.fixture(scope="module")
def admin(server: Server) -> tuple[Visitor, Visitor]:
    """An admin, and somebody who is suspended; another one waits."""
    people = server.people(3)
    code = PREPARE.format(admin=people[0].userid, out=people[1].userid, waiting=people[2].userid)
    server.run("manage.py", "shell", "--no-imports", "-c", code)
    return people[0], people[1]


@pytest.mark.parametrize(
    ("language", "size"), [pytest.param("en-GB", "wide", marks=pytest.mark.long), ("zh-CN", "phone")]
)
def test_every_page_is_accessible(
    visit: Opener, server: Server, admin: tuple[Visitor, Visitor], language: str, size: str
) -> None:
    root, out = admin
    tab = visit(server, root, "/manage/", viewport=SCREENS[size], locale=language)
    names = ["Dweb", "PLACE", "CSV", "UTF-8", "KiB", "admin", "member", "guest", "KB", "MB", "GB"]
    names += ["Person", "person", "anna", "Anna", "x y", "short", "king"]
    names += ["Robo", "deploy", "Webhook", "http", "https"]
    for path in (
        "",
        "place/",
        "people/",
        "people/?who=suspended",
        "people/?q=none+such",
        "record/",
        "health/",
        "outgoing/",
    ):
        tab.go(f"/manage/{path}")
        assert_good(tab, *names)
    for path in (f"people/{out.userid}/", "outgoing/1/"):
        tab.go(f"/manage/{path}")
        for summary in tab.page.locator("summary").all():
            summary.click()
        assert_good(tab, *names)
    tab.may_say("status of 400")
    for path in ("people/new/", "people/import/", "bots/new/"):
        tab.go(f"/manage/{path}")
        assert_good(tab, *names)
        tab.page.locator("form .button.main").click()
        expect(tab.page.locator(".error").first).to_be_visible()
        assert_good(tab, *names)
    tab.page.locator("[name=username]").fill("Anna")
    tab.page.locator("[name=account]").fill("anna-the-king")
    tab.page.locator("form .button.main").click()
    expect(tab.page.locator(".copy")).to_have_count(2)
    assert_good(tab, *names, "-the-", "curl")
    tab.go("/manage/bots/")
    expect(tab.page.locator("tbody tr").first).to_be_visible()
    assert_good(tab, *names)
    tab.page.locator("tbody a").first.click()
    for summary in tab.page.locator("summary").all():
        summary.click()
    assert_good(tab, *names, "anna-the-king")
    tab.go("/manage/people/import/")
    tab.page.locator("textarea").fill("anna,Anna,,\nx y,,short,king\n")
    tab.page.locator("form .button.main").click()
    expect(tab.page.locator("tbody tr")).to_have_count(2)
    assert_good(tab, *names)


def test_by_keyboard_alone_somebody_is_suspended_and_found_in_the_record(
    visit: Opener, server: Server, admin: tuple[Visitor, Visitor]
) -> None:
    [person], tab = server.people(1), visit(server, admin[0]).greeted()
    page, press = tab.page, tab.page.keyboard.press
    page.keyboard.press("Control+,")
    expect(page.get_by_role("menuitem", name="Manage the place")).to_be_visible()
    while not page.evaluate("document.activeElement.textContent.includes('Manage')"):
        press("ArrowDown")
    press("Enter")
    page.wait_for_url("**/manage/")
    to(tab, "input[name=q]")
    page.keyboard.type(person.username)
    press("Enter")
    page.wait_for_url("**q=*")
    to(tab, "tbody a")
    press("Enter")
    page.wait_for_url(f"**/people/{person.userid}/")
    to(tab, "summary >> text=Suspend")
    press("Enter")
    to(tab, "#suspend-reason")
    page.keyboard.type("adverts in the lobby")
    to(tab, "button[value=suspend]")
    press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"{person.username} is suspended.")
    assert person.get("/manage/").status == 404
    to(tab, "a >> text=In the record")
    press("Enter")
    expect(page.locator(".record li")).to_have_count(1)
    expect(page.locator(".record li")).to_contain_text("adverts in the lobby")
    expect(page.locator(".record time")).to_have_text(re.compile(r"^\d+ \w+ \d{4}, \d\d:\d\d$"))  # not in UTC


def to(tab: Tab, selector: str) -> None:
    """Goes on with Tab until the focus is there."""
    wanted = tab.page.locator(selector).first
    for _ in range(60):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def test_accounts_are_imported_and_their_links_are_a_file(
    visit: Opener, server: Server, admin: tuple[Visitor, Visitor], tmp_path: Path
) -> None:
    tab = visit(server, admin[0], "/manage/people/import/")
    file = tmp_path / "people.csv"
    file.write_text("account,username\nimported1,Imported One\n=imported2,Imported Two\n", encoding="utf-8-sig")
    tab.page.locator("input[type=file]").set_input_files(file)
    tab.page.get_by_role("button", name="Check the file").click()
    expect(tab.page.locator("tbody")).to_contain_text("letters, digits and @")
    tab.page.locator("textarea").fill(tab.page.locator("textarea").input_value().replace("=", ""))
    tab.page.get_by_role("button", name="Check the file").click()
    tab.page.get_by_role("button", name="Make 2 accounts").click()
    expect(tab.page.get_by_role("status")).to_have_text("2 accounts were made.")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download the links").click()
    assert download.value.suggested_filename == "links.csv"
    rows = [*csv.reader(Path(download.value.path()).read_text().splitlines())]
    assert [row[0] for row in rows] == ["account", "imported1", "imported2"]
    tab.page.get_by_role("button", name="Copy the link for Imported One").click()
    expect(tab.page.get_by_role("button", name="Copied")).to_be_visible()
    new = visit(server, path=rows[1][2])
    new.fill(new_password1="battery staple", new_password2="battery staple")
    new.sign_in("imported1", "battery staple")
    expect(new.greeted().page.locator("#me bdi")).to_have_text("Imported One")
