"""The measurements: the load client compiles, and counts exactly what was sent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.load import Load, LoadError, build
from bench.wire import DWEB

from ..support.server import Server

CLIENTS = 20

pytestmark = [pytest.mark.once, pytest.mark.alone]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("bench"))


@pytest.mark.parametrize("by_http", [0, 1], ids=["socket", "http"])
def test_every_client_gets_exactly_what_was_accepted(
    program: Path, make_server: Callable[..., Server], tmp_path: Path, by_http: int, in_time: bool
) -> None:
    server = make_server(SEND_RATE=100_000, SEND_BURST=100_000)
    cookies = tmp_path / "cookies"
    cookies.write_text("".join(f"sessionid={person.session}\n" for person in server.people(CLIENTS)))
    options = {**DWEB, "port": server.port, "cookies": cookies, "n": CLIENTS, "http": 4}
    with Load(program, **options) as load:
        busy = load.round(by_http=by_http, window=4, seconds=0.5, warm=0.1)
        paced = load.round(rate=20, seconds=0.5)
    assert busy.exact, busy
    assert paced.exact, paced
    assert busy.deliveries > 0
    assert 0 < paced.accepted <= 11
    assert paced.accepted >= 9 or not in_time
    assert 0 < paced.p50 <= paced.p99 <= paced.max
    events = server.people(1)[0].get("/history/?room=lobby&limit=1").json()["events"]
    assert events[0]["data"]["seq"] >= busy.sent + paced.sent
    assert server.faults() == []


def test_a_server_that_is_not_there_is_said(program: Path, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="refused"), Load(program, port=1, n=1):
        pass
