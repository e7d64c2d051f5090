"""One person asks for as much as possible: everything that costs the server something takes from one budget."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

import pytest

from ..support import chronicle
from ..support.crowd import masked
from ..support.raw import Raw
from ..support.server import Server, receive

RATE, BURST = 5, 10
TEXT = 0x1
HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 4_000)))  # 4,000 terms of the index
LOG_BYTES = 32 * 1024  # that cost as much as a message
LONG = "中" * 4_000

pytestmark = [pytest.mark.service, pytest.mark.once]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from started(tmp_path_factory, SEND_RATE=RATE, SEND_BURST=BURST)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from started(tmp_path_factory)


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The usual burst, and nothing is earned meanwhile."""
    yield from started(tmp_path_factory, SEND_RATE=0.1)


def started(factory: pytest.TempPathFactory, **limits: object) -> Iterator[Server]:
    server = Server(factory.mktemp("prices"), **limits).start()
    yield server
    assert server.faults() == []
    server.close()


def frames(raw: Raw, seconds: float) -> list[dict[str, object]]:
    """What comes within this time."""
    found, deadline = [], monotonic() + seconds
    with suppress(TimeoutError):
        while (left := deadline - monotonic()) > 0 and (frame := raw.frame(left)) is not None:
            if frame[0] == TEXT:
                found.append(json.loads(frame[1]))
    return found


def test_greetings_wait_for_the_budget(small: Server) -> None:
    [person] = small.people(1)
    began = monotonic()
    with Raw(person) as raw:
        raw.write(masked(TEXT, b"test") * 40)
        greetings = [frame for frame in frames(raw, 2) if frame["type"] == 0]
    assert 0 < len(greetings) <= BURST + RATE * (monotonic() - began) + 1


def test_what_was_missed_is_charged_while_it_is_sent(small: Server) -> None:
    """Four frames of 35 bytes for 14 MB."""
    person, other = small.people(2)
    chronicle.repeat(small, "plant", LONG, 300, [person])
    page = 3 * 64 * 1024 + 3 * 4_000  # of the log: at most so many bytes before the price is asked for again
    began = monotonic()
    with Raw(person) as raw:
        raw.write(masked(TEXT, b'{"type":"hello","last":{"plant":0}}') * 4)
        size = sum(len(str(frame).encode()) for frame in frames(raw, 3))
    assert 0 < size <= page + LOG_BYTES * (BURST + RATE * (monotonic() - began))
    assert other.get("/history/?room=plant").status == 403


def test_ten_thousand_missed_events_arrive_and_hold_up_neither_others_nor_oneself(usual: Server) -> None:
    person, other = usual.people(2)
    chronicle.repeat(usual, "plant", "you have missed " + "this " * 10, 10_000, [person])
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


def test_pages_of_history_are_charged(small: Server) -> None:
    [person] = small.people(1)
    began = monotonic()
    answers = [person.get("/history/") for _ in range(60)]
    took = monotonic() - began
    given = [answer.status for answer in answers].count(200)
    assert 2 * BURST <= given <= 2 * (BURST + RATE * took) + 1  # one of few events costs half a message
    assert {answer.status for answer in answers} == {200, 429}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers if answer.status == 429)


def test_long_pages_of_history_cost_more(small: Server) -> None:
    person, other = small.people(2)
    chronicle.repeat(small, "long", LONG, 200, [person])
    first = person.get("/history/?room=long&limit=200").json()
    assert 1 < len(first["events"]) < 200
    assert first["more"]
    answers = [person.get("/history/?room=long&limit=200") for _ in range(20)]
    assert answers[-1].status == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert other.say("is not concerned")


def test_connections_and_pages_are_charged(small: Server) -> None:
    person, other = small.people(2)

    def connects() -> bool:
        with suppress(ConnectionError):
            Raw(person).close()
            return True
        return False

    assert not all(connects() for _ in range(60))
    statuses = {other.get("/news_chat/").status for _ in range(60)}
    assert statuses == {200, 429}
    assert small.get("/chat/").status == 401


def test_the_price_of_a_message_grows_with_its_terms(slow: Server) -> None:
    han, english, other = slow.people(3)
    statuses = [han.post(type="1", txt=HAN).status for _ in range(6)]
    assert statuses == [200] * 3 + [429] * 3  # 21 of 60 each; the third makes a debt
    for number in range(20):
        english.say(f"{number} " + "the quick brown fox jumps over the lazy dog, and nobody knows why. " * 50)
    assert han.post(type="edit", room="lobby", seq="1", txt=HAN[::-1]).status == 429
    assert other.say("is not concerned")


def test_eight_connections_that_send_long_texts_have_one_budget(slow: Server) -> None:
    person, other = slow.people(2)
    before = other.say("a message before")["seq"]
    dice = random.Random(8)
    letters = [chr(code) for code in range(0x4E00, 0x9FFF)]
    sockets = [person.greeted() for _ in range(8)]
    for number in range(5):
        for at, socket in enumerate(sockets):
            text = "".join(dice.choices(letters, k=4_000))
            socket.send(json.dumps({"type": "1", "txt": text, "cid": f"{number}.{at}"}))
    said = other.say("not drowned out")["seq"]
    answers = []
    while len(answers) < 5 * 8:
        frame = json.loads(sockets[len(answers) % 8].recv(timeout=60))
        if frame["type"] in ("ack", "error"):
            answers.append(frame["type"])
    assert said - before <= 8 + 3
    assert answers.count("ack") <= 8 + 2  # each may take what is left of the budget, and eight of them at once


@pytest.mark.long
def test_ten_tabs_come_back_at_once(usual: Server) -> None:
    [person] = usual.people(1)
    chronicle.fill_rooms(usual, 220, [person])
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
