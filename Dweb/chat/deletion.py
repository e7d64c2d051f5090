"""Deletion of whole rooms: at once for everyone who was there, and then, batch by batch, of what was written.

The row stays with its name and its numbers: of another room of that name, old cursors would skip messages.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from ..cluster.bus import Message
from ..databases.release import release_connections
from ..log import attachments
from ..log.standing import Standing
from ..models import Event, HookDelivery, Mark, Mention, Posting, Report, Room, RoomKind, User, event_id
from ..operations.security import record
from . import hooks, notices, permissions, rooms
from . import membership_changes as changes

if TYPE_CHECKING:
    from ..runtime import Runtime

NOTHING = {
    "kind": RoomKind.GONE,
    "archived": True,
    **dict.fromkeys(("title", "title_key", "title_skeleton", "topic", "picture"), ""),
}


def delete(runtime: "Runtime", admin: User, room: Room, reason: str) -> None:
    """Deletes a group room as an admin of the place: nobody is in it any more, and none finds it. Raises Refusal."""

    def deed(own: Standing, now: datetime) -> Sequence[dict[str, Any]]:
        notices.record(admin, "delete_room", room.name, reason=reason, about={"title": room.title})
        Room.objects.filter(pk=room.pk).update(**NOTHING)
        changes.end_all(room)
        hooks.end_all(room)
        return []

    notices.do(runtime, admin, room, permissions.check_admin, deed)
    record("room_deleted", user=admin.pk, room=room.name)
    _empty(runtime, room.name)
    runtime.bus.send({"type": "gone", "room": room.name})


def on_gone(runtime: "Runtime", message: Message) -> None:
    _empty(runtime, message["room"])


def clear(runtime: "Runtime") -> None:
    """Deletes what was written in rooms that are gone, DELETED_AT_ONCE events at a time: others write meanwhile."""
    for room_id in Room.objects.filter(kind=RoomKind.GONE).values_list("pk", flat=True):
        events = Event.objects.filter(pk__gte=event_id(room_id, 0), pk__lt=event_id(room_id + 1, 0)).order_by("pk")
        first_block = event_id(room_id, 0) // Posting.BLOCK_EVENTS
        while ids := list(events.values_list("pk", flat=True)[: settings.DELETED_AT_ONCE]):
            with transaction.atomic():
                attachments.remove(ids)
                Posting.objects.filter(block__gte=first_block, block__lte=ids[-1] // Posting.BLOCK_EVENTS).delete()
                Mention.objects.filter(event__gte=ids[0], event__lte=ids[-1]).delete()
                Event.objects.filter(pk__in=ids).delete()
            runtime.files.cleaner.wake()
            release_connections()
        for model in (Mark, Report, HookDelivery):
            model.objects.filter(room=room_id).delete()


def _empty(runtime: "Runtime", name: str) -> None:
    """Unsubscribes everyone here from a room."""
    runtime.room_ids.pop(name, None)
    with runtime.registry.lock:
        state = runtime.registry.rooms.get(name)
        users = {client.user_id for client in state.subscribers} if state is not None else set()
    for user_id in users:
        rooms.unsubscribe_user(runtime, user_id, name)
