"""The receivers of Django's signals: sessions that end, accounts that change, a database that was just made."""

from collections.abc import Callable, Collection
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver

from . import runtime
from .accounts import revocation
from .chat import namesakes
from .models import LOBBY, Epoch, User
from .runtime import Runtime


@receiver(post_delete, sender=Session)
def session_deleted(instance: Session, **kwargs: Any) -> None:
    key = instance.session_key  # once deleted, the instance forgets it
    _after_commit(lambda live: revocation.end_session(live, key))


@receiver(post_save, sender=User)
def user_saved(instance: User, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or {*update_fields} != {"last_login"}:  # which every sign-in saves
        transaction.on_commit(lambda: _account_changed(instance))


@receiver(post_delete, sender=User)
def user_deleted(instance: User, **kwargs: Any) -> None:
    user_id = instance.pk
    _after_commit(lambda live: revocation.change_account(live, user_id, None))


@receiver(post_migrate)
def database_made(sender: Any, using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """Makes the lobby and the epoch, with which every chat begins; `apps` has the tables as they are after it."""
    if sender.name == "Dweb":
        apps.get_model("Dweb", "Room").objects.using(using).get_or_create(name=LOBBY)
        Epoch.current(using)


def _account_changed(user: User) -> None:
    changed = [user, *namesakes.mark(user)]
    if live := runtime.running():
        for each in changed:
            revocation.change_account(live, each.pk, each)


def _after_commit(work: Callable[[Runtime], None]) -> None:
    def run() -> None:
        if live := runtime.running():
            work(live)

    transaction.on_commit(run)
