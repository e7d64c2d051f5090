"""What admins do with people: who may not, what holds afterwards, and that the record has it with the deed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from Dweb.accounts import administration, tokens
from Dweb.accounts.access import key_of
from Dweb.chat import membership
from Dweb.models import LOBBY, Membership, PlaceRole, Record, Room, Token, User, UserSession
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import CHEAP_HASHER, connected, make_session, make_user, say, sign_in
from ..support.said import write

ADMIN, MEMBER, GUEST = PlaceRole
Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def cheap(settings: Any) -> None:
    settings.PASSWORD_HASHERS = CHEAP_HASHER


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Callable[..., Any]) -> Committing:
    """As in a transaction that is committed at the end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def root(db: None) -> User:
    return make_admin("root")


def make_admin(account: str) -> User:
    return make_user(account, is_staff=True, is_superuser=True)


def refused(deed: Callable[..., object], *arguments: object) -> str:
    """Which code a deed is refused with; it leaves no row in the record."""
    before = Record.objects.count()
    with pytest.raises(Refusal) as refusal:
        deed(*arguments)
    assert Record.objects.count() == before
    return refusal.value.code


def recorded() -> list[tuple[Any, ...]]:
    return [*Record.objects.order_by("pk").values_list("by__account", "deed", "whom", "reason", "about")]


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# Roles


def test_roles_are_given_and_recorded(root: User, alice: User) -> None:
    for role, flags in ((ADMIN, (True, True, False)), (GUEST, (False, False, True)), (MEMBER, (False, False, False))):
        administration.set_role(root, alice.pk, role, "why not")
        now = fresh(alice)
        assert (now.is_staff, now.is_superuser, now.is_guest, now.role) == (*flags, role)
    steps = [("member", "admin"), ("admin", "guest"), ("guest", "member")]
    assert recorded() == [("root", "role", alice.pk, "why not", {"from": one, "to": other}) for one, other in steps]


def test_who_becomes_a_guest_is_no_more_in_the_lobby(root: User, alice: User) -> None:
    Membership.objects.create(user=alice, room=Room.named(LOBBY), pinned=True)
    administration.set_role(root, alice.pk, PlaceRole.GUEST)
    assert membership.room_names(alice.pk) == []


def test_a_guest_who_was_banned_from_the_lobby_is_in_it_as_a_member(root: User) -> None:
    guest = make_user("guest", is_guest=True)
    Membership.objects.create(user=guest, room=Room.named(LOBBY), banned=True)
    administration.set_role(root, guest.pk, PlaceRole.MEMBER)
    assert not Membership.objects.filter(user=guest, banned=True).exists()


def test_a_role_that_one_has_is_no_deed(root: User, alice: User) -> None:
    administration.set_role(root, alice.pk, MEMBER)
    assert recorded() == []


def test_the_last_admin_keeps_the_role(root: User) -> None:
    suspended = make_user("suspended", is_superuser=True, is_active=False)
    assert refused(administration.set_role, root, root.pk, MEMBER) == "bad_input"
    assert fresh(root).is_admin
    User.objects.filter(pk=suspended.pk).update(is_active=True)
    administration.set_role(root, root.pk, GUEST)
    assert fresh(root).role == GUEST


