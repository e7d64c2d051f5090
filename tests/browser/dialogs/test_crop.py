"""A picture is chosen in the browser: the square of it by mouse and keys; it is sent, and what is refused is said."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Route, expect

from ...support.server import Server, Visitor
from ..axe import assert_good
from ..tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

SIDE = 512
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)


def stripes(*colours: tuple[int, int, int]) -> FilePayload:
    """A picture of squares of 100 pixels, side by side."""
    image = Image.new("RGB", (100 * len(colours), 100))
    for place, colour in enumerate(colours):
        image.paste(colour, (100 * place, 0, 100 * place + 100, 100))
    return payload(image)


def payload(image: Image.Image) -> FilePayload:
    data = BytesIO()
    image.save(data, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": data.getvalue()}


def open_profile(tab: Tab) -> None:
    tab.side()
    tab.page.locator("#me").click()
    tab.page.get_by_role("menuitem", name="Profile").click()
    expect(tab.dialog.get_by_role("button", name="Choose a picture")).to_be_visible()


def choose(tab: Tab, part: Locator, file: FilePayload) -> None:
    with tab.page.expect_file_chooser() as chooser:
        part.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files(file)


def begin(tab: Tab, file: FilePayload) -> Locator:
    """Chooses a file in the profile; the stage of its square, which has the focus."""
    open_profile(tab)
    choose(tab, tab.dialog, file)
    stage = tab.dialog.get_by_role("application")
    expect(stage).to_be_focused()
    return stage


def save(tab: Tab, person: Visitor) -> Image.Image:
    """Saves it; the picture that the server has then."""
    tab.dialog.get_by_role("button", name="Save").click()
    expect(tab.dialog.get_by_role("button", name="Choose a picture")).to_be_focused()
    file = person.get("/profile/").json()["picture"]
    return Image.open(BytesIO(person.get(f"/files/{file}/picture.jpg").body))


def assert_is(image: Image.Image, *colours: tuple[int, int, int]) -> None:
    """Of its left, its middle and its right, or all of it."""
    assert (image.format, image.size) == ("JPEG", (SIDE, SIDE))
    wanted = colours if len(colours) == 3 else colours * 3
    for place, colour in zip((10, SIDE // 2, SIDE - 10), wanted, strict=True):
        seen = image.getpixel((place, SIDE // 2))
        assert isinstance(seen, tuple)
        assert all(abs(one - other) < 30 for one, other in zip(seen, colour, strict=True)), (place, seen, colour)


def test_the_middle_is_sent_if_nothing_is_moved(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    tab = visit(server, two[0], viewport=screen).greeted()
    tab.may_say("status of 404")  # the preview is not made yet
    begin(tab, stripes(RED, GREEN, BLUE))
    assert_good(tab)
    assert_is(save(tab, two[0]), GREEN)
    assert_good(tab)
    expect(tab.dialog.locator(".head .avatar img.loaded")).to_have_count(1, timeout=30_000)
    tab.dialog.get_by_role("button", name="Remove the picture").click()
    expect(tab.dialog.get_by_role("button", name="Remove the picture")).to_be_hidden()
    expect(tab.dialog.get_by_role("button", name="Choose a picture")).to_be_focused()
    expect(tab.dialog.locator(".head .avatar img")).to_have_count(0)
    assert "picture" not in two[0].get("/profile/").json()


def test_the_arrow_keys_move_it_no_further_than_its_edge(tab: Tab, two: Two) -> None:
    tab.may_say("status of 404")
    begin(tab, stripes(RED, GREEN, BLUE))
    for _ in range(8):
        tab.page.keyboard.press("ArrowRight")
    for _ in range(3):
        tab.page.keyboard.press("ArrowUp")
    assert_is(save(tab, two[0]), RED, GREEN, GREEN)
    choose(tab, tab.dialog, stripes(RED, GREEN, BLUE))
    expect(tab.dialog.get_by_role("application")).to_be_focused()
    for _ in range(25):
        tab.page.keyboard.press("ArrowLeft")
    assert_is(save(tab, two[0]), BLUE)


def test_a_mouse_drags_it(tab: Tab, two: Two) -> None:
    tab.may_say("status of 404")
    box = begin(tab, stripes(RED, GREEN, BLUE)).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x + box["width"] * 0.8, y, steps=4)
    tab.page.mouse.move(x + box["width"] * 2, y, steps=4)
    tab.page.mouse.up()
    assert_is(save(tab, two[0]), RED)


def test_the_slider_and_keys_zoom_it(tab: Tab, two: Two) -> None:
    tab.may_say("status of 404")
    image = Image.new("RGB", (300, 300), RED)
    image.paste(BLUE, (120, 120, 180, 180))
    begin(tab, payload(image))
    slider = tab.dialog.get_by_role("slider", name="Zoom")
    for _ in range(12):
        tab.page.keyboard.press("+")
    assert 2.5 < float(slider.input_value()) < 4
    tab.page.keyboard.press("-")
    slider.focus()
    tab.page.keyboard.press("End")
    expect(slider).to_have_value("8")
    assert_is(save(tab, two[0]), BLUE)


def test_what_is_no_picture_is_said(tab: Tab) -> None:
    open_profile(tab)
    choose(tab, tab.dialog, {"name": "me.png", "mimeType": "image/png", "buffer": b"no picture"})
    words = tab.dialog.get_by_text("This file is no picture that can be shown.")
    expect(words).to_be_visible()
    assert_good(tab)
    choose(tab, tab.dialog, stripes(RED))
    expect(tab.dialog.get_by_role("application")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.dialog.get_by_role("button", name="Choose a picture")).to_be_focused()
    expect(words).to_be_hidden()


def test_what_the_server_refuses_is_said_and_can_be_tried_again(tab: Tab, two: Two) -> None:
    tab.may_say("status of 4(04|29)")
    begin(tab, stripes(GREEN))
    refusal = {"msg": "error", "error": "too_fast", "detail": "Too many new pictures: at most 10 an hour."}

    def refuse(route: Route) -> None:
        route.fulfill(status=429, headers={"Retry-After": "360"}, json=refusal)

    tab.page.route("**/profile/", refuse)
    tab.dialog.get_by_role("button", name="Save").click()
    expect(tab.dialog.get_by_role("alert")).to_have_text("Too many new pictures: at most 10 an hour.")
    assert_good(tab)
    tab.page.unroute("**/profile/")
    assert_is(save(tab, two[0]), GREEN)


def test_a_moderator_gives_a_room_one(visit: Opener, server: Server, two: Two, room: str, screen: Screen) -> None:
    ann, bob = (visit(server, person, f"/news_chat/?num={room}", viewport=screen).greeted() for person in two)
    for tab in (ann, bob):
        tab.may_say("status of 404")
    expect(bob.open_details()).to_contain_text("2 members")
    expect(bob.details.get_by_role("button", name="Edit picture")).to_be_hidden()
    ann.open_details().get_by_role("button", name="Edit picture, title and topic").click()
    remove = ann.details.get_by_role("button", name="Remove the picture")
    expect(remove).to_be_hidden()
    choose(ann, ann.details, stripes(RED, GREEN, BLUE))
    expect(ann.dialog.get_by_role("application")).to_be_focused()
    assert_good(ann)
    ann.dialog.get_by_role("button", name="Save").click()
    expect(ann.dialog).to_have_count(0)
    expect(ann.details.get_by_role("button", name="Choose a picture")).to_be_focused()
    for tab in (ann, bob):
        expect(tab.details.locator(".who .avatar img.loaded")).to_have_count(1, timeout=30_000)
    assert_good(ann)
    remove.click()
    for tab in (ann, bob):
        expect(tab.details.locator(".who .avatar img")).to_have_count(0)
    expect(remove).to_be_hidden()
    ann.page.keyboard.press("Escape")
    ann.details.get_by_role("button", name="Edit picture, title and topic").click()
    expect(ann.details.get_by_role("button", name="Choose a picture")).to_be_visible()
