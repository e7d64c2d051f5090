"""A finger on the screen."""

from playwright.sync_api import Locator, Page


class Finger:
    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def down(self, on: Locator) -> tuple[float, float]:
        box = on.bounding_box()
        assert box is not None
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._send("touchStart", self.x, self.y)
        return self.x, self.y

    def move(self, by: float) -> None:
        self._send("touchMove", self.x, self.y + by)

    def up(self) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def swipe(self, on: Locator, by: float) -> None:
        """From the middle, to the right by so many pixels."""
        x, y = self.down(on)
        for step in range(1, 5):
            self._send("touchMove", x + by * step / 4, y)
        self.up()

    def pinch(self, on: Locator, start: float, end: float) -> None:
        """Two fingers, whose distances from the middle go from `start` to `end`."""
        x, y = self.down(on)
        self.up()
        for step in range(5):
            apart = start + (end - start) * step / 4
            points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
            kind = "touchMove" if step else "touchStart"
            self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.up()

    def _send(self, kind: str, x: float, y: float) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
