"""Files of which the database knows, without bytes; and what is left there of them."""

from collections.abc import Sequence
from typing import Any

from django.test import Client as Browser

from Dweb.models import Attachment, File, Leftover, User, event_id

from .fakes import say

PICTURE = {"name": "Sunset Ærø.png", "size": 70_000, "type": "image/png", "width": 800, "height": 600}


def make_file(owner: User, id: str = "picture", **fields: Any) -> File:
    """A picture, if the fields do not say otherwise."""
    usual = {"stored": f"ab/{id}", **PICTURE}
    return File.objects.create(id=id, owner=owner, **(usual | fields))


def shown(*ids: str) -> list[dict[str, Any]]:
    """Pictures as everyone is shown them."""
    return [{"id": id, **PICTURE, "preview": f"/files/{id}/preview"} for id in ids]


def send(browser: Browser, *ids: str, text: str = "", **fields: Any) -> Any:
    return say(browser, text, files=",".join(ids), **fields)


def kept() -> tuple[Sequence[str], Sequence[str]]:
    """The ids of all files, and the names of all bytes that are left over."""
    files, leftovers = File.objects.order_by("pk"), Leftover.objects.order_by("pk")
    return list(files.values_list("pk", flat=True)), list(leftovers.values_list("pk", flat=True))


def attached(room_id: int) -> dict[int, list[str]]:
    """The ids of the files of each message of a room, by its number."""
    found: dict[int, list[str]] = {}
    for event, file in Attachment.objects.order_by("event", "place").values_list("event", "file"):
        found.setdefault(event - event_id(room_id, 0), []).append(file)
    return found
