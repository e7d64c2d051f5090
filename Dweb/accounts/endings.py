"""What ended lately, for those who were just coming in: kept for a minute. Knows neither database nor connection.

One lock guards the dict.
"""

import threading
import time
from collections.abc import Hashable
from typing import Any

REMEMBERED_SECONDS = 60.0  # longer than a handshake takes


class Endings:
    """Session keys that ended, and user ids with what is left of the account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[Hashable, tuple[float, Any]] = {}  # the newest are the last

    def note(self, key: Hashable, left: Any = None) -> None:
        now = time.monotonic()
        with self._lock:
            self._noted.pop(key, None)
            self._noted[key] = (now, left)
            while next(iter(self._noted.values()))[0] < now - REMEMBERED_SECONDS:
                del self._noted[next(iter(self._noted))]

    def among(self, *keys: Hashable) -> dict[Hashable, Any]:
        """Those of these keys that ended, with what was left of them when they did."""
        with self._lock:
            return {key: self._noted[key][1] for key in keys if key in self._noted}
