"""Mentions of users in messages."""

from django.db import models


class Mention(models.Model):
    """The message with the key `event` mentions a user, or EVERYONE in its room.

    Neither has a constraint, as with read marks; and the rows of a user lie together, in the order of the log.
    """

    EVERYONE = 0  # no user has this id

    pk = models.CompositePrimaryKey("user", "event")
    user = models.BigIntegerField()
    event = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "mention"
