"""Read marks."""

from django.db import models

from .people import User
from .rooms import Room


class Mark(models.Model):
    """A user has read a room up to and with the event `seq`.

    User and room have no constraints: to check them, the database would have to wait for the committer's locks.
    """

    user = models.ForeignKey(User, models.CASCADE, db_index=False, db_constraint=False)
    room = models.ForeignKey(Room, models.CASCADE, db_constraint=False)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "mark"
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="mark_once")]
