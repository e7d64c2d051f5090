"""Sessions of users: on which device and since when. Django's table has the sessions themselves. No rules here."""

from django.db import models
from django.utils import timezone

from .people import User

ADDRESS_CHARS = 45  # the longest IPv6 address
WORD_CHARS = 20


class UserSession(models.Model):
    """What a user sees of a session: its id is no key of it. `browser` and `system` are empty if they are not known.

    The user has no constraint: to check it, a sign-in would wait for whoever changes the account.
    """

    key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, models.CASCADE, db_constraint=False)
    browser = models.CharField(max_length=WORD_CHARS, default="")
    system = models.CharField(max_length=WORD_CHARS, default="")
    address = models.CharField(max_length=ADDRESS_CHARS, default="")
    since = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "user_session"
