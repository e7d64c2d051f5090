"""/rooms/: rooms are made, found and changed, and their members."""

from typing import Any

import pytest
from django.test import Client

from Dweb.models import Event, Record, User

from ..support.fakes import connected, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def clients(alice: User, bob: User, live: Any) -> dict[str, Client]:
    found = {}
    for user in (alice, bob, make_user("Carol")):
        found[user.username] = client = Client()
        client.force_login(user)
    return found


def post(client: Client, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    response = client.post(path, fields)
    return response.status_code, response.json()


def test_a_room_is_made_and_its_maker_owns_it(clients: dict[str, Client], bob: User) -> None:
    status, made = post(clients["Alice"], "/rooms/", title="Kitchen  talk!", topic="Soup", members=bob.pk)
    assert (status, made) == (200, {"msg": "success", "room": "Kitchen-talk", "title": "Kitchen talk!", "kind": "open"})
    room = clients["Bob"].get("/rooms/Kitchen-talk/").json()
    assert (room["topic"], room["role"], room["members"], room["more"]) == ("Soup", "member", 2, False)
    assert [(each["username"], each["role"]) for each in room["people"]] == [("Alice", "owner"), ("Bob", "member")]


def test_a_private_room_is_for_its_members(clients: dict[str, Client], bob: User) -> None:
    _, made = post(clients["Alice"], "/rooms/", title="Secret", kind="private", members=bob.pk)
    assert made["room"].startswith("~")
    path = f"/rooms/{made['room']}/"
    assert clients["Bob"].get(path).status_code == 200
    there, nowhere = clients["Carol"].get(path), clients["Carol"].get("/rooms/~aaaaaaaaaa/")
    assert there.status_code == nowhere.status_code == 404
    assert there.content.decode().replace(made["room"], "~aaaaaaaaaa") == nowhere.content.decode()
    assert [room["title"] for room in clients["Carol"].get("/rooms/").json()["rooms"]] == []
    assert [room["title"] for room in clients["Bob"].get("/rooms/").json()["rooms"]] == ["Secret"]


def test_members_are_added_muted_and_removed(clients: dict[str, Client], alice: User, bob: User) -> None:
    carol = User.objects.get(username="Carol")
    _, made = post(clients["Alice"], "/rooms/", title="Secret", kind="private", members=bob.pk)
    path = f"/rooms/{made['room']}/members/"
    assert post(clients["Bob"], path, userid=carol.pk, role="member")[0] == 403
    assert post(clients["Alice"], path, userid=bob.pk, role="moderator")[1]["role"] == "moderator"
    assert post(clients["Bob"], path, userid=carol.pk, role="member")[1]["role"] == "member"
    status, muted = post(clients["Bob"], path, userid=carol.pk, mute=5, reason="loud")
    assert status == 200
    assert muted["muted"]
    status, refused = post(clients["Carol"], "/msg_send/", type="1", room=made["room"], txt="hello")
    assert (status, refused["error"]) == (403, "muted")
    assert post(clients["Bob"], path, userid=alice.pk, remove=1)[0] == 403
    assert post(clients["Bob"], path, userid=carol.pk, remove=1, ban=1)[0] == 200
    assert post(clients["Carol"], "/msg_send/", type="1", room=made["room"], txt="hello")[0] == 404
    assert [event.data["what"] for event in Event.objects.filter(room__name=made["room"])] == [
        "role", "added", "muted", "removed",
    ]  # fmt: skip
    assert Record.objects.filter(deed="ban", whom=carol, by=bob).exists()


def test_sockets_see_what_is_done(live: Any, alice: User, bob: User, clients: dict[str, Client]) -> None:
    socket = connected(live, bob)
    socket.frames()
    post(clients["Alice"], "/rooms/", title="Team", members=bob.pk)
    post(clients["Alice"], "/rooms/Team/", frozen=1, topic="Work")
    post(clients["Alice"], "/rooms/Team/members/", userid=bob.pk, remove=1)
    post(clients["Alice"], "/msg_send/", type="1", room="Team", txt="after")
    frames = socket.frames()
    assert [frame["type"] for frame in frames] == ["room", "notice", "notice", "room", "notice", "room"]
    socket.end()
