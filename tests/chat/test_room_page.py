"""A room and its people, in pages, for whoever may see it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from Dweb.chat import room_page
from Dweb.models import LOBBY, Membership, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, make_room, make_user

COUNT = 120


def people(live: Runtime, user: User, room: str = "team") -> Iterator[list[dict[str, Any]]]:
    """The pages."""
    after, more = None, True
    while more:
        page = room_page.room(live, user, room, after)
        yield page["people"]
        after, more = page["people"][-1]["userid"], page["more"]


def test_the_pages_have_everyone_once_and_in_order(
    live: Runtime, alice: User, connect: Callable[[User], FakeWebSocket], django_assert_max_num_queries: Any
) -> None:
    members = [make_user(f"m{number:03}", username=f"Name {COUNT - number:03}") for number in range(COUNT)]
    room = make_room("team", *members, owner=alice)
    for at in (7, 50):
        Membership.objects.filter(user=members[at]).update(role=Role.MODERATOR)
    online = [members[3], members[99]]
    for user in online:
        connect(user)
    with django_assert_max_num_queries(5):
        first = room_page.room(live, alice, "team", None)
    assert (first["members"], len(first["people"]), first["more"]) == (COUNT + 1, 50, True)
    pages = list(people(live, alice))
    assert [len(page) for page in pages] == [50, 50, 21]
    listed = [each for page in pages for each in page]
    rest = sorted(
        (user for user in members if user not in [*online, members[7], members[50]]), key=lambda u: u.username
    )
    expected = [alice, members[50], members[7], members[99], members[3], *rest]
    assert [each["userid"] for each in listed] == [user.pk for user in expected]
    assert [each["online"] for each in listed] == [user in online for user in expected]
    assert [each["role"] for each in listed[:4]] == ["owner", "moderator", "moderator", "member"]
    last = listed[-1]["userid"]
    assert room_page.room(live, alice, "team", last)["people"] == []
    assert room_page.room(live, alice, "team", 999_999)["people"] == pages[0]
    assert room.members.count() == COUNT + 1


def test_who_is_not_listed_and_who_is_muted(live: Runtime, alice: User, bob: User) -> None:
    room = make_room("team", bob, make_user("closed", is_active=False), owner=alice)
    Membership.objects.create(room=room, user=make_user("banned"), banned=True)
    until = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    Membership.objects.filter(user=bob).update(muted_until=until)
    Membership.objects.filter(user=alice).update(muted_until=timezone.now() - timedelta(hours=1))
    [[owner, member]] = people(live, alice)
    assert "muted" not in owner
    assert (member["username"], member["muted"]) == ("Bob", f"{until:%Y-%m-%dT%H:%M:%S}.000Z")


def test_the_lobby_has_everyone_but_guests_and_admins_moderate(live: Runtime, alice: User, bob: User) -> None:
    admin, invited = make_user("admin", is_superuser=True), make_user("invited", is_guest=True)
    make_user("elsewhere", is_guest=True)
    make_user("closed", is_active=False)
    lobby = Room.objects.get(name=LOBBY)
    Membership.objects.create(room=lobby, user=invited)
    Membership.objects.create(room=lobby, user=bob, level=1)
    [page] = people(live, alice, LOBBY)
    roles = {each["username"]: each["role"] for each in page}
    assert roles == {"Admin": "moderator", "Alice": "member", "Bob": "member", "Invited": "member"}
    assert page[0]["userid"] == admin.pk


def test_what_a_room_is_for_who_is_in_it_and_who_is_not(live: Runtime, alice: User, bob: User) -> None:
    make_room("team", owner=alice, title="The team", topic="Soup", frozen=True)
    about = {"room": "team", "title": "The team", "kind": "open", "topic": "Soup", "frozen": True, "archived": False}
    for user, role in ((alice, "owner"), (bob, None)):
        page = room_page.room(live, user, "team", None)
        assert page.items() >= {**about, "role": role, "members": 1, "more": False}.items()


def test_a_private_chat_has_the_name_of_the_other_one(live: Runtime, alice: User, bob: User, carol: User) -> None:
    name = make_room(f"@{alice.pk}.{bob.pk}", alice, bob).name
    page = room_page.room(live, alice, name, None)
    assert (page["title"], page["kind"], page["role"], page["members"]) == ("Bob", "direct", "member", 2)
    with pytest.raises(Refusal, match="private chat of others"):
        room_page.room(live, carol, name, None)


def test_it_has_its_price_also_for_a_room_that_is_not_there(live: Runtime, alice: User) -> None:
    make_room("secret", kind=RoomKind.PRIVATE)
    live.rates.take_counts()
    for name in ("secret", "nowhere"):
        with pytest.raises(Refusal, match="There is no room"):
            room_page.room(live, alice, name, None)
        assert live.rates.take_counts() == {alice.pk: 1}
