"""Checkpoints: has SQLite empty its -wal file soon after a message was changed, and when the file has grown.

The committer's thread counts changes, one other thread makes the checkpoints; the count is all that they share.
"""

from collections.abc import Sequence

from ..databases.sqlite import wal
from ..live import wire
from .changes import CHANGES


class Checkpoints:
    """`max_bytes` is the size beyond which the file has grown; a checkpoint holds up writers for `lock_seconds`."""

    def __init__(self, max_bytes: int, lock_seconds: float) -> None:
        self._max_bytes = max_bytes
        self._lock_seconds = lock_seconds
        self._changes = 1  # an earlier process may have left texts there
        self._emptied_after = 0  # changes

    def note(self, events: Sequence[wire.Event]) -> None:
        """Notes that these events are stored."""
        if any(event.kind in CHANGES for event in events):
            self._changes += 1

    def run(self) -> None:
        """Empties the file if there is a reason to. What is in the way now is tried again with the next call."""
        size, changes = wal.size(), self._changes
        due = size > self._max_bytes or (size > 0 and changes > self._emptied_after)
        if due and wal.empty(self._lock_seconds):
            self._emptied_after = changes
