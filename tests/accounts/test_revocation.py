"""The end of a session or of an account closes its sockets: 4001 for the session, 4002 for the account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils import timezone

from Dweb import runtime
from Dweb.accounts import revocation, tokens
from Dweb.accounts.access import key_of
from Dweb.models import Token, User
from Dweb.runtime import Runtime

from ..support.fakes import CHEAP_HASHER, FakeWebSocket, connected, make_session, make_user, sign_in, talk

PASSWORD = "correct horse"
Committing = Callable[..., Any]


class Person:
    """A user with sessions: each has a browser and a socket."""

    def __init__(self, live: Runtime, user: User) -> None:
        self.live = live
        self.user = user
        self.sockets: list[FakeWebSocket] = []

    def session(self) -> Browser:
        browser = sign_in(self.user)
        self.sockets.append(connected(self.live, self.user, browser.session.session_key))
        return browser

    @property
    def codes(self) -> list[int | None]:
        """The first close code of each socket; the WebSocket ignores what comes after that."""
        return [socket.closed[0][0] if socket.closed else None for socket in self.sockets]

    def end(self) -> None:
        for socket in self.sockets:
            socket.end()


@pytest.fixture
def alice(db: None, live: Runtime, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = CHEAP_HASHER
    person = Person(live, User.objects.create_user("alice", PASSWORD, "Alice"))
    yield person
    person.end()


@pytest.fixture
def bob(db: None, live: Runtime) -> Any:
    person = Person(live, make_user("bob"))
    person.session()
    yield person
    assert person.codes == [None]
    person.end()


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Committing) -> Any:
    """As in a transaction that is committed at the end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_signing_out_closes_that_sessions_sockets_alone(alice: Person, bob: Person, committing: Committing) -> None:
    browser = alice.session()
    alice.session()
    with committing():
        response = browser.post("/logout/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert alice.codes == [4001, None]
    assert SESSION_KEY not in browser.session


def test_a_link_signs_nobody_out(alice: Person, committing: Committing) -> None:
    browser = alice.session()
    with committing():
        assert browser.get("/logout/").status_code == 405
    assert alice.codes == [None]


def test_sockets_close_only_when_the_sign_out_is_committed(alice: Person, committing: Committing) -> None:
    browser = alice.session()
    with committing():
        browser.post("/logout/")
        assert alice.codes == [None]
    assert alice.codes == [4001]


def test_changing_the_password_closes_all_sockets_and_keeps_this_session(
    alice: Person, bob: Person, committing: Committing
) -> None:
    browser, other = alice.session(), alice.session()
    fields = {"old_password": PASSWORD, "new_password1": "staple battery", "new_password2": "staple battery"}
    with committing():
        response = browser.post("/password_change/", fields)
    assert response["Location"] == "/news_chat/"
    assert alice.codes == [4002, 4002]
    assert browser.get("/chat/").status_code == 426
    assert other.get("/chat/").status_code == 401


def test_a_wrong_old_password_changes_nothing(alice: Person, committing: Committing) -> None:
    browser = alice.session()
    fields = {"old_password": "wrong", "new_password1": "staple battery", "new_password2": "staple battery"}
    with committing():
        assert browser.post("/password_change/", fields).status_code == 200
    assert alice.codes == [None]


def test_a_replaced_hash_does_not_sign_out_whoever_typed_the_password(alice: Person, settings: Any) -> None:
    browser = alice.session()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher", *CHEAP_HASHER]
    fields = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert browser.post("/password_change/", fields).status_code == 200
    assert User.objects.get(pk=alice.user.pk).password.startswith("pbkdf2_sha1$")
    assert browser.get("/history/").status_code == 200


def test_a_password_that_is_set_in_this_process_closes_all_sockets(
    alice: Person, bob: Person, committing: Committing
) -> None:
    alice.session()
    with committing():
        user = User.objects.get(pk=alice.user.pk)
        user.set_password("staple battery")
        user.save()
    assert alice.codes == [4002]


def test_deactivation_in_the_admin_closes_all_sockets(alice: Person, bob: Person, committing: Committing) -> None:
    alice.session()
    admin = sign_in(make_user("root", is_staff=True, is_superuser=True))
    with committing():
        fields = {"account": "alice", "username": "Alice"}  # is_active is not ticked
        response = admin.post(f"/admin/Dweb/user/{alice.user.pk}/change/", fields)
    assert response.status_code == 302
    assert alice.codes == [4002]


def test_a_deleted_account_closes_all_sockets(alice: Person, bob: Person, committing: Committing) -> None:
    alice.session()
    with committing():
        User.objects.get(pk=alice.user.pk).delete()
    assert alice.codes == [4002]


def test_another_name_and_a_sign_in_elsewhere_close_nothing(
    live: Runtime, alice: Person, committing: Committing
) -> None:
    alice.session()
    with committing():
        user = User.objects.get(pk=alice.user.pk)
        user.username = "Alicia"
        user.save()
        fields = {"userNameOrEmailAddress": "alice", "password": PASSWORD}
        assert Browser().post("/", fields).status_code == 302
    revocation.check_all(live)
    assert alice.codes == [None]


def test_the_check_leaves_good_sessions_alone(live: Runtime, alice: Person, bob: Person) -> None:
    alice.session()
    revocation.check_all(live)
    assert alice.codes == [None]


def test_the_check_finds_expired_and_deleted_sessions(live: Runtime, alice: Person, bob: Person) -> None:
    expired, deleted = alice.session(), alice.session()
    alice.session()
    Session.objects.filter(pk=expired.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    Session.objects.filter(pk=deleted.session.session_key)._raw_delete("default")
    assert alice.codes == [None, None, None]
    revocation.check_all(live)
    assert alice.codes == [4001, 4001, None]


def test_the_check_finds_expired_and_deleted_tokens(live: Runtime, alice: Person, bob: Person) -> None:
    made = [tokens.make(alice.user, tokens.Wanted("test", days=1))[0] for _ in range(3)]
    alice.sockets += [connected(live, alice.user, key_of(each.pk)) for each in made]
    Token.objects.filter(pk=made[0].pk).update(expires=timezone.now() - timedelta(seconds=1))
    Token.objects.filter(pk=made[1].pk)._raw_delete("default")
    revocation.check_all(live)
    assert alice.codes == [4001, 4001, None]


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "md5$another$hash"}], ids=str)
def test_the_check_finds_what_other_processes_did_to_the_account(
    live: Runtime, alice: Person, bob: Person, change: dict[str, object]
) -> None:
    alice.session()
    User.objects.filter(pk=alice.user.pk).update(**change)
    assert alice.codes == [None]
    revocation.check_all(live)
    assert alice.codes == [4002]


