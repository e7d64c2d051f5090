"""What a person notices while the page is in the background: the title, the icon, notifications and the sound."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ...support.server import Server, Visitor
from ..tab import Tab
from .background import HEAD_START, PAUSE, STAND_INS, Background, claimed

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def icon(page: Page) -> Locator:
    return page.locator("link[rel=icon]")


def has_icon(tab: Tab, start: str) -> None:
    tab.page.wait_for_function("start => document.querySelector('link[rel=icon]').href.startsWith(start)", arg=start)


def test_two_tabs_show_one_notification_of_a_message(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    text = "<b>bold</b> " + "x" * 3000
    two[1].say(text)
    for page in tabs.pages:
        expect(page).to_have_title("(1) Lobby · Dweb")
    tabs.wait_for(1)
    tabs.paused()
    ((title, body),) = tabs.shown
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


def test_no_notification_is_shown_while_a_tab_is_visible(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    seen, _hidden = tabs.tabs
    tabs.show(seen, True)
    two[1].say("seen")
    two[1].say("in private", type="0", userto=two[0].userid)
    for tab in tabs.tabs:
        expect(tab.page).to_have_title("(1) Lobby · Dweb")  # the lobby was read
    tabs.paused()
    assert tabs.shown == []
    tabs.show(seen, False)
    two[1].say("unseen")
    tabs.wait_for(1)
    tabs.paused()
    assert [body for _, body in tabs.shown] == ["unseen"]


def test_muted_room_is_silent_in_all_tabs(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    one, other = tabs.tabs
    one.open_details().get_by_role("radio", name="Nothing").click(force=True)
    expect(other.room("lobby")).to_have_accessible_name("Lobby muted")
    two[1].say("to the muted lobby")
    two[1].say("psst", type="0", userto=two[0].userid)
    for page in tabs.pages:
        expect(page).to_have_title("(1) Lobby · Dweb")
    tabs.wait_for(1)
    low, high = sorted(person.userid for person in two)
    tabs.paused("lobby", f"@{low}.{high}")
    assert tabs.shown == [[two[1].username, "psst"]]


def test_many_messages_make_no_storm(background: Callable[..., Background], two: Two) -> None:
    """One at once, and after a pause one of the last that came meanwhile."""
    tabs = background()
    tabs.tabs[0].stop_clock()
    two[1].say("message 0")
    tabs.wait_for(1)
    for number in range(1, 20):
        two[1].say(f"message {number}")
    for page in tabs.pages:
        expect(page).to_have_title("(20) Lobby · Dweb")
    claimed(*tabs.pages)
    tabs.tabs[0].page.clock.run_for(PAUSE)
    tabs.wait_for(2)
    tabs.paused()
    assert [body for _, body in tabs.shown] == ["message 0", "message 19"]


def test_click_on_a_notification_opens_its_room(background: Callable[..., Background], two: Two) -> None:
    tabs = background(1)
    (tab,) = tabs.tabs
    two[1].say("come here", type="0", userto=two[0].userid)
    tabs.wait_for(1)
    tab.page.evaluate("() => { show(true); shown[0].onclick(); }")
    expect(tab.title).to_have_text(two[1].username)
    assert tab.page.evaluate("shown[0].closed") is True


def test_permission_is_asked_for_in_the_settings(background: Callable[..., Background], two: Two) -> None:
    tabs = background(1, "/news_chat/?permission=default")
    (tab,) = tabs.tabs
    two[1].say("not allowed yet")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    tab.open_settings()
    tab.page.get_by_role("button", name="Allow notifications").click()
    desktop = tab.page.get_by_role("checkbox", name="Notifications while")
    expect(desktop).to_be_checked()
    expect(desktop).to_be_focused()
    two[1].say("allowed")
    tabs.wait_for(1)
    tabs.paused()
    assert [body for _, body in tabs.shown] == ["allowed"]
    desktop.uncheck()
    two[1].say("switched off")
    expect(tab.page).to_have_title("(3) Lobby · Dweb")
    tabs.paused()
    assert len(tabs.shown) == 1


def test_denied_permission_is_explained(background: Callable[..., Background]) -> None:
    (tab,) = background(1, "/news_chat/?permission=denied").tabs
    tab.open_settings()
    expect(tab.page.get_by_text("allow them in its settings for this site")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Allow notifications")).to_have_count(0)


def test_sound_is_off_at_first_and_then_made_by_one_tab(background: Callable[..., Background], two: Two) -> None:
    tabs = background()
    touched, untouched = tabs.tabs
    touched.open_settings()
    sound = touched.page.get_by_role("checkbox", name="A sound")
    expect(sound).not_to_be_checked()
    touched.page.get_by_role("button", name="Try it").click()
    touched.page.wait_for_function("() => tones === 1")
    two[1].say("without a sound")
    tabs.wait_for(1)
    tabs.paused()
    touched.stop_clock()
    sound.check()
    untouched.page.wait_for_function(f"() => localStorage['dweb.chosen.{two[0].userid}']?.includes('\"sound\":true')")
    two[1].say("with a sound")
    two[1].say("psst", type="0", userto=two[0].userid)
    tabs.wait_for(3)
    low, high = sorted(person.userid for person in two)
    tabs.paused("lobby", f"@{low}.{high}")
    assert [page.evaluate("tones") for page in (touched.page, untouched.page)] == [2, 0]


def test_plain_http_counts_and_says_why_there_is_no_more(visit: Opener, server: Server, two: Two) -> None:
    """As on a LAN: a host name, and no TLS. Of two tabs that wake at once, one plays the sound."""
    url = f"http://dweb.test:{server.port}"
    tab = visit(server, path="about:blank://")
    tab.context.add_init_script(STAND_INS)
    tab.context.clock.install()
    tab.sign_in_as(two[0], url)
    tab.go(f"{url}/news_chat/")
    tab.greeted()
    tab.open_settings()
    expect(tab.page.get_by_text("need an address with https, or localhost")).to_be_visible()
    tab.page.get_by_role("checkbox", name="A sound").check()
    two[1].say("alone")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    has_icon(tab, "data:image/png")
    tab.page.wait_for_function("() => tones === 1")
    assert tab.page.evaluate("shown") == []
    other = Tab(tab.context, server)
    other.go(f"{url}/news_chat/")
    other.greeted()
    pages = [tab.page, other.page]
    other.page.evaluate("show(true)")
    other.field.click()
    for page in pages:
        expect(page).to_have_title("Lobby · Dweb")
    tab.stop_clock()
    two[1].say("looked at in another tab")
    expect(tab.page).to_have_title("(1) Lobby · Dweb")
    expect(other.page.locator("#announcer")).to_contain_text("looked at in another tab")
    claimed(*pages)
    tab.page.clock.run_for(HEAD_START)
    claimed(*pages)
    assert [page.evaluate("tones") for page in pages] == [1, 0]
    tab.page.clock.run_for(PAUSE)
    expect(tab.page).to_have_title("Lobby · Dweb")
    other.page.evaluate("show(false)")
    for count in range(1, 11):
        two[1].say("looked at by nobody")
        for page in pages:
            expect(page).to_have_title(f"({count}) Lobby · Dweb")
        tab.page.clock.run_for(HEAD_START)
        claimed(*pages)
        assert sum(page.evaluate("tones") for page in pages) == 1 + count
        tab.page.clock.run_for(PAUSE)
