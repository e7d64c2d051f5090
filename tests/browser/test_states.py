"""Every page and state: its words and its way out, both languages, both themes, and what axe-core says of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocketRoute, expect

from ..support.server import Server, Visitor
from .axe import assert_good
from .tab import Tab

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]
Screen = dict[str, int]

EVERYTHING = [
    "**粗体**、*斜体*、`code` 和 https://example.org/",
    "> 引用\n\n- 一\n- 二\n\n1. 甲\n2. 乙",
    "```\nfor each in all:\n    print(each)\n```",
    "你好，世界",
    "🎉",
]


def test_pages_with_forms(look: Callable[..., Tab]) -> None:
    for path in ("/", "/register/", "/?next=/news_chat/"):
        tab = look(path, None)
        assert_good(tab)
        tab.page.locator("main button[type=submit]").click()
        expect(tab.page.locator("[aria-invalid=true]").first).to_be_focused()
        assert_good(tab)
        tab.context.close()
    tab = look("/password_change/")
    assert_good(tab)
    tab.may_say("status of 40")
    for path in ("/nothing/", "/news_chat/?num=a%20b"):
        tab.go(path)
        assert_good(tab)


def test_conversation_with_everything_in_it(look: Callable[..., Tab], two: Two, room: str) -> None:
    for text in EVERYTHING:
        two[1].say(text, room=room)
    two[0].say(f"@{two[1].username} 看", room=room, reply=1)
    two[0].post(type="edit", room=room, seq=6, txt=f"@{two[1].username} 看这里")
    two[0].say("没了", room=room)
    two[0].post(type="delete", room=room, seq=8)
    two[1].say(f"@{two[0].username}: 在吗？", room=room, reply=6)
    tab = look(f"/news_chat/?num={room}").greeted()
    names = [room, "https://example.org/", "code", *(person.username for person in two)]
    expect(tab.stored_message(10)).to_be_visible()
    tab.stored_message(6).hover()
    expect(tab.stored_message(6).locator(".tools")).to_be_visible()
    assert_good(tab, *names)
    tab.may_say("status of 403")
    body = {"msg": "error", "error": "forbidden", "detail": "。"}
    tab.page.route("**/msg_send/", lambda route: route.fulfill(status=403, json=body))
    tab.say("被拒绝")
    expect(tab.page.locator(".message.failed")).to_be_visible()
    tab.stored_message(6).hover()
    tab.stored_message(6).locator(".tools [data-key=e]").click()
    expect(tab.page.locator(".strip")).to_be_visible()
    assert_good(tab, *names)


def test_details_of_a_room(look: Callable[..., Tab], two: Two, room: str) -> None:
    names = [room, *(person.username for person in two)]
    tab = look(f"/news_chat/?num={room}").greeted()
    tab.open_details()
    expect(tab.details.locator("li")).to_have_count(2)
    assert_good(tab, *names)


def test_empty_rooms(look: Callable[..., Tab], two: Two) -> None:
    low, high = sorted(person.userid for person in two)
    room = f"empty{two[0].userid}"
    names = [room, *(person.username for person in two)]
    for path in (f"/news_chat/?num={room}", f"/news_chat/#@{low}.{high}"):
        tab = look(path).greeted()
        expect(tab.page.locator("#messages .empty")).to_be_visible()
        assert_good(tab, *names, str(high))
        tab.side()
        assert_good(tab, *names, str(high))
        tab.context.close()


def test_dialogs(look: Callable[..., Tab], two: Two) -> None:
    two[1].say("找得到的话", type="0", userto=two[0].userid)
    tab = look().greeted()
    names = [person.username for person in two]
    expect(tab.look_for("Pers").first).to_be_visible()
    assert_good(tab, "Person", "Pers")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+F")
    tab.page.get_by_role("searchbox").fill("得到")
    expect(tab.page.locator("#panel mark")).to_have_text("得到")
    assert_good(tab, *names)
    tab.page.keyboard.press("Escape")
    tab.side()
    tab.page.locator("#me").click()
    expect(tab.page.get_by_role("menuitem").nth(7)).to_be_visible()
    assert_good(tab, *names, "简体中文", "English", "?")
    tab.page.get_by_role("menuitem").first.click()
    expect(tab.dialog).to_be_visible()
    assert_good(tab, *names, "English", "Ctrl", "Alt", "Shift", "Enter", "Esc")


CLOSINGS = {
    "lost": (1006, 426, "lost"),
    "restarting": (1012, 503, "restarting"),
    "full": (1013, 503, "refused"),
    "signed out": (4001, 401, "signed_out"),
    "account closed": (4002, 401, "account_closed"),
    "too many": (4003, 426, "too_many"),
}


@pytest.mark.parametrize("case", CLOSINGS)
def test_words_for_a_socket_that_ends(look: Callable[..., Tab], language: str, case: str) -> None:
    code, status, state = CLOSINGS[case]
    tab = look("about:blank://")
    tab.may_say("status of")
    body = {"msg": "error", "error": "unavailable" if status == 503 else "upgrade_required", "detail": "。"}
    tab.page.route("**/chat/", lambda route: route.fulfill(status=status, json=body))
    tab.page.route_web_socket("**/chat/", lambda socket: end(socket, code))
    tab.go("/news_chat/")
    expect(tab.status).to_have_attribute("data-state", state)
    expect(tab.status).not_to_be_empty()
    if state in ("signed_out", "account_closed", "too_many"):
        expect(tab.status.get_by_role("link")).to_be_visible()
    assert_good(tab, "Person")


def end(socket: WebSocketRoute, code: int) -> None:
    socket.on_message(lambda message: socket.close(code=code if code != 1006 else 1001))


def test_sign_out_elsewhere_is_told_and_leads_back(visit: Opener, server: Server, two: Two, screen: Screen) -> None:
    tab, other = (visit(server, two[0], viewport=screen).greeted() for _ in range(2))
    tab.may_say("status of 401")
    other.side()
    other.open_settings()
    other.page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(other.page).to_have_url(f"{server.url}/")
    expect(tab.status).to_contain_text("You are signed out.")
    tab.lobby().field.fill("a draft")
    tab.status.get_by_role("link", name="Sign in").click()
    expect(tab.page).to_have_url(f"{server.url}/?next=/news_chat/")


def test_full_server_says_so_and_lets_in_when_there_is_a_place(
    make_server: Callable[..., Server], visit: Opener, screen: Screen
) -> None:
    server = make_server(MAX_SOCKETS=1)
    one, other = server.people(2)
    socket = one.greeted()
    tab = visit(server, other, viewport=screen)
    tab.may_say(
        "status of 503",
        "status of 426",  # the place may be free when the page asks why there was none
        "^WebSocket connection to",
    )
    expect(tab.status).to_contain_text("Every place is taken")
    socket.close()
    expect(tab.greeted().status).to_be_hidden()


@pytest.mark.long
def test_page_too_many_says_so(make_server: Callable[..., Server], visit: Opener) -> None:
    server = make_server(MAX_SOCKETS_PER_USER=1)
    [person] = server.people(1)
    visit(server, person).greeted()
    tab = visit(server, person)
    expect(tab.status).to_contain_text("This account has too many pages open.")
