"""One tab of the browser, and what a person does in it."""

import json
import re
import time
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, WebSocketRoute, expect

from ..support.server import CSRF, Server, Visitor

expect.set_options(timeout=15_000)


class Tab:
    """`person` is signed in by their cookies; without one the tab belongs to nobody yet."""

    def __init__(self, context: BrowserContext, server: Server, person: Visitor | None = None) -> None:
        self.context = context
        self.server = server
        self.page = context.new_page()
        self._complaints: list[str] = []
        self._expected: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, f"{said.text} ({said.location.get('url')})"))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))
        if person is not None:
            self.sign_in_as(person, server.url)

    def _hear(self, kind: str, text: str) -> None:
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
    def people(self) -> Locator:
        return self.page.locator("#people button")

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#notice")

    @property
    def title(self) -> Locator:
        return self.page.locator("#title")

    def room(self, name: str) -> Locator:
        """The button of a room in the list at the side."""
        return self.page.locator(f"#rooms button[data-room='{name}']")

    def direct(self, person: Visitor) -> Locator:
        """The button of the private chat with a person."""
        return self.page.locator("#directs button").filter(has_text=person.username)

    def person(self, person: Visitor) -> Locator:
        return self.page.locator(f"#people button[data-userid='{person.userid}']")

    def message(self, text: str) -> Locator:
        return self.page.locator(".message").filter(has=self.page.get_by_text(text, exact=True))

    def stored_message(self, seq: int) -> Locator:
        return self.page.locator(f".message[data-seq='{seq}']")

    def act(self, message: Locator, action: str) -> None:
        """One of the buttons that a message shows when somebody points at it."""
        message.hover()
        message.locator(".tools").get_by_role("button", name=action).click()

    def side(self) -> None:
        """The lists, which a narrow screen shows instead of the conversation."""
        if self.page.locator("#to-rooms").is_visible():
            self.page.locator("#to-rooms").click()

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
        return self.page.get_by_role("option")

    def open_room(self, name: str) -> None:
        exactly = re.compile(rf"^(Open the room “)?{re.escape(name)}”?$")
        self.look_for(name).filter(has=self.page.locator("bdi").filter(has_text=exactly)).click()

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


class Held:
    """Requests of a page that are not answered until the test does."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def next(self) -> Route:
        deadline = time.monotonic() + 15
        while not self._routes:
            assert time.monotonic() < deadline, "nothing was asked"
            self._page.wait_for_timeout(20)
        return self._routes.pop(0)


class Line:
    """What lies between a tab and the server's sockets; it can be cut, or let nothing through without a word."""

    def __init__(self, tab: Tab) -> None:
        self.whole = True
        self.silent = False
        self.asked: list[object] = []  # types of frames: of the tab's, and of the server's
        self.answered: list[object] = []
        self._page = tab.page
        self._sockets: list[WebSocketRoute] = []
        tab.page.route_web_socket("**/chat/", self._opened)
        tab.page.reload()
        tab.greeted()

    def _opened(self, socket: WebSocketRoute) -> None:
        if not self.whole:
            return socket.close(code=1001)
        self._sockets.append(socket)
        far = socket.connect_to_server()
        socket.on_message(lambda message: self._pass(message, self.asked, far))
        far.on_message(lambda message: self._pass(message, self.answered, socket))

    def _pass(self, message: str | bytes, noted: list[object], to: WebSocketRoute) -> None:
        noted.append(json.loads(message)["type"])
        if not self.silent:
            to.send(message)

    def cut(self) -> None:
        self.whole = False
        self.answered.clear()
        self._sockets[-1].close(code=1001)

    def until_asked(self, kind: object) -> None:
        self._until(kind, self.asked)

    def until_answered(self, kind: object) -> None:
        self._until(kind, self.answered)

    def _until(self, kind: object, noted: list[object]) -> None:
        deadline = time.monotonic() + 15
        while noted.count(kind) < 1:
            assert time.monotonic() < deadline, f"no {kind}"
            self._page.wait_for_timeout(20)
