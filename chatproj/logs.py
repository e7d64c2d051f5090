"""Keeps the log readable: requests that Django found suspicious are warnings of one line."""

import logging


class WithoutTraceback(logging.Filter):
    """Turns an ERROR with a traceback into a WARNING without; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
