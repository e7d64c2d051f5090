"""A crowd on one server: all get everything, and one that does not read delays nobody.

Forty people in the default run, two hundred and more in the long one.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from ..conftest import LONG
from ..support.crowd import Crowd, Member, masked
from ..support.mariadb import query
from ..support.server import Server, Visitor
from ..support.waiting import wait_until

FAST = {"SEND_RATE": 100_000, "SEND_BURST": 100_000}
SENDERS = 10

crowds = pytest.mark.parametrize("count", [40, pytest.param(200, marks=LONG)])


def post_all(senders: Sequence[Visitor], count: int, size: int = 20) -> list[threading.Thread]:
    """Each sender posts its share of `count` messages to the lobby, in a thread of its own."""

    def post(sender: Visitor) -> None:
        for number in range(count // len(senders)):
            sender.say(f"{sender.userid} {number} ".ljust(size, "."))

    threads = [threading.Thread(target=post, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    return threads


@crowds
def test_many_messages_reach_every_socket_once_and_in_one_order(make_server: Callable[..., Server], count: int) -> None:
    server = make_server(**FAST)
    people = server.people(count)
    with Crowd(people) as crowd:
        messages = 10 * count
        threads = post_all(people[:SENDERS], messages)
        assert crowd.wait(lambda: all(member.count >= messages for member in crowd.members), 120)
        for thread in threads:
            thread.join()
        for member in crowd.members:
            assert [message["seq"] for message in member.messages()] == list(range(1, messages + 1))
        texts = {tuple(message["msg"] for message in member.messages()) for member in crowd.members}
        assert len(texts) == 1
        assert len(set(texts.pop())) == messages
    assert server.faults() == []


@pytest.mark.once
@crowds
def test_one_who_does_not_read_holds_up_nobody_and_costs_a_bounded_amount(
    make_server: Callable[..., Server], count: int
) -> None:
    """How long the others' messages take meanwhile is a figure: bench/tables/latency has it."""
    server = make_server(**FAST)
    people = server.people(count + 3)
    with Crowd(people[:count]) as crowd:
        memory = []
        sent = 0
        for turn in range(6):
            stalled = turn % 2 == 1
            extra = Crowd([people[count + turn // 2]]) if stalled else None
            if extra:
                extra.stall(extra.members[0])
            sent += 200
            threads = post_all(people[:SENDERS], 200, size=4_000)
            assert crowd.wait(lambda sent=sent: all(member.count >= sent for member in crowd.members))
            for thread in threads:
                thread.join()
            for member in crowd.members:
                member.frames.clear()  # they would slow the test down
            memory.append(server.worker.memory_info().rss)
            if extra:
                extra.close()
    assert memory[-1] - memory[1] < 16 * 2**20
    assert server.faults() == []


@pytest.mark.once
@pytest.mark.long
def test_the_stalled_one_is_closed_at_its_outbox_limit(make_server: Callable[..., Server]) -> None:
    server = make_server(OUTBOX_MAX_BYTES=64 * 1024, PRESENCE_GRACE_SECONDS=0.1, **FAST)
    people = server.people(3)
    with Crowd(people[:2]) as crowd:
        slow, reader = crowd.members
        crowd.stall(slow)
        gone = threading.Event()

        def chatter() -> None:
            while not gone.is_set():
                people[2].say("x" * 4_000)

        thread = threading.Thread(target=chatter)
        thread.start()
        try:
            online = crowd.wait(lambda: any(frame.get("left") for _, frame in reader.frames), 60)
        finally:
            gone.set()
            thread.join()
        assert online, "the slow one was never closed"
        while not slow.ended:
            slow.receive()
        assert [message["seq"] for message in slow.messages()] == list(range(1, len(slow.messages()) + 1))


@pytest.mark.parametrize("count", [60, pytest.param(300, marks=LONG)])
@pytest.mark.mariadb
def test_however_many_are_connected_5_database_connections_do(make_server: Callable[..., Server], count: int) -> None:
    server = make_server(**FAST)
    people = server.people(count)
    with Crowd(people[:30]):
        few = database_connections(server)
    with Crowd(people) as crowd:
        many = database_connections(server)
        threads = post_all(people[:SENDERS], 200)
        busy = []
        while any(thread.is_alive() for thread in threads):
            busy.append(database_connections(server))
            crowd.wait(lambda: False, 0.05)
    print(f"connections: 30 people {few}, {count} people {many}, while ten of them post {max(busy)}")
    assert max(few, many, *busy) <= 5 + 2  # the pool's, idle or not; the committer's; on SQLite, the checkpoints'


def database_connections(server: Server) -> int:
    """What MariaDB's process list shows for the server's database; with SQLite, how often its file is open."""
    if not server.mariadb:
        return sum(file.path.endswith("sqlite3") for file in server.worker.open_files())
    name = server.env["DATABASE_URL"].rsplit("/", 1)[1]
    [[count]] = query(
        server.env["DATABASE_URL"], "SELECT COUNT(*) FROM information_schema.processlist WHERE db = %s", name
    )
    return int(count)


@pytest.mark.once
def test_a_loud_client_is_read_at_its_rate_and_the_others_at_once(make_server: Callable[..., Server]) -> None:
    server = make_server(SEND_RATE=20, SEND_BURST=50, FRAMES_PER_MESSAGE=1)
    loud, quiet, *listeners = server.people(12)
    with Crowd([loud] * 5) as noise, Crowd(listeners) as crowd:
        began = time.monotonic()
        for member in noise.members:
            member.sock.sendall(masked(1, b'{"type":"ping"}') * 2_000)
        for _ in range(50):
            quiet.say("not drowned out")
        assert crowd.wait(lambda: all(len(member.messages()) == 50 for member in crowd.members))
        assert noise.wait(lambda: any(frame["type"] == "pong" for _, frame in noise.members[0].frames))
        took = time.monotonic() - began
        pongs = sum(frame["type"] == "pong" for member in noise.members for _, frame in member.frames)
        assert 0 < pongs <= 50 + 20 * took + 1
        print(f"{pongs} of 10,000 pings answered within {took:.1f} s")
    assert server.faults() == []


@pytest.mark.once
def test_a_server_that_is_full_says_so_and_goes_on_answering(make_server: Callable[..., Server]) -> None:
    server = make_server(MAX_SOCKETS=10, HTTP_THREADS=4)
    people = server.people(12)
    with Crowd(people[:10]) as crowd:
        refused = people[10].get("/chat/")
        assert (refused.status, refused.json()["error"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
        with pytest.raises(ConnectionError, match=r"503(?s:.*)Retry-After"):
            Member(people[10])
        people[11].say("HTTP still finds a thread")
        assert crowd.wait(lambda: all(member.messages() for member in crowd.members))

    def comes_in() -> bool:
        with suppress(ConnectionError):
            Member(people[10]).sock.close()
            return True
        return False

    wait_until(comes_in)  # its place is free once the server has seen that they are gone
