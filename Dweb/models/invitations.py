"""Invitations: links that lead into a place and its rooms. No rules here."""

import hashlib
import secrets

from django.db import models
from django.utils import timezone

from .people import User
from .rooms import Room

CODE_BYTES = 16  # of chance, in a code that nobody guesses


class Invitation(models.Model):
    """The database has a digest of the code: who reads it cannot come in.

    With `admits` it makes an account where registration needs an invitation; `as_guest` it makes that of a guest.
    """

    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    rooms = models.ManyToManyField(Room, db_table="invitation_room", related_name="+")
    as_guest = models.BooleanField(default=False)
    admits = models.BooleanField(default=False)
    uses_left = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.BooleanField(default=False)

    class Meta:
        db_table = "invitation"

    @property
    def is_valid(self) -> bool:
        return not self.revoked and self.uses_left > 0 and self.expires > timezone.now()

    @classmethod
    def new_code(cls) -> str:
        return secrets.token_urlsafe(CODE_BYTES)

    @classmethod
    def of_code(cls, code: str) -> "Invitation | None":
        return cls.objects.select_related("by").filter(digest=digest_of(code)).first()


def digest_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
