"""Namesakes: people whose names are or look the same. All of them are shown with their accounts.

A process keeps the names of users who are online, and those in the newest messages. It takes others when an account is
changed here or in another server; the regular check finds what other programs did, and what a message missed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from ..cluster.bus import Message
from ..live import authors
from ..models import BotKind, User
from . import membership, users

if TYPE_CHECKING:
    from ..runtime import Runtime


def mark(user: User) -> list[User]:
    """Marks a user whose name is new, and those who have a name like it. Returns those who were not marked before.

    Called after COMMIT: of two users who get the same name at once, the later call sees both. A user stays marked when
    a namesake gets another name. The authors of webhooks have none: nobody is to learn what private rooms have.
    """
    if user.bot == BotKind.HOOK:
        return []
    alike = users.all_shown().filter(Q(skeleton=user.skeleton) | Q(name_key=user.name_key)).exclude(pk=user.pk)
    user.shows_account = alike.exists()
    if not user.shows_account:
        User.objects.filter(pk=user.pk, shows_account=True).update(shows_account=False)
        return []
    others = list(alike.filter(shows_account=False))
    User.objects.filter(pk__in=[user.pk, *(other.pk for other in others)]).update(shows_account=True)
    for other in others:
        other.shows_account = True
    return others


def show(runtime: "Runtime", changed: Iterable[User]) -> None:
    """Has users shown by their names of now, here and in the other processes."""
    for user in changed:
        _take(runtime, user.pk, user.shown_name)
        runtime.bus.send({"type": "renamed", "user": user.pk})


def on_renamed(runtime: "Runtime", message: Message) -> None:
    for user_id, name in membership.shown_names([message["user"]]).items():
        _take(runtime, user_id, name)


def check_all(runtime: "Runtime") -> None:
    """Takes the names of the database wherever others are kept here. Writes nothing."""
    kept = runtime.hub.names() | authors.names(runtime.registry)
    names = membership.shown_names({user_id for user_id, _ in kept})
    for user_id in {user_id for user_id, name in kept if names.get(user_id, name) != name}:
        _take(runtime, user_id, names[user_id])


def _take(runtime: "Runtime", user_id: int, name: str) -> None:
    runtime.hub.rename(user_id, name)
    authors.drop_other_names(runtime.registry, user_id, name)
