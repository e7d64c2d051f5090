"""Streams and polls through a real nginx, as deploy/nginx.conf has it and as one that knows nothing of them."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ..support.events import Event, path_of
from ..support.nginx import NAME, Nginx
from ..support.server import Server, Visitor
from .test_nginx import BEHIND
from .test_nginx import proxy as proxy

pytestmark = [pytest.mark.once, pytest.mark.service]

# Without its own location, a stream is an ordinary answer, which nginx buffers.
CHANGES = [pytest.param({}, marks=pytest.mark.long), {"location /events/ {": "location /elsewhere/ {"}]


@contextmanager
def reading(front: Nginx, person: Visitor, last_id: str = "") -> Iterator[Iterator[Event]]:
    """The events of a stream as they come, with comments."""
    connection = http.client.HTTPSConnection(NAME, front.port, timeout=30, context=front.trust)
    headers = person.headers | ({"Last-Event-ID": last_id} if last_id else {})
    connection.request("GET", "/events/", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200

    def blocks() -> Iterator[Event]:
        lines: list[str] = []
        while line := answer.readline().decode():
            if line.strip():
                lines.append(line.rstrip("\n"))
            else:
                yield Event("\n".join(lines))
                lines.clear()

    try:
        yield blocks()
    finally:
        answer.close()
        connection.close()


def until(events: Iterator[Event], kind: object) -> Event:
    return next(each for each in events if each.json is not None and each.json["type"] == kind)


@pytest.mark.parametrize("changed", CHANGES, ids=["ours", "buffering"])
def test_events_come_at_once_and_resume(
    proxy: Callable[..., Nginx], make_server: Callable[..., Server], changed: dict[str, str]
) -> None:
    server = make_server(**BEHIND, STREAM_COMMENT_SECONDS=1)
    front = proxy(server.port, **changed)
    ann, bob = server.people(2)
    with reading(front, ann) as events:
        assert until(events, 0).json["userid"] == ann.userid
        until(events, "ready")
        for text in ("one", "two"):
            assert front.post(bob, type="1", txt=text).status == 200
            last = until(events, 1)
            assert last.json["data"]["msg"] == text  # while the stream is open
        next(each for each in events if each.json is None)  # a comment
    assert front.post(bob, type="1", txt="meanwhile").status == 200
    frame = json.dumps({"type": "typing", "room": "lobby"})
    with reading(front, ann, last.id or "") as events:
        assert until(events, 1).json["data"]["msg"] == "meanwhile"
        assert front.post(bob, "/events/", frame=frame).status == 200
        assert until(events, "typing").json["userid"] == bob.userid
        server.kill()
        assert [each.json for each in events if each.json and each.json["type"] == 1] == []
    server.start()
    told = front.get(path_of(wait=5, last={"lobby": 2}), ann.headers).json()
    assert [event["data"]["msg"] for event in told["events"]] == ["meanwhile"]
    assert front.get(path_of(wait=1), ann.headers).json()["events"] == []
    assert server.faults() == []
