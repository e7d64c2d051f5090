"""The card of a person: what of them is told to whom, and which rooms of both."""

from typing import Any

import pytest
from django.test import Client, override_settings

from Dweb.chat.rates import Rates
from Dweb.live.wire import iso
from Dweb.models import Block, Membership, RoomKind, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, sign_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def ask(browser: Client, user_id: int) -> tuple[int, dict[str, Any]]:
    answer = browser.get(f"/people/{user_id}/")
    return answer.status_code, answer.json()


def card(reader: User, of: User) -> dict[str, Any]:
    status, told = ask(sign_in(reader), of.pk)
    assert status == 200, told
    return told


def rooms(reader: User, of: User) -> list[str]:
    return [each["room"] for each in card(reader, of)["rooms"]]


def assert_nobody(reader: User, other_id: int) -> None:
    """The answer is that for a user who does not exist, but for the number."""
    status, told = ask(sign_in(reader), other_id)
    _, unknown = ask(sign_in(reader), 987_654)
    assert (status, told["error"]) == (404, "not_found")
    assert told["detail"] == unknown["detail"].replace("987654", str(other_id))


def test_all_of_a_card(live: Runtime, alice: User, bob: User) -> None:
    make_room("team", alice, bob, title="The team")
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Shanghai")
    told = card(alice, bob)
    assert told.pop("since") == iso(bob.date_joined)
    assert told == {
        "msg": "success",
        "userid": bob.pk,
        "username": "Bob",
        "account": "bob",
        "online": False,
        "role": "member",
        "blocked": False,
        "timezone": "Asia/Shanghai",
        "rooms": [{"room": "team", "title": "The team"}],
        "more": False,
    }
    socket = connected(live, bob)
    Block.objects.create(user=alice, other=bob)
    Block.objects.create(user=bob, other=make_user("carol"))
    told = card(alice, bob)
    assert (told["online"], told["blocked"], card(bob, alice)["blocked"]) == (True, True, False)
    assert card(alice, make_user("root", is_superuser=True))["role"] == "admin"
    socket.end()


def test_rooms_are_those_of_both(live: Runtime, alice: User, bob: User) -> None:
    make_room("his", bob)
    make_room("hers", alice)
    make_room(f"@{alice.pk}.{bob.pk}", alice, bob)
    make_room("~private", alice, bob, kind=RoomKind.PRIVATE, title="Among us")
    make_room("open", alice, bob, title="Both")
    make_room("his-private", bob, kind=RoomKind.PRIVATE)
    assert rooms(alice, bob) == ["~private", "open"]
    Membership.objects.filter(room__name="~private", user=alice).update(banned=True)
    Membership.objects.filter(room__name="open", user=bob).delete()
    assert rooms(alice, bob) == rooms(bob, alice) == []


def test_no_more_rooms_than_the_limit(live: Runtime, alice: User, bob: User) -> None:
    for name in ("one", "two", "three"):
        make_room(name, alice, bob)
    with override_settings(ROOMS_IN_COMMON=2):
        told = card(alice, bob)
        assert ([each["room"] for each in told["rooms"]], told["more"]) == (["one", "three"], True)
    with override_settings(ROOMS_IN_COMMON=3):
        assert card(alice, bob)["more"] is False


def test_guests_see_themselves_and_those_of_their_rooms_only(live: Runtime, alice: User, bob: User) -> None:
    guest, other = make_user("guest", is_guest=True), make_user("other", is_guest=True)
    team = make_room("team", alice, guest)
    make_room("elsewhere", alice, bob)
    told = card(guest, alice)
    assert (told["account"], told["role"], told["rooms"]) == (None, None, [{"room": "team", "title": "team"}])
    told = card(guest, guest)
    assert (told["account"], told["role"], told["username"]) == ("guest", "guest", "Guest")
    for unseen in (bob, other):
        assert_nobody(guest, unseen.pk)
    assert card(bob, guest)["role"] == "guest"
    Membership.objects.filter(room=team, user=guest).update(banned=True)
    assert_nobody(guest, alice.pk)


def test_who_is_suspended_or_emptied_has_no_card(live: Runtime, alice: User) -> None:
    suspended = make_user("mallory", is_active=False)
    assert_nobody(alice, suspended.pk)
    assert_nobody(alice, 2**63)
    assert_nobody(alice, 10**30)


def test_outsiders_and_other_methods(live: Runtime, alice: User, bob: User) -> None:
    status, told = ask(Client(), bob.pk)
    assert (status, told["error"]) == (401, "not_signed_in")
    assert sign_in(alice).post(f"/people/{bob.pk}/").status_code == 405
    assert sign_in(alice).get("/people/bob/").status_code == 404
    browser = sign_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert ask(browser, bob.pk)[0] == 401


def test_it_has_a_price(live: Runtime, alice: User, bob: User) -> None:
    live.rates = Rates(0.001, 1)
    browser = sign_in(alice)
    assert [ask(browser, bob.pk)[0] for _ in range(3)] == [200, 200, 429]
