"""The webhooks of a room: one is made, shown once, used, listed and ended; what it writes has the mark of a bot."""

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..axe import assert_good, violations
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> Tab:
    """Of the owner of the room."""
    return visit(server, two[0], f"/news_chat/?num={room}", viewport=screen).greeted()


def send(url: str, **payload: object) -> None:
    with urlopen(Request(url, json.dumps(payload).encode(), {"Content-Type": "application/json"})) as answer:
        assert answer.read() == b"ok"


def hooks(tab: Tab) -> Locator:
    tab.open_details().get_by_role("button", name="Webhooks").click()
    return tab.dialog


def test_one_is_made_used_and_ended(tab: Tab) -> None:
    tab.may_say("status of 400")
    hooks(tab).get_by_role("button", name="New webhook").click()
    dialog = tab.page.get_by_role("dialog", name="New webhook")
    dialog.get_by_role("button", name="Make a webhook").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give the webhook a name")
    dialog.get_by_role("textbox", name="Name under which it writes").fill("<b>Builds</b>")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Make a webhook").click()
    field = dialog.get_by_role("textbox", name="Address")
    expect(field).to_be_focused()
    url = field.input_value()
    expect(dialog.get_by_role("textbox", name="A command")).to_have_value(f'curl -d "Hello" {url}')
    assert violations(tab.page) == []
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab.page.keyboard.press("Escape")
    expect(tab.details).to_be_hidden()
    send(url, text="*green*", username="Deploys", icon_emoji=":rocket:")
    send(url, text="again", username="Deploys")
    send(url, text="red")
    said = tab.page.locator("#messages .message")
    expect(said).to_have_count(3)
    expect(said.nth(0).locator("strong")).to_have_text("green")
    expect(said.nth(0).locator(".by")).to_contain_text("Deploys bot")
    expect(said.nth(0).locator(".avatar")).to_have_attribute("data-letter", "🚀")
    expect(said.nth(1)).to_contain_class("next")
    expect(said.nth(2).locator(".by")).to_contain_text("<b>Builds</b> bot")
    said.nth(2).locator(".name").click()
    card = tab.page.locator("dialog.menu")
    expect(card).to_contain_text("<b>Builds</b> bot")
    expect(card.get_by_role("menuitem")).to_have_text(["Close"])
    tab.page.keyboard.press("Escape")
    row = hooks(tab).locator("li")
    expect(row).to_contain_text("<b>Builds</b>")
    expect(row).to_contain_text("names of its own · last used")
    tab.dialog.get_by_role("button", name="End: <b>Builds</b>").click()
    expect(tab.dialog.get_by_role("status").filter(has_text="is ended")).to_be_focused()
    expect(tab.dialog.locator("li")).to_have_count(0)
    assert violations(tab.page) == []


def test_members_see_the_mark_and_no_webhooks(
    visit: Opener, server: Server, two: Two, room: str, screen: Screen
) -> None:
    url = two[0].post("/hooks/", name="Grafana", room=room).json()["url"]
    send(url, attachments=[{"title": "[FIRING:1] Disk", "title_link": "https://g.example/", "text": "full"}])
    tab = visit(server, two[1], f"/news_chat/?num={room}", viewport=screen).greeted()
    expect(tab.page.locator("#messages .message .by")).to_contain_text("Grafana bot")
    expect(tab.page.locator("#messages blockquote")).to_contain_text("(FIRING:1) Disk (g.example)")
    expect(tab.open_details().get_by_role("button", name="Webhooks")).to_be_hidden()
    expect(tab.details.locator("li")).to_have_count(2)


@pytest.mark.long
def test_the_dialog_is_good(look: Opener, two: Two, room: str) -> None:
    two[0].post("/hooks/", name="Grafana", room=room)
    tab = look(f"/news_chat/?num={room}").greeted()
    tab.open_details().locator("[href='#icon-link']").locator("../..").click()
    expect(tab.dialog.locator("li")).to_have_count(1)
    assert_good(tab, room, "Grafana", "GitLab", two[0].username, two[1].username)
    tab.dialog.locator(".actions .main").click()
    assert_good(tab, room)
