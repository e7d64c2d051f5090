"""Administration of people: roles, suspension, sessions, passwords, new accounts. Each deed is recorded with it.

A deed locks all admins and the person, in the order of their ids. Of two admins who take the role from each other at
the same moment, the second one is no admin any more and does nothing.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.contrib.sessions.models import Session
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from ..databases.sql import is_passing
from ..models import LOBBY, PlaceRole, Record, User, UserSession
from ..refusal import Refusal
from . import password_links, sessions, tokens

T = TypeVar("T")

TRIES = 3  # after a deadlock with whoever else locks these people, such as a message of theirs


def set_role(by: User, user_id: int, role: PlaceRole, reason: str = "") -> User:
    """Gives a person a role. Raises Refusal, for the last admin's too."""

    def change(whom: User) -> dict[str, str] | None:
        before = whom.role
        if before is role:
            return None
        if whom.is_bot and role is PlaceRole.ADMIN:
            raise Refusal("bad_input", _("A bot is no admin: people answer for the place."))
        _set(whom, **role.fields)
        if role is PlaceRole.GUEST:  # what held for a member in the lobby would be a guest's invitation to it
            whom.membership_set.filter(room__name=LOBBY).delete()
        else:  # a ban of a guest from the lobby is over; a mute is not
            whom.membership_set.filter(room__name=LOBBY).update(banned=False)
        if not _admins().exists():
            raise Refusal("bad_input", _("This is the last admin: make somebody else an admin first."))
        return {"from": before.value, "to": role.value}

    return do(by, user_id, "role", reason, change)


def suspend(by: User, user_id: int, reason: str = "") -> User:
    """Shuts a person out until restore(): sessions and sockets end. Raises Refusal, for oneself too."""

    def change(whom: User) -> dict[str, str] | None:
        _refuse_oneself(by, whom)
        _refuse_waiting(whom)
        if not whom.is_active:
            return None
        _set(whom, is_active=False)
        _end_sessions(whom)
        return {}

    return do(by, user_id, "suspended", reason, change)


def restore(by: User, user_id: int, reason: str = "") -> User:
    """Lets a person in again who was suspended. Raises Refusal."""

    def change(whom: User) -> dict[str, str] | None:
        if whom.is_active:
            return None
        _refuse_waiting(whom)
        _set(whom, is_active=True)
        return {}

    return do(by, user_id, "restored", reason, change)


def sign_out(by: User, user_id: int, reason: str = "") -> User:
    """Ends all sessions of a person, and the tokens of their programs. Raises Refusal."""

    def change(whom: User) -> dict[str, str]:
        _end_sessions(whom)
        tokens.end_all(whom)
        return {}

    return do(by, user_id, "signed_out", reason, change)


def make_link(by: User, user_id: int, reason: str = "") -> tuple[User, str]:
    """Returns a person, and the path of a page that sets a new password. Raises Refusal, for oneself too."""

    def change(whom: User) -> dict[str, str]:
        if whom.pk == by.pk:  # or who finds an admin's browser open would need no password to take the account over
            raise Refusal("bad_input", _("Change your own password in your settings."))
        if whom.is_bot:
            raise Refusal("bad_input", _("A bot has no password: give it a new key."))
        if not whom.is_active:
            raise Refusal("bad_input", _("This person cannot sign in: restore the account, or let them in, first."))
        return {}

    whom = do(by, user_id, "password_link", reason, change)
    return whom, password_links.path(whom)


