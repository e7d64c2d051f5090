"""Incoming webhooks: addresses at which programs write to a room without an account. No rules here."""

import hashlib

from django.db import models
from django.utils import timezone

from .people import User
from .rooms import Room


class Hook(models.Model):
    """An incoming webhook of a room. Of the key in its address there is a digest.

    `bot` is the author of its messages, which stay when the hook has ended. If it `takes_names`, a message may be shown
    under a name and an emoji of its own.
    """

    room = models.ForeignKey(Room, models.CASCADE, db_constraint=False)
    bot = models.OneToOneField(User, models.CASCADE, db_constraint=False)
    by = models.ForeignKey(User, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    takes_names = models.BooleanField(default=False)
    made = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "hook"

    @classmethod
    def of_key(cls, key: str) -> "Hook | None":
        return cls.objects.select_related("room", "bot").filter(digest=digest_of(key)).first()


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
