"""Names after "@" and emoji after ":" are completed by a list above the field."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..network import Held
from ..tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PAUSE = 150  # milliseconds without a key before the server is asked


def selected(tab: Tab) -> Locator:
    """The option that the field points to."""
    chosen = tab.page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(tab.field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    return chosen


def test_names_are_completed_by_keyboard(alice: Tab, visit: Opener, server: Server) -> None:
    [friend] = server.people(1, [f"Quinn{uuid.uuid4().hex[:8]}"])
    bob = visit(server, friend).greeted()
    expect(alice.person(friend)).to_be_visible()
    alice.page.keyboard.press("Escape")
    name = friend.username
    alice.field.press_sequentially(f"hi @{name[:-1].lower()}")
    expect(alice.page.get_by_role("listbox")).to_be_visible()
    alice.options.filter(has_text=name).first.wait_for()
    while selected(alice).inner_text().split("\n")[-1] != name:
        alice.field.press("ArrowDown")
    alice.field.press("Enter")
    expect(alice.field).to_have_value(f"hi @{name} ")
    expect(alice.options).to_have_count(0)
    expect(alice.field).to_be_focused()
    alice.field.press("Enter")
    mention = alice.said("hi @").locator(".mention")
    expect(mention).to_have_text(f"@{name}")
    alice.field.press_sequentially(f"@{name}")
    expect(alice.options.first).to_be_visible()
    alice.field.press("Enter")  # a whole name needs no completion
    expect(alice.field).to_have_value("")
    bob.page.close()


def test_escape_closes_the_list_and_leaves_the_rest(alice: Tab) -> None:
    alice.say("the question")
    alice.act(alice.said("the question"), "Reply")
    alice.field.press_sequentially("so :smi")
    expect(alice.options.first).to_be_visible()
    alice.field.press("Escape")
    expect(alice.options).to_have_count(0)
    expect(alice.strip).to_be_visible()
    alice.field.press_sequentially("l")
    expect(alice.options).to_have_count(0)
    expect(alice.field).not_to_have_attribute("aria-activedescendant", "completion-0")
    alice.field.press("Escape")
    expect(alice.strip).to_be_hidden()
    expect(alice.field).to_have_value("so :smil")


def test_people_who_are_away_are_asked_of_the_server_and_late_answers_ignored(
    visit: Opener, server: Server, two: Two
) -> None:
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"users": [{"userid": 999_999, "username": "Zoë Zimmer", "online": False}], "more": False})

    alice = visit(server, path="about:blank://")
    alice.sign_in_as(two[0], server.url)
    alice.page.clock.install()
    alice.go("/news_chat/")
    alice.greeted().stop_clock()
    alice.page.route("**/users/?*", answer)
    alice.field.press_sequentially("@zo")
    expect(alice.field).to_have_attribute("aria-autocomplete", "list")  # the module that completes has come
    alice.page.clock.run_for(PAUSE)
    expect(alice.options).to_have_text("Zoë Zimmer")
    assert len(asked) == 1  # of "zo" alone
    alice.field.press("Tab")
    expect(alice.field).to_have_value("@Zoë Zimmer ")
    alice.field.fill("")
    alice.page.unroute("**/users/?*")
    held = Held(alice.page, "**/users/?*")
    alice.count_answers()
    alice.field.press_sequentially("@yo")
    alice.page.clock.run_for(PAUSE)
    late = held.next()
    alice.field.press_sequentially(" there!")
    late.fulfill(json={"users": [{"userid": 999_998, "username": "Yo", "online": True}], "more": False})
    alice.answered(1)
    expect(alice.options).to_have_count(0)
    expect(alice.field).to_have_value("@yo there!")


def test_emoji_are_completed_and_replaced(alice: Tab) -> None:
    alice.field.press_sequentially("well :tad")
    expect(alice.options.first).to_have_text("🎉 :tada:")
    alice.options.first.click()
    expect(alice.field).to_have_value("well 🎉")
    expect(alice.field).to_be_focused()
    alice.field.press_sequentially(" :heart: and :+1:!")
    expect(alice.field).to_have_value("well 🎉 ❤️ and 👍!")
    alice.field.press("Control+z")
    alice.field.fill("")
    alice.field.press_sequentially("at 12:30:45, `x[:ok:]` http://heart:smile: :nosuchname:")
    expect(alice.field).to_have_value("at 12:30:45, `x[:ok:]` http://heart:smile: :nosuchname:")
    expect(alice.options).to_have_count(0)


def test_nothing_is_completed_while_an_input_method_composes(alice: Tab) -> None:
    alice.field.press_sequentially(":sm")
    expect(alice.options.first).to_be_visible()
    press = "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode: 229, bubbles: true}))"
    alice.field.evaluate(press, "Enter")
    expect(alice.field).to_have_value(":sm")
    alice.field.evaluate(
        """field => {
            field.value += "i";
            field.dispatchEvent(new InputEvent("input", {isComposing: true, bubbles: true}));
        }"""
    )
    expect(alice.options).to_have_count(0)
    alice.field.dispatch_event("compositionend")
    expect(alice.options.first).to_be_visible()


def test_the_whole_word_is_what_is_highlighted(alice: Tab, server: Server, two: Two) -> None:
    [allison] = server.people(1, [f"Allison{two[0].userid}"])
    with allison.greeted():
        alice.field.press_sequentially("@al")
        expect(alice.options.filter(has_text=allison.username)).to_be_visible()
        alice.field.press_sequentially("l")
        expect(alice.page.locator("[aria-selected=true]")).to_contain_text("everyone in this room")
        alice.field.fill("")
        low, high = sorted(person.userid for person in two)
        alice.page.evaluate("hash => location.hash = hash", f"#@{low}.{high}")
        expect(alice.page.locator("#heading")).to_contain_class("direct")
        alice.field.press_sequentially("@all")
        expect(alice.page.locator("[aria-selected=true]")).to_contain_text(allison.username)
        alice.field.press("Enter")
        expect(alice.field).to_have_value(f"@{allison.username} ")


def test_what_was_chosen_with_the_arrows_stays_chosen_while_one_types(alice: Tab, server: Server, two: Two) -> None:
    [might] = server.people(1, [f"All Might{two[0].userid}"])
    with might.greeted():
        alice.field.press_sequentially("@al")
        expect(alice.options.filter(has_text=might.username)).to_be_visible()
        while might.username not in selected(alice).inner_text():
            alice.field.press("ArrowDown")
        alice.field.press("ArrowDown")
        alice.field.press("ArrowUp")
        alice.field.press_sequentially("l")
        expect(alice.page.locator("[aria-selected=true]")).to_contain_text(might.username)
        alice.field.press("Enter")
        expect(alice.field).to_have_value(f"@{might.username} ")


def test_everyone_in_a_room_is_offered_last(alice: Tab, two: Two) -> None:
    alice.field.press_sequentially("@al")
    everyone = alice.options.filter(has_text="everyone in this room")
    expect(everyone).to_have_count(1)
    expect(alice.options.last).to_have_text("@all everyone in this room")
    alice.field.press_sequentially("l")
    alice.field.press("Enter")  # the whole word
    expect(alice.said("@all").locator(".mention")).to_have_text("@all")
    alice.field.press_sequentially("@he")
    expect(alice.options.last).to_have_text("@here everyone who is online in this room")
    alice.field.press("Tab")
    expect(alice.field).to_have_value("@here ")
    alice.field.fill("")
    low, high = sorted(person.userid for person in two)
    alice.page.evaluate("hash => location.hash = hash", f"#@{low}.{high}")
    expect(alice.page.locator("#heading")).to_contain_class("direct")
    alice.field.press_sequentially("@al")
    expect(everyone).to_have_count(0)


def test_the_commands_of_a_room_are_completed(alice: Tab) -> None:
    """They are asked for once; what is no command is sent as it is."""
    asked: list[str] = []
    bot = {"userid": 999_999, "username": "Robo"}
    made = [{"name": "deploy", "hint": "service", "bot": bot}, {"name": "dice", "hint": "", "bot": bot}]

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"room": "lobby", "commands": made})

    alice.page.route("**/commands/?*", answer)
    alice.field.press_sequentially("/d")
    expect(alice.options).to_have_text(["/deployservice", "/dice"])
    alice.field.press_sequentially("e")
    expect(alice.options).to_have_count(1)
    alice.field.press("Tab")
    expect(alice.field).to_have_value("/deploy ")
    expect(alice.options).to_have_count(0)
    alice.field.fill("")
    alice.field.press_sequentially("/dice")
    expect(alice.options).to_have_count(1)
    alice.field.press("Enter")  # a whole name needs no completion
    expect(alice.field).to_have_value("")
    alice.say("/unknown thing")
    expect(alice.said("/unknown thing")).to_be_visible()
    assert len(asked) == 1
