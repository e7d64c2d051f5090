"""A room is deleted as a whole: for everyone at once, then what was written, and its name and numbers stay."""

from typing import Any

import pytest
from django.test import Client, override_settings

from Dweb.chat import deletion, members, room_changes
from Dweb.chat.room_changes import Changes
from Dweb.models import Event, Membership, Mention, Posting, Record, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_user, sign_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def admin() -> User:
    return make_user("Root", is_superuser=True)


@pytest.fixture
def room(live: Runtime, alice: User, bob: User) -> Room:
    """A private room of Alice and Bob in which Alice has written; the admin is not in it."""
    name = post(sign_in(alice), "/rooms/", title="Secret", kind="private", members=bob.pk)["room"]
    for number in range(7):
        post(sign_in(alice), "/msg_send/", type="1", room=name, txt=f"words {number} @Bob")
    post(sign_in(alice), "/msg_send/", type="1", txt="words in the lobby")
    return Room.objects.get(name=name)


def post(browser: Client, path: str, **fields: Any) -> dict[str, Any]:
    answer = browser.post(path, fields)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_it_is_gone_for_everyone_at_once(live: Runtime, room: Room, admin: User, alice: User, bob: User) -> None:
    tab = connected(live, bob)
    deletion.delete(live, admin, room, "not needed")
    assert [(frame["type"], frame["joined"]) for frame in tab.frames()] == [("room", False)]
    for user in (alice, bob, admin):
        browser = sign_in(user)
        assert browser.get(f"/rooms/{room.name}/").status_code == 404
        assert browser.get(f"/news_chat/?group_id={room.name}").status_code == 404
        assert browser.post("/msg_send/", {"type": "1", "room": room.name, "txt": "hello"}).status_code == 404
        assert [each["data"]["room"] for each in browser.get("/search/?q=words").json()["events"]] == ["lobby"]
    record = Record.objects.get(deed="delete_room")
    assert (record.by, record.room, record.reason, record.about) == (
        admin,
        room.name,
        "not needed",
        {"title": "Secret"},
    )
    tab.end()


def test_what_was_written_goes_and_its_numbers_stay(live: Runtime, room: Room, admin: User, bob: User) -> None:
    deletion.delete(live, admin, room, "")
    before = Posting.objects.count()
    with override_settings(DELETED_AT_ONCE=3):
        deletion.clear(live)
    assert not Event.objects.filter(room=room).exists()
    assert not Mention.objects.exists()
    assert 0 < Posting.objects.count() < before
    room.refresh_from_db()
    assert (room.kind, room.seq, room.title) == (RoomKind.GONE, 7, "")
    assert Event.objects.count() == 1
    assert not Membership.objects.filter(room=room).exists()


def test_only_admins_of_the_place_administer(live: Runtime, room: Room, admin: User, alice: User) -> None:
    for attempt in (
        lambda: deletion.delete(live, alice, room, ""),
        lambda: room_changes.administer(live, alice, room, Changes(archived=True)),
        lambda: members.make_owner(live, alice, room, alice.pk),
        lambda: deletion.delete(live, admin, Room.objects.get(name="lobby"), ""),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "forbidden"
    assert Room.objects.get(pk=room.pk).kind == RoomKind.PRIVATE


def test_an_admin_archives_a_room_and_names_its_owner(live: Runtime, room: Room, admin: User, bob: User) -> None:
    room_changes.administer(live, admin, room, Changes(archived=True))
    members.make_owner(live, admin, room, bob.pk)
    members.make_owner(live, admin, room, make_user("Carol").pk)
    assert Room.objects.get(pk=room.pk).archived
    owners = Membership.objects.filter(room=room, role=2).values_list("user__username", flat=True)
    assert {*owners} == {"Alice", "Bob", "Carol"}
    told = [event.data["what"] for event in Event.objects.filter(room=room, kind=4).order_by("seq")]
    assert told == ["archived", "role", "added", "role"]
