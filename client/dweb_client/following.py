"""Follows rooms over a line: a socket, a stream of server-sent events, or long polls. Opens it again when it ends."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from .asking import PASSING, REQUEST_SECONDS, Tries, checked
from .errors import BadAnswer
from .follower import Follower
from .models import Event
from .steps import Answer, HangUp, OpenSocket, OpenStream, Receive, Request, Say, Steps

Via = Literal["socket", "sse", "poll"]
POLL_SECONDS = 25  # shorter than most proxies wait
STREAM_SECONDS = 45.0  # without a line; the server sends a comment every 15


def follow(follower: Follower, via: Via, timeout: float | None) -> Steps[None]:
    """Yields the events of the rooms, for ever.

    Raises ChatError: if there is no server within the timeout at first (later on it is waited for), if the token has
    ended, or a room is not the user's.
    """
    if via not in LINES:
        raise ValueError(f"via is one of {', '.join(LINES)}")
    tries = Tries(timeout)
    while True:
        follower.opened()
        error = None
        try:
            yield from LINES[via](follower, tries)
        except PASSING as passing:
            error = passing
        yield HangUp()
        yield from tries.again(error)


def _deliver(follower: Follower, events: Iterable[Event], tries: Tries) -> Steps[None]:
    for event in events:
        yield event
        follower.save()
    if follower.is_ready:
        tries.succeeded()
        follower.save()


def _parsed(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except ValueError:
        frame = None
    if not isinstance(frame, dict):
        raise BadAnswer("what comes is no JSON: is this the address of a Dweb server?")
    return frame


def socket(follower: Follower, tries: Tries) -> Steps[None]:
    yield OpenSocket("/chat/", tries.left(REQUEST_SECONDS))
    yield Say(json.dumps(follower.hello()))
    while not follower.is_stale:
        yield from _deliver(follower, follower.receive(_parsed((yield Receive()))), tries)


def _events_request(follower: Follower, **query: object) -> Request:
    rooms = {} if follower.rooms is None else {"rooms": ",".join(follower.rooms)}
    last = {"last": json.dumps(follower.cursors)} if follower.cursors else {}
    epoch = {"epoch": follower.epoch} if follower.epoch is not None else {}
    return Request("GET", "/events/", {**query, **rooms, **last, **epoch})


def sse(follower: Follower, tries: Tries) -> Steps[None]:
    headers = {"Accept": "text/event-stream"}
    request = replace(_events_request(follower), headers=headers, timeout=STREAM_SECONDS)
    checked((yield OpenStream(request)))
    data: list[str] = []
    while not follower.is_stale:
        line: str = yield Receive()
        name, _colon, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield from _deliver(follower, follower.receive(_parsed("\n".join(data))), tries)
            data.clear()


def poll(follower: Follower, tries: Tries) -> Steps[None]:
    seconds = 0  # the first one begins at once: it learns where the rooms are
    while not follower.is_stale:
        timeout = seconds + tries.left(REQUEST_SECONDS)
        headers = {"Last-Event-ID": follower.last_id} if follower.last_id and follower.rooms is None else {}
        answer: Answer = yield replace(_events_request(follower, wait=seconds), timeout=timeout, headers=headers)
        yield from _deliver(follower, follower.polled(checked(answer).json()), tries)
        seconds = POLL_SECONDS


LINES: dict[str, Callable[[Follower, Tries], Steps[None]]] = {"socket": socket, "sse": sse, "poll": poll}
