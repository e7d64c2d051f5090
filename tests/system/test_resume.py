"""Resuming at the real server: nothing is missing, nothing comes twice, however often a connection is cut."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from ..conftest import LONG
from ..support.chatter import Chatter
from ..support.crowd import Crowd, Member
from ..support.server import Server, Visitor
from ..support.waiting import in_thread

FAST = {"SEND_RATE": 100_000, "SEND_BURST": 100_000, "MAX_SOCKETS_PER_USER": 1_000}


def test_50_threads_get_numbers_without_gaps_and_everyone_sees_them_in_order(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(**FAST)
    people = server.people(50)

    def post(person: Visitor) -> list[int]:
        return [person.say(f"{person.userid} {number}")["seq"] for number in range(10)]

    with Crowd(people[:10]) as crowd, ThreadPoolExecutor(50) as pool:
        numbers = [seq for of_one in pool.map(post, people) for seq in of_one]
        assert sorted(numbers) == list(range(1, 501))
        assert crowd.wait(lambda: all(member.count == 500 for member in crowd.members))
        for member in crowd.members:
            assert [message["seq"] for message in member.messages()] == list(range(1, 501))
    assert server.faults() == []


class Traveller:
    """Comes back again and again, and is cut off after a random number of frames."""

    def __init__(self, person: Visitor, seed: int) -> None:
        self.person = person
        self.dice = random.Random(seed)
        self.seen: list[int] = []

    def ride(self, frames: float) -> None:
        """Resume, take so many frames, and vanish without a close frame."""
        member = Member(self.person)
        member.send({"type": "hello", "last": {"lobby": self.seen[-1] if self.seen else 0}})
        try:
            while member.count < frames and not any(frame["type"] == "ready" for _, frame in member.frames):
                member.receive()
        finally:
            member.sock.close()
            self.seen += [message["seq"] for message in member.messages()]

    def travel(self, rides: int) -> None:
        for _ in range(rides):
            self.ride(self.dice.randrange(1, 200))
            time.sleep(self.dice.random() * 0.6)  # away for a while, so that there is something to come back for
        self.ride(float("inf"))


@pytest.mark.parametrize("rides", [pytest.param(2, marks=pytest.mark.mariadb), pytest.param(50, marks=LONG)])
def test_resumes_cut_at_random_see_the_whole_log_once(make_server: Callable[..., Server], rides: int) -> None:
    server = make_server(**FAST)
    people = server.people(25)
    server.run("-m", "tests.support.backlog", "2000")
    travellers = [Traveller(person, seed) for seed, person in enumerate(people[:20])]
    chatter = Chatter(people[24], rate=100)
    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda traveller: traveller.travel(rides), travellers))
        flowed = [traveller.seen[-1] - 2_000 for traveller in travellers]
    head, rate = chatter.stop()
    print(f"{20 * rides} resumes in {time.monotonic() - began:.1f} s, while {rate:.0f} messages a second flowed")
    for traveller in travellers:
        traveller.ride(float("inf"))
        assert traveller.seen == list(range(1, head + 1))
    assert min(flowed) > 4 * rides  # so many for each time that they were away
    assert server.faults() == []


@pytest.mark.mariadb
@pytest.mark.long
def test_everyone_gets_everything_while_somebody_resumes_10000_events(make_server: Callable[..., Server]) -> None:
    server = make_server(**FAST)
    people = server.people(5)
    server.run("-m", "tests.support.backlog", "10000")
    with Crowd(people[:3]) as crowd:
        resume = in_thread(lambda: resume_all(people[3]))
        said = [people[4].say(f"{number}")["seq"] for number in range(50)]
        assert crowd.wait(lambda: all(member.count == 50 for member in crowd.members))
        for member in crowd.members:
            assert [message["seq"] for message in member.messages()] == said
        resume.result(60)
    assert server.faults() == []


@pytest.mark.long
@pytest.mark.alone
def test_10000_missed_events_take_3_seconds_and_delay_nobody(make_server: Callable[..., Server]) -> None:
    """Rounds in turns, with and without somebody who catches up; the medians of the others' latency compared."""
    server = make_server(**FAST)
    people = server.people(25)
    server.run("-m", "tests.support.backlog", "10000")
    times: dict[bool, list[float]] = {False: [], True: []}
    took: list[float] = []
    with Crowd(people[:20]) as crowd:
        for turn in range(6):
            busy = turn % 2 == 1
            before = crowd.members[0].count
            resume = threading.Thread(target=lambda: took.append(resume_all(people[20])))
            if busy:
                resume.start()
            writer = threading.Thread(target=say_for_a_second, args=(people[21],))
            writer.start()
            crowd.wait(lambda writer=writer: not writer.is_alive())
            writer.join()
            crowd.wait(lambda: len({member.count for member in crowd.members}) == 1)
            if busy:
                resume.join()
            times[busy].append(median_latency(crowd, before))
    calm, busy_median = sorted(times[False])[1], sorted(times[True])[1]
    print(f"caught up in {took}; median latency {calm * 1000:.1f} ms, meanwhile {busy_median * 1000:.1f} ms")
    assert max(took) < 3
    assert busy_median <= 1.5 * calm
    assert server.faults() == []


