"""A room without messages and members goes; at the same moment users join it, leave it and write into it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from Dweb.chat import membership_changes, messages, resync, rooms
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Mark, Membership, Room, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_room, talk


@pytest.fixture
def socket(live: Runtime, alice: User) -> Iterator[FakeWebSocket]:
    """Alice's connection to this process."""
    opened = connected(live, alice)
    yield opened
    opened.end()


def write(live: Runtime, sender: User, room: str = "111") -> Any:
    return messages.submit(live, sender, Entry(Kind.MESSAGE, text="hello", room=room))


def code(action: Callable[[], object]) -> str:
    try:
        action()
    except Refusal as refusal:
        return refusal.code
    return ""


def test_a_room_that_never_had_a_message_goes_with_its_last_member(live: Runtime, alice: User, bob: User) -> None:
    for user in (alice, bob):
        rooms.join(live, user, "111")
    live.marks.store()
    rooms.leave(live, bob, "111")
    assert Room.named("111") is not None
    rooms.leave(live, alice, "111")
    assert Room.named("111") is None
    live.marks.store()
    assert not Mark.objects.exclude(room__name=LOBBY).exists()
    assert code(lambda: rooms.leave(live, alice, "111")) == "not_found"


def test_a_room_that_has_had_a_message_keeps_its_numbers(live: Runtime, alice: User) -> None:
    rooms.join(live, alice, "111")
    write(live, alice)
    rooms.leave(live, alice, "111")
    rooms.join(live, alice, "111")
    assert write(live, alice).seq == 2


def test_marks_of_earlier_times_go_with_their_room(live: Runtime, alice: User) -> None:
    room = make_room("111", alice)
    Mark.objects.create(user=alice, room=room, seq=0)
    rooms.leave(live, alice, "111")
    assert not Mark.objects.filter(room_id=room.pk).exists()


def test_a_room_of_the_same_name_is_another_one_and_works(
    live: Runtime, socket: FakeWebSocket, alice: User, bob: User
) -> None:
    rooms.join(live, alice, "111")
    assert live.subscriptions.is_subscribed(alice.pk, "111")
    first = Room.objects.get(name="111").pk
    write_key = messages.permissions.room_to_write(live, alice, "111")[0]
    assert write_key == first
    rooms.leave(live, alice, "111")
    rooms.join(live, bob, "111")
    rooms.join(live, alice, "111")
    assert Room.objects.get(name="111").pk != first
    assert write(live, bob).seq == 1
    assert write(live, alice).seq == 2
    assert [frame["joined"] for frame in socket.frames() if frame["type"] == "room"] == [True, False, True]


def test_who_joins_while_the_last_member_leaves_makes_the_room_again(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.join(live, alice, "111")
    add = rooms._add

    def leave_and_add(user: User, room: Room) -> bool:
        monkeypatch.setattr(rooms, "_add", add)
        rooms.leave(live, alice, "111")
        return add(user, room)

    monkeypatch.setattr(rooms, "_add", leave_and_add)
    assert rooms.join(live, bob, "111").name == "111"
    assert list(Membership.objects.values_list("user__account", "room__name")) == [("bob", "111")]


def test_a_member_who_has_just_joined_keeps_the_room(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.join(live, alice, "111")
    remove = membership_changes.remove

    def join_and_remove(user: User, room: Room) -> None:
        rooms.join(live, bob, "111")
        remove(user, room)

    monkeypatch.setattr(membership_changes, "remove", join_and_remove)
    rooms.leave(live, alice, "111")
    assert list(Membership.objects.values_list("user__account", "room__name")) == [("bob", "111")]


def test_a_message_that_has_just_been_written_keeps_the_room(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.join(live, alice, "111")
    remove = membership_changes.remove

    def write_and_remove(user: User, room: Room) -> None:
        assert write(live, alice).seq == 1
        remove(user, room)

    monkeypatch.setattr(membership_changes, "remove", write_and_remove)
    rooms.leave(live, alice, "111")
    assert Room.objects.get(name="111").seq == 1


def test_a_message_into_a_room_that_has_just_gone_is_refused_without_a_fault(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others of its transaction are stored with it, not one by one."""
    rooms.join(live, alice, "111")
    commit = live.committer.commit

    def leave_and_commit(draft: Any) -> Any:
        rooms.leave(live, alice, "111")
        return commit(draft)

    monkeypatch.setattr(live.committer, "commit", leave_and_commit)
    assert code(lambda: write(live, alice)) == "unavailable"
    monkeypatch.undo()
    assert code(lambda: write(live, alice)) == "not_found"
    assert live.room_ids == {}
    assert caplog.records == []


def test_other_processes_learn_of_a_room_that_is_gone(live: Runtime, socket: FakeWebSocket, alice: User) -> None:
    rooms.join(live, alice, "111")
    write_key, _ = messages.permissions.room_to_write(live, alice, "111")
    socket.frames()
    Room.objects.get(pk=write_key).delete()  # as another process does
    rooms.on_left(live, {"type": "left", "user": alice.pk, "room": "111"})
    expected = {"type": "room", "room": "111", "name": "111", "joined": False, "seq": 0}
    assert socket.frames() == [expected]
    assert live.room_ids == {}
    assert not live.subscriptions.is_subscribed(alice.pk, "111")


def test_a_process_that_was_not_told_finds_out(live: Runtime, socket: FakeWebSocket, alice: User) -> None:
    rooms.join(live, alice, "111")
    socket.frames()
    Room.objects.get(name="111").delete()
    resync.check_left(live)
    assert [(frame["type"], frame["joined"]) for frame in socket.frames()] == [("room", False)]


def test_the_lobby_and_private_chats_stay(live: Runtime, alice: User, bob: User) -> None:
    direct = make_room(f"@{alice.pk}.{bob.pk}", alice, bob)
    for name in (LOBBY, direct.name):
        assert code(lambda name=name: rooms.leave(live, alice, name)) == "bad_input"
    assert Room.objects.count() == 2


def test_outsiders_and_those_who_have_left_end_no_room(live: Runtime, alice: User, bob: User) -> None:
    rooms.join(live, alice, "111")
    errors = talk(live, bob, {"type": "leave", "room": "111"})
    assert [error["error"] for error in errors] == ["forbidden"]
    rooms.join(live, bob, "111")
    rooms.leave(live, bob, "111")
    assert code(lambda: rooms.leave(live, bob, "111")) == "forbidden"
    assert Room.named("111") is not None
