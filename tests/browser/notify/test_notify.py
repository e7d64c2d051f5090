"""What a person notices while the page is in the background: the title, the icon, notifications and the sound."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ...support.server import Server, Visitor
from ..tab import Tab

pytestmark = pytest.mark.browser

Visit = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

# Headless tabs are always visible, show no notifications, and make no sound: here they say what they would do. Pauses
# take a quarter of their time.
STAND_INS = """
const {setTimeout} = globalThis;
globalThis.setTimeout = (work, delay, ...rest) => setTimeout(work, delay / 4, ...rest);
let visible = false;
Object.defineProperty(document, "visibilityState", {get: () => (visible ? "visible" : "hidden")});
Object.defineProperty(document, "hidden", {get: () => !visible});
globalThis.show = (now) => {
    visible = now;
    document.dispatchEvent(new Event("visibilitychange"));
};
globalThis.told = [];
globalThis.rings = 0;
globalThis.Notification = class {
    static permission = new URLSearchParams(location.search).get("permission") ?? "granted";
    static async requestPermission() {
        return (this.permission = "granted");
    }
    constructor(title, options) {
        Object.assign(this, {title, ...options});
        told.push(this);
    }
    close() {
        this.closed = true;
    }
};
let touched = false; // evaluating a script counts as a touch
addEventListener("pointerdown", () => (touched = true), true);
Object.defineProperty(navigator, "userActivation", {get: () => ({hasBeenActive: touched})});
const AudioContext = globalThis.AudioContext;
globalThis.AudioContext = class extends AudioContext {
    constructor() {
        super();
        rings++;
    }
};
"""
# The tab that speaks keeps the room's lock for its pause: when it is free again, the others had their chance.
PAUSED = """async room => {
    const name = `dweb.alert.${room}.${document.body.dataset.userid}`;
    await navigator.locks.request(name, () => {});
}"""
HELD = """async () => {
    const {held} = await navigator.locks.query();
    return held.filter(({name}) => name.startsWith("dweb.visible.")).length;
}"""


class Background:
    """Tabs of one person that cannot be seen until show() says so."""

    def __init__(self, first: Tab, count: int, path: str) -> None:
        first.context.add_init_script(STAND_INS)
        self.tabs = [first, *(Tab(first.context, first.server) for _ in range(count - 1))]
        for tab in self.tabs:
            tab.go(path)
            tab.greeted()

    @property
    def pages(self) -> list[Page]:
        return [tab.page for tab in self.tabs]

    @property
    def told(self) -> list[Any]:
        """All notifications of all tabs."""
        return [each for page in self.pages for each in page.evaluate("told.map(({title, body}) => [title, body])")]

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 15
        while len(self.told) < count:
            assert time.monotonic() < deadline, self.told
            self.pages[0].wait_for_timeout(50)

    def paused(self, room: str = "lobby") -> None:
        for page in self.pages:
            page.evaluate(PAUSED, room)

    def show(self, tab: Tab, now: bool) -> None:
        held = tab.page.evaluate(HELD)
        tab.page.evaluate("now => show(now)", now)
        tab.page.wait_for_function(f"async held => (await ({HELD})()) === held", arg=held + (1 if now else -1))


@pytest.fixture
def background(visit: Visit, server: Server, two: Two) -> Callable[..., Background]:
    """Opens tabs of the first of the two people."""

    def make(count: int = 2, path: str = "/news_chat/") -> Background:
        first = visit(server, path="about:blank://")
        first.sign_in_as(two[0], server.url)
        return Background(first, count, path)

    return make


def icon(page: Page) -> Locator:
    return page.locator("link[rel=icon]")


def has_icon(tab: Tab, start: str) -> None:
    tab.page.wait_for_function("start => document.querySelector('link[rel=icon]').href.startsWith(start)", arg=start)


def test_two_tabs_tell_of_one_message_once(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    text = "<b>bold</b> " + "x" * 3000
    two[1].say(text)
    for page in tabs.pages:
        expect(page).to_have_title("(1) Lobby · Dweb")
    tabs.wait_for(1)
    tabs.paused()
    ((title, body),) = tabs.told
    assert title == f"{two[1].username} in Lobby"
    assert body.startswith("<b>bold</b> xxx")
    assert len(body) <= 200


def test_title_and_icon_count_until_it_is_seen(background: Callable[..., Background], two: Two, server: Server) -> None:
    (tab,) = background(1).tabs
    has_icon(tab, f"{server.url}/static/")
    two[1].say("one")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    has_icon(tab, "data:image/png")
    first = icon(tab.page).get_attribute("href")
    two[1].say("two")
    expect(tab.page).to_have_title("(2) Lobby · Dweb")
    expect(icon(tab.page)).not_to_have_attribute("href", str(first))
    tab.page.evaluate("show(true)")
    expect(tab.page).to_have_title("Lobby · Dweb")
    has_icon(tab, f"{server.url}/static/")
    expect(icon(tab.page)).to_have_attribute("type", "image/svg+xml")


def test_nothing_is_told_while_a_tab_can_be_seen(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    seen, _hidden = tabs.tabs
    tabs.show(seen, True)
    two[1].say("seen")
    two[1].say("in private", type="0", userto=two[0].userid)
    for tab in tabs.tabs:
        expect(tab.page).to_have_title("(1) Lobby · Dweb")  # the lobby was read
    tabs.paused()
    assert tabs.told == []
    tabs.show(seen, False)
    two[1].say("unseen")
    tabs.wait_for(1)
    tabs.paused()
    assert [body for _, body in tabs.told] == ["unseen"]


def test_muted_room_is_silent_in_all_tabs(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    one, other = tabs.tabs
    one.page.get_by_role("button", name="Mute this room").click()
    expect(other.page.get_by_role("button", name="Mute this room")).to_have_attribute("aria-pressed", "true")
    two[1].say("to the muted lobby")
    two[1].say("psst", type="0", userto=two[0].userid)
    for page in tabs.pages:
        expect(page).to_have_title("(1) Lobby · Dweb")
    tabs.wait_for(1)
    for room in ("lobby", f"@{min(two[0].userid, two[1].userid)}.{max(two[0].userid, two[1].userid)}"):
        tabs.paused(room)
    assert tabs.told == [[two[1].username, "psst"]]


def test_many_messages_make_no_storm(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    two[1].say("message 0")
    tabs.wait_for(1)  # what comes while a tab is busy may be one notification with the first
    for number in range(1, 20):
        two[1].say(f"message {number}")
    for page in tabs.pages:
        expect(page).to_have_title("(20) Lobby · Dweb")
    tabs.wait_for(2)
    tabs.paused()
    bodies = [body for _, body in tabs.told]
    assert len(bodies) <= 3
    assert "message 19" in bodies


def test_click_on_a_notification_opens_its_room(background: Callable[..., Background], two: Two) -> None:
    tabs = background(1)
    (tab,) = tabs.tabs
    two[1].say("come here", type="0", userto=two[0].userid)
    tabs.wait_for(1)
    tab.page.evaluate("() => { show(true); told[0].onclick(); }")
    expect(tab.title).to_have_text(two[1].username)
    assert tab.page.evaluate("told[0].closed") is True


def test_permission_is_asked_for_in_the_settings(background: Callable[..., Background], two: Two) -> None:
    tabs = background(1, "/news_chat/?permission=default")
    (tab,) = tabs.tabs
    two[1].say("not allowed yet")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    tab.page.get_by_role("button", name="Settings").click()
    tab.page.get_by_role("button", name="Allow notifications").click()
    desktop = tab.page.get_by_role("checkbox", name="On the desktop")
    expect(desktop).to_be_checked()
    expect(desktop).to_be_focused()
    two[1].say("allowed")
    tabs.wait_for(1)
    tabs.paused()
    assert [body for _, body in tabs.told] == ["allowed"]
    desktop.uncheck()
    two[1].say("switched off")
    expect(tab.page).to_have_title("(3) Lobby · Dweb")
    tabs.paused()
    assert len(tabs.told) == 1


def test_denied_permission_is_explained(background: Callable[..., Background]) -> None:
    (tab,) = background(1, "/news_chat/?permission=denied").tabs
    tab.page.get_by_role("button", name="Settings").click()
    expect(tab.page.get_by_text("allow them in its settings for this site")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Allow notifications")).to_have_count(0)


def test_sound_is_off_at_first_and_then_made_by_one_tab(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    touched, untouched = tabs.tabs
    touched.page.get_by_role("button", name="Settings").click()
    sound = touched.page.get_by_role("checkbox", name="A sound")
    expect(sound).not_to_be_checked()
    touched.page.get_by_role("button", name="Try it").click()
    touched.page.wait_for_function("() => rings === 1")
    two[1].say("without a sound")
    tabs.wait_for(1)
    tabs.paused()
    sound.check()
    two[1].say("with a sound")
    two[1].say("psst", type="0", userto=two[0].userid)
    tabs.wait_for(3)
    tabs.paused()
    assert [page.evaluate("rings") for page in (touched.page, untouched.page)] == [2, 0]


def test_plain_http_counts_and_says_why_there_is_no_more(visit: Visit, server: Server, two: Two) -> None:
    """As on a LAN: a host name, and no TLS."""
    url = f"http://dweb.test:{server.port}"
    tab = visit(server, path="about:blank://")
    tab.context.add_init_script(STAND_INS)
    tab.sign_in_as(two[0], url)
    tab.go(f"{url}/news_chat/")
    tab.greeted()
    tab.page.get_by_role("button", name="Settings").click()
    expect(tab.page.get_by_text("need an address with https, or localhost")).to_be_visible()
    tab.page.get_by_role("checkbox", name="A sound").check()
    two[1].say("heard")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    has_icon(tab, "data:image/png")
    tab.page.wait_for_function("() => rings === 1")
    assert tab.page.evaluate("told") == []
    seen = Tab(tab.context, server)
    seen.go(f"{url}/news_chat/")
    seen.greeted()
    seen.page.evaluate("show(true)")
    seen.field.click()
    two[1].say("looked at in another tab")
    expect(seen.message("looked at in another tab")).to_be_visible()
    seen.page.evaluate("show(false)")
    rang = f"'dweb.sound.{two[0].userid}'"
    tab.page.evaluate(f"delete localStorage[{rang}]")  # as if that tone had been some time ago
    last = two[1].say("looked at by nobody")["id"]
    noted = f"id => JSON.parse(localStorage['dweb.alert.lobby.{two[0].userid}'])[0] === id && localStorage[{rang}]"
    tab.page.wait_for_function(noted, arg=last)
    assert tab.page.evaluate("rings") + seen.page.evaluate("rings") == 2
