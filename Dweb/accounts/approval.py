"""Approval: who registers waits for an admin, who lets them in or not; then their browser signs them in by itself.

A signed cookie names the account. It is good for one sign-in, the first one of that account.
"""

import secrets

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Record, User
from ..refusal import Refusal

SALT = "Dweb.accounts.approval"
DAY, HOUR = 86_400, 3_600


def waiting() -> models.QuerySet[User]:
    """The accounts that wait, the oldest first."""
    return User.objects.filter(waiting=True, is_active=False).order_by("date_joined", "pk")


def begin(user: User) -> None:
    """Has an account wait that is about to be stored. Raises Refusal, too_fast, while too many wait."""
    if waiting().count() >= settings.WAITING_ACCOUNTS:
        detail = _("Too many people wait for an admin to let them in: try again later.")
        raise Refusal("too_fast", detail, HOUR, event="quota_refused")
    user.is_active, user.waiting = False, True


def approve(admin: User, user: User, reason: str = "") -> User:
    """Lets in who waits. Raises Refusal."""
    with transaction.atomic():
        whom = _locked(admin, user)
        whom.is_active, whom.waiting = True, False
        whom.save(update_fields=["is_active", "waiting"])
        Record.objects.create(by=admin, deed="approved", whom=whom, reason=reason)
    return whom


def refuse(admin: User, user: User, reason: str = "") -> User:
    """Lets in nobody who waits with this account, which is emptied: its names are free again. Raises Refusal."""
    with transaction.atomic():
        whom = _locked(admin, user)
        whom.account = whom.username = f"gone-{whom.pk}-{secrets.token_hex(4)}"
        whom.waiting = False
        whom.set_unusable_password()
        whom.save()
        Record.objects.create(by=admin, deed="refused", whom=whom, reason=reason)
    return whom


def _locked(admin: User, user: User) -> User:
    """Locks who waits, of whom two admins may decide at once."""
    if not User.objects.filter(pk=admin.pk, is_superuser=True, is_active=True).exists():
        raise Refusal("forbidden", _("Only admins let people in."))
    whom = waiting().select_for_update().filter(pk=user.pk).first()
    if whom is None:
        raise Refusal("bad_input", _("This account does not wait any more."))
    return whom


def remember(response: HttpResponse, user: User) -> HttpResponse:
    """Has the browser know which account it waits for."""
    response.set_signed_cookie(
        settings.WAITING_COOKIE_NAME,
        str(user.pk),
        SALT,
        max_age=settings.WAITING_DAYS * DAY,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.WAITING_COOKIE_NAME, samesite="Lax")
    return response


def user_id_of(request: HttpRequest) -> int | None:
    """The account for which this browser waits, as it was signed; None without one."""
    age = settings.WAITING_DAYS * DAY
    found = request.get_signed_cookie(settings.WAITING_COOKIE_NAME, None, SALT, max_age=age)
    return None if found is None else int(found)


def enter(user_id: int) -> User | None:
    """The account, if it was let in and nobody has signed in to it: the caller is the first, and the only one."""
    if User.objects.filter(pk=user_id, is_active=True, last_login=None).update(last_login=timezone.now()):
        return User.objects.get(pk=user_id)
    return None
