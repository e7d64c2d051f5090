"""Tasks of finding one's way: rooms, people, search, details, and what is one's own."""

import re

from playwright.sync_api import Locator, expect

from ..keys import Day

TO_PEOPLE = ["Shift+Tab"] * 4  # from the composer back past the messages, Search and the title
TO_ROOMS_TITLE = [*TO_PEOPLE, *["Shift+Tab"] * 6]  # past the private chats, the two rooms, and the buttons for more


def go_to_a_room(day: Day) -> None:
    """Go to a room by its name"""
    day.press("Control+k")
    day.text("name", "lob")
    day.chosen("Lobby")
    day.press("Enter")
    expect(day.tab.title).to_have_text("Lobby")
    expect(day.tab.field).to_be_focused()


def make_a_room(day: Day) -> None:
    """Make a room"""
    name = f"garden-{day.me.userid}"
    day.press("Control+k")
    day.text("name", name)
    day.chosen(f"New room “{name}”")
    day.press("Enter")
    expect(day.tab.dialog.locator(":focus")).to_have_value(name)
    day.press("Enter")
    expect(day.tab.title).to_have_text(name)
    expect(day.tab.field).to_be_focused()


def join_a_room(day: Day) -> None:
    """Join a room that everyone can find"""
    title = f"Garden of {day.other.username}"
    assert day.other.post("/rooms/", title=title).status == 200
    day.press("Control+k")
    day.text("name", title)
    day.chosen(f"{title} not joined")
    day.press("Enter")
    expect(day.tab.title).to_have_text(title)


def write_to_a_person(day: Day) -> None:
    """Open the private chat with a person"""
    day.press("Control+k")
    day.text("name", day.other.username)
    day.chosen(f"{day.other.username} person")
    day.press("Enter")
    expect(day.tab.title).to_have_text(day.other.username)
    expect(day.tab.field).to_be_focused()


def step_to_another_room(day: Day) -> None:
    """Go to the room below in the list"""
    day.press("Alt+ArrowDown")
    expect(day.tab.title).to_have_text("Lobby")
    expect(day.tab.field).to_be_focused()


def go_to_the_next_unread(day: Day) -> None:
    """Go to the next room with unread messages"""
    name = f"news-{day.me.userid}"
    day.me.get(f"/news_chat/?num={name}")
    day.other.get(f"/news_chat/?num={name}")
    day.other.say("news", room=name)
    expect(day.tab.room(name)).to_contain_class("new")
    day.press("Alt+Shift+ArrowDown")
    expect(day.tab.title).to_have_text(name)
    expect(day.tab.field).to_be_focused()


def search(day: Day) -> None:
    """Search in all rooms"""
    day.me.say(f"apples {day.room}")
    day.press("Control+Shift+f")
    day.text("words", f"apples {day.room}")
    expect(_hits(day)).to_contain_text(["Lobby"])


def search_one_person(day: Day) -> None:
    """Search in what one person wrote"""
    for person in (day.me, day.other):
        person.say("pears", room=day.room)
    day.press("Control+Shift+f")
    day.text("words", "pears")
    expect(_hits(day)).to_have_count(2)
    day.press("Tab", "Tab", "Enter")
    day.text("name", day.other.username)
    day.chosen(day.other.username)
    day.press("Enter")
    expect(_hits(day)).to_have_count(1)
    expect(_hits(day)).to_contain_text(day.other.username)


def open_a_hit(day: Day) -> None:
    """Search and open the newest message found"""
    day.said("plums")
    day.press("Control+Shift+f")
    day.text("words", "plums")
    expect(_hits(day)).to_have_count(1)
    day.press("ArrowDown", "Enter")
    expect(day.tab.stored_message(1)).to_be_focused()


def _hits(day: Day) -> Locator:
    return day.page.locator("#panel.search li > button")


def see_the_members(day: Day) -> None:
    """See who is in the room"""
    day.press("Control+.")
    expect(day.tab.details).to_contain_text("2 members")
    expect(day.tab.details).to_contain_text(day.other.username)


def choose_a_level(day: Day) -> None:
    """Be told of mentions alone in the room"""
    day.press("Control+.")
    expect(day.tab.details.get_by_role("heading", name="Details")).to_be_focused()
    day.press("Tab", "Tab", "ArrowDown")
    expect(day.tab.details.get_by_role("radio", name="Mentions")).to_be_checked()


def pin_the_room(day: Day) -> None:
    """Pin the room to the top of the list"""
    day.press("Control+.")
    expect(day.tab.details.get_by_role("heading", name="Details")).to_be_focused()
    day.press("Tab", "Tab", "Tab", "Space")
    expect(day.page.locator("#pinned").get_by_role("button", name=day.room)).to_be_visible()


def add_a_person(day: Day) -> None:
    """Add a person to the room"""
    [friend] = day.server.people(1)
    day.press("Control+.")
    expect(day.tab.details.get_by_role("button", name="Add people")).to_be_visible()
    day.press(*["Tab"] * 4, "Enter")
    expect(day.tab.dialog.get_by_role("combobox")).to_be_focused()
    day.text("name", friend.username)
    day.chosen(friend.username)
    day.press("Enter", "Enter")
    expect(day.tab.details).to_contain_text("3 members")


