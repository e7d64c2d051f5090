"""Admins of the place, as its operators make them: without an admin, nobody in the chat could make one."""

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import BotKind, Record, User, normalize_account
from ..refusal import Refusal


def make(account: str) -> User:
    """Makes an account an admin's, and lets it in if it is closed or waits. Raises Refusal if there is none."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(account=normalize_account(account), bot=BotKind.NONE).first()
        if user is None:
            raise Refusal("not_found", _("There is no account %(account)s.") % {"account": account})
        if user.is_admin:
            return user
        before = "guest" if user.is_guest else "member"
        user.is_active = user.is_staff = user.is_superuser = True
        user.waiting = user.is_guest = False
        user.save(update_fields=["is_active", "is_staff", "is_superuser", "waiting", "is_guest"])
        Record.objects.create(deed="role", whom=user, about={"from": before, "to": "admin"})
    return user
