"""Makes many accounts at once, signed in, in the database of a server that runs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import get_random_string

from chatproj import secret_key
from Dweb.accounts.hashers import Argon2
from Dweb.models import User

from .sql import Database, Row, row_of


def make(env: Mapping[str, str], count: int, usernames: Sequence[str] = ()) -> list[Row]:
    """Their names are `usernames`, as far as these go. Returns of each their userid, username and session key."""
    secret = env.get("SECRET_KEY") or secret_key.kept_in(Path(env["VAR_DIR"]) / "secret_key")
    with Database(env) as database:
        first = database.rows("SELECT COUNT(*) FROM `user`")[0][0]
        names = [f"person{first + number}" for number in range(count)]
        shown = [*usernames, *(name.title() for name in names[len(usernames) :])]
        pairs = zip(names, shown, strict=True)
        users = [User(account=name, username=username, password=password()) for name, username in pairs]
        database.insert("user", [row_of(user) for user in users])
        ids = dict(database.rows("SELECT account, user_id FROM `user` WHERE account IN ({marks})", names))
        for user in users:
            user.pk = ids[user.account]
        sessions = [session_of(user, secret) for user in users]
        database.insert("django_session", sessions)
    keys = [session["session_key"] for session in sessions]
    return [
        {"userid": user.pk, "username": user.username, "session": key} for user, key in zip(users, keys, strict=True)
    ]


@cache
def password() -> str:
    hasher = Argon2()
    return str(hasher.encode("unused", hasher.salt()))


def session_of(user: User, secret: str) -> Row:
    """The row of a session that was signed with a server's secret."""
    data = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
        "_auth_user_hash": user._get_session_auth_hash(secret=secret),
    }
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    signed = signing.dumps(data, key=secret, salt=store.key_salt, serializer=store.serializer, compress=True)
    expires = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return {"session_key": get_random_string(32).lower(), "session_data": signed, "expire_date": expires}
