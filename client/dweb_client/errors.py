"""The exceptions, one tree:

ChatError
├── Unreachable         no server answered in time
│   └── Uncertain       nor did one say whether it has done what was asked: ask again with its `cid`
├── Refused             the server said no, and did nothing: `code`, `detail`, `status`, `retry_after` (seconds)
│   ├── BadInput        400, 405, 413, 415: the request is wrong, or too large
│   ├── NotSignedIn     401: the token or the session is none, was cut, has ended or expired
│   ├── Forbidden       403: also a frozen room (`code` is "frozen") and a muted user ("muted")
│   ├── NotFound        404: no such room, message, file or user, or none that this token may know of
│   ├── Conflict        409: the name is taken, or a piece of a file does not go there
│   ├── TooFast         429: and waiting would have taken longer than the timeout
│   └── Unavailable     5xx: the server cannot just now, and could not until the timeout
├── BadAnswer           the answer is none of a Dweb server's: the address may be another one's
├── HistoryReset        the server's history was replaced while it was being read
└── PlaceError          the file that keeps the place cannot be read or written
"""

from collections.abc import Mapping
from typing import Any


class ChatError(Exception):
    """Whatever this package raises beside ValueError and OSError of files that it was given."""


class Unreachable(ChatError):
    """No server answered in time. `was_sent` is False if the request cannot have reached one."""

    def __init__(self, detail: str, was_sent: bool = True) -> None:
        super().__init__(detail)
        self.was_sent = was_sent


class Uncertain(Unreachable):
    """The server may have done what was asked. A message that is sent again with this `cid` is stored once."""

    def __init__(self, detail: str, cid: str = "") -> None:
        super().__init__(detail)
        self.cid = cid


class Refused(ChatError):
    """The server said no, and did nothing."""

    def __init__(self, code: str, detail: str, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.told: Mapping[str, Any] = {}  # the whole answer


class BadInput(Refused):
    pass


class NotSignedIn(Refused):
    pass


class Forbidden(Refused):
    pass


class NotFound(Refused):
    pass


class Conflict(Refused):
    pass


class TooFast(Refused):
    pass


class Unavailable(Refused):
    pass


class BadAnswer(ChatError):
    pass


class Closed(ChatError):
    pass


class HistoryReset(ChatError):
    pass


class PlaceError(ChatError):
    pass


BY_CODE: dict[str, type[Refused]] = {
    "bad_input": BadInput,
    "too_large": BadInput,
    "not_allowed": BadInput,
    "not_signed_in": NotSignedIn,
    "forbidden": Forbidden,
    "frozen": Forbidden,
    "muted": Forbidden,
    "not_found": NotFound,
    "conflict": Conflict,
    "too_fast": TooFast,
    "unavailable": Unavailable,
}
# Of answers that are no JSON: of a proxy, or of the server's first line of defence.
BY_STATUS = {
    400: "bad_input",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    414: "bad_input",
    429: "too_fast",
    431: "bad_input",
    500: "unavailable",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}


def refused(code: str, detail: str, status: int = 0, retry_after: float | None = None) -> Refused:
    """The exception that stands for a code of the wire; of one that is not known here, Refused itself."""
    return BY_CODE.get(code, Refused)(code, detail, status, retry_after)
