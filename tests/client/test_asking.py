"""How a client asks again: until it knows, and no longer than it may. The server is a stub of answers."""

from collections.abc import Sequence
from typing import Any

import pytest
from dweb_client import BadAnswer, BadInput, Forbidden, NotFound, TooFast, Unavailable, Uncertain, Unreachable
from dweb_client.asking import LONGEST_PAUSE_SECONDS
from dweb_client.calls import change, fetch, send
from dweb_client.errors import ChatError
from dweb_client.steps import Answer, Pause, Request, Steps, Walk

STORED = Answer(200, {}, b'{"msg":"success","room":"lobby","seq":7,"id":70}')
AWAY = Unreachable("refused", was_sent=False)
CUT = Unreachable("cut")


def error(status: int, code: str, **headers: str) -> Answer:
    return Answer(status, headers, b'{"msg":"error","error":"%b","detail":"why"}' % code.encode())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic clock, which pauses move."""
    now = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def play(steps: Steps[Any], answers: Sequence[Answer | ChatError], clock: list[float]) -> tuple[Any, list[Request]]:
    """Answers the requests one after the other, with the last one again and again."""
    walk, asked = Walk(steps), []
    while (step := walk.step) is not None:
        if isinstance(step, Pause):
            clock[0] += step.seconds
            walk.done()
            continue
        assert isinstance(step, Request)
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(step)
        if isinstance(answer, ChatError):
            walk.failed(answer)
        else:
            walk.done(answer)
    return walk.result, asked


def sending(timeout: float | None = 60) -> Steps[Any]:
    return send("x", None, None, None, [], None, timeout)


@pytest.mark.parametrize(
    "trouble", [AWAY, CUT, error(503, "unavailable"), Answer(502, {}, b"<html>"), error(429, "too_fast")]
)
def test_a_message_is_sent_with_one_cid_until_the_server_knows(trouble: Any, clock: list[float]) -> None:
    sent, asked = play(sending(), [trouble] * 4 + [STORED], clock)
    assert (sent, sent.room, sent.id) == (7, "lobby", 70)
    assert len({(request.fields or {})["cid"] for request in asked}) == 1
    assert len(asked) == 5


def test_pauses_grow_and_keep_to_what_the_server_asks(clock: list[float]) -> None:
    before = clock[0]
    play(sending(), [error(429, "too_fast", **{"retry-after": "20"}), STORED], clock)
    assert 20 <= clock[0] - before < 21
    before = clock[0]
    _sent, asked = play(sending(None), [AWAY] * 50 + [STORED], clock)
    assert len(asked) == 51
    assert clock[0] - before <= 50 * LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("troubles", "raised"),
    [
        ([AWAY], Unreachable),
        ([CUT, AWAY], Uncertain),
        ([error(503, "unavailable"), AWAY], Uncertain),
        ([error(429, "too_fast")], TooFast),
        ([error(429, "too_fast", **{"retry-after": "3600"})], TooFast),
    ],
)
def test_after_the_timeout_it_says_what_it_knows(
    troubles: list[Any], raised: type[ChatError], clock: list[float]
) -> None:
    before = clock[0]
    with pytest.raises(raised) as caught:
        play(sending(10), troubles, clock)
    assert type(caught.value) is raised
    assert clock[0] - before <= 10
    if isinstance(caught.value, Uncertain):
        assert len(caught.value.cid) == 32


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (error(403, "frozen"), Forbidden),
        (error(404, "not_found"), NotFound),
        (error(400, "bad_input"), BadInput),
        (Answer(413, {}, b"<html>"), BadInput),
        (Answer(200, {}, b"<html>"), BadAnswer),
        (Answer(200, {}, b"[]"), BadAnswer),
        (Answer(301, {"location": "https://x/"}, b""), BadAnswer),
    ],
)
def test_a_no_is_not_asked_again(answer: Answer, raised: type[ChatError], clock: list[float]) -> None:
    for call in (sending, lambda: fetch("/rooms/", 60), lambda: change("/rooms/", 60, False)):
        with pytest.raises(raised):
            play(call(), [answer], clock)
    assert clock[0] == 1_000


def test_what_must_not_be_done_twice_is_sent_again_only_if_it_surely_did_not_arrive(clock: list[float]) -> None:
    made, asked = play(change("/rooms/", 60, False, title="x"), [AWAY, error(429, "too_fast"), STORED], clock)
    assert made["seq"] == 7
    assert len(asked) == 3
    for trouble in (CUT, error(503, "unavailable")):
        with pytest.raises(Uncertain):
            play(change("/rooms/", 60, False, title="x"), [trouble, STORED], clock)


def test_a_read_is_never_uncertain(clock: list[float]) -> None:
    for trouble, raised in ((CUT, Unreachable), (error(503, "unavailable"), Unavailable)):
        with pytest.raises(raised) as caught:
            play(fetch("/rooms/", 5), [trouble], clock)
        assert type(caught.value) is raised
