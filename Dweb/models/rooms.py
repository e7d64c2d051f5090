"""Rooms, and the membership of users in them. No rules here."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .names import KEY_CHARS, NameKeyField, SkeletonField, name_key, skeleton, title_skeleton
from .people import User

LOBBY = "lobby"
LEVELS = ("all", "mentions", "nothing")  # stored as their places
TITLE_CHARS = 80
TOPIC_CHARS = 250


class RoomKind(models.IntegerChoices):
    """Whose a room is; on the wire it goes by its name in small letters."""

    LOBBY = 0  # everyone's
    OPEN = 1  # anyone may find and join it
    PRIVATE = 2  # for those who are not in it, it does not exist
    DIRECT = 3  # of a few people, by their ids
    GONE = 4  # deleted: it keeps its name and its numbers, which old cursors know, and nothing else

    @property
    def word(self) -> str:
        return self.name.lower()


class Role(models.IntegerChoices):
    """What a member may do in a room; the more, the larger."""

    MEMBER = 0
    MODERATOR = 1
    OWNER = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Choices(NamedTuple):
    """The choices of a user for a room, as a membership keeps them."""

    level: int = 0
    pinned: bool = False
    hidden: bool = False  # until the next message comes


class Room(models.Model):
    """A place where messages go. `seq` is the number of its last event; the committer locks this row to add one."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    name_key = NameKeyField(of="name", db_default="")
    skeleton = SkeletonField(of="name", db_default="")
    kind = models.PositiveSmallIntegerField(choices=RoomKind.choices, default=RoomKind.OPEN, db_default=RoomKind.OPEN)
    title = models.CharField(max_length=TITLE_CHARS, default="", db_default="")  # direct rooms have none
    title_key = NameKeyField(of="title", db_default="")
    title_skeleton = SkeletonField(of="title", db_default="")
    topic = models.CharField(max_length=TOPIC_CHARS, default="", db_default="", blank=True)
    picture = models.CharField(max_length=16, default="", db_default="", db_index=True, editable=False)  # a file's id
    frozen = models.BooleanField(default=False, db_default=False)  # only moderators write
    archived = models.BooleanField(default=False, db_default=False)  # nobody writes
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
    def titled_like(cls, title: str) -> models.QuerySet["Room"]:
        """The rooms whose titles are or look the same, whatever their case."""
        return cls.objects.filter(Q(title_skeleton=title_skeleton(title)) | Q(title_key=name_key(title, KEY_CHARS)))

    @classmethod
    def named(cls, name: str) -> "Room | None":
        return cls.objects.filter(name=name).first()


class Membership(models.Model):
    """A user belongs to a group room or a direct room, and what holds for them there.

    To the lobby every user belongs; it has a row of those for whom something differs from the default. A row of one
    who is banned is no membership: it keeps them out.
    """

    user = models.ForeignKey(User, models.CASCADE)
    room = models.ForeignKey(Room, models.CASCADE)
    level = models.PositiveSmallIntegerField(default=0, db_default=0)  # what the user is told of, in LEVELS
    pinned = models.BooleanField(default=False, db_default=False)  # stands first in the user's list
    hidden = models.BigIntegerField(default=0, db_default=0)  # above the room's last number: not in the list
    role = models.PositiveSmallIntegerField(choices=Role.choices, default=Role.MEMBER, db_default=Role.MEMBER)
    banned = models.BooleanField(default=False, db_default=False)
    muted_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "membership"
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="membership_once")]
