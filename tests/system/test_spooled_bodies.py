"""Large bodies that a server reads into files: whole ones, many slow ones, a fast one; what is left of them."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chatproj import limits

from ..conftest import starting_servers
from ..support.raw import talk
from ..support.server import Server, Visitor, receive
from ..support.slow import HEAD, dial, many, status
from ..support.waiting import in_thread, wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

SIZE = 2 * 1024 * 1024
BODY = os.urandom(SIZE)
SLOW = 100  # transfers at once
ADDRESSES = [f"127.0.1.{number}" for number in range(5)]


def head(size: int = SIZE, more: bytes = b"", query: bytes = b"") -> bytes:
    return b"POST /files/%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%b\r\n" % (query, size, more)


@pytest.fixture(scope="module")
def spooling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers with the view of tests/support/spooling.py; their logs have no faults at the end."""
    servers: list[Server] = []
    with starting_servers(tmp_path_factory.mktemp("spooling")) as make:

        def start(**given: object) -> Server:
            servers.append(make(DJANGO_SETTINGS_MODULE="tests.support.spooling_settings", **given))
            return servers[-1]

        yield start
        assert [server.faults() for server in servers] == [[]] * len(servers)


@pytest.fixture(scope="module")
def taking(spooling: Callable[..., Server]) -> Server:
    return spooling()


def ended(server: Server) -> int:
    """How many transfers the view was told the end of."""
    path = Path(server.env["VAR_DIR"]) / "ended"
    return len(path.read_text().split()) if path.exists() else 0


def spooled(server: Server) -> int:
    """How many files without a name the worker has open in the folder of the view."""
    links, folder = [], f"/proc/{server.worker.pid}/fd"
    for each in os.listdir(folder):
        with suppress(FileNotFoundError):  # closed meanwhile
            links.append(os.readlink(f"{folder}/{each}"))
    return sum(link.startswith(server.env["VAR_DIR"]) and link.endswith("(deleted)") for link in links)


def taken(body: bytes) -> dict[str, Any]:
    """What the view answers."""
    is_large = len(body) > limits.REQUEST_MAX_BYTES
    return {"size": len(body), "sha256": hashlib.sha256(body).hexdigest(), "spool": is_large}


@pytest.mark.parametrize("size", [0, 1_000, limits.REQUEST_MAX_BYTES, limits.REQUEST_MAX_BYTES + 1, SIZE])
def test_a_body_of_any_size_comes_whole(taking: Server, size: int) -> None:
    before = ended(taking)
    assert taking.request("POST", "/files/", BODY[:size]).json() == taken(BODY[:size])
    wait_until(lambda: ended(taking) == before + (size > limits.REQUEST_MAX_BYTES))


def test_a_connection_goes_on_and_has_one_answer_a_request(taking: Server) -> None:
    before = ended(taking)
    data = talk(taking.port, (head() + BODY + HEAD) * 3)
    assert data.count(b"HTTP/1.1 200 OK") == data.count(b"HTTP/1.1") == 6
    assert data.count(taken(BODY)["sha256"].encode()) == 3
    assert b"never sent" not in data
    wait_until(lambda: ended(taking) == before + 3)
    assert spooled(taking) == 0


def test_100_continue_is_sent_once_the_body_is_wanted(taking: Server) -> None:
    before, expects = ended(taking), b"Expect: 100-continue\r\n"
    with dial(taking, data=head(more=expects)) as sock:
        assert status(sock) == b"100"
        sock.sendall(BODY)
        assert status(sock) == b"200"
    with dial(taking, data=head(more=expects, query=b"?refuse")) as sock:
        assert status(sock) == b"413"
        assert sock.recv(1) == b""
    wait_until(lambda: ended(taking) == before + 1)


def test_a_form_with_a_large_file_needs_the_token_in_its_head(taking: Server) -> None:
    [person] = taking.people(1)
    before = ended(taking)
    edge = os.urandom(16).hex()  # a short one may stand in the body
    start = b'--%b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' % edge.encode()
    end = b"\r\n--%b--\r\n" % edge.encode()
    headers = person.headers | {"Content-Type": f"multipart/form-data; boundary={edge}"}
    answer = taking.request("POST", "/files/", start + BODY + end, headers)
    assert answer.status == 200, answer.body
    assert answer.json() == taken(BODY)
    wait_until(lambda: ended(taking) == before + 1)
    del headers["X-CSRFToken"]
    body = start + BODY[: limits.REQUEST_MAX_BYTES] + end
    assert taking.request("POST", "/files/", body, headers).status == 403
    assert ended(taking) == before + 1


def test_a_hundred_slow_transfers_hold_up_nobody_and_take_no_thread(taking: Server) -> None:
    before, memory, threads = ended(taking), taking.worker.memory_info().rss, taking.worker.num_threads()
    [person] = taking.people(1)
    with many(taking, SLOW, head() + BODY[: SIZE // 2], *ADDRESSES) as sockets:
        wait_until(lambda: spooled(taking) == SLOW, 30)
        for _ in range(3):
            for sock in sockets:
                sock.sendall(BODY[:1_000])
            all_is_well(person)
        assert taking.worker.num_threads() < threads + SLOW // 2
        assert taking.worker.memory_info().rss < memory + 20 * 1024 * 1024
    wait_until(lambda: spooled(taking) == 0, 30)
    wait_until(lambda: ended(taking) == before + SLOW)


def all_is_well(person: Visitor) -> None:
    assert person.server.get("/healthz").status == 200
    with person.greeted() as socket:
        person.say("all is well")
        assert receive(socket, 1)["data"]["msg"] == "all is well"


def test_others_are_answered_beside_a_large_transfer(taking: Server) -> None:
    with dial(taking, data=head(50 * SIZE)) as sock:
        sending = in_thread(lambda: [sock.sendall(BODY) for _ in range(50)])
        while not sending.done():
            assert taking.get("/healthz").status == 200
        sending.result(1)
        assert status(sock) == b"200"


def test_a_transfer_that_is_too_slow_ends(spooling: Callable[..., Server]) -> None:
    server = spooling(TRANSFER_SECONDS=1)
    with dial(server, data=head() + BODY[:1_000]) as sock:
        wait_until(lambda: spooled(server) == 1)
        assert status(sock) == b""
    wait_until(lambda: ended(server) == 1)
    assert spooled(server) == 0


def test_a_server_that_stops_waits_for_no_transfer_and_leaves_nothing(spooling: Callable[..., Server]) -> None:
    server = spooling()
    folder = Path(server.env["VAR_DIR"])
    there = {*folder.iterdir()}
    with many(server, 5, head() + BODY[:1_000]):
        wait_until(lambda: spooled(server) == 5)
        server.stop()
    assert ended(server) == 5
    assert {*folder.iterdir()} - there <= {folder / "ended"}