def rename_the_room(day: Day) -> None:
    """Rename a room that one moderates"""
    _moderate(day)
    day.press("Control+.")
    expect(day.tab.details.get_by_role("button", name="Edit picture, title and topic")).to_be_visible()
    day.press("Tab", "Tab", "Enter")
    day.text("title", f"Our {day.room}")
    day.press("Enter")
    expect(day.tab.title).to_have_text(f"Our {day.room}")


def remove_a_member(day: Day) -> None:
    """Remove the author of the last message from a room that one moderates"""
    _moderate(day)
    [friend] = day.server.people(1)
    friend.get(f"/news_chat/?num={day.room}")
    friend.say("buy now", room=day.room)
    day.tab.said("buy now")
    day.press("Shift+Tab", "ArrowUp")
    expect(day.page.locator(".message:focus")).to_have_count(1)
    day.press("p")
    expect(day.page.get_by_role("menuitem").first).to_be_focused()
    day.press("ArrowUp", "ArrowUp", "Enter")
    expect(day.tab.dialog.get_by_role("textbox", name="Reason")).to_be_focused()
    day.press("Tab", "Tab", "Enter")
    expect(day.page.locator(".notice").last).to_contain_text(f"You removed {friend.username}")


def _moderate(day: Day) -> None:
    path = f"/rooms/{day.room}/members/"
    assert day.other.post(path, userid=day.me.userid, role="moderator").status == 200
    expect(day.page.locator(".notice")).to_contain_text("made you a moderator")


def leave(day: Day) -> None:
    """Leave a room of two people"""
    day.press("Control+.")
    expect(day.tab.details).to_contain_text("2 members")
    expect(day.tab.details.locator("li button")).to_have_count(2)
    day.press(*["Tab"] * 8, "Enter")
    expect(day.tab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    day.press("Tab", "Enter")
    expect(day.tab.notice).to_contain_text("You have left the room")


def come_back(day: Day) -> None:
    """Come back, right after leaving"""
    day.tab.leave()
    expect(day.tab.notice).to_contain_text("You have left the room")
    expect(day.page.locator("#messages")).to_be_focused()
    day.press("Shift+Tab", "Shift+Tab", "Enter")
    expect(day.tab.title).to_have_text(day.room)
    expect(day.tab.room(day.room)).to_be_visible()


def see_who_is_online(day: Day) -> None:
    """See who is online"""
    day.said("good morning")  # an empty room has a button of its own
    day.press(*TO_PEOPLE, "Enter")
    expect(day.tab.dialog.get_by_role("combobox", name="Person")).to_be_focused()


def fold_the_rooms(day: Day) -> None:
    """Fold the list of rooms, with two in it"""
    day.said("good morning")  # an empty room has a button of its own
    day.press(*TO_ROOMS_TITLE, "Enter")
    expect(day.page.get_by_role("button", name="Rooms", exact=True)).to_have_attribute("aria-expanded", "false")


def _open_menu(day: Day) -> None:
    day.press("Control+,")
    expect(day.page.get_by_role("menuitem", name="Settings")).to_be_focused()


def disturb_not(day: Day) -> None:
    """Do not disturb for an hour"""
    _open_menu(day)
    day.press(*["ArrowDown"] * 3, "Enter", "ArrowDown", "Enter")
    expect(day.page.locator("#me.quiet")).to_have_count(1)


def choose_a_theme(day: Day) -> None:
    """Choose the dark theme"""
    _open_menu(day)
    day.press(*["ArrowDown"] * 4, "Enter", "End", "Enter")
    expect(day.page.locator("html")).to_have_attribute("data-theme", "dark")


def choose_a_language(day: Day) -> None:
    """Choose another language"""
    _open_menu(day)
    day.press("ArrowUp", "ArrowUp", "ArrowUp", "Enter", "End", "Enter")
    expect(day.page.locator("html")).to_have_attribute("lang", re.compile("^zh-hans$", re.IGNORECASE))


def see_the_keys(day: Day) -> None:
    """See the list of keys"""
    day.press("Shift+Tab", "?")
    expect(day.tab.dialog.get_by_role("heading", name="Keys")).to_be_visible()


def switch_the_sound_on(day: Day) -> None:
    """Switch the sound of notifications on"""
    _open_menu(day)
    day.press("Enter")
    expect(day.tab.dialog.get_by_role("heading", name="Settings")).to_be_focused()
    day.press(*["Tab"] * 5, "Space")
    expect(day.tab.dialog.get_by_role("checkbox", name="A sound")).to_be_checked()


def change_the_password(day: Day) -> None:
    """Go to the page that changes the password"""
    _open_menu(day)
    day.press("Enter")
    expect(day.tab.dialog.get_by_role("heading", name="Settings")).to_be_focused()
    day.press(*["Tab"] * 7, "Enter")
    expect(day.page).to_have_url(re.compile("/password_change/"))


def sign_out(day: Day) -> None:
    """Sign out"""
    _open_menu(day)
    day.press("End", "Enter")
    expect(day.page.get_by_label("Account")).to_be_visible()


def close_a_dialog(day: Day) -> None:
    """Close any dialog, menu or panel"""
    for opener in ("#find", "#people", "#search", "#title", "#me", "#place"):
        day.page.locator(opener).click()
        expect(day.page.locator("dialog[open]")).to_have_count(1)
        day.page.keyboard.press("Escape")
        expect(day.page.locator("dialog[open]")).to_have_count(0)
    day.page.locator("#find").click()
    expect(day.tab.dialog).to_be_visible()
    day.press("Escape")
    expect(day.tab.dialog).to_have_count(0)
