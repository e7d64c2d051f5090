"""Keeps the search index in step with the log: add() and replace() belong to the transaction that writes the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.constants import OnConflict

from ..databases.sql import insert_rows, placeholders
from ..models import Posting
from .terms import terms

BLOCK = Posting.BLOCK_EVENTS
REMOVED_AT_ONCE = 500

REMOVE = "DELETE FROM posting WHERE block = %s AND place = %s AND term IN ({terms})"


def searched(text: str, data: Mapping[str, Any] | None) -> str:
    """What a search looks at in a message with this text and data: the text, and the names of its files."""
    files = data.get("files") if data else None
    return "\n".join([text, *(file["name"] for file in files)]) if files else text


def add(messages: Sequence[tuple[int, str]]) -> None:
    """Indexes new messages: (event id, text)."""
    _insert([(id // BLOCK, term, id % BLOCK) for id, text in messages for term in _terms(text)])


def replace(changes: Sequence[tuple[int, str, str]]) -> None:
    """Replaces the entries of messages: (event id, old text, new text), the new one empty after a deletion.

    The limit of that day decided how many terms of the old text are in the index, so all terms that may be there are
    deleted, by their keys. To find them by block and place would read the whole block.
    """
    with connection.cursor() as cursor:
        for id, old, new in changes:
            gone = sorted(set(terms(old)) - set(_terms(new)))
            for start in range(0, len(gone), REMOVED_AT_ONCE):
                part = gone[start : start + REMOVED_AT_ONCE]
                cursor.execute(REMOVE.format(terms=placeholders(part)), [id // BLOCK, id % BLOCK, *part])
    add([(id, new) for id, _, new in changes])


def _terms(text: str) -> list[str]:
    return terms(text, settings.SEARCH_MAX_TERMS)


def _insert(rows: list[tuple[int, str, int]]) -> None:
    """Inserts in the order of the key; entries that exist stay as they are."""
    insert_rows("posting", ("block", "term", "place"), sorted(rows), OnConflict.IGNORE)
