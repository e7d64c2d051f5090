"""Hundreds of strings that would be scripts if text were taken for markup: as messages, names, rooms and searches."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from ..support.server import Server, Visitor, receive
from .hostile import HOSTILE, NAMES, ROOMS, arm, foreign, ran
from .tab import LONGER, Tab, attempts

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

SENT = [each for each in HOSTILE if each.strip()][::2]


def open_armed(visit: Opener, server: Server, person: Visitor, path: str) -> Tab:
    tab = visit(server, person)
    arm(tab.context)
    tab.go(path)
    return tab.greeted()


def assert_harmless(tab: Tab) -> None:
    """Nothing ran and nothing became an element. That the policy reported nothing, `visit` asserts at the end."""
    assert ran(tab.page) == 0
    assert foreign(tab.page) == []


def test_there_are_enough_of_them() -> None:
    assert len(set(SENT)) >= 200
    assert len(set(NAMES)) >= 200
    assert len(set(ROOMS)) >= 200


def test_messages(visit: Opener, server: Server, two: Two, room: str) -> None:
    for text in SENT:
        two[0].say(text, room=room)
    tab = open_armed(visit, server, two[1], f"/news_chat/?num={room}")
    tab.page.locator("#to-end").click()
    expect(tab.stored_message(len(SENT))).to_have_count(1)
    met: set[int] = set()
    for _ in attempts(tab.page, "the first message", LONGER):
        assert_harmless(tab)
        met.update(int(line.split()[0]) for line in tab.stored(""))
        if 1 in met:
            break
        tab.page.locator("#messages").evaluate("list => { list.scrollTop = 0 }")
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert met == set(range(1, len(SENT) + 1))


@pytest.mark.long
def test_names(visit: Opener, server: Server) -> None:
    """In the list of people, at messages, in quotes, in a private chat's title, and in notices to screen readers."""
    names = NAMES[:: len(NAMES) // 200]
    named = server.people(len(names), names)
    for person in named:
        person.get("/news_chat/?num=names")
        person.say("hello", room="names")
        person.say("an answer", room="names", reply=1)
    for person in named[:20]:
        person.greeted()
    tab = open_armed(visit, server, named[-1], "/news_chat/?num=names")
    expect(tab.person(named[0])).to_have_count(1)
    tab.page.keyboard.press("Escape")
    met: set[str] = set()
    for _ in attempts(tab.page, "the first message", LONGER):
        assert_harmless(tab)
        met.update(tab.page.locator(".message .name").all_text_contents())
        if tab.stored_message(1).count():
            break
        tab.page.locator("#messages").evaluate("list => { list.scrollTop = 0 }")
        tab.page.evaluate("() => new Promise(requestAnimationFrame)")
    met.update(tab.page.locator(".message .name").all_text_contents())  # the last page may be new
    assert met >= {person.username for person in named[:-1]}
    for person in named[:20]:
        person.say("live", room="names")
        person.say("in private", type="0", userto=named[-1].userid)
    expect(tab.page.locator("#directs button")).to_have_count(20)
    tab.page.locator("#directs button").first.click()
    expect(tab.message("in private")).to_have_count(1)
    assert_harmless(tab)


@pytest.mark.long
def test_rooms(visit: Opener, server: Server, two: Two) -> None:
    """None of them can be one: they are refused, and harmless in a page's source, its address and its words."""
    socket = two[0].greeted()
    for name in ROOMS:
        socket.send(json.dumps({"type": "join", "room": name}))
    for name in ROOMS:
        assert receive(socket, "error")["error"] == "bad_input", name
    for name in ROOMS[::5]:
        body = two[0].get(f"/news_chat/?num={quote(name, safe='')}").body.decode()
        assert "<" not in name or name not in body
    tab = open_armed(visit, server, two[0], "/news_chat/")
    tab.may_say("status of 400")
    for name in ROOMS[::25]:
        for path in ("?group_id=", "#"):
            tab.go(f"/news_chat/{path}{quote(name, safe='')}")
            assert_harmless(tab)


@pytest.mark.long
def test_searches(visit: Opener, server: Server, two: Two, room: str) -> None:
    """As what is looked for, and as what is found."""
    for text in SENT:
        two[0].say(text, room=room)
    tab = open_armed(visit, server, two[0], f"/news_chat/?num={room}")
    tab.may_say("status of 400")  # what is too long
    for name in [name for name in ROOMS if name in NAMES][::30]:
        with tab.page.expect_response("**/users/*"):
            tab.look_for(name)
        assert_harmless(tab)
        tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Search").click()
    field, status, found = tab.page.get_by_role("searchbox"), tab.page.locator("dialog [role=status]"), 0
    for text in SENT[::12]:  # half a second each
        with tab.page.expect_response("**/search/*"):
            field.fill(text)
            field.press("Enter")
        expect(status).not_to_have_text("Looking …")
        assert_harmless(tab)
        found += tab.page.locator("dialog mark").count()
    assert found
