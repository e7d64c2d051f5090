"""Private chats: of two people, and of a few more. The same people get the same chat."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from Dweb.chat import blocks, messages, private_chats, resync
from Dweb.live.direct import room_of_several
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import Circle, Membership, Place, Quota, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, make_user, say, sign_in, talk

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HELLO = {"type": "hello"}


def make(live: Runtime, user: User, *others: User) -> Room:
    return private_chats.make(live, user, [other.pk for other in others])


def refused(live: Runtime, user: User, *ids: int) -> Refusal:
    """The refusal; nothing may have been made or used."""
    before = Room.objects.count(), Membership.objects.count(), Quota.objects.count()
    with pytest.raises(Refusal) as caught:
        private_chats.make(live, user, ids)
    assert (Room.objects.count(), Membership.objects.count(), Quota.objects.count()) == before
    return caught.value


def write(live: Runtime, sender: User, room: Room, text: str = "hello") -> None:
    messages.submit(live, sender, Entry(Kind.MESSAGE, text=text, room=room.name))


def listed(live: Runtime, user: User, room: Room) -> dict[str, Any]:
    """What the greeting says of the chat."""
    [found] = [each for each in talk(live, user, HELLO)[0]["rooms"] if each["room"] == room.name]
    return dict(found)


@pytest.fixture
def trio(live: Runtime, alice: User, bob: User, carol: User) -> Room:
    return make(live, alice, bob, carol)


def test_a_chat_of_two_is_found_by_both_and_has_no_owner(
    live: Runtime, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    made = make(live, alice, bob)
    assert make(live, bob, alice, bob) == made
    assert (made.name, made.kind, made.title) == (f"@{alice.pk}.{bob.pk}", RoomKind.DIRECT, "")
    assert set(Membership.objects.values_list("role", flat=True)) == {Role.MEMBER}
    assert tab.client.rooms >= {made.name}  # type: ignore[union-attr]
    assert tab.frames() == []  # it is nothing yet


def test_the_same_people_get_the_same_chat(live: Runtime, alice: User, bob: User, carol: User) -> None:
    trio = make(live, alice, bob, carol)
    assert re.fullmatch("@[a-z2-7]{26}", trio.name)
    assert (trio.kind, trio.title) == (RoomKind.DIRECT, "")
    assert [make(live, carol, bob, alice), make(live, bob, alice, bob, carol, alice)] == [trio, trio]
    others = {make(live, alice, bob), make(live, alice, bob, carol, make_user("dave"))}
    assert len(others - {trio}) == 2
    assert Quota.objects.get(user=alice).kind == Quota.Kind.PRIVATE_CHAT
    assert not Quota.objects.exclude(user=alice).exists()


def test_each_is_in_so_many(live: Runtime, alice: User, bob: User, carol: User, settings: Any) -> None:
    settings.MAX_CHATS_OF_SEVERAL = 1
    trio = make(live, alice, bob, carol)
    dave = make_user("dave")
    assert "Alice" in refused(live, alice, bob.pk, dave.pk).detail
    assert "Carol" in refused(live, dave, carol.pk, make_user("erin").pk).detail
    assert make(live, bob, alice, carol) == trio
    assert make(live, alice, dave) != trio


def test_one_without_messages_can_be_hidden(live: Runtime, alice: User, bob: User, carol: User) -> None:
    trio = make(live, alice, bob, carol)
    talk(live, bob, {"type": "hello"}, {"type": "hidden", "room": trio.name, "hidden": True})
    assert talk(live, bob, {"type": "hello"})[0]["rooms"][-1]["hidden"] is True
    messages.submit(live, alice, Entry(Kind.MESSAGE, text="hello", room=trio.name))
    assert all("hidden" not in each for each in talk(live, bob, {"type": "hello"})[0]["rooms"])


def test_who_cannot_be_in_one(live: Runtime, alice: User, bob: User, settings: Any) -> None:
    settings.DIRECT_PEOPLE = 3
    closed = make_user("closed", is_active=False)
    others = [make_user(name).pk for name in "cd"]
    for ids in ([], [alice.pk], [bob.pk, *others]):
        assert refused(live, alice, *ids).code == "bad_input", ids
    assert refused(live, alice, bob.pk, *others).detail == (
        "A private chat needs the ids of 1 to 2 other users in members."
    )
    for id in (closed.pk, 999_999):
        assert refused(live, alice, bob.pk, id).detail == f"There is no user {id}."


def test_there_is_a_quota(live: Runtime, alice: User, bob: User, carol: User, settings: Any) -> None:
    settings.PRIVATE_CHATS_PER_HOUR = 1
    trio = make(live, alice, bob, carol)
    with pytest.raises(Refusal, match="Too many new private chats"):
        make(live, alice, bob)
    assert make(live, alice, bob, carol) == trio


def test_who_blocks_one_begins_no_chat_with_one(live: Runtime, alice: User, bob: User, carol: User) -> None:
    blocks.block(live, carol, alice.pk, on=True)
    assert refused(live, alice, carol.pk).detail == "This person takes no private messages from you."
    assert refused(live, alice, bob.pk, carol.pk).detail == "Carol: This person takes no private messages from you."
    assert make(live, carol, alice, bob) == make(live, bob, alice, carol)


def test_a_block_closes_chats_of_two_alone(live: Runtime, trio: Room, alice: User, bob: User) -> None:
    pair = make(live, alice, bob)
    blocks.block(live, bob, alice.pk, on=True)
    write(live, alice, trio)
    write(live, bob, trio)
    with pytest.raises(Refusal, match="takes no private messages"):
        write(live, alice, pair)


def test_the_place_says_who_begins_them(live: Runtime, alice: User, bob: User, carol: User) -> None:
    make_room("class", alice, owner=bob)  # Bob moderates it
    Place.objects.update_or_create(pk=1, defaults={"chats_with": Circle.MODERATORS})
    live.place.load()
    admin = make_user("root", is_superuser=True)
    words = "Carol: Private chats can be begun with moderators and admins only."
    assert refused(live, alice, bob.pk, carol.pk).detail == words
    make(live, alice, bob, admin)


def test_guests_begin_them_with_those_whom_they_see(live: Runtime, alice: User, bob: User, carol: User) -> None:
    guest = make_user("guest", is_guest=True)
    make_room("team", guest, alice, bob)
    for ids in ([alice.pk, carol.pk], [carol.pk, 999_999], [999_999, carol.pk]):
        assert refused(live, guest, *ids).detail == f"There is no user {carol.pk}."
    trio = make(live, guest, alice, bob)
    assert make(live, alice, bob, guest) == trio
    another = make(live, alice, guest, carol)  # and so the guest sees Carol
    assert make(live, guest, carol, alice) == another


def test_all_learn_of_it_and_each_reads_the_names_of_the_others(
    live: Runtime, alice: User, bob: User, carol: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    trio = make(live, alice, bob, carol)
    [told] = tab.frames()
    people = [{"userid": user.pk, "username": user.username} for user in (alice, carol)]
    about = {"room": trio.name, "name": "Alice, Carol", "title": "Alice, Carol", "seq": 0, "kind": "direct"}
    assert told.items() >= (about | {"type": "room", "joined": True, "role": "member"}).items()
    assert told["people"] == people
    write(live, alice, trio)
    [said] = tab.frames()
    assert (said["data"]["msg"], said["data"]["room"], said["data"]["seq"]) == ("hello", trio.name, 1)
    assert "userto" not in said["data"]
    found = listed(live, bob, trio)
    assert (found["name"], found["title"], found["people"], found["unread"]) == (*["Alice, Carol"] * 2, people, 1)
    assert "mentions" not in found
    assert listed(live, alice, trio)["title"] == "Bob, Carol"
    asked = sign_in(carol).get(f"/rooms/{trio.name}/").json()
    assert (asked["title"], asked["kind"], asked["members"]) == ("Alice, Bob", "direct", 3)
    assert {person["username"] for person in asked["people"]} == {"Alice", "Bob", "Carol"}
    alice.username = "Alina"
    alice.save()
    assert listed(live, bob, trio)["title"] == "Alina, Carol"


def test_of_many_people_the_first_names_are_told(live: Runtime, alice: User, bob: User, carol: User) -> None:
    more = [make_user(name) for name in ("dave", "eve", "frank")]
    chat = make(live, alice, bob, carol, *more)
    assert listed(live, alice, chat)["title"] == "Bob, Carol, Dave +2"
    assert len(listed(live, alice, chat)["people"]) == 5


def test_a_message_asks_no_more_of_the_database_than_in_a_room(
    live: Runtime, trio: Room, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    counts = []
    for room in (make_room("team", alice, bob), make(live, alice, bob), trio):
        connect(alice)
        connect(bob)
        write(live, alice, room)
        with CaptureQueriesContext(connection) as queries:
            write(live, alice, room)
        counts.append(len(queries))
    in_a_room, in_a_pair, in_it = counts
    assert in_it == in_a_pair == in_a_room + 1  # the committer looks for blocks


def test_all_see_how_far_each_has_read(live: Runtime, trio: Room, alice: User, bob: User, carol: User) -> None:
    for _ in range(3):
        write(live, alice, trio)
    tab, stranger = connected(live, carol), connected(live, make_user("eve"))
    moved = {"type": "read", "room": trio.name, "userid": bob.pk, "seq": 2}
    assert talk(live, bob, HELLO, {"type": "read", "room": trio.name, "seq": 2})[-1] == moved
    assert (tab.frames(), stranger.frames()) == ([moved], [])
    tab.end()
    stranger.end()
    for _ in range(2):
        marks = [frame for frame in talk(live, carol, HELLO) if frame["type"] == "read"]
        assert [(mark["userid"], mark["seq"]) for mark in marks] == [(alice.pk, 3), (bob.pk, 2)]
        live.marks.store()


def test_who_is_being_greeted_gets_it_then(live: Runtime, alice: User, bob: User, carol: User) -> None:
    tab = connected(live, bob)
    tab.client.greeted = False  # type: ignore[union-attr]
    trio = make(live, alice, bob, carol)
    assert tab.client.missed == {trio.name}  # type: ignore[union-attr]
    tab.end()


def test_another_process_finds_it(live: Runtime, alice: User, bob: User, carol: User) -> None:
    """Without a word on the bus."""
    tab = connected(live, bob)
    check = resync.Resync()
    for _ in range(2):
        check.check(live)
    trio = make_room(room_of_several({alice.pk, bob.pk, carol.pk}), alice, bob, carol)
    write(live, alice, trio, "one")
    for _ in range(3):
        check.check(live)
    first, *events = tab.frames()
    assert (first["type"], first["room"], first["seq"]) == ("room", trio.name, 0)
    assert [event["data"]["msg"] for event in events] == ["one"]
    tab.end()


def test_nobody_comes_leaves_or_is_more_than_a_member(live: Runtime, trio: Room, alice: User, bob: User) -> None:
    browser, dave = sign_in(alice), make_user("dave")
    before = list(Membership.objects.values_list("user", "role", "banned", "muted_until"))
    members = f"/rooms/{trio.name}/members/"
    for path, fields in (
        (members, {"userid": dave.pk, "role": "member"}),
        (members, {"userid": bob.pk, "role": "owner"}),
        (members, {"userid": bob.pk, "remove": 1}),
        (members, {"userid": bob.pk, "mute": 5}),
        (f"/rooms/{trio.name}/", {"title": "Ours"}),
        (f"/rooms/{trio.name}/", {"archived": 1}),
        ("/invites/", {"rooms": trio.name}),
    ):
        assert browser.post(path, fields).status_code in (400, 403), (path, fields)
    [left] = talk(live, alice, {"type": "leave", "room": trio.name})
    assert (left["type"], left["error"]) == ("error", "bad_input")
    assert list(Membership.objects.values_list("user", "role", "banned", "muted_until")) == before
    assert Room.objects.get(pk=trio.pk).title == ""


def test_choices_search_and_lists(live: Runtime, trio: Room, alice: User, bob: User) -> None:
    assert say(sign_in(alice), "herons @Bob @all", room=trio.name).status_code == 200
    frames = [
        {"type": "level", "room": trio.name, "level": "nothing"},
        {"type": "pinned", "room": trio.name, "pinned": True},
        {"type": "hidden", "room": trio.name, "hidden": True},
    ]
    assert talk(live, bob, HELLO, *frames)[2:] == frames
    found = listed(live, bob, trio)
    assert (found["level"], found["pinned"], found["hidden"]) == ("nothing", True, True)
    browser = sign_in(bob)
    for path in ("/search/?q=herons", f"/search/?q=herons&room={trio.name}", f"/history/?room={trio.name}", "/latest/"):
        assert [event["data"]["msg"] for event in browser.get(path).json()["events"]] == ["herons @Bob @all"], path
    assert trio.name not in str(browser.get("/rooms/").json())
    assert browser.get("/members/", {"room": trio.name}).json()["count"] == 3
    assert browser.get("/news_chat/", {"num": trio.name}).status_code == 200


def test_opening_a_name_makes_none(live: Runtime, alice: User, bob: User, carol: User) -> None:
    """Not even that of a chat in which the user would be."""
    name = room_of_several({alice.pk, bob.pk, carol.pk})
    [answer] = talk(live, alice, {"type": "join", "room": name})
    assert (answer["error"], answer["detail"]) == ("not_found", f"There is no room {name}.")
    assert sign_in(alice).get("/news_chat/", {"num": name}).status_code == 404
    assert say(sign_in(alice), room=name).status_code == 404
    assert Room.named(name) is None


def test_one_that_another_process_makes_just_then_is_found(
    live: Runtime, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for it and the making of it."""
    check, made = private_chats._check_begin, []

    def meanwhile(*asked: Any) -> None:
        monkeypatch.setattr(private_chats, "_check_begin", check)
        made.append(make(live, bob, alice, carol))

    monkeypatch.setattr(private_chats, "_check_begin", meanwhile)
    assert [make(live, alice, bob, carol)] == made
    assert Membership.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_is_made(live: Runtime) -> None:
    people = [make_user(name) for name in ("alice", "bob", "carol", "dave")]
    begin = threading.Barrier(len(people))

    def one(user: User) -> int:
        begin.wait(10)
        try:
            return make(live, user, *(each for each in people if each != user)).pk
        finally:
            connection.close()

    if connection.vendor == "sqlite":  # in memory: threads that write at once would fail, not wait
        return
    with ThreadPoolExecutor(len(people)) as pool:
        made = {*pool.map(one, people)}
    assert len(made) == 1
    assert Membership.objects.filter(room__in=made).count() == len(people)
    assert Room.objects.filter(kind=RoomKind.DIRECT).count() == 1
