"""The sheet under a finger that rests on a message: all that can be done with it, in rows that a finger meets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import violations
from ..conftest import SCREENS
from ..finger import Finger
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
ROWS = ["Reply", "Copy text", "Copy link", "Edit", "Delete"]
# Pixels from top to bottom in which a finger meets an element.
HIGH = """link => {
    const { left, top, width, height } = link.getBoundingClientRect();
    const isHere = (y) => link.contains(document.elementFromPoint(left + width / 2, y));
    let [from, to] = [top + height / 2, top + height / 2];
    while (isHere(from - 1)) from--;
    while (isHere(to + 1)) to++;
    return to - from + 1;
}"""
REST = 700  # milliseconds, after which a finger has rested


@pytest.fixture
def phone(visit: Opener, server: Server, two: Two, room: str) -> Tab:
    two[0].say("mine", room=room)
    two[1].say("**yours**", room=room)
    path = f"/news_chat/?num={room}"
    tab = visit(server, two[0], "about:blank://", viewport=SCREENS["phone"], has_touch=True, is_mobile=True)
    tab.page.clock.install()
    tab.go(path)
    tab.page.wait_for_load_state("networkidle")  # what notices the finger is there
    return tab.greeted()


def sheet(tab: Tab, seq: int) -> Locator:
    """Rests a finger on a message until its sheet is there."""
    tab.rest_on(tab.stored_message(seq).locator(".text"))
    return tab.dialog.get_by_role("button")


def test_it_has_all_that_can_be_done_with_a_message(phone: Tab) -> None:
    rows = sheet(phone, 1)
    expect(rows.filter(has_not=phone.page.locator("[href='#icon-close']"))).to_have_text(ROWS)
    assert violations(phone.page) == []
    for row in rows.all():
        box = row.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    phone.page.keyboard.press("Escape")
    expect(sheet(phone, 2)).to_have_count(6)  # what others wrote can be reported, and a moderator deletes it
    phone.dialog.get_by_role("button", name="Reply").tap()
    expect(phone.dialog).to_have_count(0)
    expect(phone.page.locator("#composer .strip")).to_contain_text("yours")


def test_what_was_copied_is_said(phone: Tab, server: Server) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    sheet(phone, 2)
    phone.dialog.get_by_role("button", name="Copy text").tap()
    expect(phone.notice).to_contain_text("Copied")
    assert phone.page.evaluate("navigator.clipboard.readText()") == "**yours**"


def test_a_deletion_is_asked_about(phone: Tab) -> None:
    sheet(phone, 1)
    phone.dialog.get_by_role("button", name="Delete").tap()
    expect(phone.dialog).to_contain_text("Delete this message for everyone?")
    phone.dialog.get_by_role("button", name="Delete").tap()
    expect(phone.stored_message(1)).to_contain_text("This message was deleted.")
    phone.stop_clock()
    finger = Finger(phone.page)
    finger.down(phone.stored_message(1))
    phone.page.clock.run_for(REST)
    expect(phone.dialog).to_have_count(0)
    finger.up()


def test_a_tap_and_a_finger_that_moves_open_none(phone: Tab) -> None:
    sheet(phone, 2)  # what opens it is loaded
    phone.page.keyboard.press("Escape")
    expect(phone.dialog).to_have_count(0)
    text = phone.stored_message(2).locator(".text")
    phone.stop_clock()
    text.tap()
    finger = Finger(phone.page)
    finger.down(text)
    finger.move(40)
    phone.page.clock.run_for(REST)
    expect(phone.dialog).to_have_count(0)
    finger.up()
    expect(phone.page.locator(".tools:visible")).to_have_count(0)


def test_links_of_messages_and_notices_are_as_high_as_a_finger(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    """44 px, however high their line is."""
    for text in ("words\n" * 40, "to be deleted"):
        two[0].say(text, room=room)
    look = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    tab = visit(server, two[0], f"/news_chat/?num={room}", **look).greeted()
    tab.may_say("status of 403")
    body = {"msg": "error", "error": "forbidden", "detail": "Not here."}
    tab.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=body))
    tab.field.fill("refused")
    tab.page.locator(".send").click()
    for name in ("Show all", "Try again", "Discard"):
        link = tab.page.get_by_role("button", name=name)
        link.scroll_into_view_if_needed()
        assert link.evaluate(HIGH) >= 44, name
