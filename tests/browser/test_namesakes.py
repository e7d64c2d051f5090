"""People whose names are the same are shown with their accounts, wherever the page shows a name."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def test_each_is_told_from_the_other(visit: Opener, server: Server, two: Two, screen: Any) -> None:
    number = two[0].userid
    first, second = f"liwei{number}", f"another-li-wei-of-the-same-school-{number}"
    name = f"李伟{number}"
    tab = visit(server, two[0], viewport=screen).greeted().lobby()
    one = visit(server)
    one.register(first, name)
    one.greeted().say("I was here before")
    expect(tab.page.locator(".message .name").last).to_have_text(name)
    other = visit(server)
    other.register(second, name)
    shown = [f"{name} ({first})", f"{name} ({second})"]
    # The messages of the first one that the page has shown already get the account, too.
    expect(tab.page.locator(".message .name").last).to_have_text(shown[0])
    other.greeted().say(f"hello @{shown[0]}")
    expect(tab.page.locator(".message .name").filter(has_text=name)).to_have_text(shown)
    expect(tab.page.locator(".mention").last).to_have_text(f"@{shown[0]}")
    people = tab.people.locator("bdi").filter(has_text=name)
    expect(people).to_have_text(shown[::-1])
    for person in people.all():
        assert person.evaluate("each => each.scrollWidth <= each.clientWidth && each.scrollHeight <= each.clientHeight")
    people.first.click()
    expect(tab.page.locator("#title")).to_have_text(shown[1])
    expect(tab.page).to_have_title(f"{shown[1]} · Dweb")
    tab.say("which one are you?")
    expect(other.page.locator("#me bdi")).to_have_text(shown[1])
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill(name)
    expect(tab.page.locator(".switcher bdi").filter(has_text=f"{name} (")).to_have_text(shown[::-1])