DEEDS: dict[str, Callable[[User, User], object]] = {
    "role": lambda by, whom: administration.set_role(by, whom.pk, ADMIN),
    "suspend": lambda by, whom: administration.suspend(by, whom.pk),
    "restore": lambda by, whom: administration.restore(by, whom.pk),
    "sign_out": lambda by, whom: administration.sign_out(by, whom.pk),
    "link": lambda by, whom: administration.make_link(by, whom.pk),
    "empty": lambda by, whom: administration.empty(by, whom.pk, whom.account),
    "accounts": lambda by, whom: administration.make_accounts(by, [User(account="new", username="New")]),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("change", [{"is_superuser": False}, {"is_active": False}], ids=["no admin", "suspended"])
def test_who_is_no_admin_any_more_does_nothing(root: User, alice: User, deed: str, change: dict[str, bool]) -> None:
    """The request began while they still were; a staff member is none either."""
    User.objects.filter(pk=root.pk).update(**change)
    before = User.objects.filter(pk=alice.pk).values().get()
    assert refused(DEEDS[deed], root, alice) == "forbidden"
    assert User.objects.filter(pk=alice.pk).values().get() == before
    assert not User.objects.filter(account="new").exists()


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - {"accounts"}))
def test_nothing_is_done_with_somebody_who_is_not_there(root: User, deed: str) -> None:
    assert refused(DEEDS[deed], root, User(pk=99_999, account="x")) == "not_found"


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_that_cannot_be_recorded_is_not_done(
    root: User, alice: User, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("the disk is full")

    if deed == "restore":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    before = User.objects.filter(pk=alice.pk).values().get()
    sign_in(alice) if deed != "restore" else None
    sessions, people = Session.objects.count(), User.objects.count()
    before |= {"last_login": fresh(alice).last_login}
    monkeypatch.setattr(Record.objects, "create", fail)
    monkeypatch.setattr(Record.objects, "bulk_create", fail)
    with pytest.raises(OperationalError):
        DEEDS[deed](root, alice)
    assert User.objects.filter(pk=alice.pk).values().get() == before
    assert (Session.objects.count(), User.objects.count()) == (sessions, people)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_take_the_role_from_each_other_at_once_leave_one() -> None:
    """On SQLite's file: tests/system/test_administration.py. In memory, threads that write at once fail, not wait."""
    one, two = make_admin("one"), make_admin("two")
    begin = threading.Barrier(2)

    def take(by: User, whom: User) -> bool:
        if connection.vendor != "sqlite":
            begin.wait(10)
        try:
            administration.set_role(by, whom.pk, MEMBER)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    for _ in range(5):
        User.objects.filter(pk__in=[one.pk, two.pk]).update(is_superuser=True)
        pairs = ((one, two), (two, one))
        if connection.vendor == "sqlite":
            taken = [take(*pair) for pair in pairs]
        else:
            with ThreadPoolExecutor(2) as pool:
                taken = [*pool.map(take, *zip(*pairs, strict=True))]
        assert sorted(taken) == [False, True]
        assert User.objects.filter(is_superuser=True).count() == 1


# Suspension and sessions


def test_who_is_suspended_is_out_at_once_until_restored(
    live: Runtime, root: User, alice: User, committing: Committing
) -> None:
    session = sign_in(alice)
    websocket = connected(live, alice)
    with committing():
        administration.suspend(root, alice.pk, "adverts")
    assert [code for code, _ in websocket.closed] == [4002]
    websocket.end()
    assert say(session).status_code == 401
    administration.suspend(root, alice.pk)  # nothing more
    administration.restore(root, alice.pk, "sorry")
    administration.restore(root, alice.pk)
    assert fresh(alice).is_active
    assert say(session).status_code == 401  # that session is over
    assert recorded() == [
        ("root", "suspended", alice.pk, "adverts", None),
        ("root", "restored", alice.pk, "sorry", None),
    ]


def test_nobody_suspends_or_empties_themselves(root: User) -> None:
    make_admin("other")
    assert refused(administration.suspend, root, root.pk) == "bad_input"
    assert refused(administration.empty, root, root.pk, "root") == "bad_input"
    assert fresh(root).is_admin


def test_signing_out_ends_the_sessions_of_one_person(
    live: Runtime, root: User, alice: User, bob: User, committing: Committing
) -> None:
    hers, his = [sign_in(alice), sign_in(alice)], sign_in(bob)
    stranger = make_session()
    UserSession.objects.filter(key=hers[0].session.session_key).delete()  # it was made by another program
    websocket = connected(live, alice, hers[0].session.session_key)
    with committing():
        administration.sign_out(root, alice.pk, "lost the phone")
    assert [code for code, _ in websocket.closed] == [4001]
    websocket.end()
    assert [say(each).status_code for each in (*hers, his)] == [401, 401, 200]
    assert Session.objects.filter(pk=stranger).exists()
    assert recorded() == [("root", "signed_out", alice.pk, "lost the phone", None)]


def test_signing_out_ends_the_tokens_of_one_person(
    live: Runtime, root: User, alice: User, bob: User, committing: Committing
) -> None:
    made, _token = tokens.make(alice, tokens.Wanted("backup"))
    tokens.make(bob, tokens.Wanted("backup"))
    websocket = connected(live, alice, key_of(made.pk))
    with committing():
        administration.sign_out(root, alice.pk, "a laptop was stolen")
    assert [code for code, _ in websocket.closed] == [4001]
    websocket.end()
    assert [token.user for token in Token.objects.all()] == [bob]


def test_a_password_change_under_way_brings_nothing_back(root: User, alice: User) -> None:
    """It began while she was an admin, and hashes the password while she is suspended and loses the role."""
    alice.set_password("correct horse")
    alice.save()
    administration.set_role(root, alice.pk, ADMIN)
    browser = sign_in(alice)
    set_password = User.set_password

    def late(user: User, password: str) -> None:
        administration.set_role(root, alice.pk, MEMBER)
        administration.suspend(root, alice.pk)
        set_password(user, password)

    passwords = {"old_password": "correct horse", "new_password1": "battery staple", "new_password2": "battery staple"}
    with mock.patch.object(User, "set_password", late):
        browser.post("/password_change/", passwords)
    now = fresh(alice)
    assert now.check_password("battery staple")
    assert (now.is_active, now.is_superuser, now.is_staff) == (False, False, False)


# Links


def test_links_are_for_others_who_may_sign_in(root: User, alice: User) -> None:
    whom, path = administration.make_link(root, alice.pk, "forgot it")
    assert whom == alice
    assert path.startswith("/password/")
    assert recorded() == [("root", "password_link", alice.pk, "forgot it", None)]
    assert refused(administration.make_link, root, root.pk) == "bad_input"
    administration.suspend(root, alice.pk)
    assert refused(administration.make_link, root, alice.pk) == "bad_input"


# Emptied people


def test_who_is_emptied_leaves_messages_and_nothing_else(
    live: Runtime, root: User, alice: User, committing: Committing
) -> None:
    write(Room.objects.get(name=LOBBY), alice, ["hers"])
    session = sign_in(alice)
    tokens.make(alice, tokens.Wanted("Alice's backup"))
    alice.groups.create(name="helpers")
    administration.set_role(root, alice.pk, ADMIN)
    with committing():
        administration.empty(root, alice.pk, "alice", "asked for it")
    now = fresh(alice)
    assert (now.account, now.username, now.shown_name) == (f"gone-{alice.pk}", "Former member", "Former member")
    assert (now.is_active, now.is_staff, now.is_superuser, now.last_login) == (False, False, False, None)
    assert not now.has_usable_password()
    assert not now.groups.exists()
    assert now.is_gone
    assert now.name_key == "former member"
    assert say(session).status_code == 401
    assert not Token.objects.exists()
    history = sign_in(root).get("/history/", {"room": "lobby"}).json()
    assert [(each["data"]["msg"], each["data"]["user"]) for each in history["events"]] == [("hers", "Former member")]
    assert recorded()[-1] == ("root", "emptied", alice.pk, "asked for it", None)
    assert "alice" not in repr([*Record.objects.values()])


def test_the_account_must_be_typed(root: User, alice: User) -> None:
    for typed in ("", "alic", "Alice", "bob"):
        assert refused(administration.empty, root, alice.pk, typed) == "bad_input"
    assert fresh(alice).is_active


@pytest.mark.parametrize("deed", sorted(DEEDS.keys() - {"accounts"}))
def test_nothing_more_is_done_with_who_is_emptied(root: User, alice: User, deed: str) -> None:
    administration.empty(root, alice.pk, "alice")
    assert refused(DEEDS[deed], root, fresh(alice)) == "bad_input"


def test_an_account_of_earlier_times_keeps_nobody_from_being_emptied(root: User, alice: User) -> None:
    taken = make_user(f"gone-{alice.pk}")
    administration.empty(root, alice.pk, "alice")
    assert fresh(alice).account.startswith(f"gone-{alice.pk}-")
    assert fresh(alice).is_gone
    assert not fresh(taken).is_gone


def test_two_who_are_emptied_are_told_apart(root: User, alice: User, bob: User, committing: Committing) -> None:
    for user in (alice, bob):
        with committing():
            administration.empty(root, user.pk, user.account)
    assert fresh(alice).shown_name == f"Former member (gone-{alice.pk})"


# New accounts


def test_accounts_are_made_all_or_none(root: User, alice: User) -> None:
    people = [administration.new_person(name, name.title(), None, GUEST) for name in ("carol", "alice")]
    assert refused(administration.make_accounts, root, people) == "bad_input"
    assert not User.objects.filter(account="carol").exists()


def test_new_accounts_are_recorded_each(root: User) -> None:
    people = [
        administration.new_person("carol", "Carol", "correct horse", MEMBER),
        administration.new_person("dave", "Dave", None, ADMIN),
    ]
    administration.make_accounts(root, people, "class of 2026")
    carol, dave = (User.objects.get(account=name) for name in ("carol", "dave"))
    assert carol.check_password("correct horse")
    assert not dave.has_usable_password()
    assert (carol.role, dave.role) == (MEMBER, ADMIN)
    assert recorded() == [
        ("root", "account_made", carol.pk, "class of 2026", {"to": "member"}),
        ("root", "account_made", dave.pk, "class of 2026", {"to": "admin"}),
    ]


def test_a_deadlock_is_tried_again(root: User, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a message of theirs that is stored at the same moment, say."""
    create, failures = Record.objects.create, [OperationalError(1213, "Deadlock found")] * 2

    def deadlock(**values: Any) -> Any:
        if failures:
            raise failures.pop()
        return create(**values)

    monkeypatch.setattr(Record.objects, "create", deadlock)
    monkeypatch.setattr(administration, "is_passing", lambda error: error.args[0] == 1213)
    monkeypatch.setattr(administration, "connection", SimpleNamespace(in_atomic_block=False))
    administration.suspend(root, alice.pk)
    assert not fresh(alice).is_active
    assert len(recorded()) == 1
