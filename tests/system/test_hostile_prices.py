"""One person asks for as much as possible: everything that costs the server something takes from one budget."""

import json
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import pytest

from ..support import chronicle
from ..support.crowd import masked
from ..support.raw import Raw
from ..support.server import Server, receive

RATE, BURST = 5, 10
SMALL = {"SEND_RATE": RATE, "SEND_BURST": BURST}
TEXT = 0x1
HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 4_000)))  # 4,000 terms of the index
LOG_BYTES = 32 * 1024  # that cost as much as a message

once = pytest.mark.once


def frames(raw: Raw, seconds: float) -> list[dict[str, object]]:
    """What comes within this time."""
    found, deadline = [], monotonic() + seconds
    with suppress(TimeoutError):
        while (left := deadline - monotonic()) > 0 and (frame := raw.frame(left)) is not None:
            if frame[0] == TEXT:
                found.append(json.loads(frame[1]))
    return found


@once
def test_greetings_wait_for_the_budget(make_server: Callable[..., Server]) -> None:
    [person] = make_server(**SMALL).people(1)
    began = monotonic()
    with Raw(person) as raw:
        raw.write(masked(TEXT, b"test") * 40)
        greetings = [frame for frame in frames(raw, 2) if frame["type"] == 0]
    assert BURST - 2 < len(greetings) <= BURST + RATE * (monotonic() - began) + 1


def test_what_was_missed_is_charged_while_it_is_sent(make_server: Callable[..., Server]) -> None:
    """Four frames of 35 bytes for 14 MB."""
    server = make_server(**SMALL)
    person, other = server.people(2)
    chronicle.repeat(server, "plant", HAN, 300, [person])
    page = 3 * 64 * 1024 + 3 * 4_000  # of the log: at most so many bytes before the price is asked for again
    began = monotonic()
    with Raw(person) as raw:
        raw.write(masked(TEXT, b'{"type":"hello","last":{"plant":0}}') * 4)
        size = sum(len(str(frame).encode()) for frame in frames(raw, 3))
    assert page / 2 < size <= page + LOG_BYTES * (BURST + RATE * (monotonic() - began))
    assert other.get("/history/?room=plant").status == 403


def test_ten_thousand_missed_events_arrive_and_hold_up_neither_others_nor_oneself(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    person, other = server.people(2)
    chronicle.repeat(server, "plant", "you have missed " + "this " * 10, 10_000, [person])
    busy, calm = person.connect(), other.greeted()
    busy.send(json.dumps({"type": "hello", "last": {"plant": 0}}))
    seqs: list[int] = []
    while len(seqs) < 10_000:
        event = receive(busy, 1)["data"]
        if event["room"] != "plant":  # the person's own, in the lobby
            continue
        seqs.append(event["seq"])
        if len(seqs) in (100, 4_000):
            assert person.say(f"at {len(seqs)}")["msg"] == "success"
            assert receive(calm, 1)["data"]["msg"] == f"at {len(seqs)}"
    assert seqs == list(range(1, 10_001))
    assert receive(busy, "ready")


@once
def test_pages_of_history_are_charged(make_server: Callable[..., Server]) -> None:
    [person] = make_server(**SMALL).people(1)
    began = monotonic()
    answers = [person.get("/history/") for _ in range(60)]
    took = monotonic() - began
    given = [answer.status for answer in answers].count(200)
    assert 2 * BURST <= given <= 2 * (BURST + RATE * took) + 1  # one of few events costs half a message
    assert {answer.status for answer in answers} == {200, 429}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers if answer.status == 429)


def test_long_pages_of_history_cost_more(make_server: Callable[..., Server]) -> None:
    server = make_server(**SMALL)
    person, other = server.people(2)
    chronicle.repeat(server, "plant", HAN, 200, [person])
    assert len(person.get("/history/?room=plant&limit=200").json()["events"]) == 200
    refused = person.get("/history/?room=plant&limit=1")
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 2
    assert other.say("is not concerned")


@once
def test_connections_and_pages_are_charged(make_server: Callable[..., Server]) -> None:
    server = make_server(**SMALL)
    person, other = server.people(2)

    def connects() -> bool:
        with suppress(ConnectionError):
            Raw(person).close()
            return True
        return False

    assert not all(connects() for _ in range(60))
    statuses = {other.get("/news_chat/").status for _ in range(60)}
    assert statuses == {200, 429}
    assert server.get("/chat/").status == 401


def test_the_price_of_a_message_grows_with_its_terms(make_server: Callable[..., Server]) -> None:
    han, english, other = make_server(SEND_RATE=0.1).people(3)
    statuses = [han.post(type="1", txt=HAN).status for _ in range(6)]
    assert statuses == [200] * 2 + [429] * 4  # 21 of 60 each
    for number in range(20):
        english.say(f"{number} " + "the quick brown fox jumps over the lazy dog, and nobody knows why. " * 50)
    assert han.post(type="edit", room="lobby", seq="1", txt=HAN[::-1]).status == 429
    assert other.say("is not concerned")


@once
def test_ten_tabs_come_back_at_once(server: Server) -> None:
    [person] = server.people(1)
    chronicle.fill_rooms(server, 220, [person])
    tabs: list[Raw] = []
    for _ in range(10):
        assert person.get("/chat/").status == 426  # the page asks why it lost its connection
        tabs.append(Raw(person))
    for tab in tabs:
        tab.write(masked(TEXT, b'{"type":"hello","last":{"lobby":0}}'))
    for tab in tabs:
        with tab:
            kinds = []
            while "ready" not in kinds:
                kinds.append(json.loads((tab.frame() or (0, b"null"))[1])["type"])
            assert "error" not in kinds
            assert person.get("/history/?limit=90").status == 200
