"""Signing out: the browser forgets drafts and messages that are not sent, in every tab; theme and language stay."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .receiver import receiver
from .tab import Tab
from .uploads import choose, picture, thumbs

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

WORDS = """() => [localStorage, sessionStorage].flatMap((kept) => Object.keys(kept))
    .filter((key) => /draft|outgoing/.test(key))"""


def sign_out(tab: Tab) -> None:
    tab.open_settings()
    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_label("Account")).to_be_visible()


def test_drafts_are_forgotten_in_all_tabs(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.say("sent")
    tab.field.press_sequentially("a secret draft")
    second = Tab(tab.context, server)
    second.go("/news_chat/")
    second.greeted().field.press_sequentially("another secret")
    for each in (tab, second):
        assert each.page.evaluate(WORDS)
    second.may_say("status of 401")
    sign_out(tab)
    assert tab.page.evaluate(WORDS) == []
    expect(second.page.get_by_text("You are signed out.")).to_be_visible()
    expect(second.field).to_have_value("")
    assert second.page.evaluate(WORDS) == []
    tab.sign_in_as(server.people(1)[0], server.url)
    tab.go(f"/news_chat/?num={room}")
    expect(tab.greeted().field).to_have_value("")


def test_files_on_their_way_are_given_up_in_all_tabs(visit: Opener, server: Server, two: Two, room: str) -> None:
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    second = Tab(tab.context, server)
    second.go(f"/news_chat/?num={room}")
    second.greeted()
    with receiver(second.page) as taking:
        taking.open.clear()
        choose(second, picture("sent.png"))
        second.say("with a file")
        expect(second.page.locator(".message.uploading")).to_be_visible()
        choose(second, picture("kept.png"))
        expect(thumbs(second)).to_have_count(1)
        sign_out(tab)
        expect(second.page.locator(".message.uploading")).to_have_count(0)
        expect(thumbs(second)).to_have_count(0)
        assert second.page.evaluate(WORDS) == []


def test_the_page_that_changes_the_password_signs_out_and_forgets_drafts(
    visit: Opener, server: Server, two: Two
) -> None:
    tab = visit(server, two[0]).greeted()
    tab.field.press_sequentially("a secret draft")
    tab.go("/password_change/")
    assert tab.page.evaluate(WORDS)
    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_label("Account")).to_be_visible()
    assert tab.page.evaluate(WORDS) == []


def test_the_theme_stays(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.open_settings()
    tab.page.get_by_label("Dark").check()
    tab.page.keyboard.press("Escape")
    sign_out(tab)
    expect(tab.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_drafts_stay_when_a_session_just_ends(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0]).greeted()
    tab.field.press_sequentially("to be sent later")
    tab.context.clear_cookies()
    tab.page.reload()
    expect(tab.page.get_by_label("Account")).to_be_visible()
    assert len(tab.page.evaluate(WORDS)) == 2
