"""/admin/: people are added, get new passwords and are shut out; messages are not shown."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client as Browser

from Dweb.databases.release import release_connections
from Dweb.models import LOBBY, Room, User

from .support.fakes import CHEAP_HASHER, OpenConnection, make_user, say, sign_in

PEOPLE = "/admin/Dweb/user/"
PASSWORD = "correct horse"


@pytest.fixture
def admin(db: None, settings: Any) -> Browser:
    settings.PASSWORD_HASHERS = CHEAP_HASHER
    return sign_in(make_user("root", is_staff=True, is_superuser=True))


def add(admin: Browser, account: str, username: str = "Alice") -> Any:
    fields = {"account": account, "username": username, "password1": PASSWORD, "password2": PASSWORD}
    return admin.post(f"{PEOPLE}add/", fields | {"usable_password": "true"})


def enter(account: str, password: str = PASSWORD) -> int:
    return Browser().post("/", {"userNameOrEmailAddress": account, "password": password}).status_code


def test_an_added_user_can_sign_in_and_is_no_staff(admin: Browser) -> None:
    response = add(admin, "Alice")
    user = User.objects.get(account="alice")
    assert response["Location"] == f"{PEOPLE}{user.pk}/change/"
    assert (user.username, user.is_staff, user.is_active) == ("Alice", False, True)
    assert enter("ALICE") == 302
    assert sign_in(user).get("/admin/").status_code == 302


def test_hashing_a_password_inside_a_transaction_keeps_its_connection(admin: Browser) -> None:
    """The admin's pages are transactions; a connection that is closed in one takes all of it along."""
    with OpenConnection(connection) as opened:
        User.objects.count()
        release_connections()
        assert opened.used
        assert add(admin, "alice").status_code == 302
    assert User.objects.filter(account="alice").exists()


@pytest.mark.parametrize("account", ["ROOT", "ｒｏｏｔ", "a b", "", "ﷺ", "ﬀ" * 150], ids=ascii)
def test_a_taken_or_bad_account_is_said_so(admin: Browser, account: str) -> None:
    response = add(admin, account)
    assert response.status_code == 200
    assert "account" in response.context["adminform"].form.errors
    assert User.objects.count() == 1


def test_a_new_password_is_the_one_that_counts(admin: Browser) -> None:
    user = User.objects.create_user("alice", PASSWORD)
    session = sign_in(user)
    fields = {"password1": "staple battery", "password2": "staple battery", "usable_password": "true"}
    response = admin.post(f"{PEOPLE}{user.pk}/password/", fields)
    assert response.status_code == 302
    assert enter("alice") == 200
    assert enter("alice", "staple battery") == 302
    assert session.get("/chat/").status_code == 401


def test_a_deactivated_user_is_out(admin: Browser) -> None:
    user = User.objects.create_user("alice", PASSWORD)
    session = sign_in(user)
    response = admin.post(f"{PEOPLE}{user.pk}/change/", {"account": "alice", "username": "Alice"})
    assert response.status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert enter("alice") == 200
    assert say(session).status_code == 401


def test_an_account_can_be_renamed_in_its_one_spelling(admin: Browser) -> None:
    user = make_user("alice")
    fields = {"account": "ＡＬＩＣＩＡ", "username": "Alicia", "is_active": "on"}
    assert admin.post(f"{PEOPLE}{user.pk}/change/", fields).status_code == 302
    assert User.objects.get(pk=user.pk).account == "alicia"


@pytest.mark.parametrize("page", ["", "Dweb/", "Dweb/user/", "Dweb/user/?q=root", "Dweb/user/add/", "Dweb/room/?q=l"])
def test_its_pages_open(admin: Browser, page: str) -> None:
    assert admin.get(f"/admin/{page}").status_code == 200


def test_a_users_page_opens(admin: Browser) -> None:
    user = make_user("alice")
    assert admin.get(f"{PEOPLE}{user.pk}/change/").status_code == 200
    assert admin.get(f"{PEOPLE}{user.pk}/password/").status_code == 200


def test_rooms_are_shown_and_neither_made_changed_nor_deleted(admin: Browser) -> None:
    room = Room.objects.get(name=LOBBY)
    assert admin.get(f"/admin/Dweb/room/{room.pk}/change/").status_code == 200
    assert admin.get("/admin/Dweb/room/add/").status_code == 403
    assert admin.post(f"/admin/Dweb/room/{room.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post(f"/admin/Dweb/room/{room.pk}/change/", {"name": "other", "seq": "99"})
    room.refresh_from_db()
    assert (room.name, room.seq) == (LOBBY, 0)


def test_messages_are_not_shown(admin: Browser) -> None:
    assert say(admin, "a secret").status_code == 200
    assert admin.get("/admin/Dweb/event/").status_code == 404
    assert "a secret" not in admin.get("/admin/Dweb/room/").content.decode()


def test_nobody_is_deleted(admin: Browser) -> None:
    user = make_user("alice")
    say(sign_in(user))
    assert admin.post(f"{PEOPLE}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_rooms_are_looked_at_alone(admin: Browser) -> None:
    room = Room.named(LOBBY)
    assert admin.post(f"/admin/Dweb/room/{room.pk}/change/", {"title": "Mine", "kind": "2"}).status_code == 403
    room.refresh_from_db()
    assert (room.title, room.kind) != ("Mine", 2)


@pytest.fixture
def helper(admin: Browser) -> Browser:
    """Staff who may add, change and delete people."""
    user = make_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    return sign_in(user)


RIGHTS = {"is_staff": "on", "is_superuser": "on", "user_permissions": ["1"]}


@pytest.mark.parametrize("account", ["helper", "alice"])
def test_staff_give_nobody_rights(helper: Browser, account: str) -> None:
    make_user("alice")
    user = User.objects.get(account=account)
    before = (user.is_staff, user.is_superuser, user.user_permissions.count())
    fields = {"account": account, "username": "Changed", "is_active": "on"} | RIGHTS
    assert helper.post(f"{PEOPLE}{user.pk}/change/", fields).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.username == "Changed"
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == before
    assert add(helper, "bob").status_code == 302
    assert not User.objects.get(account="bob").is_superuser


def test_staff_neither_change_nor_delete_superusers(helper: Browser) -> None:
    root = User.objects.get(account="root")
    passwords = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert helper.post(f"{PEOPLE}{root.pk}/password/", passwords).status_code == 403
    assert helper.post(f"{PEOPLE}{root.pk}/change/", {"account": "mine", "username": "Mine"}).status_code == 403
    assert helper.post(f"{PEOPLE}{root.pk}/delete/", {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
    helper.post(PEOPLE, several)
    after = User.objects.get(pk=root.pk)
    assert (after.account, after.password, after.is_superuser) == (root.account, root.password, True)


def test_superusers_give_rights(admin: Browser) -> None:
    user = make_user("alice")
    fields = {"account": "alice", "username": "Alice", "is_active": "on"} | RIGHTS
    assert admin.post(f"{PEOPLE}{user.pk}/change/", fields).status_code == 302
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.user_permissions.count()) == (True, True, 1)


def test_others_do_not_get_in(admin: Browser) -> None:
    assert Browser().get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert sign_in(make_user("bob")).get(PEOPLE).status_code == 302
