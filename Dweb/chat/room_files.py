"""The files of a room, the newest first."""

from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..live.wire import iso
from ..models import Attachment, Event, User, event_id, name_key
from ..models.names import KEY_CHARS
from . import permissions, prices
from .files import as_json
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def listed(
    runtime: "Runtime", user: User, name: str, query: str, before: int | None
) -> tuple[list[dict[str, Any]], bool]:
    """The files of a room with these letters in their names, and whether there are more.

    `before` is an event's id: only files of older messages count. Raises Refusal.
    """
    check_rate(runtime, user, prices.FILES)
    room = permissions.room_to_read(user, name)
    if room is None:
        return [], False
    end = event_id(room.pk + 1, 0) if before is None else min(before, event_id(room.pk + 1, 0))
    rows = Attachment.objects.filter(event__gt=event_id(room.pk, 0), event__lt=end)
    if query:
        rows = rows.filter(file__name_key__contains=name_key(query, KEY_CHARS))
    found = list(rows.select_related("file").order_by("-event", "place")[: settings.FILES_LISTED + 1])
    shown = _whole_messages(found) if len(found) > settings.FILES_LISTED else found
    rows_of = Event.objects.filter(pk__in={each.event for each in shown}).select_related("user")
    events = {event.pk: event for event in rows_of}
    return [_told(each, events[each.event]) for each in shown if each.event in events], len(shown) < len(found)


def _whole_messages(found: list[Attachment]) -> list[Attachment]:
    """Without the message that the page would cut: the next one begins before it."""
    return [each for each in found if each.event != found[-1].event]


def _told(attachment: Attachment, event: Event) -> dict[str, Any]:
    told = {
        "seq": event.seq,
        "event": event.pk,
        "userid": event.user_id,
        "user": event.user.shown_name,
        **event.user.bot_mark,
    }
    return {**as_json(attachment.file), **told, "time": iso(event.time)}
