"""The page under scripts/serve: minified files under hashed names that do all that the written ones do."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from ..operations.test_assets_served import HASHED
from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]

# The rules of a style sheet as the browser understands them. It keeps the text of custom properties as it stands.
RULES = """async addresses => Promise.all(addresses.map(async address => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(await (await fetch(address)).text());
    return [...sheet.cssRules].map(({cssText}) => cssText.replace(/, /g, ","));
}))"""

OLD_SWITCHER = """async () => {
    const { openSwitcher } = await import("/static/js/dialogs/switcher.0123456789ab.js");
    openSwitcher({ rooms: () => [], onRoom() {}, onPerson() {}, onJoin() {} });
}"""


def written(address: str) -> str:
    """The name that the file has in static/."""
    return HASHED.sub(r".\1", address)


def static(addresses: list[str]) -> list[str]:
    paths = [urlsplit(address).path for address in addresses]
    return [path for path in paths if path.startswith("/static/")]


def test_everything_that_the_page_loads_has_a_hashed_name(
    visit: Opener, server: Server, two: tuple[Visitor, ...]
) -> None:
    tab = visit(server, two[0], "about:blank://")
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.go("/news_chat/")
    tab.greeted()
    tab.page.keyboard.press("Control+k")
    expect(tab.page.locator("body > dialog")).to_be_visible()
    names = {written(path).rsplit("/", 1)[1] for path in static(asked)}
    assert names >= {"base.css", "main.js", "i18n.js", "switcher.js", "dialog.js", "dialogs.css"}
    assert [path for path in static(asked) if not HASHED.search(path)] == []


def test_minified_styles_are_the_same_rules(visit: Opener, server: Server, two: tuple[Visitor, ...]) -> None:
    tab = visit(server, two[0])
    tab.greeted().page.keyboard.press("Control+k")
    expect(tab.page.locator("body > dialog")).to_be_visible()
    links = tab.page.locator("link[rel=stylesheet]")
    for late in ("dialogs", "tools", "panel"):
        expect(tab.page.locator(f"link[rel=stylesheet][href*='/css/{late}.']")).to_have_count(1)
    sheets = links.evaluate_all("links => links.map(({href}) => href)")
    assert len(sheets) >= 16
    rules = tab.page.evaluate(RULES, sheets)
    assert rules == tab.page.evaluate(RULES, [written(sheet) for sheet in sheets])
    assert sum(map(len, rules)) > 100


def test_a_page_from_before_an_update_still_loads_its_dialogs(
    visit: Opener, server: Server, two: tuple[Visitor, ...]
) -> None:
    """Its scripts ask for names that the server of today does not have."""
    tab = visit(server, two[0])
    tab.greeted().page.evaluate(OLD_SWITCHER)
    dialog = tab.page.locator("body > dialog")
    expect(dialog.locator("input")).to_be_focused()
    styles = tab.page.locator("link[href$='/css/dialogs.css']")
    assert styles.evaluate("link => link.sheet.cssRules.length") > 10
