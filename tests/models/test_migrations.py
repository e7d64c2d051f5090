"""Migrations: a database of the first versions, on its way to the one of today, loses nothing and gets what is new."""

from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser

from Dweb.models import LOBBY, Mark, Membership, Posting, Role, Room, RoomKind, User
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user, say, sign_in
from ..support.said import hits, write

COUNT = 2_500
DECEIVING = "\u202eAnna\u200b Boss"  # names that could not be given today
ALIKE = ("Lobby", "l\u043ebby")


@pytest.fixture
def postings(transactional_db: None) -> set[tuple[int, str, int]]:
    """What people have said, where they are, and names: as they are today. Returns the index of it."""
    alice, bob = make_user("alice", username="Ａlice"), make_user("bob")
    write(Room.objects.get(name=LOBBY), alice, [f"old 消息 {number}" for number in range(COUNT)] + [""])
    team, direct = make_room("111", alice, bob), make_room(f"@{alice.pk}.{bob.pk}", alice, bob)
    for room in (team, direct):
        write(room, bob, ["x"] * 5)
    Mark.objects.create(user=alice, room=team, seq=2)
    make_room("kept", alice)
    make_room("said", seq=3)
    Mark.objects.create(user=alice, room=make_room("empty"), seq=0)
    for account, name in (("anna", "Anna Boss"), ("mallory", DECEIVING), ("tom", "Tom")):
        make_user(account, username=name)
    for name in ALIKE:
        make_room(name, seq=1)
    User.objects.update(skeleton="", account_skeleton="", shows_account=False)
    Room.objects.update(skeleton="", name_key="")
    return set(Posting.objects.values_list("block", "term", "place"))


def test_from_the_second_version_to_today(live: Runtime, postings: set[tuple[int, str, int]]) -> None:
    """One way for all of it, because a way takes some seconds."""
    try:
        call_command("migrate", "Dweb", "0002", verbosity=0)
        assert "posting" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)
    browser = sign_in(User.objects.get(account="alice"))
    assert set(Posting.objects.values_list("block", "term", "place")) == postings
    assert len(postings) > COUNT
    assert hits(browser, "old 消息 1234") == ["old 消息 1234"]
    check_rooms()
    check_marks()
    check_names(browser)


def check_rooms() -> None:
    """Those that were left without a message are gone; the others have kinds, titles and owners."""
    rooms = {room.name: room for room in Room.objects.all()}
    [direct] = [name for name in rooms if name.startswith("@")]
    assert rooms.keys() == {LOBBY, "111", direct, "kept", "said", *ALIKE}
    kinds = {LOBBY: RoomKind.LOBBY, direct: RoomKind.DIRECT}
    assert {name: room.kind for name, room in rooms.items()} == {**dict.fromkeys(rooms, RoomKind.OPEN), **kinds}
    assert all(room.title == ("" if name == direct else name) for name, room in rooms.items())
    owners = Membership.objects.filter(role=Role.OWNER).values_list("user__account", "room__name")
    assert set(owners) == {("alice", "111"), ("alice", "kept")}


def check_marks() -> None:
    """Who had none has read everything in the rooms that they are in."""
    rows = Mark.objects.filter(seq__gt=0).values_list("user__account", "room__name", "seq")
    marks = {(account, room): seq for account, room, seq in rows}
    lobby = {(user.account, LOBBY): COUNT + 1 for user in User.objects.all()}
    assert marks == {**lobby, ("alice", "111"): 2, ("bob", "111"): 5}
    assert not Mark.objects.exclude(room__in=Room.objects.all()).exists()


def check_names(browser: Browser) -> None:
    """Old ones stay, are found, and are told apart."""

    def shown(start: str) -> list[str]:
        return [user["username"] for user in browser.get("/users/", {"q": start}).json()["users"]]

    assert User.objects.get(account="alice").name_key == "alice"
    assert (shown("anna"), shown("tom")) == (["Anna Boss (anna)"], ["Tom"])
    assert f"{DECEIVING} (mallory)" in shown(DECEIVING[:2])
    for room in ALIKE:
        assert browser.get(f"/news_chat/?num={quote(room)}").status_code == 200
        assert say(browser, "still here", room=room).json()["room"] == room
    assert browser.get("/news_chat/?num=LOBBY").status_code == 400
