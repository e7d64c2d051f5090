"""Tasks of writing and reading: messages, and what is done with one."""

import uuid

from playwright.sync_api import FilePayload, expect

from ..keys import Day
from ..tab import attempts

REFUSED = {"msg": "error", "error": "forbidden", "detail": "Not today."}


def sign_in(day: Day) -> None:
    """Sign in, on its page"""
    day.page.goto("about:blank")  # the chat would complain of an answer for nobody
    day.tab.context.clear_cookies()
    day.tab.go("/")
    day.text("account", day.me.username.lower())
    day.press("Tab")
    day.text("password", "unused")
    day.press("Enter")
    expect(day.tab.greeted().field).to_be_focused()


def send(day: Day) -> None:
    """Write and send a message"""
    day.text("message", "good morning")
    day.press("Enter")
    day.has_said("good morning")


def write_two_lines(day: Day) -> None:
    """Write a message of two lines"""
    day.text("line", "first")
    day.press("Shift+Enter")
    day.text("line", "second")
    day.press("Enter")
    day.has_said("first\nsecond")


def send_a_file(day: Day) -> None:
    """Send a file"""
    notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"some notes"}
    day.page.on("filechooser", lambda chooser: chooser.set_files(notes))
    day.page.evaluate("0")  # the browser asks the test from now on
    day.press("Tab")
    expect(day.page.locator("#add")).to_be_focused()
    day.press("Enter")
    day.text("choice", "")  # in the dialog of the system
    expect(day.page.locator(".tray .thumb")).to_have_count(1)
    expect(day.tab.field).to_be_focused()
    day.press("Enter")
    expect(day.tab.stored_message(1)).to_contain_text("notes.txt")
    expect(day.tab.field).to_be_focused()


def name_a_person(day: Day) -> None:
    """Mention a person"""
    name = f"Q{uuid.uuid4().hex[:6]} Smith"
    day.server.people(1, [name])
    day.text("@ and letters", f"@{name[:4]}")
    day.chosen(name)
    day.press("Enter")
    day.text("message", "look")
    day.press("Enter")
    day.has_said(f"@{name} look")


def name_everyone(day: Day) -> None:
    """Mention everyone"""
    day.text("@all and a message", "@all come")
    day.press("Enter")
    day.has_said("@all come")
    expect(day.tab.said("@all come").locator(".me")).to_have_text("@all")


def _can_format(day: Day) -> None:
    """Waits for what the page loads with the first key in the composer."""
    for _ in attempts(day.page, "a mark"):
        day.page.keyboard.press("Control+b")
        if day.tab.field.input_value():
            break
    day.tab.field.fill("")


def _mark(day: Day, chord: str, marked: str) -> None:
    _can_format(day)
    day.text("words", "a word")
    day.press("Control+Shift+ArrowLeft", chord)
    day.press("Enter")
    expect(day.tab.texts.locator(marked)).to_have_text("word")


def make_bold(day: Day) -> None:
    """Make the last word bold"""
    _mark(day, "Control+b", "strong")


def make_code(day: Day) -> None:
    """Make the last word code"""
    _mark(day, "Control+e", "code")


def strike_out(day: Day) -> None:
    """Strike the last word out"""
    _mark(day, "Control+Shift+x", "s, del")


def paste_a_link(day: Day) -> None:
    """Make the last word a link to a copied address"""
    day.with_clipboard("https://example.org/a")
    _can_format(day)
    day.text("words", "a word")
    day.press("Control+Shift+ArrowLeft", "Control+v", "Enter")
    expect(day.tab.said("a word").get_by_role("link", name="word")).to_have_attribute("href", "https://example.org/a")


def put_in_an_emoji(day: Day) -> None:
    """Put in an emoji"""
    day.text("words, : and letters", "up :rocke")
    day.chosen(":rocket:")
    day.press("Enter", "Enter")
    day.has_said("up 🚀")


