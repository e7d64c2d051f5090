"""Limits of files: the setting of the place, sizes, quotas, the room on the disk, uploads at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..files import storage
from ..models import File, FilesAllowed, User
from ..refusal import Refusal

if TYPE_CHECKING:
    from ..runtime import Runtime

RETRY_SECONDS = 2


def used(user: User) -> int:
    """The bytes of a user's files."""
    return File.objects.filter(owner=user).aggregate(sum=Sum("size"))["sum"] or 0


def too_much() -> Refusal:
    return Refusal("too_large", _("A piece has at most %(most)d bytes.") % {"most": settings.FILE_PIECE_BYTES})


def slot(runtime: "Runtime", user: User, size: int) -> Callable[[], None]:
    """Takes a slot with so many bytes of the disk."""
    check_room(runtime, size)
    end = runtime.files.uploads.take(user.pk, size)
    if end is None:
        raise Refusal("too_fast", _("Too many uploads at once: this one can come when another is done."), RETRY_SECONDS)
    return end


def no_room() -> Refusal:
    return Refusal("no_space", _("There is no room for more files here. Messages without files go on."))


def check_allowed(runtime: "Runtime") -> None:
    if runtime.place.current.files == FilesAllowed.NOTHING:
        raise Refusal("forbidden", _("Files cannot be sent here."))


def check_size(size: int) -> None:
    if size > settings.FILE_MAX_BYTES:
        most = filesizeformat(settings.FILE_MAX_BYTES)
        raise Refusal("too_large", _("A file has at most %(most)s.") % {"most": most})


def check_quotas(user: User, size: int) -> None:
    check_own(user, size)
    if File.promised_bytes() + size > settings.PLACE_FILES_BYTES:
        raise no_room()


def check_own(user: User, size: int) -> None:
    """The same without the place, whose sum takes long for a transaction."""
    if used(user) + size > settings.USER_FILES_BYTES:
        most = filesizeformat(settings.USER_FILES_BYTES)
        detail = _("Your files take all of the %(most)s that you have: delete messages with files that nobody needs.")
        raise Refusal("no_space", detail % {"most": most})
    if File.objects.filter(owner=user).count() >= settings.USER_FILES:
        detail = _("You have %(most)d files, and no more are possible: delete messages with files that nobody needs.")
        raise Refusal("no_space", detail % {"most": settings.USER_FILES})


def check_room(runtime: "Runtime", size: int) -> None:
    if not storage.has_room(size + runtime.files.uploads.reserved):
        raise no_room()
