"""The viewer of pictures: by keyboard, pointer and finger, and through the pictures of the room."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from ..attached import Attached, other, picture
from ..axe import assert_good
from ..conftest import SCREENS
from ..finger import Finger
from ..network import Held
from ..tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

WIDTH = "each => each.getBoundingClientRect().width"
# All words that have stood in the place of the picture.
WORDS = """() => {
    globalThis.words = [];
    const place = document.querySelector(".viewer .words");
    new MutationObserver(() => words.push(place.textContent)).observe(place, {childList: true});
}"""
BOX = "each => { const {x, y, width, height} = each.getBoundingClientRect(); return [x, y, width, height]; }"


@pytest.fixture
def attached(visit: Opener, server: Server, two: Two) -> Attached:
    return Attached(visit(server, two[0], "about:blank://"))


@pytest.fixture
def touched(visit: Opener, server: Server, two: Two) -> Attached:
    return Attached(visit(server, two[0], "about:blank://", viewport=SCREENS["phone"], has_touch=True, is_mobile=True))


def opened(attached: Attached, room: str) -> Tab:
    attached.tab.go(f"/news_chat/?num={room}")
    return attached.tab.greeted()


def fill(attached: Attached, two: Two, room: str, count: int = 3) -> None:
    """Pictures 1, 2, …, each in a message of its own."""
    for number in range(1, count + 1):
        attached.say(two[1], room, [picture(number)], f"caption {number}")


def view(tab: Tab, number: int) -> Locator:
    tab.page.locator(f".shot[href^='/files/{number}/']").click()
    shows(tab, number)
    return tab.page.locator("dialog.viewer .stage > img")


def shows(tab: Tab, number: int) -> None:
    expect(tab.page.get_by_role("dialog")).to_have_accessible_name(f"picture-{number}.jpeg")
    expect(tab.page.locator(".viewer .caption")).to_have_text(f"caption {number}")


def version(image: Locator, address: str) -> None:
    expect(image).to_have_attribute("src", address)


def percent(tab: Tab) -> Locator:
    return tab.page.locator(".viewer .percent")


def test_it_shows_the_large_preview_and_its_message(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room)
    tab = opened(attached, room)
    image = view(tab, 2)
    version(image, "/files/2/preview?size=large")
    dialog = tab.page.locator("dialog.viewer")
    expect(dialog).to_contain_text(two[1].username)
    expect(dialog).to_contain_text("picture-2.jpeg · 1200 × 800 · 176 KB")
    expect(dialog).to_contain_text("2 of 3")
    assert dialog.evaluate("each => getComputedStyle(each).colorScheme") == "dark"
    expect(dialog.get_by_role("link", name="Download")).to_have_attribute("download", "picture-2.jpeg")
    assert "/files/2/picture-2.jpeg" not in attached.asked
    dialog.get_by_role("button", name="Go to the message").click()
    expect(dialog).to_have_count(0)
    expect(tab.stored_message(2)).to_be_focused()


def test_it_is_used_by_keyboard(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room)
    tab = opened(attached, room)
    tab.page.locator(".shot").nth(1).focus()
    tab.page.keyboard.press("Enter")
    shows(tab, 2)
    image = tab.page.locator("dialog.viewer .stage > img")
    version(image, "/files/2/preview?size=large")
    press = tab.page.keyboard.press
    fitted = image.evaluate(WIDTH)
    press("+")
    expect(percent(tab)).to_have_text("150 %")
    assert image.evaluate(WIDTH) == pytest.approx(1.5 * fitted, abs=1)
    version(image, "/files/2/picture-2.jpeg")
    press("+")
    before = image.evaluate(BOX)
    press("ArrowRight")
    assert image.evaluate(BOX)[0] < before[0]
    shows(tab, 2)
    for key, words in (("-", "150 %"), ("0", "100 %"), ("-", "100 %")):
        press(key)
        expect(percent(tab)).to_have_text(words)
    press("ArrowRight")
    shows(tab, 3)
    expect(tab.page.get_by_role("button", name="Later picture")).to_have_count(0)
    press("ArrowRight")
    press("ArrowLeft")
    shows(tab, 2)
    press("ArrowLeft")
    shows(tab, 1)
    press("Escape")
    expect(tab.page.locator("dialog.viewer")).to_have_count(0)
    expect(tab.page.locator(".shot").nth(1)).to_be_focused()


def test_it_is_used_by_pointer(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room)
    tab = opened(attached, room)
    image = view(tab, 2)
    tab.page.get_by_role("button", name="Earlier picture").click()
    shows(tab, 1)
    tab.page.get_by_role("button", name="picture-3.jpeg").click()
    shows(tab, 3)
    stage = tab.page.locator(".viewer .stage")
    stage.dblclick()
    expect(percent(tab)).to_have_text("250 %")
    left, top, width, height = stage.evaluate(BOX)
    before = image.evaluate(BOX)
    tab.page.mouse.move(left + width / 2, top + height / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(left + width / 2 - 60, top + height / 2 - 40, steps=3)
    tab.page.mouse.up()
    after = image.evaluate(BOX)
    assert [round(after[0] - before[0]), round(after[1] - before[1])] == [-60, -40]
    stage.dblclick()
    expect(percent(tab)).to_have_text("100 %")
    tab.page.mouse.wheel(0, -400)
    expect(percent(tab)).not_to_have_text("100 %")
    tab.page.get_by_role("button", name="Smaller").click()
    tab.page.get_by_role("button", name="Smaller").click()
    tab.page.get_by_role("button", name="Smaller").click()
    expect(percent(tab)).to_have_text("100 %")


def test_what_the_wheel_points_at_stays_there(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room, 1)
    tab = opened(attached, room)
    image = view(tab, 1)
    version(image, "/files/1/preview?size=large")
    left, top, width, height = image.evaluate(BOX)
    point = (left + width * 0.3, top + height * 0.4)
    tab.page.mouse.move(*point)
    tab.page.mouse.wheel(0, -400)
    expect(percent(tab)).to_have_text("272 %")
    left, top, width, height = image.evaluate(BOX)
    assert ((point[0] - left) / width, (point[1] - top) / height) == pytest.approx((0.3, 0.4), abs=0.01)


def test_it_is_used_by_finger(touched: Attached, two: Two, room: str) -> None:
    fill(touched, two, room)
    tab = opened(touched, room)
    tab.page.locator(".shot").nth(1).tap()
    shows(tab, 2)
    image = tab.page.locator("dialog.viewer .stage > img")
    finger = Finger(tab.page)
    finger.swipe(image, -150)
    shows(tab, 3)
    finger.swipe(image, 150)
    shows(tab, 2)
    finger.swipe(image, 30)  # too short
    shows(tab, 2)
    fitted = image.evaluate(WIDTH)
    finger.pinch(image, 40, 120)
    assert image.evaluate(WIDTH) == pytest.approx(3 * fitted, rel=0.05)
    before = image.evaluate(BOX)
    finger.swipe(tab.page.locator(".viewer .stage"), -60)
    shows(tab, 2)
    assert image.evaluate(BOX)[0] - before[0] == pytest.approx(-60, abs=1)
    finger.pinch(tab.page.locator(".viewer .stage"), 150, 20)
    assert image.evaluate(WIDTH) == pytest.approx(fitted, abs=1)
    stage = tab.page.locator(".viewer .stage")
    stage.tap()
    stage.tap()
    assert image.evaluate(WIDTH) == pytest.approx(2.5 * fitted, rel=0.05)
    tab.page.get_by_role("button", name="Close").tap()
    expect(tab.page.locator("dialog.viewer")).to_have_count(0)


def test_a_click_beside_the_picture_closes_it(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [picture(1, 300, 900)], "caption 1")
    tab = opened(attached, room)
    view(tab, 1)
    tab.page.locator(".viewer .stage").click(position={"x": 5, "y": 200})
    expect(tab.page.locator("dialog.viewer")).to_have_count(0)
    expect(tab.page.locator(".shot")).to_be_focused()


def test_a_tap_beside_the_picture_reaches_nothing_below(touched: Attached, two: Two, room: str) -> None:
    touched.say(two[1], room, [picture(1, 100, 900)], "caption 1")
    tab = opened(touched, room)
    shot = tab.page.locator(".shot")
    image = view(tab, 1)
    left, top, _, height = shot.evaluate(BOX)
    x, y = left + 2, top + height / 2
    assert image.evaluate(BOX)[0] > x  # beside the picture
    assert tab.page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('.stage')", [x, y])
    tab.page.touchscreen.tap(x, y)
    expect(shot).to_be_focused()
    expect(tab.page.locator("dialog.viewer")).to_have_count(0)


def test_what_comes_after_a_step_is_said(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room)
    tab = opened(attached, room)
    view(tab, 2)
    said = tab.page.locator(".viewer [role=status].unseen")
    expect(said).to_have_text("")
    tab.page.keyboard.press("ArrowRight")
    expect(said).to_have_text(f"picture-3.jpeg, {two[1].username}")


def test_a_very_large_original_is_not_loaded_on_a_phone(touched: Attached, two: Two, room: str) -> None:
    touched.say(two[1], room, [picture(1, 6000, 4001)], "caption 1")
    touched.say(two[1], room, [picture(2)], "caption 2")
    tab = opened(touched, room)
    image = view(tab, 1)
    version(image, "/files/1/preview?size=large")
    for number in (1, 2):
        shows(tab, number)
        Finger(tab.page).pinch(image, 40, 120)
        expect(percent(tab)).not_to_have_text("100 %")
        if number == 1:
            tab.page.keyboard.press("0")
            tab.page.keyboard.press("ArrowRight")
    version(image, "/files/2/picture-2.jpeg")
    assert "/files/1/picture-1.jpeg" not in touched.asked


def test_a_picture_that_was_deleted_meanwhile_is_not_opened(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room, 2)
    tab = opened(attached, room)
    held = Held(tab.page, "**/view/viewer*.js")
    tab.page.locator(".shot").first.click()
    script = held.next()
    two[1].say("", room=room, type="delete", seq=1)
    expect(tab.page.locator(".shot")).to_have_count(1)
    script.continue_()
    view(tab, 2)
    expect(tab.page.locator(".viewer .count")).to_have_text("")


def test_it_looks_for_pictures_as_far_as_the_room_goes(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room, 1)
    for number in range(150):
        two[1].say(f"line {number}", room=room)
    attached.say(two[1], room, [picture(2)], "caption 2")
    attached.tab.go(f"/news_chat/?num={room}#1")
    tab = attached.tab.greeted()
    view(tab, 1)
    few = re.compile(r"/history/.*after=")
    attached.page.route(few, lambda route: route.fallback(url=f"{route.request.url}&limit=12"))
    attached.page.evaluate(WORDS)
    tab.page.keyboard.press("ArrowRight")
    shows(tab, 2)
    assert "Looking further …" in tab.page.evaluate("words")


def test_earlier_pictures_than_the_page_has_come_from_the_list_of_files(
    attached: Attached, two: Two, room: str
) -> None:
    fill(attached, two, room, 5)
    attached.say(two[1], room, [other(50, "notes.txt", "text/plain")])
    for number in range(100):
        two[1].say(f"line {number}", room=room)
    attached.say(two[1], room, [picture(6)], "caption 6")
    tab = opened(attached, room)
    tab.page.locator("#to-end").click()
    view(tab, 6)
    expect(tab.page.locator(".viewer .count")).to_have_text("")
    for number in (5, 4, 3, 2, 1):
        tab.page.keyboard.press("ArrowLeft")
        shows(tab, number)
    expect(tab.page.locator(".viewer .count")).to_have_text("1 of 6")
    expect(tab.page.get_by_role("button", name="Earlier picture")).to_have_count(0)


def test_later_pictures_than_the_page_has_come_from_the_history(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room, 1)
    for number in range(150):
        two[1].say(f"line {number}", room=room)
    attached.say(two[1], room, [picture(2)], "caption 2")
    attached.tab.go(f"/news_chat/?num={room}#1")
    tab = attached.tab.greeted()
    view(tab, 1)
    tab.page.keyboard.press("ArrowRight")
    shows(tab, 2)
    expect(tab.page.locator(".viewer .count")).to_have_text("2 of 2")


def test_without_a_large_preview_the_original_is_shown(attached: Attached, two: Two, room: str) -> None:
    fill(attached, two, room, 1)
    tab = opened(attached, room)
    tab.may_say("status of 404")
    expect(tab.page.locator("img.loaded")).to_have_count(1)
    attached.missing.add("/files/1/preview")
    image = view(tab, 1)
    version(image, "/files/1/picture-1.jpeg")


@pytest.mark.both_screens
def test_it_is_accessible(attached: Attached, two: Two, room: str, screen: Screen) -> None:
    attached.page.set_viewport_size(screen)
    fill(attached, two, room)
    tab = opened(attached, room)
    image = view(tab, 2)
    version(image, "/files/2/preview?size=large")
    assert_good(tab)
