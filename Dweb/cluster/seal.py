"""Seals what this chat's processes write to Redis: a client of Redis without the SECRET_KEY can forge nothing.

A seal is an HMAC over a text and its place, which is a channel or a key with a field: what was sealed for one place is
rejected in another. It costs some 3 µs. Knows no Redis and no message.
"""

import hmac
import logging
import time

from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

SALT = "Dweb.cluster.seal"
HASH = "sha256"
SEAL_BYTES = 32
QUIET_SECONDS = 60.0  # between two lines of the log: a client of Redis could fill the disk with them


class Rejected(Exception):
    """Something in Redis that is not taken; the text is the reason."""


class Seal:
    """The first secret seals; the others are former ones, whose seals are still taken.

    Any thread may use it. Of refusals in two threads at the same time, one may not be counted.
    """

    def __init__(self, *secrets: str) -> None:
        self._keys = [salted_hmac(SALT, "", secret, algorithm=HASH).digest() for secret in secrets]
        self._quiet_until = 0.0
        self.rejected = 0

    def close(self, place: str, text: str) -> bytes:
        content = text.encode()
        return _code(self._keys[0], place, content) + content

    def open(self, place: str, data: bytes) -> str:
        """Returns the text that was sealed for this place. Raises Rejected."""
        code, content = data[:SEAL_BYTES], data[SEAL_BYTES:]
        if not any(hmac.compare_digest(code, _code(key, place, content)) for key in self._keys):
            raise Rejected("no server of this chat wrote it, or one with another SECRET_KEY")
        return content.decode()

    def reject(self, error: Rejected) -> None:
        """Counts it, and logs it once in a while."""
        self.rejected += 1
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + QUIET_SECONDS
            logger.warning("Rejected something in Redis, %d times so far: %s.", self.rejected, error)


def _code(key: bytes, place: str, content: bytes) -> bytes:
    return hmac.digest(key, place.encode() + b"\0" + content, HASH)  # no place and no JSON has a NUL
