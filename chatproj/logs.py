"""Filters and a formatter for the log: request ids, JSON, client errors without a traceback."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from Dweb.operations.trace import request_id


class RequestId(logging.Filter):
    """Adds to each record the id of the request or socket that its thread works for; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Some answers are logged after the middleware has run; Django adds the request to their records.
        record.request_id = getattr(getattr(record, "request", None), "trace_id", None) or request_id.get()
        return True


class Json(logging.Formatter):
    """Formats a record as a JSON object in one line; named arguments of the message are members of their own."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = dict(record.args) if isinstance(record.args, dict) else {}
        entry |= {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", None),
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class WithoutTraceback(logging.Filter):
    """Turns an ERROR with a traceback into a WARNING without one; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class Faults(logging.Filter):
    """Drops 503s: they are no faults, and the cause of a 503 has a line of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
