"""One's own name: it is changed in the profile, and shown everywhere at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support import uploads
from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_another_name_is_shown_in_all_tabs(visit: Opener, server: Server, two: Two, room: str) -> None:
    path, name = f"/news_chat/?num={room}", f"Ünal {two[0].userid}"
    mine, other, theirs = (visit(server, who, path).greeted() for who in (two[0], two[0], two[1]))
    two[0].say("before", room=room)
    other.page.mouse.move(100, 100)  # the parts that come later are there
    mine.page.locator("#me").click()
    mine.page.get_by_role("menuitem", name="Profile").click()
    field = mine.dialog.get_by_label("Name that others see")
    expect(field).to_have_value(two[0].username)
    mine.may_say("status of 400")
    field.fill("a\u200bb")
    field.press("Enter")
    expect(mine.dialog.get_by_role("status")).to_contain_text("no invisible characters")
    expect(field).to_be_focused()
    field.fill(name)
    mine.dialog.get_by_role("button", name="Save").click()
    expect(mine.dialog.get_by_role("status")).to_contain_text("Saved")
    expect(mine.dialog.locator(".head")).to_contain_text(name)
    for tab in (mine, other):
        expect(tab.page.locator("#me bdi")).to_have_text(name)
        expect(tab.page.locator("#me .avatar")).to_have_attribute("data-letter", "Ü")
    expect(theirs.message("before").locator(".name")).to_have_text(name)


def test_it_says_what_ones_files_take(visit: Opener, server: Server, two: Two) -> None:
    uploads.send(two[0], bytes(3_000_000))
    tab = visit(server, two[0]).greeted()
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="Profile").click()
    expect(tab.dialog).to_contain_text("Your files: 2.9 MB of 2 GB")
