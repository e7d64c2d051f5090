"""The directory: open rooms and one's own, found by any part of their titles, in pages."""

from collections.abc import Iterator
from typing import Any

import pytest

from Dweb.chat import directory
from Dweb.models import Event, Membership, RoomKind, User
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user
from ..support.said import write


def found(live: Runtime, user: User, query: str = "", after: str | None = None) -> list[str]:
    rooms, _ = directory.find(live, user, query, after)
    return [room["title"] for room in rooms]


def pages(live: Runtime, user: User, query: str = "") -> Iterator[list[dict[str, Any]]]:
    after, more = None, True
    while more:
        rooms, more = directory.find(live, user, query, after)
        yield rooms
        after = rooms[-1]["room"] if rooms else None


def test_what_it_tells_of_a_room(live: Runtime, alice: User, bob: User) -> None:
    suspended = make_user("suspended", is_active=False)
    room = make_room("kitchen", bob, suspended, owner=alice, title="Kitchen talk", topic="Soup")
    Membership.objects.create(room=room, user=make_user("banned"), banned=True)
    make_room("quiet", alice)
    write(room, alice, ["hello", "again"])
    time = Event.objects.get(seq=2).as_wire("kitchen").as_json()["data"]["time"]
    usual = {"kind": "open", "topic": "", "time": None, "joined": False}
    kitchen = {"room": "kitchen", "title": "Kitchen talk", "topic": "Soup", "members": 2, "joined": True, "time": time}
    quiet = {"room": "quiet", "title": "quiet", "members": 1}
    assert directory.find(live, bob, "", None) == ([usual | kitchen, usual | quiet], False)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Café (old)", "Class 3b", "kitchen", "课堂讨论"]),
        ("c", ["Café (old)", "Class 3b", "kitchen"]),
        ("KITCH", ["kitchen"]),
        ("ｋｉｔ", ["kitchen"]),
        ("3B", ["Class 3b"]),
        ("(old)", ["Café (old)"]),
        ("old", ["Café (old)"]),
        ("堂", ["课堂讨论"]),
        ("100%", []),
        ("_", []),
        ("\u200b", []),
    ],
)
def test_any_part_of_a_title_finds_it(live: Runtime, alice: User, query: str, titles: list[str]) -> None:
    for number, title in enumerate(("课堂讨论", "kitchen", "Class 3b", "Café (old)")):
        make_room(f"room{number}", title=title)
    assert found(live, alice, query) == titles


def test_pages_have_every_room_once_in_the_order_of_the_titles(
    live: Runtime, alice: User, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.ROOMS_FOUND = 5
    titles = [f"{'Bb'[number % 2]} {number % 4}" for number in range(17)]  # some differ by nothing, or by case alone
    for number, title in enumerate(titles):
        make_room(f"room{number}", title=title)
    with django_assert_max_num_queries(16):
        read = list(pages(live, alice))
    assert [len(page) for page in read] == [5, 5, 5, 2]
    listed = [(room["title"], room["room"]) for page in read for room in page]
    assert sorted(listed) == sorted(zip(titles, (f"room{number}" for number in range(17)), strict=True))
    assert [title.casefold() for title, _ in listed] == sorted(title.casefold() for title in titles)
    assert [len(page) for page in pages(live, alice, "0")] == [5]


def test_one_that_is_gone_begins_the_list(live: Runtime, alice: User) -> None:
    make_room("a")
    make_room("b")
    assert found(live, alice, after="a") == ["b"]
    assert found(live, alice, after="b") == []
    assert found(live, alice, after="gone") == ["a", "b"]


def test_who_sees_which_rooms(live: Runtime, alice: User, bob: User) -> None:
    guest, admin = make_user("guest", is_guest=True), make_user("admin", is_superuser=True)
    make_room("open", alice)
    make_room("private", alice, guest, kind=RoomKind.PRIVATE)
    make_room("archived", alice, archived=True)
    make_room("theirs", guest)
    make_room(f"@{alice.pk}.{bob.pk}", alice, bob)
    room = make_room("banned", kind=RoomKind.PRIVATE)
    Membership.objects.create(room=room, user=alice, banned=True)
    assert found(live, alice) == ["archived", "open", "private", "theirs"]
    assert found(live, bob) == found(live, admin) == ["open", "theirs"]
    assert found(live, guest) == ["private", "theirs"]
    [archived, *_] = directory.find(live, alice, "archived", None)[0]
    assert archived["archived"] is True


def test_it_has_its_price(live: Runtime, alice: User) -> None:
    live.rates.take_counts()
    found(live, alice)
    assert live.rates.take_counts() == {alice.pk: 1}