def empty(by: User, user_id: int, account: str, reason: str = "") -> User:
    """Takes from a person all that names them, for good; what they wrote stays. Raises Refusal, for oneself too.

    `account` must be that of the person: it is typed so that nobody is emptied by mistake.
    """

    def change(whom: User) -> dict[str, str]:
        _refuse_oneself(by, whom)
        if account != whom.account:
            raise Refusal("bad_input", _("This is not the account of this person."))
        _end_sessions(whom)
        tokens.end_all(whom)
        whom.groups.clear()
        whom.user_permissions.clear()
        whom.account = _free_account(whom.pk)
        whom.username, whom.picture = _("Former member"), ""
        whom.set_unusable_password()
        whom.last_login = whom.quiet_until = whom.time_zone = None
        whom.is_active = whom.waiting = False
        _set(whom, all_fields=True, **PlaceRole.MEMBER.fields)
        return {}

    return do(by, user_id, "emptied", reason, change)


def make_accounts(by: User, users: Collection[User], reason: str = "") -> None:
    """Stores new people, all or none. Their passwords are hashed before. Raises Refusal if an account is taken."""

    def store() -> None:
        _lock(by)
        try:
            for user in users:
                user.save(force_insert=True)
        except IntegrityError:
            raise Refusal("bad_input", _("An account was taken meanwhile: nothing was stored.")) from None
        Record.objects.bulk_create(
            Record(by=by, deed="account_made", whom=user, reason=reason, about={"to": user.role.value})
            for user in users
        )

    _in_transaction(store)


def new_person(account: str, username: str, password: str | None, role: PlaceRole) -> User:
    """A person who is not stored yet. Hashes the password; with None there is none, and nobody signs in. In turn."""
    user = User(account=account, username=username, **role.fields)
    user.set_password(password or None)
    return user


def do(by: User, user_id: int, deed: str, reason: str, change: Callable[[User], Mapping[str, Any] | None]) -> User:
    """Has `change` work on a person in a transaction, and records what it returns; None: nothing was done."""

    def work() -> User:
        whom = _lock(by, user_id)
        if whom.is_gone:
            raise Refusal("bad_input", _("This person was emptied: nothing is left to change."))
        about = change(whom)
        if about is not None:
            Record.objects.create(by=by, deed=deed, whom=whom, reason=reason, about=about or None)
        return whom

    return _in_transaction(work)


def _in_transaction(work: Callable[[], T]) -> T:
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return work()
        except Error as error:
            if connection.in_atomic_block or not tries_left or not is_passing(error):
                raise
    raise AssertionError


def _lock(by: User, user_id: int | None = None) -> User:
    """Locks a person and all admins, and returns the person as they are now. Raises Refusal if `by` is no admin now."""
    user_id = by.pk if user_id is None else user_id
    wanted = {by.pk, user_id, *_admins().values_list("pk", flat=True)}
    people = {user.pk: user for user in User.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if by.pk not in people or not people[by.pk].is_admin:
        raise Refusal("forbidden", _("You are no admin any more."))
    if user_id not in people:
        raise Refusal("not_found", _("There is no such person."))
    return people[user_id]


def _admins() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True)


def _refuse_oneself(by: User, whom: User) -> None:
    if whom.pk == by.pk:
        raise Refusal("bad_input", _("That is you: another admin can do it."))


def _refuse_waiting(whom: User) -> None:
    if whom.waiting:
        raise Refusal("bad_input", _("This person waits: let them in, or turn them away."))


def _set(whom: User, all_fields: bool = False, **fields: bool) -> None:
    for name, value in fields.items():
        setattr(whom, name, value)
    whom.save(update_fields=None if all_fields else fields)


def _free_account(user_id: int) -> str:
    account = f"gone-{user_id}"
    while User.objects.filter(account=account).exists():  # of a time when people could still choose it
        account = f"gone-{user_id}-{secrets.token_hex(4)}"
    return account


def _end_sessions(whom: User) -> None:
    """Deletes a person's sessions; signals end their sockets. Some may be listed nowhere: other programs made them."""
    sessions.end_all(whom)
    listed = UserSession.objects.filter(key=OuterRef("pk"))
    for session in Session.objects.filter(~Exists(listed)).iterator():
        if session.get_decoded().get("_auth_user_id") == str(whom.pk):
            session.delete()
