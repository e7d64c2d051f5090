"""Two people talk: in the lobby, in a room and in private."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]


@pytest.fixture
def both(visit: Opener, server: Server, two: Two) -> tuple[Tab, Tab]:
    one, other = visit(server, two[0]), visit(server, two[1])
    return one.greeted(), other.greeted()


def test_both_see_each_other_and_talk_in_the_lobby(both: tuple[Tab, Tab], two: Two) -> None:
    for tab, (me, other) in zip(both, (two, two[::-1]), strict=True):
        expect(tab.person(other).locator("bdi")).to_have_text(other.username)
        expect(tab.person(me)).to_have_count(0)
        tab.page.keyboard.press("Escape")
    for tab, me in zip(both, two, strict=True):
        tab.say(f"I am {me.username}")
    for tab, me in zip(both, two, strict=True):
        for author in two:
            message = tab.message(f"I am {author.username}")
            expect(message).to_have_count(1)
            expect(message.locator(".name")).to_have_text(author.username)
        expect(tab.message(f"I am {me.username}")).to_contain_class("own")


def test_private_chat_opens_by_a_click_and_is_counted_as_unread(both: tuple[Tab, Tab], two: Two) -> None:
    alice, bob = both
    alice.person(two[1]).click()
    expect(alice.title).to_have_text(two[1].username)
    expect(alice.page.get_by_text(f"Only you and {two[1].username} read what is said here.")).to_be_visible()
    alice.say("psst")
    alice.say("are you there?")
    room = bob.direct(two[0])
    expect(room.get_by_label("2 for you")).to_have_text("2")
    expect(bob.page).to_have_title("(2) Lobby · Dweb")
    expect(bob.message("psst")).to_have_count(0)
    room.click()
    expect(bob.texts).to_have_text(["psst", "are you there?"])
    expect(room.locator(".for-me")).to_be_hidden()
    expect(bob.page).to_have_title(f"{two[0].username} · Dweb")
    bob.say("yes")
    expect(alice.texts).to_have_text(["psst", "are you there?", "yes"])


def test_room_opened_by_number_is_not_heard_in_the_lobby(both: tuple[Tab, Tab], two: Two) -> None:
    alice, bob = both
    number = str(1000 + two[0].userid)
    alice.enter(number)
    alice.say("only here")
    expect(alice.message("only here")).to_have_attribute("data-seq", "1")
    bob.say("said after it")
    expect(bob.message("said after it")).to_contain_class("own")
    expect(bob.message("only here")).to_have_count(0)
    bob.enter(number)
    expect(bob.texts).to_have_text(["only here"])
    bob.say("me too")
    expect(alice.texts).to_have_text(["only here", "me too"])


def test_left_room_goes_from_the_list_and_can_be_opened_again(both: tuple[Tab, Tab], two: Two) -> None:
    alice, _ = both
    number = str(2000 + two[0].userid)
    alice.enter(number)
    alice.say("I shall be back")
    expect(alice.message("I shall be back")).to_have_attribute("data-seq", "1")
    alice.leave()
    expect(alice.title).to_have_text("Lobby")
    expect(alice.room(number)).to_have_count(0)
    alice.enter(number)
    expect(alice.texts).to_have_text(["I shall be back"])


@pytest.mark.parametrize("field", ["group_id", "num"])
def test_link_opens_a_room(visit: Opener, server: Server, two: Two, field: str) -> None:
    number = str(3000 + two[0].userid)
    alice = visit(server, two[0], f"/news_chat/?{field}={number}").greeted()
    expect(alice.title).to_have_text(number)
    expect(alice.room(number)).to_have_attribute("aria-current", "true")
    alice.say("came by a link")
    expect(alice.message("came by a link")).to_have_attribute("data-seq", "1")


def test_a_link_on_another_site_opens_a_room_with_one_more_click(visit: Opener, server: Server, two: Two) -> None:
    number = str(4000 + two[0].userid)
    alice = visit(server, two[0]).greeted()
    link = f'<a href="{server.url}/news_chat/?num={number}">our room</a>'
    alice.page.route("http://elsewhere.test/**", lambda route: route.fulfill(content_type="text/html", body=link))
    alice.go("http://elsewhere.test/")
    alice.page.get_by_role("link", name="our room").click()
    expect(alice.page.get_by_role("main")).to_contain_text("There is no room")
    alice.page.get_by_role("link", name="Open the room").click()
    expect(alice.greeted().title).to_have_text(number)


def test_reload_keeps_room_messages_and_list(both: tuple[Tab, Tab], two: Two) -> None:
    alice, bob = both
    alice.person(two[1]).click()
    for number in range(60):
        two[0].say(f"line {number}", type="0", userto=two[1].userid)
    expect(alice.texts).to_have_count(60)
    alice.page.reload()
    expect(alice.title).to_have_text(two[1].username)
    expect(alice.texts).to_have_text([f"line {number}" for number in range(60)])
    expect(alice.person(two[1])).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.room("lobby").locator("bdi")).to_have_text("Lobby")
    bob.say("still in the lobby")
    alice.room("lobby").click()
    expect(alice.message("still in the lobby")).to_have_count(1)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=\"document.title='taken'\"> one",
        "<script>document.title = 'taken'</script> two",
        "&lt;b&gt; & \"quotes\" 'three'",
        "你好,世界!🎉👩‍👩‍👧‍👦 four",
    ],
)
def test_text_is_shown_as_it_was_written(both: tuple[Tab, Tab], text: str) -> None:
    both[0].say(text)
    for tab in both:
        expect(tab.message(text)).to_have_count(1)
        assert tab.page.locator("#messages :is(img, script, b)").count() == 0
        expect(tab.page).to_have_title("Lobby · Dweb")


def test_enter_sends_and_shift_enter_breaks_the_line(both: tuple[Tab, Tab], two: Two) -> None:
    alice, bob = both
    alice.field.fill(f"first {two[0].username}")
    alice.field.press("Shift+Enter")
    alice.field.press_sequentially("second")
    expect(alice.field).to_have_value(f"first {two[0].username}\nsecond")
    alice.field.press("Enter")
    expect(alice.field).to_have_value("")
    said = bob.texts.filter(has_text=f"first {two[0].username}")
    expect(said).to_have_text(f"first {two[0].username}\nsecond", use_inner_text=True)
    assert said.inner_text() == f"first {two[0].username}\nsecond"


def test_enter_that_ends_a_word_of_an_input_method_does_not_send(both: tuple[Tab, Tab]) -> None:
    alice, _ = both
    alice.field.fill("ni")
    alice.field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    )
    expect(alice.field).to_have_value("ni")
    alice.field.press("Enter")
    expect(alice.field).to_have_value("")


def test_drafts_stay_in_their_rooms(both: tuple[Tab, Tab], two: Two) -> None:
    alice, _ = both
    alice.field.fill("for everyone")
    alice.person(two[1]).click()
    expect(alice.field).to_have_value("")
    alice.room("lobby").click()
    expect(alice.field).to_have_value("for everyone")
