"""Accounts in the browser: made, signed in and out, and what other tabs are told."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Visit = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PASSWORD = "unused"  # of the accounts that were made for the tests


def test_two_people_register_and_see_each_other(visit: Visit, server: Server) -> None:
    alice, bob = visit(server, path="/"), visit(server, path="/")
    alice.page.get_by_role("link", name="Make an account").click()
    alice.register("alice", "Alice")
    bob.register("bob", "鲍勃 <b>")
    expect(alice.people.filter(has_text="鲍勃 <b>")).to_have_count(1)
    expect(bob.people.filter(has_text="Alice")).to_have_count(1)
    expect(alice.page).to_have_title("Lobby · Dweb")


def test_registration_says_what_is_wrong_and_keeps_the_rest(visit: Visit, server: Server) -> None:
    tab = visit(server, path="/register/")
    tab.register("eve", "Eve", password="12345")
    expect(tab.page.get_by_role("alert").first).to_contain_text("too short")
    password = tab.page.get_by_label("Password")
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_description(re.compile("too short"))
    expect(tab.page.get_by_label("Account")).to_have_value("eve")


def test_wrong_password_is_told_and_the_right_one_signs_in(visit: Visit, server: Server) -> None:
    tab = visit(server, path="/register/")
    tab.register("carol", "Carol")
    tab.greeted().page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()
    tab.sign_in("carol", "wrong horse")
    expect(tab.page.get_by_role("alert")).to_have_text("Account and password do not match.")
    tab.sign_in("carol")
    expect(tab.greeted().page.locator(".me")).to_have_text("Carol")


def test_signing_out_tells_the_other_tab_and_offers_to_sign_in(visit: Visit, server: Server, two: Two) -> None:
    one, other = two_tabs(visit, server, two[0], "/news_chat/?num=77")
    one.page.get_by_role("button", name="Sign out").click()
    expect(other.status).to_have_text("You are signed out. Sign in")
    other.status.get_by_role("link", name="Sign in").click()
    other.sign_in(two[0].username, PASSWORD)
    expect(other.greeted().title).to_have_text("77")
    assert other.complaints() == []


def test_message_written_after_signing_out_is_sent_after_signing_in(visit: Visit, server: Server, two: Two) -> None:
    one, other = two_tabs(visit, server, two[0])
    one.page.get_by_role("button", name="Sign out").click()
    expect(other.status).to_contain_text("You are signed out.")
    other.may_say("status of 40[13]")
    other.say(f"late words of {two[0].username}")
    message = other.message(f"late words of {two[0].username}")
    expect(message).to_contain_text("Sending …")
    other.status.get_by_role("link", name="Sign in").click()
    other.sign_in(two[0].username, PASSWORD)
    expect(message).to_have_attribute("data-seq", re.compile("."))
    expect(message).to_have_count(1)
    assert other.complaints() == []


def test_words_of_one_person_are_never_sent_as_another(visit: Visit, server: Server, two: Two) -> None:
    """Somebody else signs in in another tab of the same browser: the first tab becomes theirs, and says nothing."""
    one, other = two_tabs(visit, server, two[0])
    first, second = (f"this is {person.username}" for person in two)
    one.page.get_by_role("button", name="Sign out").click()
    expect(other.status).to_contain_text("You are signed out.")
    one.sign_in_as(two[1], server.url)
    one.go("/news_chat/")
    one.greeted()
    other.may_say("status of 403")
    other.say(first)
    expect(other.message(first)).to_contain_text("Not sent: userfrom is not the user who is signed in.")
    other.page.reload()
    expect(other.greeted().page.locator(".me")).to_have_text(two[1].username)
    one.say(second)
    expect(other.message(second)).to_have_count(1)
    expect(other.message(first)).to_have_count(0)
    assert other.complaints() == []


def test_password_change_ends_the_other_devices(visit: Visit, server: Server, two: Two) -> None:
    here, there = visit(server, two[0], "/password_change/"), visit(server, path="/")
    there.sign_in(two[0].username, PASSWORD)
    there.greeted()
    here.fill(old_password=PASSWORD, new_password1="battery staple", new_password2="battery staple")
    expect(here.greeted().page.locator(".me")).to_have_text(two[0].username)
    expect(there.status).to_have_text("Your password was changed, or your account was closed. Sign in")
    there.status.get_by_role("link", name="Sign in").click()
    there.sign_in(two[0].username, "battery staple")
    there.greeted()


def two_tabs(visit: Visit, server: Server, person: Visitor, path: str = "/news_chat/") -> tuple[Tab, Tab]:
    """Of one browser, so that they share their cookies."""
    one = visit(server, person)
    other = Tab(one.greeted().context, server)
    other.go(path)
    return one, other.greeted()