def test_the_check_finds_an_account_that_is_gone(live: Runtime, alice: Person, bob: Person) -> None:
    alice.session()
    User.objects.filter(pk=alice.user.pk)._raw_delete("default")
    revocation.check_all(live)
    assert alice.codes == [4002]


def test_the_check_goes_through_all_connections(
    live: Runtime, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocation, "CHECK_AT_ONCE", 2)
    for _ in range(5):
        alice.session()
    User.objects.filter(pk=alice.user.pk).update(is_active=False)
    revocation.check_all(live)
    assert alice.codes == [4002] * 5


def test_a_process_without_a_runtime_makes_none(alice: Person, committing: Committing) -> None:
    made = runtime._runtime
    try:
        runtime._runtime = None
        with committing():
            alice.user.save()
        assert runtime.running() is None
    finally:
        runtime._runtime = made


@pytest.mark.parametrize(("what", "code"), [("session", 4001), ("account", 4002), ("another session", None)])
def test_what_ends_during_a_handshake_closes_the_connection_that_comes_of_it(
    live: Runtime, alice: Person, committing: Committing, what: str, code: int | None
) -> None:
    user, session, other = User.objects.get(pk=alice.user.pk), make_session(), make_session()
    with committing():
        if what == "account":
            alice.user.set_password("another horse")
            alice.user.save()
        else:
            Session.objects.get(pk=session if what == "session" else other).delete()
    codes = [frame["code"] for frame in talk(live, user, session=session) if frame["type"] == "close"]
    assert codes == ([code] if code else [])


def test_who_is_shut_out_is_in_the_log(live: Runtime, alice: Person, caplog: pytest.LogCaptureFixture) -> None:
    gone = alice.session()
    alice.session()
    Session.objects.filter(pk=gone.session.session_key)._raw_delete("default")
    with caplog.at_level("INFO", "dweb.security"):
        caplog.clear()
        revocation.check_all(live)
        revocation.on_account_changed(live, {"type": "account", "user": alice.user.pk})
        assert caplog.messages == [f"session_ended user={alice.user.pk} why=expired_or_deleted"]
        User.objects.filter(pk=alice.user.pk).update(is_active=False)
        revocation.on_account_changed(live, {"type": "account", "user": alice.user.pk})
    assert set(caplog.messages[1:]) == {f"session_ended user={alice.user.pk} why=account_changed"}


@pytest.mark.parametrize("way", ["here", "in another process", "in another program", "during the handshake"])
@pytest.mark.parametrize("is_guest", [True, False])
def test_who_becomes_a_guest_or_is_none_any_more_connects_again(
    live: Runtime, alice: Person, bob: Person, committing: Committing, way: str, is_guest: bool
) -> None:
    """What they see from now on comes with the next greeting; the session goes on."""
    User.objects.filter(pk=alice.user.pk).update(is_guest=not is_guest)
    alice.user.refresh_from_db()
    browser = alice.session()
    [socket] = alice.sockets
    assert socket.client is not None
    socket.client.is_guest = not is_guest
    User.objects.filter(pk=alice.user.pk).update(is_guest=is_guest)
    now = User.objects.get(pk=alice.user.pk)
    if way == "here":
        with committing():
            now.save(update_fields=["is_guest"])
    elif way == "in another process":
        revocation.on_account_changed(live, {"type": "account", "user": now.pk})
    elif way == "in another program":
        revocation.check_all(live)
    else:
        live.endings.note(now.pk, now)
        revocation.check_entered(live, socket.client)
    assert alice.codes == [1012]
    assert SESSION_KEY in browser.session
    assert browser.get("/news_chat/").status_code == 200
