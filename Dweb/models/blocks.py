"""Blocks: from whom people want no private messages. No rules here."""

from django.db import models

from .people import User


class Block(models.Model):
    """`user` blocks `other`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="blocks", db_index=False)
    other = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        db_table = "block"
        constraints = [models.UniqueConstraint(fields=["user", "other"], name="block_once")]
