"""The icon of the place: a picture that everybody sees, who has not signed in, too."""

from typing import TYPE_CHECKING

from django.db import transaction

from ..models import File, Place, Record, User
from . import place

if TYPE_CHECKING:
    from ..runtime import Runtime


def choose(runtime: "Runtime", admin: User, file_id: str) -> bool:
    """Gives the place another icon, none with an empty id, and records it. False: the file is gone. Raises Refusal."""
    with transaction.atomic():
        row = Place.locked()
        place.check_admin(admin)
        if file_id and not File.keep(file_id):
            return False
        Record.objects.create(by=admin, deed="place", about={"icon": {"from": bool(row.icon), "to": bool(file_id)}})
        row.icon = file_id
        row.save(update_fields=["icon"])
    runtime.files.previews.wake()
    place.announce(runtime)
    return True


def file_of(runtime: "Runtime", file_id: str) -> File | None:
    """The file, if it is the icon."""
    is_icon = file_id and runtime.place.current.icon == file_id
    return File.objects.filter(pk=file_id).exclude(stored="").first() if is_icon else None
