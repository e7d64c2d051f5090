"""Errors that say that the machine, or a limit of it, has no more files, threads or memory."""

import logging
import time
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM

from django.conf import settings

logger = logging.getLogger(__name__)

_noted = float("-inf")  # when the log had the last line; a line too many does no harm, so no lock guards it


def is_shortage(error: BaseException) -> bool:
    """True if this error is the machine's: the same call may succeed when others have given something back."""
    if isinstance(error, OSError):
        return error.errno in (EMFILE, ENFILE, ENOBUFS, ENOMEM)
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "start new thread" in str(error))


def note(error: BaseException) -> None:
    """Logs a shortage, once in SHORTAGE_LOG_SECONDS: each client that comes may meet it."""
    global _noted
    now = time.monotonic()
    if now - _noted >= settings.SHORTAGE_LOG_SECONDS:
        _noted = now
        reason = str(error) or type(error).__name__
        logger.warning("The machine has no room for more, and clients are refused: %s. See docs/operating.md.", reason)
