"""Keeps the log readable: requests that Django found suspicious are warnings of one line."""

import logging


class WithoutTraceback(logging.Filter):
    """Turns an ERROR with a traceback into a WARNING without; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class Faults(logging.Filter):
    """Drops 503s: they are answers, not faults, and what is behind one has a line of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
