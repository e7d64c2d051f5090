"""Previews are requested again, after growing pauses, until they are made; on a page without a connection."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from ...support.server import Server
from ..tab import attempts

pytestmark = [pytest.mark.browser, pytest.mark.long]

ADDRESS = "/files/1/preview"
SHOW = """address => {
    const image = document.body.appendChild(document.createElement("img"));
    import("/static/js/lib/previews.js").then(({ showPreview }) => showPreview(image, address)).then((isShown) => {
        image.classList.add(isShown ? "shown" : "given-up");
    });
}"""


class Preview:
    """What the server says of a preview; at first that it is not made yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.status = 404
        self.headers = {"Retry-After": "1"}
        self.asked = 0
        self.looked = 0
        self.body = BytesIO()
        Image.new("RGB", (9, 9)).save(self.body, "WEBP")
        page.route(f"**{ADDRESS}", self._answer)
        page.clock.install()
        page.goto("/sign-in/")
        now = page.evaluate("Date.now() / 1_000")
        page.clock.pause_at(now + 30)
        page.evaluate(SHOW, ADDRESS)
        for _ in attempts(page, "the first request"):
            if self.looked:
                break

    def _answer(self, route: Route) -> None:
        if route.request.method == "GET":
            self.asked += 1
        body = self.body.getvalue() if self.status == 200 else b""
        route.fulfill(status=self.status, headers=self.headers, body=body, content_type="image/webp")
        if route.request.method == "HEAD":
            self.looked += 1

    def wait(self, pauses: tuple[int, ...]) -> None:
        """Sees that the next requests come after so many seconds each."""
        for pause in pauses:
            asked = self.asked
            for _ in attempts(self.page, "the answer to HEAD"):
                if self.looked == asked:
                    break
            self.page.clock.run_for(pause * 1_000 - 100)
            assert self.asked == asked
            for _ in attempts(self.page, "the next request"):
                if self.asked > asked:
                    break
                self.page.clock.run_for(100)


@pytest.fixture
def preview(browser: Browser, server: Server) -> Iterator[Preview]:
    context = browser.new_context(base_url=server.url)
    yield Preview(context.new_page())
    context.close()


def test_pauses_grow_and_end_when_the_connection_is_back(preview: Preview) -> None:
    preview.wait((1, 2, 4, 8, 16, 30, 60, 60))
    preview.status = 200
    for _ in attempts(preview.page, "the preview"):
        preview.page.evaluate("dispatchEvent(new Event('online'))")
        if preview.page.locator("img.shown.loaded").count():
            break


def test_where_there_is_none_no_second_request_is_made(preview: Preview) -> None:
    preview.headers = {}
    preview.wait((1,))
    expect(preview.page.locator("img.given-up")).to_have_count(1)
    assert (preview.asked, preview.looked) == (2, 2)


def test_a_preview_that_cannot_be_shown_is_given_up_in_the_end(preview: Preview) -> None:
    preview.body = BytesIO(b"no picture")
    preview.status = 200
    for _ in attempts(preview.page, "that it is given up"):
        if preview.page.locator("img.given-up").count():
            break
        preview.page.clock.run_for(10_000)
    assert 3 <= preview.looked <= 6  # a browser may keep what it could not show


def test_what_fails_otherwise_is_requested_again(preview: Preview) -> None:
    preview.status, preview.headers = 503, {}
    preview.wait((1, 2))
    preview.status = 200
    preview.wait((4,))
    expect(preview.page.locator("img.shown.loaded")).to_have_count(1)


def test_an_image_that_is_gone_is_let_go(preview: Preview) -> None:
    preview.wait((1,))
    preview.page.evaluate("document.body.replaceChildren()")
    for _ in range(3):
        preview.page.clock.run_for(60_000)
        preview.page.wait_for_timeout(50)
    assert preview.asked == 2
