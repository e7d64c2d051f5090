"""How rooms are followed over connections that end: the lines are stubs, and so is the clock."""

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from dweb_client import BadAnswer, NotFound, NotSignedIn, TooFast, Unavailable, Unreachable
from dweb_client.errors import ChatError
from dweb_client.follower import Follower
from dweb_client.following import Via, follow
from dweb_client.models import Event
from dweb_client.steps import Answer, HangUp, OpenSocket, OpenStream, Pause, Receive, Request, Say, Walk
from dweb_client.transfers import download, upload

from .test_follower import READY, greeting, message

AWAY = Unreachable("refused", was_sent=False)
Line = Sequence[dict[str, Any]] | ChatError  # the frames that come over a line until it is lost


class Network:
    """Opens these lines one after the other, and then the last one again and again."""

    def __init__(self, *lines: Line) -> None:
        self.lines = list(lines)
        self.opened = 0
        self.said: list[dict[str, Any]] = []
        self.seconds = 0.0
        self._coming: list[str] = []

    def take(self, count: int, timeout: float | None = 10, via: Via = "socket") -> list[tuple[str, int]]:
        """So many events."""
        walk = Walk(follow(Follower(["lobby"], "beginning", None), via, timeout))
        seen: list[tuple[str, int]] = []
        while len(seen) < count:
            step = walk.step
            if isinstance(step, Event):
                seen.append((step.type, step.seq))
                walk.done()
                continue
            try:
                result = self._perform(step)
            except ChatError as error:
                walk.failed(error)
            else:
                walk.done(result)
        walk.close()
        return seen

    def _perform(self, step: object) -> object:
        match step:
            case OpenSocket():
                self._open(json.dumps)
            case OpenStream():
                self._open(lambda frame: f"data: {json.dumps(frame)}\n")
                return Answer(200, {}, b"")
            case Say(text):
                self.said.append(json.loads(text))
            case Receive() if not self._coming:
                raise Unreachable("lost")
            case Receive():
                return self._coming.pop(0)
            case Pause(seconds):
                self.seconds += seconds
            case HangUp():
                self._coming = []
        return None

    def _open(self, encode: Any) -> None:
        line = self.lines[min(self.opened, len(self.lines) - 1)]
        self.opened += 1
        if isinstance(line, ChatError):
            raise line
        self._coming = [text for frame in line for text in encode(frame).split("\n")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[Network]:
    networks: list[Network] = []
    monkeypatch.setattr("time.monotonic", lambda: sum(network.seconds for network in networks))
    return networks


@pytest.mark.parametrize("via", ["socket", "sse"])
def test_it_goes_on_after_the_last_event_over_line_after_line(via: Via) -> None:
    begun = [greeting(("lobby", 2)), message(1), message(2), READY]
    network = Network(AWAY, begun, AWAY, [greeting(("lobby", 3)), message(3), READY, message(4)], [])
    assert network.take(4, via=via) == [("message", seq) for seq in (1, 2, 3, 4)]
    if via == "socket":
        assert [said["last"]["lobby"] for said in network.said] == [0, 2]


def test_a_server_that_never_was_there_is_given_up_and_one_that_was_is_waited_for(clock: list[Network]) -> None:
    never = Network(AWAY)
    clock.append(never)
    with pytest.raises(Unreachable):
        never.take(1, timeout=10)
    assert 5 < never.seconds <= 10
    was = Network([greeting(("lobby", 1)), message(1), READY], *[AWAY] * 100, [message(2)])
    clock[:] = [was]
    assert was.take(2, timeout=10) == [("message", 1), ("message", 2)]
    assert was.seconds > 100


@pytest.mark.parametrize(
    "error", [NotSignedIn("not_signed_in", "…", 401), NotFound("not_found", "…", 404), BadAnswer("")]
)
def test_what_will_not_pass_ends_the_loop(error: ChatError) -> None:
    network = Network([greeting(("lobby", 1)), message(1), READY], error)
    with pytest.raises(type(error)):
        network.take(2)


@pytest.mark.parametrize("error", [TooFast("too_fast", "…", 429, 7), Unavailable("unavailable", "…", 503, 7)])
def test_it_waits_as_long_as_the_server_asks(error: ChatError) -> None:
    network = Network(error, [greeting(("lobby", 1)), message(1)])
    assert network.take(1) == [("message", 1)]
    assert 7 <= network.seconds < 8


def test_a_gap_is_filled_over_a_new_line() -> None:
    first = [greeting(("lobby", 1)), message(1), READY, message(3)]
    network = Network(first, [greeting(("lobby", 3)), message(2), message(3), READY])
    assert network.take(3) == [("message", 1), ("message", 2), ("message", 3)]


def test_what_is_no_json_is_no_server_of_this_kind() -> None:
    network = Network([])
    network._open = lambda encode: setattr(network, "_coming", ["<html>"])  # type: ignore[method-assign]
    with pytest.raises(BadAnswer, match="Dweb server"):
        network.take(1)


# --- Files --------------------------------------------------------------------------------------------


def play(steps: Any, answers: Sequence[Answer | ChatError]) -> tuple[Any, list[Request]]:
    """Answers each request; bytes of an answer are written where it asks for them, before an error comes, too."""
    walk, asked, left = Walk(steps), [], list(answers)
    while (step := walk.step) is not None:
        if isinstance(step, Pause):
            walk.done()
            continue
        assert isinstance(step, Request)
        asked.append(step)
        answer = left.pop(0)
        if isinstance(answer, ChatError):
            walk.failed(answer)
            continue
        if step.into is not None and answer.status in (200, 206):
            step.into.write(answer.body)
            if answer.headers.get("cut"):
                walk.failed(Unreachable("cut"))
                continue
        walk.done(answer)
    return walk.result, asked


def told(offset: int, **more: object) -> Answer:
    return Answer(200, {}, json.dumps({"id": "f", "name": "x", "size": 10, "offset": offset, **more}).encode())


CONFLICT = Answer(409, {}, b'{"error":"conflict","detail":"","offset":4}')
GONE = Answer(404, {}, b'{"error":"not_found","detail":""}')


@pytest.mark.parametrize(
    ("answers", "offsets"),
    [
        ([told(0), told(4), told(10, type="t")], [0, 4]),
        ([told(0), Unreachable("cut"), CONFLICT, told(4), told(10, type="t")], [0, 0, 4]),
        ([told(0), Unreachable("cut"), GONE, told(10, type="t")], [0, 0]),  # the lost answer was the last one
    ],
)
def test_an_upload_goes_on_where_the_server_is(
    answers: list[Any], offsets: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dweb_client.transfers.PIECE_BYTES", 4)
    file, asked = play(upload(BytesIO(b"0123456789"), "/home/ann/x", 10, 60), answers)
    assert (file.id, file.type) == ("f", "t")
    assert (asked[0].fields or {})["name"] == "x"
    assert [step.query["offset"] for step in asked if step.body is not None] == offsets


def test_a_download_goes_on_where_it_was_cut_and_follows_to_a_bucket() -> None:
    into = BytesIO()
    answers = [
        Answer(302, {"location": "https://bucket/x?signed"}, b""),
        Answer(200, {"cut": "yes"}, b"0123"),
        Unreachable("away"),
        Answer(206, {}, b"456789"),
    ]
    _, asked = play(download("f", "ünï/x", into, 60), answers)
    assert into.getvalue() == b"0123456789"
    assert [step.path for step in asked][0:2] == ["/files/f/%C3%BCn%C3%AF%2Fx", "https://bucket/x?signed"]
    assert asked[-1].headers == {"Range": "bytes=4-"}
    with pytest.raises(BadAnswer):  # of a server that does not know ranges
        play(download("f", "x", BytesIO(), 60), [Answer(200, {"cut": "yes"}, b"0123"), Answer(200, {}, b"0123456789")])
