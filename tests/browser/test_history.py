"""Long rooms: older messages, the place of who reads them, and how much of it the page holds."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from ..support import chronicle
from ..support.server import Server, Visitor
from .network import Held
from .tab import LONGER, Tab, attempts

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

PLACE = "message => Math.round(message.getBoundingClientRect().top)"
IN_LIST = "message => message.offsetTop - message.parentElement.scrollTop"
MESSAGES = 250
MOST = 200  # messages that the document holds


@pytest.fixture
def room(server: Server, two: Two, room: str) -> str:
    """With many messages, all of which both have seen."""
    lines = [f"line {number}\n" * (1 + number % 3) for number in range(1, MESSAGES + 1)]
    chronicle.fill_lines(server, room, lines, two[0])
    with two[1].greeted() as socket:
        socket.send(f'{{"type":"read","room":"{room}","seq":{MESSAGES}}}')
        socket.recv(timeout=5)
    return room


@pytest.fixture
def tab(visit: Opener, server: Server, two: Two, room: str) -> Tab:
    opened = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    expect(number(opened, MESSAGES)).to_be_in_viewport(ratio=1)
    return opened


def number(tab: Tab, seq: int) -> Locator:
    return tab.page.locator(f"[data-seq='{seq}']")


def shown(tab: Tab) -> list[int]:
    return [int(line.split()[0]) for line in tab.stored("line")]


def scroll(tab: Tab, script: str) -> None:
    tab.page.locator("#messages").evaluate(f"list => {{ {script}; }}")


def scroll_until(tab: Tab, script: str, seq: int) -> None:
    """Again and again, until that message has been brought in."""
    for _ in attempts(tab.page, f"message {seq}", LONGER):
        if number(tab, seq).count():
            return
        scroll(tab, script)
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")


def test_scrolling_up_brings_what_is_older_without_a_jump(tab: Tab) -> None:
    first = shown(tab)[0]
    held = number(tab, first + 8)
    scroll(tab, f"list.scrollTop = document.querySelector('[data-seq=\"{first + 8}\"]').offsetTop")
    place = held.evaluate(PLACE)
    expect(number(tab, first - 1)).to_have_count(1)
    assert abs(held.evaluate(PLACE) - place) <= 1
    scroll_until(tab, "list.scrollTop = 0", 1)
    numbers = shown(tab)
    assert numbers == list(range(1, numbers[-1] + 1))


def test_scrolling_all_the_way_back_and_forth_again_misses_nothing_and_stays_small(tab: Tab) -> None:
    met: set[int] = set()
    for script, end in (("list.scrollTop = 0", 1), ("list.scrollTop = list.scrollHeight", MESSAGES)):
        for _ in attempts(tab.page, f"message {end}", LONGER):
            numbers = shown(tab)
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
            assert len(numbers) <= MOST
            met.update(numbers)
            if end in numbers:
                break
            scroll(tab, script)
            tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert met == set(range(1, MESSAGES + 1))


def test_new_message_leaves_the_reader_in_place_and_is_announced(tab: Tab, two: Two, room: str) -> None:
    two[0].say("follows", room=room)
    expect(number(tab, MESSAGES + 1)).to_be_in_viewport(ratio=1)
    scroll(tab, "list.scrollTop -= 900")
    middle = number(tab, MESSAGES - 20)
    place = middle.evaluate(PLACE)
    button = tab.page.locator("#to-end")
    expect(button).to_have_text("To the newest ↓")
    two[0].say("further down", room=room)
    expect(button).to_have_text("1 new message ↓")
    assert middle.evaluate(PLACE) == place
    button.click()
    expect(tab.message("further down")).to_be_in_viewport(ratio=1)
    expect(button).to_be_hidden()


def test_long_draft_does_not_cover_the_newest_message(tab: Tab) -> None:
    tab.field.fill("a\n" * 8)
    expect(number(tab, MESSAGES)).to_be_in_viewport(ratio=1)


def test_room_opens_where_the_unread_begins(visit: Opener, server: Server, two: Two, room: str) -> None:
    chronicle.fill_lines(server, room, [f"news {count}" for count in range(100)], two[0])
    tab = visit(server, two[1]).greeted()
    expect(tab.room(room)).to_have_accessible_name(f"{room} unread")
    tab.room(room).click()
    line = tab.page.locator(".unread-line")
    expect(line).to_be_in_viewport()
    expect(tab.message("news 0")).to_be_in_viewport()
    expect(tab.message("news 99")).not_to_be_in_viewport()
    tab.page.locator("#to-end").click()
    expect(tab.message("news 99")).to_be_in_viewport()
    expect(tab.room(room)).to_have_accessible_name(room)
    expect(tab.page).to_have_title(f"{room} · Dweb")


def test_page_holds_the_newest_messages_of_a_busy_room(tab: Tab, two: Two, room: str) -> None:
    for count in range(MOST + 20):
        two[0].say(f"line {count}", room=room)
    expect(number(tab, MESSAGES + MOST + 20)).to_be_in_viewport(ratio=1)
    numbers = shown(tab)
    assert numbers == list(range(numbers[0], MESSAGES + MOST + 21))
    assert len(numbers) <= MOST
    scroll_until(tab, "list.scrollTop = 0", numbers[0] - 1)


def test_reader_far_above_stays_in_place_while_many_come(tab: Tab, two: Two, room: str) -> None:
    scroll(tab, "list.scrollTop -= 900")
    middle = number(tab, MESSAGES - 10)
    place = middle.evaluate(PLACE)
    expect(tab.page.locator("#to-end")).to_be_visible()  # the page has noticed that its reader went away from the end
    for count in range(MOST):
        two[0].say(f"line {count}", room=room)
    expect(tab.page.locator("#to-end")).to_have_text(f"{MOST} new messages ↓")
    assert abs(middle.evaluate(PLACE) - place) <= 1
    assert len(shown(tab)) <= MOST
    scroll_until(tab, "list.scrollTop = list.scrollHeight", MESSAGES + MOST)
    assert len(shown(tab)) <= MOST


def test_reading_on_from_an_old_place_to_the_newest_misses_nothing(
    visit: Opener, server: Server, two: Two, room: str
) -> None:
    chronicle.fill_lines(server, room, [f"line {count}" for count in range(500)], two[0])
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    expect(tab.page.locator(".unread-line")).to_be_in_viewport()
    met: set[int] = set()
    for _ in attempts(tab.page, "the newest message", LONGER):
        numbers = shown(tab)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert len(numbers) <= MOST
        met.update(numbers)
        if numbers[-1] == MESSAGES + 500:
            break
        scroll(tab, "list.scrollTop = list.scrollHeight")
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert met >= set(range(MESSAGES, MESSAGES + 501))
    scroll(tab, "list.scrollTop = list.scrollHeight")
    two[0].say("one more", room=room)
    expect(tab.message("one more")).to_be_in_viewport()


def test_older_page_that_comes_late_leaves_no_hole(visit: Opener, server: Server, two: Two) -> None:
    """Meanwhile the reader has gone to the newest message, and the room has let go of what is far above."""
    room = f"deep{two[0].userid}"
    chronicle.fill_room(server, room, 1_400, two)
    tab = visit(server, two[1], f"/news_chat/?num={room}").greeted()
    expect(number(tab, 1_400)).to_be_in_viewport()
    scroll_until(tab, "list.scrollTop = 0", 300)
    held = Held(tab.page, "**/history/**")
    scroll_until(tab, "list.scrollTop = 0", 211)  # the first one that is here
    scroll(tab, "list.scrollTop = 0")
    late = held.next()
    tab.page.locator("#to-end").click()
    expect(number(tab, 1_400)).to_be_in_viewport()
    with tab.page.expect_response("**/history/**"):
        late.continue_()
    tab.page.unroute("**/history/**")
    for _ in attempts(tab.page, "messages above the hole", LONGER):
        numbers = [
            int(each)
            for each in tab.page.locator("[data-seq]").evaluate_all("all => all.map(each => each.dataset.seq)")
        ]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        if numbers[0] < 800:
            break
        scroll(tab, "list.scrollTop = 0")
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")


@pytest.mark.parametrize("way", ["by hand", "by the connection"])
def test_older_messages_that_could_not_be_had_are_had_later_in_place(tab: Tab, way: str) -> None:
    tab.may_say("ERR_FAILED")
    tab.page.route("**/history/**", lambda route: route.abort())
    scroll(tab, "list.scrollTop = 0")
    expect(tab.notice).to_contain_text("The server does not answer.")
    again = tab.notice.get_by_role("button", name="Try again")
    if way == "by hand":
        again.click()
        expect(again).to_be_visible()
    first = shown(tab)[0]
    held = number(tab, first + 8)
    place = held.evaluate(IN_LIST)
    tab.page.unroute("**/history/**")
    if way == "by hand":
        again.click()
    else:
        tab.page.evaluate("window.dispatchEvent(new Event('online'))")  # greets anew
    expect(number(tab, first - 1)).to_have_count(1)
    expect(tab.notice).to_be_hidden()
    assert abs(held.evaluate(IN_LIST) - place) <= 1
    scroll_until(tab, "list.scrollTop = 0", 1)


def test_history_that_could_not_be_had_does_not_stay_away(tab: Tab) -> None:
    """Another room, and back again: it is asked for anew."""
    tab.may_say("ERR_FAILED")
    room = tab.title.inner_text()
    tab.page.route("**/history/**", lambda route: route.abort())
    scroll(tab, "list.scrollTop = 0")
    expect(tab.notice).to_contain_text("The server does not answer.")
    tab.page.unroute("**/history/**")
    tab.room("lobby").click()
    tab.room(room).click()
    expect(tab.notice).to_be_hidden()
    scroll_until(tab, "list.scrollTop = 0", 1)


def test_focus_goes_to_the_list_with_the_reader(tab: Tab) -> None:
    scroll(tab, "list.scrollTop -= 900")
    expect(tab.page.locator("#to-end")).to_be_visible()
    tab.page.locator("#to-end").press("Enter")
    expect(number(tab, MESSAGES)).to_be_in_viewport(ratio=1)
    expect(tab.page.locator("#to-end")).to_be_hidden()
    expect(tab.page.locator("#messages")).to_be_focused()
