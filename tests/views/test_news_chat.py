"""GET /news_chat/: the chat page, and the room that it opens with."""

import re
from typing import Any

import pytest
from django.test import Client as Browser

from Dweb.chat import rooms
from Dweb.models import LOBBY, Membership, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, say, sign_in


def opened(browser: Browser, query: str = "") -> str:
    """The room that the page names."""
    response = browser.get(f"/news_chat/{query}")
    assert response.status_code == 200
    found = re.search(r'data-room="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def test_it_opens_the_lobby_and_says_who_one_is(browser: Browser, alice: User) -> None:
    response = browser.get("/news_chat/")
    page = response.content.decode()
    assert opened(browser) == LOBBY
    assert f'data-userid="{alice.pk}"' in page
    assert "Alice" in page
    assert "no-store" in response["Cache-Control"]


def test_it_sets_the_csrf_cookie_with_which_messages_can_be_sent(alice: User) -> None:
    browser = sign_in(alice, enforce_csrf_checks=True)
    token = browser.get("/news_chat/").cookies["csrftoken"].value
    assert say(browser).status_code == 403
    fields = {"type": "1", "txt": "hello"}
    assert browser.post("/msg_send/", fields, headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize("query", ["", "?num=7", "?group_id=111&x=a%20b"])
def test_who_is_not_signed_in_goes_to_the_sign_in_page_and_comes_back(db: None, query: str) -> None:
    response = Browser().get(f"/news_chat/{query}", follow=True)
    assert [status for _, status in response.redirect_chain] == [302]
    assert response.context["next"] == f"/news_chat/{query}"
    assert not Room.objects.exclude(name=LOBBY).exists()


@pytest.mark.parametrize("field", ["group_id", "num"])
@pytest.mark.parametrize("room", ["111", "课堂", "a-b_c", "été", "x" * 64])
def test_group_id_and_num_make_the_room_and_join_it(browser: Browser, alice: User, field: str, room: str) -> None:
    for _ in range(2):
        assert opened(browser, f"?{field}={room}") == room
    assert Membership.objects.get(user=alice).room.name == room
    assert say(browser, room=room).status_code == 200


def test_who_is_in_as_many_rooms_as_one_may_be_must_leave_one_first(
    live: Runtime, browser: Browser, alice: User, settings: Any
) -> None:
    settings.MAX_ROOMS_PER_USER = 2
    opened(browser, "?num=1")
    opened(browser, "?num=2")
    say(browser, type="0", userto=str(make_user("bob").pk))  # a private chat is none of them
    refused = browser.get("/news_chat/?num=3")
    assert refused.status_code == 403
    assert "leave one first" in refused.content.decode()
    assert not Room.objects.filter(name="3").exists()
    opened(browser, "?num=2")
    make_room("4", make_user("carol"))
    assert browser.get("/news_chat/?num=4").status_code == 403
    rooms.leave(live, alice, "1")
    assert opened(browser, "?num=4") == "4"


def test_an_existing_room_is_joined(browser: Browser, alice: User) -> None:
    room = make_room("111", make_user("bob"))
    assert say(browser, room="111").status_code == 403
    opened(browser, "?num=111")
    assert room.members.count() == 2
    assert say(browser, room="111").status_code == 200


def test_open_tabs_get_the_room_and_what_is_said_there(live: Runtime, browser: Browser, alice: User) -> None:
    tab = connected(live, alice)
    opened(browser, "?num=111")
    say(browser, "hello", room="111")
    room, message = tab.frames()
    assert room == {"type": "room", "room": "111", "name": "111", "joined": True, "seq": 0}
    assert message["data"]["msg"] == "hello"
    tab.end()


def test_the_lobby_needs_no_membership(browser: Browser) -> None:
    assert opened(browser, f"?num={LOBBY}") == LOBBY
    assert opened(browser, "?num=&group_id=") == LOBBY
    assert not Membership.objects.exists()


def test_composed_and_decomposed_letters_are_one_room(browser: Browser) -> None:
    assert opened(browser, "?num=e\u0301te\u0301") == opened(browser, "?num=\xe9t\xe9") == "\xe9t\xe9"
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("name", ["a b", "a/b", "<b>", "%00", "x" * 65, "😀", "@x", "@1", "@1.2.3", "%20", "%FF"])
def test_a_bad_name_is_a_page_that_says_what_a_name_is(browser: Browser, name: str) -> None:
    response = browser.get(f"/news_chat/?num={name}")
    assert response.status_code == 400
    assert "text/html" in response["Content-Type"]
    assert "must be" in response.content.decode() or "letters, digits" in response.content.decode()
    assert Room.objects.count() == 1


def test_direct_rooms_open_for_their_people_alone(browser: Browser, alice: User) -> None:
    bob, carol = make_user("bob"), make_user("carol")
    mine, theirs = make_room(f"@{alice.pk}.{bob.pk}", alice, bob), make_room(f"@{bob.pk}.{carol.pk}", bob, carol)
    assert opened(browser, f"?num={mine.name}") == mine.name
    assert browser.get(f"/news_chat/?num={theirs.name}").status_code == 403
    assert browser.get("/news_chat/?num=@900001.900002").status_code == 403  # as if they talked
    assert theirs.members.count() == 2


def test_names_differ_by_case(browser: Browser) -> None:
    assert [opened(browser, f"?num={name}") for name in ("Room", "room")] == ["Room", "room"]
    assert Room.objects.count() == 3


def test_other_methods_are_refused(browser: Browser) -> None:
    assert browser.post("/news_chat/").status_code == 405
    assert browser.head("/news_chat/").status_code == 200
