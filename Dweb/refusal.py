"""The errors that people are told about: a code of the wire, a sentence, and the HTTP status that goes with it."""

STATUS = {
    "bad_input": 400,
    "not_signed_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "too_large": 413,
    "upgrade_required": 426,
    "too_fast": 429,
    "unavailable": 503,
}


class Refusal(Exception):
    """What was asked is not done, and nothing was stored. `retry_after` is in seconds."""

    def __init__(self, code: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.status = STATUS[code]
