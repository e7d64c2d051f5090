"""Half requests, trickling bodies, unread answers and silence: whoever sends them holds up nobody else."""

import time
from collections.abc import Callable, Iterator

import pytest

from chatproj import limits
from Dweb.server.answer import PIECE_BYTES

from ..conftest import starting_servers
from ..support.server import Server, Visitor, receive
from ..support.slow import HALF_BODY, HALF_HEAD, HEAD, dial, large_asset, many, open_still, status
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

MANY = 1_000  # of each kind
FEW = 3  # the share of an address, where a test fills it
ADDRESSES = [f"127.0.1.{number}" for number in range(5)]  # so many that each has a share
HELD = limits.UNFINISHED_BYTES // PIECE_BYTES  # so many large files wait in memory, and the others are closed
SECONDS = 20  # the old server answered nobody until the last of them hung up


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small shares, and room for few connections."""
    with starting_servers(tmp_path_factory.mktemp("strict")) as make:
        room = "--worker-connections 100"
        shares = {"UNFINISHED_PER_ADDRESS": FEW, "UNFINISHED_REQUESTS": 2 * FEW}
        yield make(**shares, GUNICORN_CMD_ARGS=room, TRUSTED_PROXIES="127.0.0.1")


def all_is_well(person: Visitor) -> None:
    """People notice nothing: the server answers, takes messages and greets sockets."""
    began = time.monotonic()
    assert person.server.get("/healthz").status == 200
    with person.greeted() as socket:
        person.say("all is well")
        assert receive(socket, 1)["data"]["msg"] == "all is well"
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    "data",
    [HALF_HEAD, HALF_BODY, b"", b"GET /chat/ HTTP/1.1\r\nUpgrade: websocket\r\n", HEAD[:-3]],
    ids=["half heads", "half bodies", "silence", "half handshakes", "half lines"],
)
def test_a_thousand_half_requests_stop_nobody(shared: Server, person: Visitor, data: bytes) -> None:
    with many(shared, MANY, data):
        all_is_well(person)


def test_a_thousand_bodies_that_trickle_stop_nobody(shared: Server, person: Visitor) -> None:
    with many(shared, MANY, HALF_BODY, *ADDRESSES) as sockets:
        for _ in range(3):
            for sock in sockets:
                sock.sendall(b"x")
            all_is_well(person)
        assert all(map(open_still, sockets))


def test_a_thousand_answers_that_are_not_read_stop_nobody(shared: Server, person: Visitor) -> None:
    with many(shared, MANY, large_asset(shared) * 2, *ADDRESSES, unread=True):
        wait_until(lambda: shared.worker.num_fds() > 2 * HELD, 60)  # each answer is being sent, from a file
        all_is_well(person)
        assert shared.worker.num_fds() < 2 * MANY


def test_clients_that_do_not_hang_up_after_their_answer_stop_nobody(shared: Server, person: Visitor) -> None:
    with many(shared, 100, HEAD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")):
        all_is_well(person)


def test_the_oldest_unfinished_request_of_an_address_goes_first(strict: Server) -> None:
    with many(strict, FEW, HALF_HEAD) as halves, many(strict, FEW - 1, HALF_HEAD, "127.0.0.3") as others:
        with dial(strict, data=HEAD) as whole:
            assert status(whole) == b"200"
        assert all(map(open_still, halves))
        with dial(strict, data=HALF_BODY) as fourth:
            assert status(halves[0]) == b""
            assert all(map(open_still, [*halves[1:], *others, fourth]))
            halves[1].sendall(b"\r\n")
            assert status(halves[1]) == b"200"


def test_connections_without_an_unfinished_request_do_not_count(strict: Server) -> None:
    """A school is one address."""
    with many(strict, 5, HEAD) as idle, many(strict, 5) as silent, many(strict, FEW + 1, HALF_HEAD) as halves:
        assert [status(sock) for sock in idle] == [b"200"] * 5
        assert status(halves[0]) == b""
        for sock in (*idle, *silent):
            sock.sendall(HEAD)
            assert status(sock) == b"200"


def test_trusted_proxies_have_no_share(strict: Server) -> None:
    with many(strict, 3 * FEW, HALF_HEAD, "127.0.0.1") as halves:
        for sock in halves:
            sock.sendall(b"\r\n")
            assert status(sock) == b"200"


def test_of_too_many_unfinished_requests_the_address_that_has_most_loses_one(strict: Server) -> None:
    with many(strict, 2, HALF_HEAD, "127.0.0.3", "127.0.0.4") as few, many(strict, FEW, HALF_HEAD) as most:
        assert all(map(open_still, [*few, *most]))
        with dial(strict, "127.0.0.5", HALF_HEAD) as first, dial(strict, "127.0.0.6", HALF_HEAD) as second:
            assert status(most[0]) == b""
            assert all(map(open_still, [*few, *most[1:], first, second]))


def test_idle_connections_make_room_for_new_ones(strict: Server) -> None:
    with many(strict, 120, HEAD), dial(strict, data=HEAD) as another:
        assert status(another) == b"200"


def test_a_server_that_stops_waits_for_nobody(make_server: Callable[..., Server]) -> None:
    server = make_server()
    with (
        many(server, 5, HALF_HEAD),
        many(server, 5, HALF_BODY),
        many(server, 5, HEAD) as idle,
        many(server, 5, large_asset(server), unread=True),
    ):
        assert [status(sock) for sock in idle] == [b"200"] * 5
        server.stop()  # returns once the worker has ended by itself, or was killed after 4 seconds
    assert server.faults() == []
