"""Sessions and accounts that ended in the last minute; a handshake in progress checks them. Asks no database.

One lock guards the dict.
"""

import threading
import time
from collections.abc import Hashable
from typing import Any

REMEMBERED_SECONDS = 60.0  # longer than a handshake takes


class Endings:
    """Digests of sessions that ended, and user ids with the account as it is now (None: deleted)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[Hashable, tuple[float, Any]] = {}  # the newest are the last

    def note(self, key: Hashable, account: Any = None) -> None:
        now = time.monotonic()
        with self._lock:
            self._noted.pop(key, None)
            self._noted[key] = (now, account)
            while next(iter(self._noted.values()))[0] < now - REMEMBERED_SECONDS:
                del self._noted[next(iter(self._noted))]

    def among(self, *keys: Hashable) -> dict[Hashable, Any]:
        """The keys among these that ended, with what was noted of them."""
        with self._lock:
            return {key: self._noted[key][1] for key in keys if key in self._noted}
