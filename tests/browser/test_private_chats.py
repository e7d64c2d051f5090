"""A private chat of several: begun by the dialog, written in by all, called by the names of the others."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .axe import violations
from .tab import Tab

pytestmark = pytest.mark.browser


def test_three_people_talk_in_a_chat_of_their_own(
    visit: Callable[..., Tab], server: Server, two: tuple[Visitor, Visitor], crowd: Iterator[Visitor]
) -> None:
    people = [*two, next(crowd)]
    ann, bob, eve = (visit(server, person).greeted() for person in people)
    ann.page.get_by_role("button", name="New private chat").click()
    field = ann.dialog.get_by_role("combobox", name="People")
    expect(field).to_be_focused()
    assert violations(ann.page) == []
    for person in people[1:]:
        field.fill(person.username)
        expect(ann.page.get_by_role("option", selected=True)).to_have_text(person.username)
        field.press("Enter")
    expect(ann.dialog.locator(".token")).to_have_text([person.username for person in people[1:]])
    ann.dialog.get_by_role("button", name="Open the chat").click()
    row = "#directs li > button"
    for tab, me in zip((ann, bob, eve), people, strict=True):
        title = ", ".join(person.username for person in people if person is not me)
        tab.page.locator(row, has_text=title).click()
        expect(tab.title).to_have_text(title)
        expect(tab.page.locator("#subtitle")).to_have_text("3 members")
        tab.say(f"from {me.username}")
    said = [f"from {person.username}" for person in people]
    for tab in (ann, bob, eve):
        expect(tab.texts).to_have_text(said)
    ann.say("all here?")
    expect(ann.page.locator(".message .note")).to_have_text(f"Seen by {people[1].username}, {people[2].username}")
    title = ann.title.text_content() or ""
    ann.page.reload()
    expect(ann.title).to_have_text(title)
    expect(ann.texts).to_have_text([*said, "all here?"])
    expect(ann.page.locator(".message .note")).to_have_text(f"Seen by {people[1].username}, {people[2].username}")
    expect(ann.open_details().locator("li")).to_have_count(3)
    expect(ann.details).to_contain_text("Private chat")
    expect(ann.details.get_by_role("button", name="Add people")).to_be_hidden()
    assert violations(ann.page) == []
    assert people[2].post("/profile/", username=f"Zoe {people[2].userid}").status == 200
    expect(ann.title).to_have_text(f"{people[1].username}, Zoe {people[2].userid}")


def test_one_person_who_is_chosen_there_is_a_chat_of_two(
    visit: Callable[..., Tab], server: Server, two: tuple[Visitor, Visitor]
) -> None:
    _, ann = (visit(server, person).greeted() for person in two[::-1])
    ann.page.get_by_role("button", name="New private chat").click()
    ann.page.get_by_role("option", name=two[1].username).click()  # who is here is offered
    expect(ann.dialog.get_by_role("combobox")).to_be_focused()
    ann.page.keyboard.press("Enter")
    expect(ann.title).to_have_text(two[1].username)
    ann.say("just us")
    assert ann.page.url.endswith(f"#@{min(each.userid for each in two)}.{max(each.userid for each in two)}")
