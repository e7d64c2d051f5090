"""Files that people send, and the messages that have them. No rules here."""

import secrets
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from .names import NameKeyField
from .people import User
from .place import Place
from .rooms import Room

FILE_NAME_CHARS = 150
ID_BYTES = 12  # random: an id tells nothing, and none can be guessed


def new_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


class File(models.Model):
    """A file. Its bytes are in the storage as `stored`, a random name, once all of them have come."""

    class Preview(models.IntegerChoices):
        NONE = 0  # it is no picture
        WAITING = 1
        MADE = 2
        FAILED = 3
        MAKING = 4  # a process is at it
        AGAIN = 5  # a process is at it, after another one was interrupted

    id = models.CharField(max_length=16, primary_key=True, default=new_id)
    owner = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="files")
    name = models.CharField(max_length=FILE_NAME_CHARS)
    name_key = NameKeyField(of="name", db_index=False)
    size = models.BigIntegerField()  # in bytes; while it comes in pieces, what it will have
    type = models.CharField(max_length=100, default="application/octet-stream")
    width = models.PositiveIntegerField(null=True)  # of a picture that stands upright
    height = models.PositiveIntegerField(null=True)
    stored = models.CharField(max_length=40, default="")
    preview = models.PositiveSmallIntegerField(choices=Preview.choices, default=Preview.NONE)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "file"
        indexes = [
            models.Index(fields=["owner", "size"], name="file_owner"),
            models.Index(fields=["made"], name="file_made"),
            models.Index(fields=["preview", "made"], name="file_preview"),
        ]

    @classmethod
    def promised_bytes(cls) -> int:
        """Of all files, of those that are on their way, too. An index answers it."""
        return cls.objects.aggregate(sum=Sum("size"))["sum"] or 0

    @classmethod
    def keep(cls, pk: str) -> bool:
        """Looks whether a file has not been deleted meanwhile; it stays until COMMIT."""
        return cls.objects.select_for_update().filter(pk=pk).exclude(stored="").exists()

    @classmethod
    def loose(cls) -> "QuerySet[File]":
        """The files that nothing has: no message, no person, no room and not the place."""
        return cls.objects.exclude(_is_had())

    @classmethod
    def taken(cls) -> "QuerySet[File]":
        """The other ones."""
        return cls.objects.filter(_is_had())


class Attachment(models.Model):
    """A message has a file, in this place among its files. `event` is the message's key, which tells its room, too."""

    event = models.BigIntegerField()
    file = models.ForeignKey(File, models.PROTECT, db_index=False)
    place = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "attachment"
        constraints = [models.UniqueConstraint(fields=["event", "file"], name="attachment_once")]
        indexes = [models.Index(fields=["file", "event"], name="attachment_file")]


class Leftover(models.Model):
    """A name in the storage whose bytes, and previews, are to be deleted when it is `due`.

    It has no file any more, or none yet: it is here before its bytes come, in case the server is killed meanwhile.
    """

    stored = models.CharField(max_length=40, primary_key=True)
    due = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "leftover"


def _is_had() -> Q:
    has = ((Attachment, "file"), (User, "picture"), (Room, "picture"), (Place, "icon"))
    return reduce(or_, (Q(Exists(model.objects.filter(**{field: OuterRef("pk")}))) for model, field in has))
