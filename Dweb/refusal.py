"""The one exception for "no": a code of the wire, a sentence, and the HTTP status that goes with it."""

import math
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers

STATUS = {
    "bad_input": HTTPStatus.BAD_REQUEST,
    "not_signed_in": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "frozen": HTTPStatus.FORBIDDEN,
    "muted": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "conflict": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "not_allowed": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "upgrade_required": HTTPStatus.UPGRADE_REQUIRED,
    "too_fast": HTTPStatus.TOO_MANY_REQUESTS,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "no_space": HTTPStatus.INSUFFICIENT_STORAGE,
}


class Refusal(Exception):
    """A request or a frame is refused, and nothing was stored. `retry_after` is in seconds.

    `status` and `headers` are those of an HTTP answer with the fields `told`; without `status` the code's. If it
    is of interest to the log of security, it has an `event` there, with fields `about` it.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        retry_after: float | None = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        told: Mapping[str, object] | None = None,
        event: str | None = None,
        about: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.status = int(status or STATUS[code])
        self.headers = headers or {}
        self.told = told or {}
        self.event = event
        self.about = about or {}

    def as_json(self) -> JsonResponse:
        """The HTTP answer at an address that speaks JSON."""
        body = {"msg": "error", "error": self.code, "detail": str(self.detail), **self.told}
        response = JsonResponse(body, status=self.status)
        self.add_headers(response)
        return response

    def add_headers(self, response: HttpResponse) -> None:
        """Adds the headers of every answer to a refusal, which no cache keeps."""
        if self.retry_after is not None:
            response["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        for name, value in self.headers.items():
            response[name] = value
        add_never_cache_headers(response)

    def as_frame(self, cid: str | None = None) -> dict[str, object]:
        """The JSON of an `error` frame, with the cid of the frame that is refused."""
        frame: dict[str, object] = {"type": "error", "error": self.code, "detail": str(self.detail), "stored": False}
        if cid is not None:
            frame["cid"] = cid
        if self.retry_after is not None:
            frame["wait"] = round(self.retry_after, 3)
        return frame
