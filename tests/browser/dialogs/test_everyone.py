"""All people can be browsed, whether they are online or not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ...support.server import Server
from ..axe import assert_good
from ..conftest import SCREENS
from ..tab import Tab

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "size"), [pytest.param("en-GB", "wide", marks=pytest.mark.long), ("zh-CN", "phone")]
)
def test_all_people(make_server: Callable[..., Server], visit: Callable[..., Tab], language: str, size: str) -> None:
    server = make_server()
    names = [f"Person {number:02}" for number in range(60)]
    people = server.people(60, names)
    tab = visit(server, people[0], viewport=SCREENS[size], locale=language).greeted()
    tab.side()
    tab.page.locator("#people").click()
    tab.dialog.locator("button.wide").click()
    listed = tab.dialog.locator("li .name")
    expect(listed).to_have_text(names[:50])
    assert_good(tab, "Person")
    tab.dialog.locator("button.wide").click()
    expect(listed).to_have_text(names)
    expect(tab.dialog.locator("li button").nth(50)).to_be_focused()
    tab.dialog.locator("li button").nth(59).click()
    expect(tab.title).to_have_text(names[59])
