"""The receivers of Django's signals: sessions that end, accounts that change, a database that was just made."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver

from . import runtime
from .accounts import revocation
from .models import LOBBY, Epoch, Room, User
from .runtime import Runtime


@receiver(post_delete, sender=Session)
def session_deleted(instance: Session, **kwargs: Any) -> None:
    key = instance.session_key  # once deleted, the instance forgets it
    _after_commit(lambda live: revocation.end_session(live, key))


@receiver(post_save, sender=User)
def user_saved(instance: User, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or {*update_fields} != {"last_login"}:  # which every sign-in saves
        user_id = instance.pk
        _after_commit(lambda live: revocation.change_account(live, user_id, instance))


@receiver(post_delete, sender=User)
def user_deleted(instance: User, **kwargs: Any) -> None:
    user_id = instance.pk
    _after_commit(lambda live: revocation.change_account(live, user_id, None))


@receiver(post_migrate)
def database_made(sender: Any, using: str, **kwargs: Any) -> None:
    """Makes the lobby and the epoch, with which every chat begins."""
    if sender.name == "Dweb":
        Room.objects.using(using).get_or_create(name=LOBBY)
        Epoch.current(using)


def _after_commit(work: Callable[[Runtime], None]) -> None:
    def run() -> None:
        if live := runtime.running():
            work(live)

    transaction.on_commit(run)
