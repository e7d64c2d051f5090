"""The request that Django makes of what has come, whatever its Content-Type says."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters

MAX_CHARS = 256  # of a Content-Type: Django takes a time for it that grows with the square of its length
EXTENDED = "*"  # ends the name of a parameter of RFC 2231, which has a charset; no browser sends one here


class Request(WSGIRequest):
    """Takes no charset from the client: texts are UTF-8. A Content-Type that is none, or too long, is ignored.

    Django takes all codecs of Python for charsets. With rot13 or base64 it fails to read the query before any
    middleware runs, and Python keeps each name of a codec that it did not find.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = "", {}
        header = meta.get("CONTENT_TYPE", "")
        if len(header) <= MAX_CHARS and EXTENDED not in header:
            self.content_type, self.content_params = parse_header_parameters(header)
