"""Django's check of account and password, behind the throttle; and the user of a request."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import DEFAULT_DB_ALIAS, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..databases.lookup import Lookup
from ..databases.sql import placeholders
from ..models import User
from ..refusal import Refusal
from .throttle import guarded

# In the order of the model, which from_db() requires.
FIELDS = (
    *("password", "is_superuser", "user_id", "account", "username", "is_staff", "is_active", "shows_account"),
    *("is_guest", "bot"),
)
FIND = f"SELECT {', '.join(FIELDS)} FROM user WHERE user_id IN ({{ids}})"  # noqa: S608 - names of ours

Row = tuple[Any, ...]


def _find(ids: Collection[int]) -> dict[int, Row]:
    """The rows of these users, by their ids."""
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(ids=placeholders(ids)), [*ids])
        return {row[FIELDS.index("user_id")]: row for row in cursor.fetchall()}


ROWS = Lookup(_find)


class AccountBackend(ModelBackend):
    """Raises Refusal while the attempt must wait, if there is a request; and if the account waits for an admin."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        account = username if username is not None else kwargs.get(User.USERNAME_FIELD)

        def check() -> User | None:
            return super(AccountBackend, self).authenticate(request, username=account, password=password)

        user = check() if request is None or account is None else guarded(request, account, check)
        if user is not None and not user.is_active:
            detail = _("Your account waits for an admin, who has to let you in.")
            raise Refusal("forbidden", detail, event="signin_waiting", about={"account": user.account})
        return user

    def user_can_authenticate(self, user: User) -> bool:
        """Lets authenticate() see those who wait, who are then refused with a sentence. A bot has no password."""
        return not user.is_bot and (super().user_can_authenticate(user) or user.waiting)

    def get_user(self, user_id: int) -> User | None:
        """Finds a request's user in plain SQL, since every request does; further fields are read when they are used."""
        row = ROWS.find(user_id)
        if row is None:
            return None
        password, superuser, pk, account, username, *flags, bot = row
        values = (password, bool(superuser), pk, account, username, *map(bool, flags), bot)
        user = User.from_db(DEFAULT_DB_ALIAS, FIELDS, values)
        return user if user.is_active else None
