"""Reports of messages. No rules here."""

from django.db import models
from django.utils import timezone

from .people import User
from .record import REASON_CHARS
from .rooms import Room


class Report(models.Model):
    """A member reports a message; a moderator or an admin settles it."""

    room = models.ForeignKey(Room, models.CASCADE)
    seq = models.BigIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_CHARS, default="")
    time = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled = models.DateTimeField(null=True)

    class Meta:
        db_table = "report"
        constraints = [models.UniqueConstraint(fields=["room", "seq", "by"], name="report_once")]
