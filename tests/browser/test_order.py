"""Order: messages are reported and settled, and private chats are hidden, the whole way and with two people."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from ..support.server import Server, Visitor
from .axe import assert_good, violations
from .conftest import SCREENS
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


def reports(tab: Tab) -> Locator:
    """The list of reports, by the details of the room that is open."""
    tab.open_details().get_by_role("button", name="Reports").click()
    panel = tab.page.locator("#panel.reports")
    expect(panel).to_be_visible()
    return panel


def direct(two: Two) -> str:
    return "@{}.{}".format(*sorted(person.userid for person in two))


def test_a_message_is_reported_seen_in_its_context_deleted_and_settled(
    visit: Opener, server: Server, two: Two, room: str, crowd: Iterator[Visitor]
) -> None:
    author = next(crowd)
    author.get(f"/news_chat/?num={room}")
    for text in ("before", "**an insult**", "behind"):
        author.say(text, room=room)
    two[1].say("mine", room=room)
    ann, bob = (visit(server, person, f"/news_chat/?num={room}").greeted() for person in two)
    panel = reports(ann)
    expect(panel).to_contain_text("Nothing is waiting.")
    mine = bob.said("mine")
    mine.hover()
    mine.get_by_role("button", name="More").click()
    expect(bob.page.get_by_role("menuitem", name="Delete")).to_be_visible()
    expect(bob.page.get_by_role("menuitem", name="Report")).to_have_count(0)
    bob.page.keyboard.press("Escape")
    bob.act(bob.said("an insult"), "Report")
    expect(bob.dialog).to_contain_text("The moderators of this room and the admins will see it, with your name")
    assert violations(bob.page) == []
    bob.page.keyboard.type("<b>rude</b>")
    bob.page.keyboard.press("Enter")
    expect(bob.notice).to_contain_text("Thank you. The moderators will look at it.")
    ann.page.keyboard.press("Escape")
    panel = reports(ann)
    report = panel.locator("ul > li")
    expect(report).to_contain_text(f"{two[1].username} reported a message in {room}")
    expect(report.locator(".reason")).to_have_text("“<b>rude</b>”")
    expect(report.locator(".context .text")).to_have_text(["before", "**an insult**", "behind", "mine"])
    expect(report.locator(".reported .text")).to_have_text("**an insult**")
    ann.room("lobby").click()
    report.get_by_role("button", name="Open").click()
    expect(ann.title).to_have_text(room)
    report.get_by_role("button", name="Delete").click()
    ann.dialog.get_by_role("textbox", name="Reason").fill("rude")
    ann.dialog.get_by_role("button", name="Delete").click()
    expect(report.locator(".reported")).to_contain_text("This message was deleted. Undo")
    expect(report.get_by_role("button", name="Delete")).to_have_count(0)
    report.get_by_role("button", name="Settle").click()
    ann.dialog.get_by_role("textbox", name="Note").fill("talked to them")
    ann.page.keyboard.press("Enter")
    expect(panel).to_contain_text("Nothing is waiting.")
    expect(report).to_have_count(0)
    expect(bob.said("deleted this message: rude")).to_be_visible(timeout=20_000)  # six seconds to take it back


def test_what_the_server_refuses_is_said_and_the_words_stay(visit: Opener, server: Server, two: Two, room: str) -> None:
    """And the list goes on after its first page."""
    two[1].say("hello", room=room)
    tab = visit(server, two[0], f"/news_chat/?num={room}").greeted()
    tab.may_say("status of 429")
    refused = {"msg": "error", "error": "too_fast", "detail": "Too many reports: at most 30 a day."}
    tab.page.route("**/reports/", lambda route: route.fulfill(status=429, json=refused))
    tab.stored_message(1).focus()
    tab.page.keyboard.press("!")
    tab.dialog.get_by_role("textbox", name="Reason").fill("adverts")
    tab.page.keyboard.press("Enter")
    expect(tab.dialog.get_by_role("alert")).to_have_text("Too many reports: at most 30 a day.")
    expect(tab.dialog.get_by_role("textbox")).to_have_value("adverts")
    tab.page.keyboard.press("Escape")

    def page(first: int, *, more: bool) -> dict[str, object]:
        about = {"room": room, "title": room, "seq": 1, "reason": "", "time": "2026-01-31T09:00:00Z", "events": []}
        who = {"userid": two[1].userid, "username": two[1].username}
        return {"reports": [{**about, "id": first + n, "by": who, "seq": first + n} for n in range(2)], "more": more}

    tab.page.route("**/reports/?", lambda route: route.fulfill(json=page(1, more=True)))
    tab.page.route("**/reports/?after=2", lambda route: route.fulfill(json=page(3, more=False)))
    panel = reports(tab)
    panel.get_by_role("button", name="Show more").click()
    expect(panel.locator("ul > li")).to_have_count(4)
    expect(panel.locator("ul > li").nth(2).get_by_role("button", name="Open")).to_be_focused()
    expect(panel.get_by_role("button", name="Show more")).to_be_hidden()


def test_the_list_of_reports_is_accessible(look: Callable[..., Tab], two: Two, room: str) -> None:
    for text in ("前面的话", "骂人的话" * 200, "后面的话"):
        two[1].say(text, room=room)
    two[1].post("/reports/", room=room, seq=1)
    two[1].post("/reports/", room=room, seq=2, reason="很不礼貌")
    tab = look(f"/news_chat/?num={room}").greeted()
    tab.open_details().locator("[data-open=reports]").click()
    panel = tab.page.locator("#panel.reports")
    expect(panel.locator(".reported")).to_have_count(2)
    assert_good(tab, room, "Ctrl K", *(person.username for person in two))


def test_a_private_chat_is_hidden_until_something_new_comes(visit: Opener, server: Server, two: Two) -> None:
    two[1].say("psst", type="0", userto=two[0].userid)
    tab, other = (visit(server, two[0], path).greeted() for path in (f"/news_chat/#{direct(two)}", "/news_chat/"))
    expect(other.direct(two[1])).to_be_visible()
    hide = tab.open_details().get_by_role("button", name="Hide until something new comes")
    hide.click()
    expect(tab.title).to_have_text("Lobby")
    expect(tab.notice).to_contain_text(f"The chat with {two[1].username} is hidden")
    for each in (tab, other):
        expect(each.direct(two[1])).to_have_count(0)
    tab.notice.get_by_role("button", name="Undo").click()
    expect(tab.title).to_have_text(two[1].username)
    expect(other.direct(two[1])).to_be_visible()
    hide.click()
    expect(other.direct(two[1])).to_have_count(0)
    tab.page.reload()
    expect(tab.greeted().direct(two[1])).to_have_count(0)
    tab.open_room(two[1].username)
    expect(tab.texts).to_have_text(["psst"])
    expect(tab.open_details().get_by_role("button", name="Show it in my list again")).to_be_visible()
    two[1].say("again", type="0", userto=two[0].userid)
    expect(other.direct(two[1])).to_be_visible()
    expect(hide).to_be_visible()


def test_a_phone_hides_a_chat_and_reports_one_of_its_messages_to_the_admins(
    visit: Opener, server: Server, two: Two
) -> None:
    two[1].say("psst", type="0", userto=two[0].userid)
    phone = {"viewport": SCREENS["phone"], "has_touch": True, "is_mobile": True}
    tab = visit(server, two[0], f"/news_chat/#{direct(two)}", **phone).greeted()
    tab.page.wait_for_load_state("networkidle")  # what notices the finger is there
    tab.rest_on(tab.said("psst").locator(".text"))
    tab.dialog.get_by_role("button", name="Report").tap()
    expect(tab.dialog).to_contain_text("The admins will see it")
    tab.dialog.get_by_role("button", name="Report").tap()
    expect(tab.notice).to_contain_text("Thank you. The admins will look at it.")
    tab.open_details().get_by_role("button", name="Hide until something new comes").tap()
    expect(tab.title).to_have_text("Lobby")
    tab.side()
    expect(tab.room("lobby")).to_be_visible()
    expect(tab.direct(two[1])).to_have_count(0)
