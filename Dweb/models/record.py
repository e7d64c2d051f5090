"""The record: what admins and moderators did."""

from django.db import models
from django.utils import timezone

from .people import User

REASON_CHARS = 250


class Record(models.Model):
    """A deed of an admin or a moderator, written in the transaction of the deed and never changed.

    `room` is the name of a room on the wire, which may be gone by now; `about` has what a deed has beside these. The
    server itself has no user.
    """

    time = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    deed = models.CharField(max_length=32)
    whom = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    room = models.CharField(max_length=64, default="")
    reason = models.CharField(max_length=REASON_CHARS, default="")
    about = models.JSONField(null=True)

    class Meta:
        db_table = "record"
