"""Reports: members report messages, moderators and admins see them in their context and settle them."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..live.wire import iso
from ..log import history
from ..models import Record, Report, User
from ..operations.security import record
from ..refusal import Refusal
from . import membership, permissions, prices
from .quotas import check_report
from .rates import check_rate
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime


def report(runtime: "Runtime", user: User, name: str, seq: int, reason: str) -> None:
    """Reports a message of a room that the user is in. Reporting it again changes nothing. Raises Refusal."""
    check_rate(runtime, user, prices.DEED)
    room = permissions.room_of(user, name)
    if not history.is_message(room.pk, seq):
        raise Refusal("not_found", _("There is no message %(seq)d in this room to report.") % {"seq": seq})
    if Report.objects.filter(room=room, seq=seq, by=user).exists():
        return
    check_report(user)
    try:
        with transaction.atomic():
            Report.objects.create(room=room, seq=seq, by=user, reason=reason)
    except IntegrityError:  # another request of theirs was faster
        return
    record("reported", user=user.pk, room=room.name, seq=seq)


def listed(runtime: "Runtime", user: User, after: int) -> tuple[list[dict[str, Any]], bool]:
    """What is not settled yet where the user moderates, the oldest first, each with the messages around it.

    `after` is the id of the report that comes before the first one; 0 begins the list. True: there are more.
    """
    check_rate(runtime, user, prices.REPORTS)
    found = list(_of(user).filter(pk__gt=after).order_by("pk")[: settings.REPORTS_LISTED + 1])
    names = membership.shown_names({each.by_id for each in found})
    shown = [_as_json(each, names.get(each.by_id, ""), user.pk) for each in found[: settings.REPORTS_LISTED]]
    return shown, len(found) > settings.REPORTS_LISTED


def resolve(runtime: "Runtime", user: User, report_id: int, reason: str) -> None:
    """Settles a report, and others of the same message. Raises Refusal, not_found, for one that is not theirs."""
    check_rate(runtime, user, prices.DEED)
    with transaction.atomic():
        found = _of(user).filter(pk=report_id).first()
        if found is None:
            raise Refusal("not_found", _("There is no such report."))
        same = Report.objects.filter(room=found.room, seq=found.seq, settled=None)
        same.update(settled=timezone.now(), settled_by=user)
        Record.objects.create(
            by=user, deed="settle", room=found.room.name, reason=reason, about={"seq": found.seq, "by": found.by_id}
        )


def _of(user: User) -> QuerySet[Report]:
    """The open reports that a user may see: admins all of them, for who reports a message shows it to them."""
    waiting = Report.objects.filter(settled=None).select_related("room")
    return waiting if self_of(user.pk).is_admin else waiting.filter(room__in=membership.moderated(user.pk))


def _as_json(report: Report, name: str, reader: int) -> dict[str, Any]:
    room, around = report.room, settings.REPORT_CONTEXT
    before = history.before(room, report.seq + 1, around + 1)
    after = history.since(room.name, report.seq, around)
    return {
        "id": report.pk,
        "room": room.name,
        "title": room.title or membership.display_name(room.name, report.by_id),
        "seq": report.seq,
        "reason": report.reason,
        "time": iso(report.time),
        "by": {"userid": report.by_id, "username": name},
        "events": [event.as_json(reader) for event in (*before, *after)],
    }
