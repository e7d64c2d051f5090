"""The rooms' logs: events under their keys, and the epoch that makes their numbers valid. No rules here."""

import secrets

from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.base import BaseDatabaseWrapper

from ..live import direct, wire
from ..live.wire import Kind
from .people import User
from .rooms import Room

EVENTS_PER_ROOM = 2**32


class RowIdField(models.BigIntegerField):
    """A 64-bit key that this application chooses; on SQLite the row id itself, so the column's type is integer."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Event(models.Model):
    """One event of a room's log.

    The key is made of room and number, so the table lies in the order in which it is read, and no two events can
    have the same number. The text of a message is in its own row and nowhere else: an edit replaces it there, a
    deletion empties it, and the rows of edits and deletions have no text.
    """

    id = RowIdField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, db_index=False)
    seq = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(default=Kind.MESSAGE.value)
    of = models.BigIntegerField(null=True)  # the number of the message that an edit or a deletion changes
    user = models.ForeignKey(User, models.PROTECT, db_index=False)
    text = models.TextField()
    edited = models.DateTimeField(null=True)  # when this message was edited last
    time = models.DateTimeField()
    cid = models.CharField(max_length=64, null=True)
    reply = models.BigIntegerField(null=True)
    data = models.JSONField(null=True)  # what a kind has beside these

    class Meta:
        db_table = "event"
        constraints = [models.UniqueConstraint(fields=["user", "cid"], name="event_once")]

    def as_wire(self, room: str) -> wire.Event:
        """The event as the hub takes it; `room` is the name of its room."""
        return wire.Event(
            room=room,
            seq=self.seq,
            id=self.pk,
            userid=self.user_id,
            user=self.user.shown_name,
            text=self.text,
            time=self.time,
            userto=direct.partner(room, self.user_id),
            cid=self.cid,
            reply=self.reply,
            kind=self.kind,
            of=self.of,
            edited=self.edited,
            data=self.data,
            bot=self.user.is_bot,
        )


def event_id(room_id: int, seq: int) -> int:
    """An event's key, and the key space of a room: from event_id(room, 0) up to event_id(room + 1, 0)."""
    return room_id * EVENTS_PER_ROOM + seq


def room_id_of(event_id: int) -> int:
    return event_id // EVENTS_PER_ROOM


class Epoch(models.Model):
    """One row: an id made with the database. If it changes, numbers that clients have seen mean nothing any more."""

    value = models.CharField(max_length=32)

    class Meta:
        db_table = "epoch"

    @classmethod
    def current(cls, using: str = DEFAULT_DB_ALIAS) -> str:
        return cls.objects.using(using).get_or_create(pk=1, defaults={"value": secrets.token_hex(8)})[0].value
