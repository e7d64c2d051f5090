"""How the log looks: which request a line belongs to, lines or JSON; what Django found suspicious is one line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from Dweb.operations.trace import request_id


class RequestId(logging.Filter):
    """Gives each record the id of the request or socket that its thread is at work for; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs some answers once they have left the middleware; it adds the request then.
        record.request_id = getattr(getattr(record, "request", None), "trace_id", None) or request_id.get()
        return True


class Json(logging.Formatter):
    """An object a line; what a message is made of, if it has names, are members of their own."""

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
    """Turns an ERROR with a traceback into a WARNING without; drops nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class Faults(logging.Filter):
    """Drops 503s: they are answers, not faults, and what is behind one has a line of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503
