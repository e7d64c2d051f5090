"""The request that Django makes of what has come, whatever its Content-Type says."""

from functools import lru_cache
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters

SAMPLE = rb"name=a+b%20c&~{VP~}\t-x"  # has what forms are made of, and what other codes read differently


class Request(WSGIRequest):
    """Ignores a charset that no form can have, as Django ignores one that it does not know.

    Django takes all codecs of Python for charsets. With rot13 or base64 it fails to read the query before any
    middleware runs.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}
        charset = self.content_params.get("charset")
        if charset is not None and extends_ascii(charset):
            self.encoding = charset


@lru_cache(maxsize=64)
def extends_ascii(charset: str) -> bool:
    """True if ASCII has the same bytes in this charset. Forms and multipart bodies are parsed as ASCII."""
    try:
        return SAMPLE.decode(charset, "replace") == SAMPLE.decode("ascii")
    except (LookupError, ValueError):
        return False
