"""Thousands of streams, polls and sockets in one process: all get all, and a stream costs little more than a socket."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from ..support.crowd import Crowd, Member
from ..support.events import PollMember, StreamMember
from ..support.programs import program_of
from ..support.server import Server, Visitor, receive
from ..support.waiting import wait_until

EACH = 5_000
SOCKETS_OF_ONE = 20  # MAX_SOCKETS_PER_USER
PEOPLE = 250  # with as many connections each
MESSAGES = 100
FILES = 200  # of a server without clients
PAUSE = 0.1  # seconds between two messages
LIMITS = {"SEND_RATE": 100_000, "SEND_BURST": 100_000, "MAX_SOCKETS": 15_000, "MAX_SOCKETS_PER_USER": 100}
# Thousands who come at once are another matter; and nobody reads the first ones' pings while the others come.
QUIET = {"PRESENCE_SECONDS": 3_600, "WEBSOCKET_PING_SECONDS": 600, "STREAM_COMMENT_SECONDS": 600}

pytestmark = [pytest.mark.once, pytest.mark.long, pytest.mark.alone]


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(**LIMITS, **QUIET)


def write(person: Visitor) -> None:
    """Messages whose texts are when they were sent."""
    for _ in range(MESSAGES):
        person.say(f"{time.monotonic()}")
        time.sleep(PAUSE)


def latency(members: Sequence[Member], share: float) -> float:
    times = sorted(at - float(frame["data"]["msg"]) for each in members for at, frame in each.frames)
    return times[int(share * len(times))]


def joined(server: Server, everyone: Sequence[Visitor], **how: object) -> tuple[Crowd, float]:
    """A crowd, and the KB of resident memory that each of its members takes."""
    before = server.worker.memory_info().rss
    crowd = Crowd(everyone, **how)  # type: ignore[arg-type]
    return crowd, (server.worker.memory_info().rss - before) / 1024 / len(everyone)


def test_5000_streams_and_5000_sockets_get_100_messages(server: Server) -> None:
    *people, writer = server.people(PEOPLE + 1)
    everyone = [people[number % PEOPLE] for number in range(EACH)]
    Crowd(people).close()  # what the first ones need, all have
    wait_until(lambda: server.worker.num_fds() < FILES)
    sockets, of_a_socket = joined(server, everyone)
    streams, of_a_stream = joined(server, everyone, path="/events/", make=StreamMember)
    with sockets, streams:
        for each in (*sockets.members, *streams.members):
            each.frames.clear()
        for each in streams.members:
            sockets.selector.register(each.sock, 1, each)  # one loop reads all
        thread = threading.Thread(target=write, args=(writer,))
        thread.start()
        everybody = (*sockets.members, *streams.members)
        assert sockets.wait(lambda: not thread.is_alive() and all(each.count == MESSAGES for each in everybody), 300)
        for each in everybody:
            each.frames = [(at, frame) for at, frame in each.frames if frame["type"] == 1]
            assert [frame["data"]["seq"] for _, frame in each.frames] == list(range(1, MESSAGES + 1))
        medians = latency(sockets.members, 0.5), latency(streams.members, 0.5)
        worst = latency(sockets.members, 0.99), latency(streams.members, 0.99)
    print(f"a socket takes {of_a_socket:.1f} KB, a stream {of_a_stream:.1f} KB")
    print("p50, p99 in ms of sockets and streams:", [f"{1_000 * each:.0f}" for each in (*medians, *worst)])
    assert of_a_stream <= 1.3 * of_a_socket
    assert worst[1] <= 1.5 * worst[0]
    assert server.faults() == []


def test_5000_polls_wait_and_all_are_answered(server: Server) -> None:
    *people, writer = server.people(PEOPLE + 1)
    threads = server.worker.num_threads()
    polls, of_a_poll = joined(
        server, [people[number % PEOPLE] for number in range(EACH)], path="/events/?wait=55", make=PollMember
    )
    with polls:
        assert server.worker.num_threads() <= threads + 8
        began = time.monotonic()
        writer.say("for all")
        assert polls.wait(lambda: all(each.ended for each in polls.members), 60)
        for each in polls.members:
            [frame] = each.messages()
            assert frame["msg"] == "for all"
    print(f"a poll takes {of_a_poll:.1f} KB; all were answered after {time.monotonic() - began:.1f} s")
    assert server.faults() == []


def test_one_token_on_1000_connections_waits_on_a_few_and_delays_nobody(make_server: Callable[..., Server]) -> None:
    server = make_server()
    ann, bob = server.people(2)
    program = program_of(ann)
    refusals: list[str] = []
    held: list[PollMember] = []
    for _ in range(1_000):
        try:
            held.append(PollMember(program, "/events/?wait=55"))
        except ConnectionError as refused:
            refusals.append(str(refused))
    assert len(held) <= SOCKETS_OF_ONE
    assert all(" 429 " in refused.split("\r\n")[0] for refused in refusals)
    with bob.greeted() as socket:
        bob.say("not drowned out")
        assert receive(socket, 1)["data"]["seq"] == 1
    for each in held:
        each.close()
    assert server.faults() == []
