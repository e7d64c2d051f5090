"""Rooms, and the membership of users in them. No rules here."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .names import KEY_CHARS, NameKeyField, SkeletonField, name_key, skeleton
from .people import User

LOBBY = "lobby"
LEVELS = ("all", "mentions", "nothing")  # stored as their places


class Choices(NamedTuple):
    """The choices of a user for a room, as a membership keeps them."""

    level: int = 0
    pinned: bool = False


class Room(models.Model):
    """A place where messages go. `seq` is the number of its last event; the committer locks this row to add one."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    name_key = NameKeyField(of="name", db_default="")
    skeleton = SkeletonField(of="name", db_default="")
    seq = models.BigIntegerField(_("events"), default=0, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="rooms")

    class Meta:
        db_table = "room"
        verbose_name, verbose_name_plural = _("room"), _("rooms")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def like(cls, name: str) -> models.QuerySet["Room"]:
        """The rooms whose names are or look the same, whatever their case."""
        return cls.objects.filter(Q(skeleton=skeleton(name)) | Q(name_key=name_key(name, KEY_CHARS)))

    @classmethod
    def named(cls, name: str) -> "Room | None":
        return cls.objects.filter(name=name).first()


class Membership(models.Model):
    """A user belongs to a group room or a direct room, and what they have chosen there.

    To the lobby every user belongs; it has a row of those who have chosen something.
    """

    user = models.ForeignKey(User, models.CASCADE)
    room = models.ForeignKey(Room, models.CASCADE)
    level = models.PositiveSmallIntegerField(default=0, db_default=0)  # what the user is told of, in LEVELS
    pinned = models.BooleanField(default=False, db_default=False)  # stands first in the user's list

    class Meta:
        db_table = "membership"
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="membership_once")]
