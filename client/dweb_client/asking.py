"""Asks the server, again and again until it knows: restarts, lost connections and budgets that are used up."""

import logging
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .errors import BY_STATUS, BadAnswer, ChatError, Refused, TooFast, Unavailable, Uncertain, Unreachable, refused
from .steps import Answer, Pause, Request, Steps

logger = logging.getLogger("dweb_client")

TIMEOUT_SECONDS = 60.0  # a restart of a large server
REQUEST_SECONDS = 30.0  # without a byte; beyond it a connection is taken for dead
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0  # many programs come back at once when a server does
PASSING = (Unreachable, Unavailable, TooFast)  # trying again may help


class Tries:
    """How long to wait between tries, and until when. `timeout` is in seconds; None for ever.

    Times are on the monotonic clock: setting the machine's clock changes nothing.
    """

    def __init__(self, timeout: float | None) -> None:
        self._until = None if timeout is None else time.monotonic() + timeout
        self._failed = 0

    def left(self, most: float) -> float:
        """The seconds that one try may take."""
        return most if self._until is None else max(0.1, min(most, self._until - time.monotonic()))

    def succeeded(self) -> None:
        """From now on there is no end to the tries."""
        self._until = None
        self._failed = 0

    def again(self, error: ChatError | None = None, failure: ChatError | None = None) -> Steps[None]:
        """Waits for the next try, as the error asks. Raises `failure`, or the error, if that would be too late."""
        backoff = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(self._failed, 10))
        seconds = backoff * random.uniform(0.5, 1)  # noqa: S311 - jitter
        if isinstance(error, Refused) and error.retry_after:
            seconds = max(seconds, error.retry_after)
        if error is not None and self._until is not None and time.monotonic() + seconds > self._until:
            raise failure or error from error
        logger.info("Trying again in %.1f s: %s", seconds, error or "to resume")
        self._failed += 1
        yield Pause(seconds)


def ask(request: Request, timeout: float | None, cid: str = "") -> Steps[Answer]:
    """The answer to a request, which is repeated until then, unless it must not be.

    Raises ChatError; Uncertain, with the `cid`, if the server may have done what was asked.
    """
    tries = Tries(timeout)
    may_be_done = False
    while True:
        try:
            answer: Answer = yield replace(request, timeout=tries.left(request.timeout or REQUEST_SECONDS))
            return checked(answer)
        except PASSING as error:
            may_be_done = may_be_done or (request.method != "GET" and _may_be_done(error))
            failure = Uncertain(f"the server may have done it, or not: {error}", cid) if may_be_done else error
            if may_be_done and not request.may_repeat:
                raise failure from error
            yield from tries.again(error, failure)


def _may_be_done(error: ChatError) -> bool:
    """True if the server may have stored something: it could not find out, or its answer did not come."""
    return error.was_sent if isinstance(error, Unreachable) else isinstance(error, Unavailable)


def checked(answer: Answer) -> Answer:
    """The answer, unless it is an error: raises Refused or BadAnswer."""
    if answer.status < 300:
        return answer
    if answer.status < 400:
        raise BadAnswer(f"the server leads to {answer.headers.get('location', 'another address')}: use that address")
    raise refusal_of(answer)


def refusal_of(answer: Answer) -> Refused:
    retry = answer.headers.get("retry-after", "")
    after = float(retry) if retry.isdigit() else None
    try:
        told: Mapping[str, Any] = answer.json()
        code, detail = str(told["error"]), str(told["detail"])
    except (BadAnswer, KeyError):
        told, code = {}, BY_STATUS.get(answer.status, "bad_input" if answer.status < 500 else "unavailable")
        detail = f"status {answer.status}"
    error = refused(code, detail, answer.status, after)
    error.told = told
    return error
