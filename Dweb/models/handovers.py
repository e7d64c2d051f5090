"""Codes by which a user signs in on a further device. No rules here."""

from django.db import models

from .people import User
from .sessions import ADDRESS_CHARS, WORD_CHARS


class Handover(models.Model):
    """A code and the device that asked to be let in with it. Of the code, and of the device's token, there are digests.

    `auth_hash` is that of the user's sessions when the code was made: another password makes the code void.
    """

    class State(models.IntegerChoices):
        WAITING = 0  # for a device
        ASKED = 1  # by a device that is shown to the user
        ALLOWED = 2
        USED = 3
        REFUSED = 4

    user = models.ForeignKey(User, models.CASCADE, db_constraint=False)
    digest = models.CharField(max_length=64, unique=True)
    auth_hash = models.CharField(max_length=64)
    expires = models.DateTimeField()
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.WAITING)
    asker = models.CharField(max_length=64, default="")
    browser = models.CharField(max_length=WORD_CHARS, default="")
    system = models.CharField(max_length=WORD_CHARS, default="")
    address = models.CharField(max_length=ADDRESS_CHARS, default="")

    class Meta:
        db_table = "handover"
