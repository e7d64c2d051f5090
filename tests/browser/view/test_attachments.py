"""Files of messages: pictures at their sizes, players and rows, and what stands for them elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ...support.server import Server, Visitor
from .. import pace
from ..attached import Attached, File, other, picture
from ..axe import assert_good
from ..conftest import SCREENS
from ..finger import Finger
from ..hostile import NAMES, arm, foreign, ran
from ..tab import Tab

pytestmark = [pytest.mark.browser, pytest.mark.long]

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

BOX = "each => { const {x, y, width, height} = each.getBoundingClientRect(); return [x, y, width, height]; }"
SIZE = "each => [each.offsetWidth, each.offsetHeight]"
PREVIEW = "/files/1/preview"


@pytest.fixture
def attached(visit: Opener, server: Server, two: Two) -> Attached:
    return Attached(visit(server, two[0], "about:blank://"))


def opened(attached: Attached, room: str) -> Tab:
    attached.tab.go(f"/news_chat/?num={room}")
    return attached.tab.greeted()


def places(tab: Tab, kind: str = "picture") -> Locator:
    return tab.page.locator(f".files > .{kind}")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1200, 800), [400, 267]),
        ((800, 1200), [213, 320]),
        ((6000, 300), [400, 48]),
        ((100, 60), [100, 60]),
        ((16, 16), [48, 48]),
    ],
)
def test_a_picture_has_its_size_before_it_is_there(
    attached: Attached, two: Two, room: str, size: tuple[int, int], shown: list[int]
) -> None:
    attached.tab.may_say("status of 404")
    attached.missing.add(PREVIEW)
    attached.say(two[1], room, [picture(1, *size)])
    tab = opened(attached, room)
    expect(places(tab).locator("a")).to_have_count(1)
    assert places(tab).evaluate(SIZE) == shown
    attached.missing.clear()
    expect(places(tab).locator("img.loaded")).to_have_count(1)
    assert places(tab).evaluate(SIZE) == shown


def test_a_picture_is_narrower_where_the_page_is(attached: Attached, two: Two, room: str) -> None:
    attached.page.set_viewport_size({"width": 320, "height": 640})
    attached.say(two[1], room, [picture(1)])
    tab = opened(attached, room)
    expect(places(tab).locator("img.loaded")).to_have_count(1)
    width, height = places(tab).evaluate(SIZE)
    assert width < 320
    assert height == pytest.approx(width * 2 / 3, abs=1)


def test_nothing_moves_when_files_come(attached: Attached, two: Two, room: str) -> None:
    tab = opened(attached, room)
    two[1].say("before", room=room)
    tab.said("before")
    tab.page.evaluate(pace.SHIFTS)
    messages: list[list[File]] = [
        [picture(1)],
        [picture(number) for number in range(2, 7)],
        [other(8, "a.zip", "application/zip"), other(11, "a.pdf", "application/pdf")],
        [other(9, "a.wav", "audio/wav")],
        [other(12, "a.webm", "video/webm")],  # which is none: a row stands in its place
        [picture(10, 90, 3000)],
    ]
    for number, files in enumerate(messages, 1):
        attached.say(two[1], room, files, "caption")
        expect(tab.page.locator(".files")).to_have_count(number)
        expect(tab.page.locator(".files > * > a:not([class])")).to_have_count(0)
    expect(places(tab, "video").locator("a.open")).to_have_count(1)
    expect(places(tab).locator("img.loaded")).to_have_count(7)
    two[1].say("after", room=room)
    expect(tab.said("after")).to_be_in_viewport()
    moved = [each for each in pace.shifts(tab.page) if any("#online" not in place for place in each.moved)]
    assert moved == []


@pytest.mark.parametrize(
    ("count", "rows"), [(2, [2]), (3, [3]), (4, [2, 2]), (5, [2, 3]), (7, [2, 2, 3]), (10, [2, 2, 3, 3])]
)
def test_several_pictures_fill_their_rows(attached: Attached, two: Two, room: str, count: int, rows: list[int]) -> None:
    attached.say(two[1], room, [picture(number, 300 * number, 900) for number in range(1, count + 1)])
    tab = opened(attached, room)
    expect(places(tab)).to_have_count(count)
    boxes = [place.evaluate(BOX) for place in places(tab).all()]
    tops = sorted({round(top) for _, top, _, _ in boxes})
    assert [sum(round(top) == each for _, top, _, _ in boxes) for each in tops] == rows
    for each in tops:
        ends = [left + width for left, top, width, _ in boxes if round(top) == each]
        assert max(ends) - boxes[0][0] == pytest.approx(400, abs=1)


def test_where_there_is_no_preview_a_row_stands_at_once(attached: Attached, two: Two, room: str) -> None:
    attached.tab.may_say("status of 404")
    attached.none.add(PREVIEW)
    attached.say(two[1], room, [picture(1, name="broken.jpg")])
    tab = opened(attached, room)
    expect(places(tab).locator("a.open")).to_contain_text("broken.jpg")
    assert attached.asked.count(PREVIEW) == 1


def test_until_what_shows_files_is_loaded_there_are_links(attached: Attached, two: Two, room: str) -> None:
    attached.tab.may_say("status of 503")
    attached.page.route("**/view/attachments*.js", lambda route: route.fulfill(status=503))
    attached.say(two[1], room, [picture(1, name="harbour.jpg"), other(2, "notes.zip")], "caption")
    tab = opened(attached, room)
    link = tab.page.locator(".files").get_by_role("link", name="notes.zip")
    expect(link).to_have_attribute("download", "notes.zip")
    expect(link).to_have_attribute("href", "/files/2/file")
    expect(tab.page.locator(".files").get_by_role("link", name="harbour.jpg")).to_be_visible()
    tab.page.unroute("**/view/attachments*.js")
    expect(places(tab).locator("img.loaded")).to_have_count(1)
    expect(tab.page.locator(".files a")).to_have_count(2)
    expect(places(tab, "plain").locator("a")).to_contain_text("ZIP")


def test_what_is_played_goes_on_when_its_message_changes(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [other(1, "voice.wav", "audio/wav", 16_044)], "frist words")
    tab = opened(attached, room)
    tab.page.wait_for_function("() => document.querySelector('audio')?.duration === 1")
    tab.page.evaluate(
        "() => { const made = document.querySelector('audio'); made.loop = made.muted = true; return made.play(); }"
    )
    two[1].say("first words", room=room, type="edit", seq=1)
    expect(tab.stored_message(1)).to_contain_text("edited")
    assert tab.page.evaluate(
        "() => { const {loop, paused} = document.querySelector('audio'); return loop && !paused; }"
    )


def test_an_answer_shows_that_a_picture_was_deleted(attached: Attached, two: Two, room: str) -> None:
    """Its text was empty before, too."""
    attached.say(two[1], room, [picture(1)])
    two[0].say("an answer", room=room, reply=1)
    tab = opened(attached, room)
    quote = tab.stored_message(2).locator(".quote")
    expect(quote).to_contain_text("Picture")
    two[1].say("", room=room, type="delete", seq=1)
    expect(quote).to_contain_text("This message was deleted.")


def test_sound_is_played_in_place(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [other(1, "voice.wav", "audio/wav", 16_044)])
    tab = opened(attached, room)
    assert places(tab, "audio").evaluate(SIZE) == [320, 78]
    player = places(tab, "audio").locator("audio")
    expect(player).to_have_attribute("src", "/files/1/voice.wav")
    tab.page.wait_for_function("() => document.querySelector('audio').duration === 1")
    expect(places(tab, "audio")).to_contain_text("voice.wav 16 KB")
    player.focus()
    tab.page.keyboard.press("ArrowUp")  # it is the player's, and no way to another message
    expect(player).to_be_focused()


def test_a_row_opens_what_browsers_show_and_downloads_the_rest(attached: Attached, two: Two, room: str) -> None:
    files = [
        other(1, "notes.pdf", "application/pdf"),
        other(2, "page.html", "text/html", 900),
        other(3, "drawing.svg", "image/svg+xml", 3_400_000),
    ]
    attached.say(two[1], room, files)
    tab = opened(attached, room)
    pdf, html, svg = (places(tab, "plain").nth(number).locator("a") for number in range(3))
    expect(pdf).to_have_count(2)
    expect(pdf.first).to_have_attribute("target", "_blank")
    expect(pdf.first).to_contain_text("PDF · 214 KB")
    expect(pdf.last).to_have_attribute("download", "notes.pdf")
    for link, name in ((html, "page.html"), (svg, "drawing.svg")):
        expect(link).to_have_attribute("download", name)
    expect(html).to_contain_text("HTML · 900 B")
    expect(svg).to_contain_text("SVG · 3.2 MB")
    with tab.page.expect_download() as download:
        html.click()
    assert download.value.suggested_filename == "page.html"
    with tab.context.expect_page() as page:
        pdf.first.click()
    page.value.close()


def test_names_are_text(attached: Attached, two: Two, room: str) -> None:
    names = [name for name in NAMES if "\0" not in name][:: len(NAMES) // 20]
    files = [other(number, name, "audio/wav" if number % 3 else "") for number, name in enumerate(names, 100)]
    files += [picture(number, name=name) for number, name in enumerate(names, 300)]
    files += [
        other(500, "\u202ecod.exe", "text/plain"),
        other(501, ".."),
        other(502, "x" * 5_000),
        other(503, "a/../b"),
    ]
    attached.tab.may_say("status of 404")
    arm(attached.tab.context)
    for start in range(0, len(files), 10):
        attached.say(two[1], room, files[start : start + 10])
    tab = opened(attached, room)
    expect(tab.page.locator(".files")).to_have_count((len(files) + 9) // 10)
    expect(tab.page.locator(".files > * > a:not([class])")).to_have_count(0)
    assert ran(tab.page) == 0
    assert [each for each in foreign(tab.page) if not each.startswith("<audio")] == []
    expect(tab.page.locator("bdi").get_by_text("cod.exe", exact=True)).to_have_count(1)
    addresses = tab.page.locator(".files a").evaluate_all("all => all.map(each => new URL(each.href).pathname)")
    assert {address.count("/") for address in addresses} == {3}
    assert all(address.startswith("/files/") for address in addresses)
    assert tab.page.evaluate("document.documentElement.scrollWidth === innerWidth")


def test_a_deleted_message_has_no_files(attached: Attached, two: Two, room: str) -> None:
    attached.say(two[1], room, [picture(1)], "mine")
    tab = opened(attached, room)
    expect(places(tab)).to_have_count(1)
    two[1].say("", room=room, type="delete", seq=1)
    expect(tab.page.locator(".message.deleted")).to_have_count(1)
    expect(places(tab)).to_have_count(0)


def test_what_has_no_text_reads_as_its_files(attached: Attached, two: Two, room: str) -> None:
    """In the list of a phone, in an answer, and before it is deleted."""
    attached.page.set_viewport_size(SCREENS["phone"])
    attached.say(two[0], room, [picture(1)])
    tab = opened(attached, room)
    tab.side()
    line = tab.room(room).locator(".last")
    expect(line).to_have_text("You: Picture")
    attached.say(two[1], room, [picture(2), picture(3), picture(4)])
    expect(line).to_have_text(f"{two[1].username}: 3 pictures")
    attached.say(two[1], room, [other(5, "notes.pdf")])
    expect(line).to_have_text(f"{two[1].username}: notes.pdf")
    attached.say(two[1], room, [other(6, "a.zip"), picture(7)])
    expect(line).to_have_text(f"{two[1].username}: 2 files")
    tab.room(room).click()
    two[1].say("an answer", room=room, reply=1)
    expect(tab.page.locator(".quote")).to_contain_text("Picture")
    attached.page.set_viewport_size(SCREENS["wide"])
    tab.act(tab.stored_message(3), "Reply")
    expect(tab.strip).to_contain_text("notes.pdf")
    tab.act(tab.stored_message(1), "Delete")
    expect(tab.dialog.locator("blockquote")).to_have_text("Picture")


def test_a_finger_that_rests_on_a_picture_opens_the_sheet(
    attached: Attached, visit: Opener, server: Server, two: Two, room: str
) -> None:
    """Often the message has nothing else that a finger could rest on."""
    touched = Attached(
        visit(server, two[0], "about:blank://", viewport=SCREENS["phone"], has_touch=True, is_mobile=True)
    )
    touched.say(two[1], room, [picture(1)])
    tab = opened(touched, room)
    finger = Finger(tab.page)
    finger.down(places(tab))
    expect(tab.dialog).to_contain_text(f"{two[1].username}: Picture")
    finger.up()
    expect(tab.page.locator("dialog.viewer")).to_have_count(0)


@pytest.mark.both_screens
def test_files_are_accessible_in_both_themes(attached: Attached, two: Two, room: str, screen: Screen) -> None:
    attached.page.set_viewport_size(screen)
    attached.say(two[1], room, [picture(number) for number in range(1, 4)], "caption")
    attached.say(two[1], room, [picture(9, kind="gif"), other(5, "a.pdf", "application/pdf"), other(6, "a.zip")])
    attached.say(two[1], room, [other(7, "a.wav", "audio/wav")])
    tab = opened(attached, room)
    expect(tab.page.locator(".files")).to_have_count(3)
    expect(tab.page.locator(".files > * > a:not([class])")).to_have_count(0)
    tab.page.wait_for_function("() => document.querySelector('audio').duration")
    assert_good(tab)
