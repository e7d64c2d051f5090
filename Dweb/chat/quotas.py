"""Quotas: how many rooms a user may make in a day, and private chats begin in an hour.

A quota is a bucket that refills evenly, kept in the database: it holds in all processes, and no restart forgets it.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ..live.direct import is_direct
from ..models import Quota, User
from ..refusal import Refusal

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def check_new_room(user: User, name: str) -> None:
    """Uses one of the user's quota for such a room. Raises Refusal, too_fast, if there is none left."""
    if is_direct(name):
        most = settings.PRIVATE_CHATS_PER_HOUR
        wait = use(user, Quota.Kind.PRIVATE_CHAT, most, HOUR)
        detail = _("Too many new private chats: at most %(most)d an hour. Those that you have go on.")
    else:
        most = settings.ROOMS_PER_DAY
        wait = use(user, Quota.Kind.ROOM, most, DAY)
        detail = _("Too many new rooms: at most %(most)d a day. You can still join rooms that others have made.")
    if wait:
        raise Refusal("too_fast", detail % {"most": most}, wait, event="quota_refused", about={"room": name})


def check_added(user: User, count: int = 1) -> None:
    """Uses some of the people whom a user may add to rooms. Raises Refusal, too_fast."""
    most = settings.PEOPLE_ADDED_PER_HOUR
    if wait := use(user, Quota.Kind.ADDED, most, HOUR, count):
        detail = _("Too many people were added: at most %(most)d an hour.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={})


def check_invitation(user: User) -> None:
    """Uses one of the invitations that a user may make. Raises Refusal, too_fast."""
    most = settings.INVITATIONS_PER_DAY
    if wait := use(user, Quota.Kind.INVITATION, most, DAY):
        detail = _("Too many invitations: at most %(most)d a day.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={})


def check_hook(user: User) -> None:
    """Uses one of the webhooks that a user may make. Raises Refusal, too_fast."""
    most = settings.HOOKS_PER_DAY
    if wait := use(user, Quota.Kind.HOOK, most, DAY):
        detail = _("Too many new webhooks: at most %(most)d a day.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={})


def check_report(user: User) -> None:
    """Uses one of the messages that a user may report. Raises Refusal, too_fast."""
    most = settings.REPORTS_PER_DAY
    if wait := use(user, Quota.Kind.REPORT, most, DAY):
        detail = _("Too many reports: at most %(most)d a day.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={})


def use(user: User, kind: Quota.Kind, most: int, period: timedelta, count: int = 1) -> float:
    """Uses `count` of `most` in a period. Returns 0, or the seconds until there are so many again."""
    if most < max(count, 1):
        return period.total_seconds()
    quota = Quota.objects.get_or_create(user=user, kind=kind, defaults={"full_at": timezone.now()})[0]
    while True:
        now = timezone.now()
        last = now + period
        full_at = min(max(quota.full_at, now), last) + period * count / most  # a clock may have been set back since
        if full_at > last:
            return (full_at - last).total_seconds()
        if Quota.objects.filter(pk=quota.pk, full_at=quota.full_at).update(full_at=full_at):
            return 0.0
        quota.refresh_from_db()  # another thread has used one
