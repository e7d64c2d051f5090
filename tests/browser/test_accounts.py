"""Accounts in the browser: made, signed in and out, and what other tabs are told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from playwright.sync_api import Locator, expect

from Dweb.models import User

from ..support.server import Server, Visitor
from .axe import violations
from .tab import Tab
from .words import untranslated

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PASSWORD = "unused"  # of the accounts that were made for the tests


def test_two_people_register_and_see_each_other(visit: Opener, server: Server) -> None:
    alice, bob = visit(server, path="/"), visit(server, path="/")
    alice.page.get_by_role("link", name="Make an account").click()
    alice.register("alice", "Alice")
    bob.register("bob", "鲍勃 <b>")
    expect(alice.people.filter(has_text="鲍勃 <b>")).to_have_count(1)
    expect(bob.people.filter(has_text="Alice")).to_have_count(1)
    for tab in (alice, bob):
        tab.page.keyboard.press("Escape")
    expect(alice.page).to_have_title("Lobby · Dweb")


def test_registration_says_what_is_wrong_and_keeps_the_rest(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/register/")
    tab.register("eve", "Eve", password="12345")
    password = field(tab, "password")
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(password).to_have_accessible_description(re.compile("too short"))
    # What a rule beneath says already is said by marking the rule.
    seen = "all => all.filter(({clientHeight}) => clientHeight > 1).map(({textContent}) => textContent)"
    assert tab.page.locator(".error p").evaluate_all(seen) == ["This password is too common."]
    weights = tab.page.locator(".rules li").evaluate_all("all => all.map(each => getComputedStyle(each).fontWeight)")
    assert weights == ["600", "600", "400"]
    password.press_sequentially("12345678a")
    expect(tab.page.locator(".rules .met")).to_have_count(3)
    expect(tab.page.locator("[data-rule=long]")).to_have_css("font-weight", "400")
    expect(field(tab, "account")).to_have_value("eve")
    expect(field(tab, "account")).not_to_have_attribute("aria-invalid", "true")


def test_password_managers_know_the_fields(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], "/password_change/")
    assert purposes(tab) == ["username", "nickname", "current-password", "new-password", "new-password"]
    tab.context.clear_cookies()
    tab.go("/")
    assert purposes(tab) == ["username", "current-password"]
    tab.go("/register/")
    assert purposes(tab) == ["username", "nickname", "new-password"]


def purposes(tab: Tab) -> list[str]:
    found: list[str] = tab.page.locator("main [autocomplete]").evaluate_all("all => all.map(each => each.autocomplete)")
    return found


def test_password_can_be_shown_and_is_hidden_before_it_is_sent(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/")
    button = tab.page.get_by_role("button", name="Show password")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(field(tab, "password")).to_have_attribute("type", "text")
    tab.page.evaluate("addEventListener('submit', event => event.preventDefault())")
    tab.sign_in("nobody", "secret")
    expect(field(tab, "password")).to_have_attribute("type", "password")
    expect(field(tab, "password")).to_have_value("secret")


def test_caps_lock_is_told_without_a_jump(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/")
    hint, place = tab.page.locator(".caps"), field(tab, "password").bounding_box()
    for on, words in ((True, "Caps Lock is on"), (False, "")):
        field(tab, "password").dispatch_event("keydown", {"key": "A", "modifierCapsLock": on})
        expect(hint).to_have_text(words)
        assert field(tab, "password").bounding_box() == place


def test_the_rules_are_checked_while_one_types_as_the_server_checks_them(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/register/")
    for user in (
        User(account="rumpelstiltskin", username="Anna Maria"),
        User(account="a.b+c@example.org", username="鲍勃 Ünïcode_Name"),
        User(),
    ):
        field(tab, "account").fill(user.account)
        field(tab, "username").fill(user.username)
        for password in (
            *("1234567", "12345678", "seven77", "eight888", "１２３４５６７８", "😀" * 7, "😀" * 8, "correct horse"),
            *("rumpelstiltskin", "nikstlitSlepmur1", "anna maria!", "maria123", "example-org", "ünïcode_"),
            *("鲍勃鲍勃鲍勃鲍勃", "name_ünïcode", "b+c@example", "x" * 200),
        ):
            field(tab, "password").fill(password)
            met = tab.page.locator(".rules .met").evaluate_all("all => all.map(each => each.dataset.rule)")
            assert (password, set(met)) == (password, RULES.keys() - broken(password, user))


RULES = {
    "long": MinimumLengthValidator(),
    "letters": NumericPasswordValidator(),
    "own": UserAttributeSimilarityValidator(["account", "username"]),
}


def broken(password: str, user: User) -> set[str]:
    def breaks(validator: Any) -> bool:
        try:
            validator.validate(password, user)
        except ValidationError:
            return True
        return False

    return {rule for rule, validator in RULES.items() if breaks(validator)}


def test_what_a_password_lacks_is_said_when_it_changes(visit: Opener, server: Server, two: Two) -> None:
    tab = visit(server, two[0], "/password_change/")
    status = tab.page.locator("main .unseen[role=status]")
    for password, words in (
        ("1234", "Still missing: At least 8 characters; Not only digits"),
        ("abcd", "Still missing: At least 8 characters"),
        (two[0].username.ljust(8, "1"), "Still missing: Not like your account or name"),
        ("battery staple", "The password meets the rules."),
    ):
        field(tab, "new_password1").fill(password)
        expect(status).to_have_text(words)


def test_all_works_without_scripts(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/register/?next=/password_change/", java_script_enabled=False)
    expect(tab.page.get_by_role("button", name="Show password")).to_be_hidden()
    expect(tab.page.locator("#theme")).to_be_hidden()
    expect(tab.page.get_by_text("At least 8 characters")).to_be_visible()
    tab.page.get_by_role("button", name="简体中文").click()
    expect(tab.page.get_by_role("heading")).to_have_text("注册账号")
    tab.fill(account="noscript", username="诺", password="12345")
    expect(field(tab, "password")).to_be_focused()
    tab.fill(password="correct horse")
    expect(tab.page.get_by_role("heading")).to_have_text("修改密码")
    tab.page.get_by_role("button", name="English").click()
    tab.fill(old_password="correct horse", new_password1="battery staple", new_password2="battery staple")
    expect(tab.page).to_have_url(f"{server.url}/news_chat/")


def test_theme_is_kept_and_there_from_the_first_byte(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.page.evaluate(ground)
    tab.page.get_by_label("Theme").select_option("Dark")
    dark = tab.page.evaluate(ground)
    assert dark != light
    tab.go("/register/")
    assert tab.page.evaluate(ground) == dark
    assert 'data-theme="dark"' in tab.page.request.get(f"{server.url}/").text()
    expect(tab.page.get_by_label("Theme")).to_have_value("dark")
    tab.page.get_by_label("Theme").select_option("System theme")
    assert tab.page.evaluate(ground) == light
    assert "data-theme" not in tab.page.request.get(f"{server.url}/").text()


@pytest.mark.parametrize(
    ("width", "theme", "locale"),
    [(1280, "light", "en-GB"), (1280, "dark", "zh-CN"), (320, "light", "zh-CN"), (320, "dark", "en-GB")],
)
def test_pages_are_accessible_and_wholly_in_one_language(
    visit: Opener, server: Server, two: Two, width: int, theme: str, locale: str
) -> None:
    options: Any = {"viewport": {"width": width, "height": 640}, "color_scheme": theme, "locale": locale}
    tab = visit(server, path="/?next=/news_chat/", **options)
    tab.may_say("status of 404")

    def check(errors: bool = False) -> None:
        if errors:
            expect(tab.page.locator(".error").first).to_be_visible()
        assert violations(tab.page) == []
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if locale == "zh-CN":
            assert untranslated(tab.page, ["ALLOWED_HOSTS"]) == []

    check()
    tab.sign_in(f"nobody{two[0].userid}", "wrong horse")
    check(errors=True)
    tab.register("a b", "", password="12345")
    check(errors=True)
    field(tab, "password").fill("correct horse")
    check()
    tab.go("/nothing")
    check()
    tab.sign_in_as(two[0], server.url)
    tab.go("/password_change/")
    tab.fill(old_password="x", new_password1="1234", new_password2="5678")
    check(errors=True)


def field(tab: Tab, name: str) -> Locator:
    return tab.page.locator(f"main [name={name}]")


def test_wrong_password_is_told_and_the_right_one_signs_in(visit: Opener, server: Server) -> None:
    tab = visit(server, path="/register/")
    tab.register("carol", "Carol")
    sign_out(tab.greeted())
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()
    tab.sign_in("carol", "wrong horse")
    expect(tab.page.locator(".error")).to_have_text("Account and password do not match.")
    expect(field(tab, "password")).to_have_accessible_description("Account and password do not match.")
    tab.sign_in("carol")
    expect(tab.greeted().page.locator("#me bdi")).to_have_text("Carol")


def test_signing_out_tells_the_other_tab_and_offers_to_sign_in(visit: Opener, server: Server, two: Two) -> None:
    one, other = two_tabs(visit, server, two[0], "/news_chat/?num=77")
    sign_out(one)
    expect(other.status).to_have_text("You are signed out. Sign in")
    other.status.get_by_role("link", name="Sign in").click()
    other.sign_in(two[0].username, PASSWORD)
    expect(other.greeted().title).to_have_text("77")
    assert other.complaints() == []


def test_message_written_after_signing_out_is_sent_after_signing_in(visit: Opener, server: Server, two: Two) -> None:
    one, other = two_tabs(visit, server, two[0])
    sign_out(one)
    expect(other.status).to_contain_text("You are signed out.")
    other.may_say("status of 40[13]")
    other.say(f"late words of {two[0].username}")
    message = other.message(f"late words of {two[0].username}")
    expect(message.locator(".text")).to_have_attribute("data-state", "Sending …")
    other.status.get_by_role("link", name="Sign in").click()
    other.sign_in(two[0].username, PASSWORD)
    expect(message).to_have_attribute("data-seq", re.compile("."))
    expect(message).to_have_count(1)
    assert other.complaints() == []


def test_words_of_one_person_are_never_sent_as_another(visit: Opener, server: Server, two: Two) -> None:
    """Somebody else signs in in another tab of the same browser: the first tab becomes theirs, and says nothing."""
    one, other = two_tabs(visit, server, two[0])
    first, second = (f"this is {person.username}" for person in two)
    sign_out(one)
    expect(other.status).to_contain_text("You are signed out.")
    one.sign_in_as(two[1], server.url)
    one.go("/news_chat/")
    one.greeted()
    other.may_say("status of 403")
    other.say(first)
    expect(other.message(first)).to_contain_text("Not sent: userfrom is not the user who is signed in.")
    other.page.reload()
    expect(other.greeted().page.locator("#me bdi")).to_have_text(two[1].username)
    one.say(second)
    expect(other.message(second)).to_have_count(1)
    expect(other.message(first)).to_have_count(0)
    assert other.complaints() == []


def test_password_change_ends_the_other_devices(visit: Opener, server: Server, two: Two) -> None:
    here, there = visit(server, two[0], "/password_change/"), visit(server, path="/")
    there.sign_in(two[0].username, PASSWORD)
    there.greeted()
    here.fill(old_password=PASSWORD, new_password1="battery staple", new_password2="battery staple")
    expect(here.greeted().page.locator("#me bdi")).to_have_text(two[0].username)
    expect(there.status).to_have_text("Your password was changed, or your account was closed. Sign in")
    there.status.get_by_role("link", name="Sign in").click()
    there.sign_in(two[0].username, "battery staple")
    there.greeted()


def two_tabs(visit: Opener, server: Server, person: Visitor, path: str = "/news_chat/") -> tuple[Tab, Tab]:
    """Of one browser, so that they share their cookies."""
    one = visit(server, person)
    other = Tab(one.greeted().context, server)
    other.go(path)
    return one, other.greeted()


def sign_out(tab: Tab) -> None:
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="Sign out").click()
