"""The measurements: the load client compiles, and counts exactly what was sent."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import run

import pytest

from bench.crowd import Crowd, pieces
from bench.load import Load, LoadError, build, percentile
from bench.peer import floor
from bench.server import ROOT
from bench.server import Server as Peer
from bench.wire import DWEB

from ..support.server import Server

CLIENTS = 20

pytestmark = [pytest.mark.once, pytest.mark.alone]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("bench"))


def cookies_of(server: Server, folder: Path) -> Path:
    path = folder / "cookies"
    path.write_text("".join(f"sessionid={person.session}\n" for person in server.people(CLIENTS)))
    return path


@pytest.mark.parametrize("by_http", [0, 1], ids=["socket", "http"])
def test_every_client_gets_exactly_what_was_accepted(
    program: Path, make_server: Callable[..., Server], tmp_path: Path, by_http: int, in_time: bool
) -> None:
    server = make_server(SEND_RATE=100_000, SEND_BURST=100_000)
    options = {**DWEB, "port": server.port, "cookies": cookies_of(server, tmp_path), "n": CLIENTS, "http": 4}
    with Load(program, **options) as load:
        busy = load.round(by_http=by_http, window=4, seconds=0.5, warm=0.1)
        paced = load.round(rate=20, seconds=0.5)
    assert busy.exact, busy
    assert paced.exact, paced
    assert busy.deliveries > 0
    assert paced.accepted > 0
    assert 9 <= paced.accepted <= 11 or not in_time
    assert 0 < paced.p50 <= paced.p99 <= paced.max
    events = server.people(1)[0].get("/history/?room=lobby&limit=1").json()["events"]
    assert events[0]["data"]["seq"] >= busy.sent + paced.sent
    assert server.faults() == []


@pytest.fixture
def peer() -> Iterator[Peer]:
    with floor() as server:
        yield server


def test_a_crowd_in_several_processes_counts_what_each_of_them_sent(program: Path, peer: Peer) -> None:
    options = {**peer.options, "n": CLIENTS, "rate": 1}
    with Load(program, **options) as one, Load(program, **options, first=CLIENTS) as other:
        crowd = Crowd([one, other])
        for sender in (0, 1, 1, 0):
            result = crowd.round(sender, seconds=0.01, warm=0)
            assert result.exact, result
        assert (result.accepted_ever, result.delivered_ever) == (4, 4 * 2 * CLIENTS)
        assert sum(count for _, count in result.delays) == 2 * CLIENTS
        one.round(seconds=0.01, warm=0)
        assert other.listen(others=3).exact  # once that message has come
        assert other.listen(others=2).extra == CLIENTS
        assert other.listen(others=5, patience=0.1).missing == 2 * CLIENTS


def test_messages_of_a_group_are_for_its_clients(
    program: Path, make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server, groups = make_server(), CLIENTS // 4
    options = {**DWEB, "port": server.port, "cookies": cookies_of(server, tmp_path), "n": CLIENTS, "quiet": -1}
    run([sys.executable, "-m", "bench.seat", str(groups)], env=server.env, cwd=ROOT, check=True)
    send_as = {"send_as": DWEB["send_as"].replace("lobby", "room%G")}
    with Load(program, **options | send_as, groups=groups) as load:
        result = load.round(window=CLIENTS, seconds=0.1, warm=0)
    assert result.exact, result
    assert result.delivered_ever == 4 * result.accepted_ever > 0


def test_a_round_without_an_end_ends_when_it_is_told(program: Path, peer: Peer) -> None:
    with Load(program, **peer.options, n=CLIENTS, rate=100, seconds=1_000, warm=0) as load:
        load.begin()
        result = load.end()
    assert result.exact, result


def test_clients_come_at_a_pace_and_each_wait_is_counted(program: Path, peer: Peer) -> None:
    with Load(program, **peer.options, n=CLIENTS, pace=200, sources=3) as load:
        assert load.connect_seconds >= (CLIENTS - 1) / 200 - 0.01
        assert sum(count for _, count in load.waits) == CLIENTS


def test_a_percentile_of_counts() -> None:
    counts = [(3_000, 1), (1_000, 98), (2_000, 1)]
    assert [percentile(counts, part) for part in (0.5, 0.98, 0.99, 1)] == [1, 1, 2, 3]
    assert percentile([], 0.5) == 0


def test_a_crowd_is_divided_evenly_among_processes_that_can_hold_it() -> None:
    assert pieces(19_000) == [19_000]
    assert pieces(38_001) == [12_667] * 3


def test_a_server_that_is_not_there_is_said(program: Path, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="refused"), Load(program, port=1, n=1):
        pass
