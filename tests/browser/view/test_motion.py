"""GIFs: one plays once, and then when a person comes to it."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..attached import Attached, painted, picture
from ..tab import Tab, attempts

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def attached(visit: Opener, server: Server, two: Two) -> Attached:
    return Attached(visit(server, two[0], "about:blank://"))


def opened(attached: Attached, room: str) -> Tab:
    attached.tab.go(f"/news_chat/?num={room}")
    return attached.tab.greeted()


def places(tab: Tab) -> Locator:
    return tab.page.locator(".files > .picture")


def middle(image: Image.Image) -> int:
    """The green in the middle of a picture."""
    return int(image.convert("RGB").getchannel("G").getpixel((image.width // 2, image.height // 2)))  # type: ignore[arg-type]


def seen(place: Locator) -> int:
    with Image.open(BytesIO(place.screenshot())) as image:
        return middle(image)


def test_it_plays_once_when_it_is_seen(attached: Attached, two: Two, room: str) -> None:
    file = picture(1, kind="gif", name="wave.gif")
    with Image.open(BytesIO(painted(file, 10_000, "gif"))) as image:
        first, last = (middle(frame) for frame in ImageSequence.Iterator(image))
    assert abs(first - last) > 20
    attached.say(two[1], room, [file])
    tab = opened(attached, room)
    images = places(tab).locator("img")
    expect(images).to_have_count(2)
    expect(images.last).to_have_attribute("src", re.compile("^blob:"))
    for _ in attempts(tab.page, "the last frame"):
        if abs(seen(places(tab)) - last) < 10:
            break
    for _ in range(20):  # longer than both frames take
        assert abs(seen(places(tab)) - last) < 10
        tab.page.wait_for_timeout(50)


def test_a_large_one_stands_still_until_a_person_comes_to_it(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [picture(1, kind="gif", name="wave.gif") | {"size": 5_000_000}])
    tab = opened(attached, room)
    images = places(tab).locator("img")
    expect(places(tab).locator("img.loaded")).to_have_count(1)
    assert "/files/1/wave.gif" not in attached.asked
    places(tab).hover()
    expect(images).to_have_count(2)
    expect(images.last).to_have_attribute("src", "/files/1/wave.gif")
    tab.field.hover()
    expect(images).to_have_count(1)
    places(tab).locator("a").focus()
    tab.page.keyboard.press("Tab")
    play = tab.page.get_by_role("button", name="Play wave.gif")
    expect(play).to_be_focused()
    expect(images).to_have_count(2)
    tab.page.keyboard.press("Enter")
    expect(images).to_have_count(1)


def test_with_reduced_motion_a_gif_plays_when_it_is_pressed_only(attached: Attached, two: Two, room: str) -> None:
    attached.page.emulate_media(reduced_motion="reduce")
    attached.say(two[1], room, [picture(1, kind="gif", name="wave.gif")])
    tab = opened(attached, room)
    places(tab).hover()
    play = tab.page.get_by_role("button", name="Play wave.gif")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(places(tab).locator("img")).to_have_count(2)
