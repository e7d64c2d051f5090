"""The table of used quotas, a row for each user and kind. No rules here."""

from django.db import models

from .people import User


class Quota(models.Model):
    """A user has all of a quota again at `full_at`; used things come back one by one until then.

    The user has no constraint: to check it, the committer would have to wait for whoever makes a room.
    """

    class Kind(models.IntegerChoices):
        ROOM = 1
        PRIVATE_CHAT = 2
        ADDED = 3
        INVITATION = 4
        REPORT = 5
        NAME = 6
        PICTURE = 7
        HOOK = 8

    user = models.ForeignKey(User, models.CASCADE, db_index=False, db_constraint=False)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    full_at = models.DateTimeField()

    class Meta:
        db_table = "quota"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="quota_once")]
