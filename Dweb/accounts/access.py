"""What a token may do: its scopes, the rooms that it reaches, and the scope that each address asks for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..models import User
from ..models.tokens import MANAGE as TO_MANAGE
from ..refusal import Refusal

KEY = "token "


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    MANAGE = TO_MANAGE


USUAL = (Scope.READ, Scope.WRITE)
SAFE = ("GET", "HEAD")


def key_of(token_id: int) -> str:
    """By it the sockets of a token are closed, where those of people have the key of their session."""
    return f"{KEY}{token_id}"


def require(user: User, scope: Scope | None) -> None:
    """Refuses what the token of a program may not do; None is what no token may. People may do everything."""
    if user.access is None:
        return
    if scope is None:
        raise Refusal("forbidden", _("No token may do that: sign in for it."))
    if scope not in user.access.scopes:
        raise Refusal("forbidden", _("This token may not do that: it needs “%(scope)s”.") % {"scope": scope})


class Needs(NamedTuple):
    """The scopes that an address asks of a token: to be read, and to be posted to. None: no token may.

    `whole` are the methods for which a token that reaches some rooms only is not enough.
    """

    get: Scope | None
    post: Scope | None
    whole: tuple[str, ...] = ()

    def check(self, user: User, method: str) -> None:
        """Raises Refusal, forbidden."""
        require(user, self.get if method in SAFE else self.post)
        if method in self.whole and user.only is not None:
            raise Refusal("forbidden", _("This token is for some rooms only."))


NOTHING = Needs(None, None)
# By the names of the addresses. Where a name is missing, no token is taken.
NEEDS = {
    **dict.fromkeys(
        ("chat", "history", "latest", "search", "members", "person", "file", "preview", "pictures", "users"),
        Needs(Scope.READ, Scope.READ),
    ),
    "commands": Needs(Scope.READ, Scope.READ),
    **dict.fromkeys(("events", "msg_send", "files", "upload"), Needs(Scope.READ, Scope.WRITE)),
    **dict.fromkeys(("room", "room_members"), Needs(Scope.READ, Scope.MANAGE)),
    "hooks": Needs(Scope.MANAGE, Scope.MANAGE),
    "rooms": Needs(Scope.READ, Scope.MANAGE, whole=("POST",)),
    **dict.fromkeys(
        ("invites", "reports", "report", "blocks", "profile"),
        Needs(Scope.READ, Scope.MANAGE, whole=("GET", "HEAD", "POST")),
    ),
}


def scopes_of(words: Iterable[str]) -> frozenset[Scope]:
    """Raises ValueError if one of the words is no scope."""
    return frozenset(Scope(word) for word in words)