def median_latency(crowd: Crowd, before: int) -> float:
    """Of the messages that each member got after its first `before` ones; their text is when they were made."""
    arrivals = sorted(
        at - float(frame["data"]["msg"])
        for member in crowd.members
        for at, frame in [each for each in member.frames if each[1]["type"] == 1][before:]
    )
    return arrivals[len(arrivals) // 2]


def say_for_a_second(person: Visitor) -> None:
    for _ in range(50):
        person.say(f"{time.monotonic()}")
        time.sleep(0.02)


def resume_all(person: Visitor) -> float:
    """The seconds that it takes to come back after 10,000 events."""
    began = time.monotonic()
    with person.connect(max_size=None) as socket:
        socket.send('{"type":"hello","last":{"lobby":0}}')
        count = 0
        for text in socket:
            count += text.startswith('{"type":1,')
            if text.startswith('{"type":"ready"'):
                break
    assert count >= 10_000
    return time.monotonic() - began


def test_what_is_larger_than_an_outbox_is_resumed_in_pieces(make_server: Callable[..., Server]) -> None:
    server = make_server(OUTBOX_MAX_BYTES=128 * 1024, **FAST)
    person = server.people(1)[0]
    for _ in range(60):
        person.say("名" * 4_000)  # 720 KB in all, in one page of the log
    member = Member(person)
    member.send({"type": "hello", "last": {"lobby": 0}})
    while not any(frame["type"] == "ready" for _, frame in member.frames):
        assert not member.ended, f"closed with {member.close_code}"
        member.receive()
    member.sock.close()
    assert [message["seq"] for message in member.messages()] == list(range(1, 61))


def test_who_reads_nothing_holds_no_database_connection(
    make_server: Callable[..., Server], within: Callable[[float], AbstractContextManager[None]]
) -> None:
    """Six who resume or read the history and take nothing in, more than there are connections: others go on."""
    server = make_server(DB_MAX_CONNECTIONS=3, **FAST)
    people = server.people(8)
    server.run("-m", "tests.support.backlog", "4000")
    stalled = []
    for person in people[:6]:
        member = Member(person)
        member.send({"type": "hello", "last": {"lobby": 0}})
        stalled.append(member)
    with within(10):
        for _ in range(20):
            people[7].say("others go on")  # which is refused where there is no connection for DB_WAIT_SECONDS
    for member in stalled:
        member.sock.close()


def test_the_first_who_come_do_not_wait_for_each_others_connections(make_server: Callable[..., Server]) -> None:
    server = make_server(DB_MAX_CONNECTIONS=2, **FAST)
    members = [Member(person) for person in server.people(20)]
    for member in members:
        member.send({"type": "hello"})
    for member in members:
        while not member.frames and not member.ended:
            member.receive()
        assert member.frames[0][1]["type"] == 0
        member.sock.close()
