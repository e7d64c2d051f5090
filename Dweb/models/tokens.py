"""Tokens: what programs show instead of a password. No rules here."""

from typing import NamedTuple

from django.db import models
from django.utils import timezone

TOKEN_NAME_CHARS = 60
MANAGE = "manage"  # the scope of who changes more than messages of their own


class Access(NamedTuple):
    """What a token lets a request and a socket do. `rooms` is None if it reaches all rooms of its user."""

    token: int
    scopes: frozenset[str]
    rooms: frozenset[str] | None

    @property
    def manages(self) -> bool:
        return MANAGE in self.scopes

    def reaches(self, room: str) -> bool:
        return self.rooms is None or room in self.rooms


class Token(models.Model):
    """A token of a user: of the token itself there is a digest. `scopes` are words with a blank between them.

    `rooms` are the names of the only rooms that it reaches; None: all of its user's.
    """

    user = models.ForeignKey("Dweb.User", models.CASCADE, db_constraint=False)
    name = models.CharField(max_length=TOKEN_NAME_CHARS)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=40)
    rooms = models.JSONField(null=True)
    expires = models.DateTimeField(null=True)
    made = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
