"""The network between a page and the server: requests that are held up, and a connection that is cut or silent."""

import json

from playwright.sync_api import Page, Route, WebSocketRoute

from .tab import Tab, attempts


class Held:
    """Requests of a page that are not answered until the test does."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def next(self) -> Route:
        for _ in attempts(self._page, "a request"):
            if self._routes:
                break
        return self._routes.pop(0)


class Line:
    """What lies between a tab and the server's sockets; it can be cut, or let nothing through without a word."""

    def __init__(self, tab: Tab) -> None:
        self.whole = True
        self.silent = False
        self.asked: list[object] = []  # types of frames: of the tab's, and of the server's
        self.answered: list[object] = []
        self._read: set[tuple[str, int, int]] = set()  # rooms, user ids and marks
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
        frame = json.loads(message)
        noted.append(frame["type"])
        if frame["type"] == "read" and noted is self.answered:
            self._read.add((frame["room"], frame["userid"], frame["seq"]))
        if not self.silent:
            to.send(message)

    def cut(self) -> None:
        self.whole = False
        self.answered.clear()
        self._sockets[-1].close(code=1001)

    def until_asked(self, kind: object, times: int = 1) -> None:
        self._until(kind, self.asked, times)

    def until_answered(self, kind: object, times: int = 1) -> None:
        self._until(kind, self.answered, times)

    def until_read(self, room: str, userid: int, seq: int) -> None:
        """Waits until the server has told that a user's mark is there. Partners' marks come with a greeting, too."""
        for _ in attempts(self._page, f"{userid} has read {seq} in {room}"):
            if (room, userid, seq) in self._read:
                return

    def _until(self, kind: object, noted: list[object], times: int) -> None:
        for _ in attempts(self._page, f"{kind}, {times} times"):
            if noted.count(kind) >= times:
                return
