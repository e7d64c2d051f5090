"""Invitations: who makes one, who comes in with it, and what guests see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from Dweb.accounts import place
from Dweb.chat import invitations
from Dweb.models import LOBBY, Event, Invitation, Membership, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import make_user, sign_in, talk

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FORM = {"account": "newcomer", "username": "New", "password": "a long pass phrase"}


@pytest.fixture
def admin(live: Runtime) -> User:
    return make_user("Root", is_superuser=True, is_staff=True)


@pytest.fixture
def private(admin: User) -> str:
    return post(sign_in(admin), "/rooms/", title="Secret", kind="private")[1]["room"]


@pytest.fixture
def registration(live: Runtime, admin: User) -> Callable[[str], None]:
    return lambda mode: place.change(live, admin, registration=mode)


def post(browser: Client, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = browser.post(path, fields)
    return answer.status_code, answer.json()


def invite(user: User, **fields: Any) -> str:
    status, made = post(sign_in(user), "/invites/", **fields)
    assert status == 200, made
    assert made["url"].endswith(f"/join/{made['code']}/")
    return f"/join/{made['code']}/"


def test_a_newcomer_registers_and_is_in_the_room(admin: User, private: str, registration: Any) -> None:
    registration("invite")
    path, browser = invite(admin, rooms=private, uses=1), Client()
    assert b"Secret" in browser.get(path).content
    answer = browser.post(path, FORM)
    assert (answer.status_code, answer["Location"]) == (302, f"/news_chat/?group_id={private}")
    newcomer = User.objects.get(account="newcomer")
    assert Membership.objects.get(room__name=private, user=newcomer).role == 0
    assert Event.objects.get(room__name=private).data["what"] == "joined"
    assert Client().post(path, FORM | {"account": "second"}).status_code == 410
    assert b"Ask Root" in Client().get(path).content


def test_who_is_signed_in_takes_it_once(admin: User, private: str, alice: User) -> None:
    path, browser = invite(admin, rooms=private, uses=5), sign_in(alice)
    for _ in range(2):
        assert browser.post(path)["Location"] == f"/news_chat/?group_id={private}"
    assert Invitation.objects.get().used == 1


@pytest.mark.parametrize("ended", ["expired", "revoked", "used", "suspended"])
def test_an_invitation_that_is_over_says_whom_to_ask(admin: User, private: str, ended: str, alice: User) -> None:
    path = invite(admin, rooms=private)
    changes = {"expired": {"expires": timezone.now()}, "revoked": {"revoked": True}, "used": {"uses_left": 0}}
    if ended == "suspended":
        User.objects.filter(pk=admin.pk).update(is_active=False)
    else:
        Invitation.objects.update(**changes[ended])
    for browser in (Client(), sign_in(alice)):
        assert browser.get(path).status_code == browser.post(path, FORM).status_code == 410
    assert not Membership.objects.filter(user=alice).exists()


def test_unknown_codes_are_not_found(live: Runtime, alice: User) -> None:
    for browser in (Client(), sign_in(alice)):
        assert browser.get("/join/nothing/").status_code == browser.post("/join/nothing/").status_code == 404


def test_who_may_invite(live: Runtime, admin: User, private: str, alice: User, bob: User) -> None:
    browser = sign_in(alice)
    post(sign_in(bob), "/rooms/", title="team")
    assert post(Client(), "/invites/", rooms="team")[0] == 401
    assert post(browser, "/invites/")[0] == 403  # to the place
    assert post(browser, "/invites/", rooms="team", role="guest")[0] == 403
    assert post(browser, "/invites/", rooms=private)[0] == 404
    browser.get("/news_chat/", {"group_id": "team"})
    assert post(browser, "/invites/", rooms="team")[0] == 200
    post(sign_in(admin), f"/rooms/{private}/members/", userid=alice.pk, role="member")
    assert post(browser, "/invites/", rooms=private)[0] == 403
    post(sign_in(admin), f"/rooms/{private}/members/", userid=alice.pk, role="moderator")
    assert post(browser, "/invites/", rooms=private)[0] == 200
    place.change(live, admin, members_invite=True)
    assert post(browser, "/invites/")[0] == 200
    for wrong in ({"uses": 0}, {"uses": "x"}, {"hours": 10_000}, {"role": "owner"}):
        assert post(browser, "/invites/", **wrong)[0] == 400


def test_a_maker_who_may_invite_no_more_brings_nobody_in(admin: User, private: str, alice: User, bob: User) -> None:
    post(sign_in(admin), f"/rooms/{private}/members/", userid=alice.pk, role="moderator")
    path = invite(alice, rooms=private)
    post(sign_in(admin), f"/rooms/{private}/members/", userid=alice.pk, role="member")
    assert sign_in(bob).post(path).status_code == 404
    assert not Membership.objects.filter(user=bob, room__name=private).exists()
    assert Invitation.objects.get().used == 0


def test_who_is_banned_stays_out(admin: User, private: str, alice: User) -> None:
    path = invite(admin, rooms=private)
    post(sign_in(admin), f"/rooms/{private}/members/", userid=alice.pk, remove=1, ban=1)
    assert sign_in(alice).post(path).status_code == 403


def test_a_maker_who_is_no_admin_any_more_lets_nobody_into_the_place(
    admin: User, private: str, registration: Any
) -> None:
    registration("invite")
    path = invite(admin, rooms=private)
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    Client().post(path, FORM)
    assert not User.objects.filter(account="newcomer").exists()


def test_too_many_rooms_are_refused(admin: User, settings: Any) -> None:
    settings.INVITATION_MAX_ROOMS = 1
    assert post(sign_in(admin), "/invites/", rooms="lobby,lobby")[0] == 400


def test_without_the_right_to_the_place_it_makes_no_account(admin: User, alice: User, registration: Any) -> None:
    post(sign_in(alice), "/rooms/", title="team")
    path = invite(alice, rooms="team")
    registration("invite")
    assert Client().post(path, FORM).status_code == 200
    assert not User.objects.filter(account="newcomer").exists()
    registration("open")
    assert Client().post(path, FORM).status_code == 302


class TestGuests:
    @pytest.fixture
    def guest(self, admin: User, private: str) -> User:
        Client().post(invite(admin, rooms=private, role="guest"), FORM)
        return User.objects.get(account="newcomer")

    def test_see_their_rooms_and_nothing_else(
        self, live: Runtime, guest: User, private: str, admin: User, alice: User
    ) -> None:
        assert guest.is_guest
        post(sign_in(alice), "/rooms/", title="team")
        talk(live, alice, {"type": "hello"})
        greeting = talk(live, guest, {"type": "hello"})[0]
        assert [room["room"] for room in greeting["rooms"]] == [private]
        assert (greeting["guest"], [each["userid"] for each in greeting["userlist"]]) == (True, [guest.pk])
        browser = sign_in(guest)
        assert [room["room"] for room in browser.get("/rooms/").json()["rooms"]] == [private]
        assert browser.get("/users/", {"q": "Ali"}).json()["users"] == []
        assert [each["username"] for each in browser.get("/users/", {"q": "Ro"}).json()["users"]] == ["Root"]
        for path in ("/history/", "/members/", "/rooms/team/", f"/rooms/{LOBBY}/", "/history/?room=team"):
            assert browser.get(path, {"room": LOBBY} if path == "/members/" else {}).status_code == 404, path
        assert browser.get("/news_chat/?group_id=team").status_code == 404
        assert post(browser, "/msg_send/", type="1", txt="hello")[0] == 404
        assert post(browser, "/msg_send/", type="1", room=private, txt="hello")[0] == 200
        assert post(browser, "/msg_send/", type="0", userto=alice.pk, txt="hello")[0] == 404
        assert post(browser, "/msg_send/", type="0", userto=admin.pk, txt="hello")[0] == 200
        assert post(browser, "/invites/", rooms=private)[0] == 403
        assert post(browser, "/rooms/", title="mine")[0] == 403

    def test_are_told_of_the_people_of_their_rooms(self, live: Runtime, guest: User, admin: User, alice: User) -> None:
        def came() -> None:
            talk(live, alice, {"type": "hello"})
            talk(live, admin, {"type": "hello"})
            live.hub.tick()

        frames = talk(live, guest, {"type": "hello"}, came)
        presence = [frame for frame in frames if frame["type"] == "presence"]
        assert [each["userid"] for frame in presence for each in frame["joined"]] in ([admin.pk], [guest.pk, admin.pk])


def test_of_many_who_found_it_valid_as_many_come_in_as_it_has_uses(admin: User, private: str) -> None:
    invite(admin, rooms=private, uses=2)
    found = [Invitation.objects.get() for _ in range(12)]
    for each in found[:2]:
        invitations.use(each)
    for each in found[2:]:
        with pytest.raises(Refusal, match="Ask Root"):
            invitations.use(each)
    assert (Invitation.objects.get().uses_left, Invitation.objects.get().used) == (0, 2)
