"""The receivers of Django's signals: people who sign in and out, sessions that end, accounts that
change, refused origins, a database that was just made.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from . import runtime
from .accounts import devices, revocation, sessions, time_zones
from .accounts.access import key_of
from .chat import namesakes
from .models import LOBBY, Epoch, RoomKind, Token, User
from .operations.security import record
from .runtime import Runtime
from .ws.factory import origin_refused


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("signin_ok", request, user=user.pk)
    devices.remember(request, user)
    sessions.begin(request, user)
    time_zones.note(request, user)


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None, **kwargs: Any) -> None:
    record("signin_failed", request, account=credentials.get("username"))


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    request.signed_out = True  # for the policy's middleware
    if user is not None:
        record("session_ended", request, user=user.pk, why="signed_out")


@receiver(origin_refused)
def socket_refused(request: HttpRequest, **kwargs: Any) -> None:
    record("origin_refused", request, origin=request.META.get("HTTP_ORIGIN"))


@receiver(post_delete, sender=Session)
def session_deleted(instance: Session, **kwargs: Any) -> None:
    key = instance.session_key  # once deleted, the instance forgets it
    sessions.forget(key)
    _after_commit(lambda live: revocation.end_session(live, key))


@receiver(post_delete, sender=Token)
def token_deleted(instance: Token, **kwargs: Any) -> None:
    key = key_of(instance.pk)
    _after_commit(lambda live: revocation.end_session(live, key))


@receiver(post_save, sender=User)
def user_saved(instance: User, created: bool, update_fields: Collection[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or {*update_fields} != {"last_login"}:  # which every sign-in saves
        if not created:  # a new account has no sockets; one that waits may be let in by another program at once
            _after_commit(lambda live: revocation.change_account(live, instance.pk, instance))
        transaction.on_commit(lambda: _name_changed(instance), robust=True)  # a fault is logged: sockets are closed


@receiver(post_delete, sender=User)
def user_deleted(instance: User, **kwargs: Any) -> None:
    user_id = instance.pk
    _after_commit(lambda live: revocation.change_account(live, user_id, None))


@receiver(post_migrate)
def database_made(sender: Any, using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """Makes the lobby and the epoch, with which every chat begins; `apps` has the tables as they are after it."""
    if sender.name == "Dweb":
        rooms = apps.get_model("Dweb", "Room")
        about = {"kind": RoomKind.LOBBY, "title": LOBBY}
        known = {name: about[name] for name in about if hasattr(rooms, name)}  # a test may have gone back
        rooms.objects.using(using).get_or_create(name=LOBBY, defaults=known)
        Epoch.current(using)


def _name_changed(user: User) -> None:
    changed = [user, *namesakes.mark(user)]
    if live := runtime.running():
        namesakes.show(live, changed)


def _after_commit(work: Callable[[Runtime], None]) -> None:
    def run() -> None:
        if live := runtime.running():
            work(live)

    transaction.on_commit(run)
