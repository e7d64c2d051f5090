"""Members: what is done to one, what everyone is told of it, and what holds for them from then on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from Dweb.chat import members, messages, rooms
from Dweb.live.wire import Kind
from Dweb.log import history
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Event, Membership, Record, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, make_room, make_user, talk

ROOM = "team"


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(ROOM, bob, owner=alice)


def write(live: Runtime, sender: User, text: str = "hello") -> None:
    messages.submit(live, sender, Entry(Kind.MESSAGE, text=text, room=ROOM))


def add(live: Runtime, user: User, other: User, role: Role = Role.MEMBER) -> dict[str, Any]:
    return members.give_role(live, user, ROOM, other.pk, role)


def refused(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        action()
    return caught.value


def notices(socket: FakeWebSocket) -> list[dict[str, Any]]:
    """Of the notices what tells what was done, without numbers and times."""
    told = [frame["data"] for frame in socket.frames() if frame["type"] == "notice"]
    return [{name: value for name, value in each.items() if name not in ("room", "seq", "id", "time")} for each in told]


def test_what_is_done_is_told_to_everyone_there(
    live: Runtime, room: Room, alice: User, bob: User, carol: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    add(live, alice, carol)
    add(live, alice, carol, Role.MODERATOR)
    members.mute(live, alice, ROOM, carol.pk, 5, "loud")
    members.mute(live, alice, ROOM, carol.pk, 0, "")
    members.remove(live, alice, ROOM, carol.pk, "too loud", ban=True)
    whom = {"by": alice.pk, "user": "Alice", "userid": carol.pk, "username": "Carol"}
    added, role, muted, unmuted, removed = notices(tab)
    until = muted.pop("until")
    assert (added, role) == ({"what": "added", **whom}, {"what": "role", "role": "moderator", **whom})
    assert muted == {"what": "muted", "reason": "loud", **whom}
    assert unmuted == {"what": "muted", "until": None, **whom}
    assert removed == {"what": "removed", "reason": "too loud", "banned": True, **whom}
    kept = list(Record.objects.order_by("pk").values_list("deed", "reason", "about"))
    assert kept == [
        ("add", "", None),
        ("role", "", {"role": "moderator"}),
        ("mute", "loud", {"until": until}),
        ("mute", "", {"until": None}),
        ("ban", "too loud", None),
    ]


def test_the_log_tells_it_with_the_names_of_the_day(live: Runtime, room: Room, alice: User, bob: User) -> None:
    members.mute(live, alice, ROOM, bob.pk, 5, "loud")
    User.objects.filter(pk=bob.pk).update(username="Robert")
    User.objects.filter(pk=alice.pk).update(username="Alicia")
    [event] = history.since(ROOM, 0)
    told = event.as_json()["data"]
    assert (told["user"], told["username"], told["reason"]) == ("Alicia", "Robert", "loud")
    assert Event.objects.get().data == {"what": "muted", "userid": bob.pk, "reason": "loud", "until": told["until"]}


def test_notices_are_not_unread_and_are_resumed(live: Runtime, room: Room, alice: User, bob: User, carol: User) -> None:
    write(live, alice)
    add(live, alice, carol)
    greeting, *frames = talk(live, bob, {"type": "hello", "last": {ROOM: 0, LOBBY: 0}})
    [listed] = [each for each in greeting["rooms"] if each["room"] == ROOM]
    assert (listed["seq"], listed["unread"]) == (2, 1)
    assert [frame["type"] for frame in frames] == [1, "notice", "ready"]


def test_who_is_added_has_missed_nothing_and_may_read_the_past(
    live: Runtime, room: Room, alice: User, carol: User
) -> None:
    write(live, alice, "before")
    told = add(live, alice, carol)
    assert told == {"msg": "success", "userid": carol.pk, "username": "Carol", "role": "member"}
    greeting, *frames = talk(live, carol, {"type": "hello", "last": {ROOM: 0}})
    [listed] = [each for each in greeting["rooms"] if each["room"] == ROOM]
    assert (listed["unread"], listed["role"]) == (0, "member")
    assert frames[0]["data"]["msg"] == "before"


def test_a_mute_ends_by_itself_and_is_bounded(live: Runtime, room: Room, alice: User, bob: User, settings: Any) -> None:
    settings.MUTE_MAX_MINUTES = 10
    told = members.mute(live, alice, ROOM, bob.pk, 10**9, "")
    until = Membership.objects.get(user=bob).muted_until
    assert until is not None
    assert timedelta(minutes=9) < until - timezone.now() <= timedelta(minutes=10)
    assert told["muted"].startswith(f"{until:%Y-%m-%dT%H:%M}")
    refusal = refused(lambda: write(live, bob))
    assert (refusal.code, refusal.status) == ("muted", 403)
    assert 540 < (refusal.retry_after or 0) <= 600
    Membership.objects.filter(user=bob).update(muted_until=timezone.now() - timedelta(seconds=1))
    write(live, bob)


@pytest.mark.parametrize("leaving", ["left", "removed"])
def test_a_mute_outlives_the_membership(live: Runtime, room: Room, alice: User, bob: User, leaving: str) -> None:
    members.mute(live, alice, ROOM, bob.pk, 5, "")
    if leaving == "left":
        rooms.leave(live, bob, ROOM)
    else:
        members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    refusal = refused(lambda: rooms.join(live, bob, ROOM))
    assert (refusal.code, 240 < (refusal.retry_after or 0) <= 300) == ("muted", True)
    Membership.objects.filter(user=bob).update(muted_until=timezone.now() - timedelta(seconds=1))
    rooms.join(live, bob, ROOM)
    write(live, bob)


def test_who_left_while_muted_can_be_banned_for_good(live: Runtime, room: Room, alice: User, bob: User) -> None:
    members.mute(live, alice, ROOM, bob.pk, 5, "")
    rooms.leave(live, bob, ROOM)
    members.remove(live, alice, ROOM, bob.pk, "", ban=True)
    assert refused(lambda: rooms.join(live, bob, ROOM)).code == "forbidden"


def test_a_mute_is_told_to_whom_it_holds_for_at_once_and_when_they_come(
    live: Runtime, room: Room, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    told = members.mute(live, alice, ROOM, bob.pk, 5, "")
    greeting = talk(live, bob, {"type": "hello"})[0]
    members.mute(live, alice, ROOM, bob.pk, 0, "")
    shown = [frame["muted"] for frame in tab.frames() if frame["type"] == "room" and "muted" in frame]
    assert shown == [told["muted"], None]
    assert [each.get("muted") for each in greeting["rooms"] if each["room"] == ROOM] == [told["muted"]]
    assert all("muted" not in each for each in talk(live, bob, {"type": "hello"})[0]["rooms"])


def test_a_role_that_somebody_has_is_nothing_to_do(live: Runtime, room: Room, alice: User, bob: User) -> None:
    assert add(live, bob, alice, Role.OWNER)["role"] == "owner"
    assert not Event.objects.exists()


def test_the_lobby_has_no_owners(live: Runtime, db: None) -> None:
    admin, guest = make_user("admin", is_superuser=True), make_user("guest", is_guest=True)
    for role in (Role.MODERATOR, Role.OWNER):
        code = refused(lambda role=role: members.give_role(live, admin, LOBBY, guest.pk, role)).code
        assert code == "bad_input"
    Membership.objects.create(user=guest, room=Room.named(LOBBY), role=Role.OWNER)
    assert refused(lambda: members.mute(live, guest, LOBBY, admin.pk, 5, "")).code == "forbidden"


def test_whose_mute_is_over_is_added_by_any_member(live: Runtime, room: Room, alice: User, bob: User) -> None:
    over = timezone.now() - timedelta(days=1)
    carl = make_user("carl")
    Membership.objects.create(user=carl, room=room, banned=True, muted_until=over)
    assert add(live, bob, carl)["role"] == "member"


def test_the_reason_of_a_role_is_kept(live: Runtime, room: Room, alice: User, carol: User) -> None:
    members.give_role(live, alice, ROOM, carol.pk, Role.MODERATOR, "knows the room")
    assert Record.objects.get(deed="add").about == {"role": "moderator"}
    assert [(each.data or {})["what"] for each in Event.objects.order_by("seq")] == ["added", "role"]
    members.give_role(live, alice, ROOM, carol.pk, Role.OWNER, "moves away")
    assert Record.objects.get(deed="role").reason == (Event.objects.get(seq=3).data or {})["reason"] == "moves away"


def test_who_is_left_with_suspended_people_alone_can_leave(live: Runtime, room: Room, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    rooms.leave(live, alice, ROOM)


def test_nothing_is_done_to_the_other_one_of_a_private_chat(
    live: Runtime, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    name = f"@{alice.pk}.{bob.pk}"
    make_room(name, alice, bob)
    tab = connect(bob)
    deed = lambda: members.give_role(live, alice, name, bob.pk, Role.MEMBER)  # noqa: E731
    assert refused(deed).code == "forbidden"
    assert tab.frames() == []


def test_a_guest_of_the_lobby_can_be_removed_from_it(live: Runtime, db: None) -> None:
    admin, guest = make_user("admin", is_superuser=True), make_user("guest", is_guest=True)
    members.give_role(live, admin, LOBBY, guest.pk, Role.MEMBER)
    members.remove(live, admin, LOBBY, guest.pk, "", ban=False)
    assert talk(live, guest, {"type": "hello"})[0]["rooms"] == []


def test_a_mute_holds_for_moderators_too_who_cannot_end_it(live: Runtime, room: Room, alice: User, bob: User) -> None:
    add(live, alice, bob, Role.MODERATOR)
    members.mute(live, alice, ROOM, bob.pk, 5, "")
    assert refused(lambda: write(live, bob)).code == "muted"
    assert refused(lambda: members.mute(live, bob, ROOM, bob.pk, 0, "")).code == "forbidden"


def test_a_ban_ends_when_a_moderator_adds_them(live: Runtime, room: Room, alice: User, bob: User, carol: User) -> None:
    members.remove(live, alice, ROOM, bob.pk, "", ban=True)
    assert refused(lambda: rooms.join(live, bob, ROOM)).code == "forbidden"
    add(live, alice, carol)
    assert refused(lambda: add(live, carol, bob)).code == "forbidden"
    add(live, alice, bob)
    write(live, bob)


def test_without_a_ban_they_may_open_an_open_room_again(live: Runtime, room: Room, alice: User, bob: User) -> None:
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    assert refused(lambda: write(live, bob)).code == "forbidden"
    rooms.join(live, bob, ROOM)
    Room.objects.update(kind=RoomKind.PRIVATE)
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    assert refused(lambda: rooms.join(live, bob, ROOM)).code == "not_found"


def test_who_cannot_be_added(live: Runtime, room: Room, alice: User, carol: User, settings: Any) -> None:
    closed = make_user("closed", is_active=False)
    assert refused(lambda: add(live, alice, closed)).code == "not_found"
    settings.MAX_ROOMS_PER_USER = 1
    make_room("theirs", carol)
    refusal = refused(lambda: add(live, alice, carol))
    assert (refusal.code, refusal.detail) == ("forbidden", "This person is in as many rooms as are possible.")
    settings.MAX_ROOMS_PER_USER, settings.PEOPLE_ADDED_PER_HOUR = 9, 0
    assert refused(lambda: add(live, alice, carol)).code == "too_fast"
    assert not Membership.objects.filter(room=room, user=carol).exists()


def test_one_whose_account_is_closed_can_be_removed(live: Runtime, room: Room, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    members.remove(live, alice, ROOM, bob.pk, "", ban=False)
    assert not Membership.objects.filter(user=bob).exists()


def test_what_is_done_has_a_price_whether_the_room_is_there_or_not(
    live: Runtime, room: Room, alice: User, bob: User
) -> None:
    for name in (ROOM, "nowhere"):
        live.rates.take_counts()
        for deed in (
            lambda name=name: members.give_role(live, bob, name, alice.pk, Role.MEMBER),
            lambda name=name: members.mute(live, bob, name, alice.pk, 5, ""),
            lambda name=name: members.remove(live, bob, name, alice.pk, "", ban=False),
        ):
            refused(deed)
        assert live.rates.take_counts() == {bob.pk: 3}


def test_nobody_else_is_let_in_by_an_old_membership_of_the_lobby(live: Runtime, alice: User) -> None:
    """A row there is no membership of others: it tells what holds for them."""
    admin = make_user("admin", is_superuser=True)
    members.mute(live, admin, LOBBY, alice.pk, 5, "")
    refusal = refused(lambda: messages.submit(live, alice, Entry(Kind.MESSAGE, text="x", room=LOBBY)))
    assert refusal.code == "muted"
    members.mute(live, admin, LOBBY, alice.pk, 0, "")
    messages.submit(live, alice, Entry(Kind.MESSAGE, text="x", room=LOBBY))