def _go_to_message(day: Day, text: str, ups: int = 1) -> None:
    day.press("Shift+Tab", "ArrowUp")
    expect(day.page.locator(".message:focus")).to_have_count(1)
    day.press(*["ArrowUp"] * (ups - 1))
    expect(day.page.locator(".message:focus .text")).to_have_text(text)


def reply(day: Day) -> None:
    """Reply to the last message"""
    day.other.say("tea?", room=day.room)
    day.tab.said("tea?")
    _go_to_message(day, "tea?")
    day.press("r")
    expect(day.tab.strip).to_contain_text("tea?")
    day.text("message", "yes")
    day.press("Enter")
    expect(day.tab.said("yes").locator(".quote")).to_contain_text("tea?")


def give_a_reply_up(day: Day) -> None:
    """Reply to nobody after all, while replying"""
    day.tab.act(day.said("tea?"), "Reply")
    expect(day.tab.field).to_be_focused()
    day.press("Escape")
    expect(day.tab.strip).to_be_hidden()
    expect(day.tab.field).to_be_focused()


def edit_the_last(day: Day) -> None:
    """Edit one's last message"""
    day.said("teh tea")
    day.press("ArrowUp")
    day.text("correction", " is ready")
    day.press("Enter")
    day.has_said("teh tea is ready")


def edit_an_older_one(day: Day) -> None:
    """Edit one's message that is the third from the end"""
    day.said("one", "two", "three")
    _go_to_message(day, "one", ups=3)
    day.press("e")
    expect(day.tab.field).to_have_value("one")
    day.text("correction", " more")
    day.press("Enter")
    day.has_said("one more")


def delete(day: Day) -> None:
    """Delete the last message"""
    day.said("oh")
    _go_to_message(day, "oh")
    day.press("Delete")
    expect(day.tab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    day.press("Tab", "Enter")
    expect(day.tab.stored_message(1)).to_contain_text("This message was deleted.")


def undo_a_deletion(day: Day) -> None:
    """Take the deletion back, right after it"""
    delete(day)
    day.begin()
    day.press("Enter")
    day.tab.said("oh")


def copy_the_text(day: Day) -> None:
    """Copy the text of the last message"""
    day.with_clipboard("")
    day.me.say("**words**", room=day.room)
    day.tab.said("words")
    _go_to_message(day, "words")
    day.press("c")
    day.clipboard_has("**words**")


def copy_the_link(day: Day) -> None:
    """Copy the link to the last message"""
    day.with_clipboard("")
    day.said("words")
    _go_to_message(day, "words")
    day.press("l")
    day.clipboard_has(f"{day.server.url}/news_chat/?num={day.room}#1")


def _fail(day: Day) -> None:
    """A message that the server has refused once."""
    day.tab.may_say("status of 403")
    day.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=REFUSED), times=1)
    day.tab.say("not yet")
    expect(day.page.locator(".message.failed")).to_contain_text("Not today.")


def send_again(day: Day) -> None:
    """Send again what the server refused"""
    _fail(day)
    day.press("Shift+Tab", "Shift+Tab", "Enter")
    day.tab.said("not yet")


def discard(day: Day) -> None:
    """Discard what the server refused"""
    _fail(day)
    day.press("Shift+Tab", "Enter")
    expect(day.page.locator(".message")).to_have_count(0)


def read_older(day: Day) -> None:
    """Read older messages"""
    day.said(*(f"line {number}" for number in range(1, 61)))
    day.press("Shift+Tab", "PageUp")
    expect(day.tab.stored_message(60)).not_to_be_in_viewport()
    expect(day.page.locator("#to-end")).to_be_visible()


def go_to_the_newest(day: Day) -> None:
    """Go to the newest message, with older ones in sight"""
    day.said(*(f"line {number}" for number in range(1, 61)))
    day.tab.stored_message(1).scroll_into_view_if_needed()
    expect(day.page.locator("#to-end")).to_be_visible()
    day.press("Shift+Tab", "Enter")
    expect(day.tab.stored_message(60)).to_be_in_viewport()
    expect(day.page.locator("#to-end")).to_be_hidden()
