"""Which messages have which files, in the transaction that writes the log. Touches no storage."""

from collections.abc import Collection, Iterable
from typing import Any

from ..databases.sql import insert_rows
from ..live import wire
from ..models import Attachment, File, Leftover

FIELDS = ("id", "name", "size", "type", "width", "height")


def locked(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Those of these files whose bytes are stored, by their ids, as a message's data has them; locked until COMMIT."""
    rows = File.objects.select_for_update().filter(pk__in=ids).exclude(stored="").order_by("pk").values(*FIELDS)
    return {row["id"]: {name: value for name, value in row.items() if value is not None} for row in rows}


def add(messages: Iterable[wire.Event]) -> None:
    """Notes the files of new messages; all of them are locked."""
    rows = [(message.id, file["id"], place) for message in messages for place, file in enumerate(message.files)]
    insert_rows("attachment", ("event", "file_id", "place"), rows)


def remove(event_ids: Collection[int]) -> None:
    """Takes their files from deleted messages. Files that no message has any more are deleted; bytes are left over."""
    rows = dict(Attachment.objects.filter(event__in=event_ids).values_list("pk", "file"))
    if rows:
        files = {*rows.values()}
        locked(files)  # no other message takes one of them meanwhile
        Attachment.objects.filter(pk__in=rows).delete()
        gone = dict(File.loose().filter(pk__in=files).values_list("pk", "stored"))
        Leftover.objects.bulk_create([Leftover(stored=stored) for stored in gone.values() if stored])
        File.objects.filter(pk__in=gone).delete()
