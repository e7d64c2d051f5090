"""One tab of the browser, and what a person does in it."""

import re
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from ..support.server import CSRF, Server, Visitor
from .finger import Finger

PATIENCE = 15  # seconds
LONGER = 60  # for what takes many steps

expect.set_options(timeout=PATIENCE * 1_000)

# Counts the JSON answers that the page's scripts have worked on: what follows on one is done when it has been counted.
COUNT_ANSWERS = """() => {
    globalThis.answers = 0;
    const {json} = Response.prototype;
    Response.prototype.json = async function () {
        const body = await json.call(this);
        answers++;
        return body;
    };
}"""


def attempts(page: Page, what: str, seconds: float = PATIENCE) -> Iterator[None]:
    """Yields again and again, while the page goes on; fails if `what` has not come in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        page.wait_for_timeout(20)
    raise AssertionError(f"in vain: {what}")


class Tab:
    """`person` is signed in by their cookies; without one the tab belongs to nobody yet."""

    def __init__(self, context: BrowserContext, server: Server, person: Visitor | None = None) -> None:
        self.context = context
        self.server = server
        self.page = context.new_page()
        self._complaints: list[str] = []
        self._expected: list[str] = []
        self.page.on("console", lambda said: self._note(said.type, f"{said.text} ({said.location.get('url')})"))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        if person is not None:
            self.sign_in_as(person, server.url)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._complaints.append(text)

    def complaints(self) -> list[str]:
        """What the console said, script errors and reports of the content security policy among it."""
        return [each for each in self._complaints if not any(re.search(pattern, each) for pattern in self._expected)]

    def may_say(self, *patterns: str) -> None:
        """The console may complain like this: the browser notes every answer that is no success there."""
        self._expected += patterns

    def may_lose_connection(self) -> None:
        self.may_say(
            r"ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE", r"status of (426|503)", r"^WebSocket connection to"
        )

    def sign_in_as(self, person: Visitor, url: str) -> None:
        cookies = {"sessionid": person.session, "csrftoken": CSRF}
        self.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])

    def stop_clock(self) -> None:
        """Scripts' time stands still until clock.run_for() moves it, in all tabs of this one's cookies.

        clock.install() must have come before the page. Keys, clicks and messages work; what waits for a frame or a
        timer does not come.
        """
        now = self.page.evaluate("Date.now() / 1_000")
        self.context.clock.pause_at(now + 30)  # not in the past, however slow the machine is; too soon for a ping

    def count_answers(self) -> None:
        self.page.evaluate(COUNT_ANSWERS)

    def answered(self, count: int) -> None:
        """Waits until the page has worked on so many answers since count_answers()."""
        self.page.wait_for_function("count => answers >= count", arg=count)

    def go(self, path: str) -> None:
        self.page.goto(path if "://" in path else self.server.url + path)

    # The pages with forms.

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)
        self.page.locator("main button[type=submit]").click()

    def register(self, account: str, username: str, password: str = "correct horse") -> None:
        self.go("/register/")
        self.fill(account=account, username=username, password=password)

    def sign_in(self, account: str, password: str = "correct horse") -> None:
        self.fill(userNameOrEmailAddress=account, password=password)

    # The chat.

    def greeted(self) -> "Tab":
        """Waits until the server has greeted this tab."""
        expect(self.page.locator("#status")).to_have_attribute("data-state", "online")
        return self

    @property
    def field(self) -> Locator:
        return self.page.locator("#composer textarea")

    @property
    def texts(self) -> Locator:
        return self.page.locator(".message .text")

    @property
    def strip(self) -> Locator:
        """The line above the field that names the reply or the edit."""
        return self.page.locator("#composer .strip")

    @property
    def options(self) -> Locator:
        """The suggestions above the field, or what the switcher offers."""
        return self.page.get_by_role("option")

    @property
    def dialog(self) -> Locator:
        """The one that is open; the details of a room are another one."""
        return self.page.locator("body > dialog")

    @property
    def people(self) -> Locator:
        """Those who are online, in the list that this opens."""
        if not self.dialog.is_visible():
            self.side()
            self.page.locator("#people").click()
            expect(self.dialog).to_be_visible()
        return self.options

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#notice")

    @property
    def title(self) -> Locator:
        return self.page.locator("#title")

    @property
    def details(self) -> Locator:
        return self.page.locator("#panel.details")

    def open_settings(self) -> None:
        self.page.locator("#me").click()
        self.page.get_by_role("menuitem", name="Settings").click()
        expect(self.dialog).to_be_visible()

    def open_details(self) -> Locator:
        if self.details.is_hidden():
            self.title.click()
        expect(self.details).to_be_visible()
        return self.details

    def ask_to_leave(self) -> None:
        """Opens the question whether to leave the room."""
        expect(self.open_details()).to_contain_text("member")  # none are looked up of a room that was left
        self.details.get_by_role("button", name="Leave the room").click()
        expect(self.dialog).to_contain_text("You will get no more messages")

    def leave(self) -> None:
        self.ask_to_leave()
        self.dialog.get_by_role("button", name="Leave").click()

    def room(self, name: str) -> Locator:
        """The button of a room in the list at the side."""
        return self.page.locator(f"#lists button[data-room='{name}']")

    def direct(self, person: Visitor) -> Locator:
        """The button of the private chat with a person."""
        return self.page.locator("#lists button[data-room^='@']").filter(has_text=person.username)

    def person(self, person: Visitor) -> Locator:
        return self.people.filter(has=self.page.get_by_text(person.username, exact=True))

    def message(self, text: str) -> Locator:
        return self.page.locator(".message").filter(has=self.page.get_by_text(text, exact=True))

    def said(self, text: str) -> Locator:
        """A message that has this in it, once it is stored."""
        message = self.page.locator(".message[data-seq]").filter(has_text=text)
        expect(message).to_have_count(1)
        return message

    def stored_message(self, seq: int) -> Locator:
        return self.page.locator(f".message[data-seq='{seq}']")

    def rest_on(self, text: Locator) -> None:
        """A finger stays on a message's text until its sheet is there."""
        finger = Finger(self.page)
        finger.down(text)
        expect(self.dialog).to_be_visible()
        finger.up()

    def act(self, message: Locator, action: str) -> None:
        """What a message offers when somebody points at it, again if it moves: a button, or behind More."""
        tools = message.locator(".tools")
        more = tools.get_by_role("button", name="More")
        for _ in attempts(self.page, "the tools of the message"):
            message.hover()
            if more.is_visible():
                break
        button = tools.get_by_role("button", name=action)
        if button.count() and button.is_visible():
            return button.click()
        more.click()
        self.page.get_by_role("menuitem", name=action).click()

    def side(self) -> None:
        """The lists, which a narrow screen shows instead of the conversation."""
        if self.page.locator("#to-rooms").is_visible():
            self.page.locator("#to-rooms").click()

    def lobby(self) -> "Tab":
        """The lobby, before which a narrow screen shows the lists."""
        if self.page.locator("#composer").is_hidden():
            self.room("lobby").click()
        return self

    def hide(self, hidden: bool = True) -> None:
        """As if another tab were in front."""
        state = "hidden" if hidden else "visible"
        self.page.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def look_for(self, words: str) -> Locator:
        """Types into the switcher; what it offers."""
        self.side()
        self.page.locator("#find").click()
        self.page.locator("dialog [role=combobox]").fill(words)
        return self.options

    def open_room(self, name: str) -> None:
        """Opens a room of this title, if there is one for this person, or makes it."""
        self.look_for(name)
        expect(self.dialog.locator(".words")).not_to_contain_text("…")  # it has looked
        exactly = re.compile(rf"^(New room “)?{re.escape(name)}”?$")
        self.options.filter(has=self.page.locator("bdi").filter(has_text=exactly)).click()
        make = self.dialog.get_by_role("button", name="Make this room")
        if make.is_visible():
            make.click()

    def enter(self, name: str) -> None:
        """Opens a room and waits until it is open."""
        self.open_room(name)
        expect(self.title).to_have_text(name)

    def stored(self, words: str) -> list[str]:
        """The numbers of the stored messages that hold these words, in the order in which they are shown."""
        found: Any = self.page.evaluate(
            """words => [...document.querySelectorAll(".message[data-seq]")]
                .filter(each => each.querySelector(".text").textContent.includes(words))
                .map(each => `${each.dataset.seq} ${each.querySelector(".text").textContent}`)""",
            words,
        )
        return list(found)
