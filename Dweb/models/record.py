"""The record: what admins and moderators did."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from .people import User

REASON_CHARS = 250


class RecordRows(models.QuerySet["Record"]):
    """Rows that are read and added."""

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise NotImplementedError("the record is never changed")

    update = delete = bulk_update = update_or_create = _raw_delete = _update = _refuse


class Record(models.Model):
    """A deed of an admin or a moderator, written in the transaction of the deed and never changed.

    `room` is the name of a room on the wire, which may be gone by now; `about` has what a deed has beside these. It
    names no person, account or address: those who are emptied later would not be. The server itself has no user.
    """

    time = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    deed = models.CharField(max_length=32)
    whom = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    room = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=REASON_CHARS, default="")
    about = models.JSONField(null=True)

    objects = RecordRows.as_manager()

    class Meta:
        db_table = "record"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NotImplementedError("the record is never changed")
        super().save(*args, **{"force_insert": True, **kwargs})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("the record is never changed")
