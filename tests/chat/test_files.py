"""Which files a user may send and read: their own, and those in messages of rooms that they may read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from Dweb import runtime
from Dweb.chat import deletion, files, members, messages
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Attachment, Event, File, Membership, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.attached import make_file, send
from ..support.fakes import make_room, make_user, sign_in, talk

SECRET = "~abcdefghij"


@pytest.fixture
def secret(live: Runtime, alice: User, bob: User) -> Room:
    """A private room of Alice and Bob with a message of Alice's that has a picture."""
    room = make_room(SECRET, bob, owner=alice, kind=RoomKind.PRIVATE, title="Secret")
    make_file(alice)
    assert send(sign_in(alice), "picture", room=SECRET).status_code == 200
    return room


def refused(user: User, *ids: str) -> str:
    """Why this user may neither send nor read it, at any place."""
    with pytest.raises(Refusal) as sending:
        files.to_send(user, ids)
    with pytest.raises(Refusal) as reading:
        files.readable(user, ids[-1])
    assert sending.value.code == reading.value.code == "not_found"
    assert sending.value.detail == reading.value.detail
    before = Event.objects.count(), Attachment.objects.count()
    answer = send(sign_in(user), *ids)
    assert (answer.status_code, answer.json()["detail"]) == (404, sending.value.detail)
    [error] = talk(runtime.get(), user, {"type": "1", "txt": "look", "files": [*ids], "cid": "c"})
    assert (error["error"], error["detail"], error["cid"]) == ("not_found", sending.value.detail, "c")
    assert (Event.objects.count(), Attachment.objects.count()) == before
    return sending.value.detail


def test_ones_own_come_in_the_order_in_which_they_are_named(alice: User) -> None:
    for id in ("a", "b", "c"):
        make_file(alice, id)
    assert [file.pk for file in files.to_send(alice, ["b", "c", "a"])] == ["b", "c", "a"]
    assert files.readable(alice, "b").pk == "b"


def test_a_file_of_another_is_none_and_so_is_one_that_is_not_there(alice: User, bob: User) -> None:
    make_file(alice)
    make_file(alice, "coming", stored="")
    make_file(bob, "own")
    answers = [refused(bob, "own", id) for id in ("picture", "coming", "nothing", "Picture", "picture_")]
    assert {*answers} == {"There is no such file."}
    assert refused(alice, "picture", "coming") == "There is no such file."  # its bytes are not there yet


def test_who_reads_a_room_reads_its_files_and_sends_them_on(secret: Room, alice: User, bob: User, carol: User) -> None:
    assert refused(carol, "picture")
    assert files.readable(bob, "picture").owner == alice
    make_room("team", bob, carol)
    assert send(sign_in(bob), "picture", room="team").status_code == 200
    assert files.readable(carol, "picture").pk == "picture"
    assert File.objects.count() == 1
    assert Attachment.objects.count() == 2


def removed(live: Runtime, alice: User, bob: User) -> None:
    members.remove(live, alice, SECRET, bob.pk, "", ban=False)


def banned(live: Runtime, alice: User, bob: User) -> None:
    members.remove(live, alice, SECRET, bob.pk, "", ban=True)


def room_gone(live: Runtime, alice: User, bob: User) -> None:
    deletion.delete(live, make_user("root", is_superuser=True), Room.objects.get(name=SECRET), "")


@pytest.mark.parametrize("end", [removed, banned, room_gone])
def test_who_is_in_the_room_no_more_has_its_files_no_more(
    live: Runtime, secret: Room, alice: User, bob: User, end: Callable[[Runtime, User, User], None]
) -> None:
    make_file(bob, "bobs")
    assert send(sign_in(bob), "bobs", "picture", room=SECRET).status_code == 200
    end(live, alice, bob)
    assert refused(bob, "bobs", "picture")
    assert files.readable(bob, "bobs").owner == bob


def test_no_admin_sees_into_a_private_room(secret: Room) -> None:
    assert refused(make_user("root", is_superuser=True), "picture")


def test_guests_have_what_is_in_their_rooms(secret: Room, alice: User) -> None:
    guest = make_user("guest", is_guest=True)
    make_file(alice, "everyones")
    assert send(sign_in(alice), "everyones").status_code == 200
    make_room("team", alice, guest)
    for id in ("picture", "everyones"):
        with pytest.raises(Refusal, match="no such file"):
            files.to_send(guest, [id])
        answer = send(sign_in(guest), id, room="team")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    Membership.objects.create(room=secret, user=guest)
    Membership.objects.create(room=Room.objects.get(name=LOBBY), user=guest)
    assert [file.pk for file in files.to_send(guest, ["everyones", "picture"])] == ["everyones", "picture"]


def test_a_direct_chat_is_a_room_too(alice: User, bob: User, carol: User) -> None:
    make_file(alice)
    assert send(sign_in(alice), "picture", type="0", userto=bob.pk).status_code == 200
    assert files.readable(bob, "picture").pk == "picture"
    assert refused(carol, "picture")


def test_a_refusal_leaves_no_private_chat_behind(alice: User, bob: User) -> None:
    make_file(bob)
    rooms = Room.objects.count()
    assert send(sign_in(alice), "picture", type="0", userto=bob.pk).status_code == 404
    assert Room.objects.count() == rooms


def test_what_was_deleted_everywhere_is_nobodys(live: Runtime, secret: Room, alice: User, bob: User) -> None:
    Membership.objects.filter(room=secret, user=bob).update(role=Role.MODERATOR)
    messages.submit(live, bob, Entry(Kind.DELETION, room=SECRET, of=1))
    assert refused(alice, "picture") == refused(bob, "picture")


def test_one_query_tells_of_many_files(
    alice: User, bob: User, secret: Room, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    ids = [make_file(alice, f"file{number}").pk for number in range(8)]
    browser: Browser = sign_in(alice)
    for number in range(3):
        make_room(f"room{number}", alice, bob)
        assert send(browser, *ids, room=f"room{number}").status_code == 200
    with django_assert_max_num_queries(4):
        assert len(files.to_send(bob, ids)) == 8
