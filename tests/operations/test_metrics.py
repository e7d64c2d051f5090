"""GET /metrics: the figures are those of what happened, of every worker that lives, for allowed addresses only."""

import tempfile
from collections.abc import Callable, Iterator
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from Dweb.live.client import Client
from Dweb.models import User
from Dweb.runtime import Runtime
from Dweb.views.chat import SocketRequest, chat

from ..support.fakes import connected, make_room, make_session, make_user, say, sign_in
from ..support.figures import Figures
from ..support.link import Link
from ..support.said import write
from ..support.server import Server
from ..support.waiting import SECONDS, in_thread, wait_until

pytestmark = pytest.mark.once


def figures() -> Figures:
    response = Browser().get("/metrics")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert not response.cookies
    return Figures(response.content)


def test_a_fresh_process_says_zero_of_everything(db: None) -> None:
    now = figures()
    for name in ("connections", "users", "outbox_bytes", "messages_total", "deliveries_total"):
        assert now.sum(f"dweb_{name}", worker="1") == 0
    assert now.sum("dweb_log_reads_total", why="gap") == now.sum("dweb_commit_seconds_count") == 0
    for reason in ("too_slow", "too_many_sockets", "signed_out", "account_closed", "restart"):
        now.sum("dweb_evictions_total", reason=reason)
    for name in ("process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total", "python_info"):
        assert now.sum(name) > 0
    assert len({family.name for family in now.families}) == len(now.families)


def test_connections_users_messages_and_deliveries_are_counted(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    before = figures()
    sockets = [connected(live, alice), connected(live, alice, "other"), connected(live, bob)]
    browser = sign_in(alice)
    for number in range(5):
        assert say(browser, f"hello {number}", room="111").status_code == 200
    assert say(browser, "hello", room="nowhere").status_code == 404
    assert [len(socket.messages()) for socket in sockets] == [5, 5, 5]
    now = figures()
    assert (now.sum("dweb_connections"), now.sum("dweb_users")) == (3, 2)
    assert (now.sum("dweb_messages_total"), now.sum("dweb_deliveries_total")) == (5, 15)
    assert now.sum("dweb_commit_seconds_count") == now.sum("dweb_commit_seconds_bucket", le="+Inf") == 5
    assert 0 < now.sum("dweb_commit_seconds_sum") < SECONDS
    for status, count in (("2xx", 5), ("4xx", 1)):
        labels = {"view": "msg_send", "status": status}
        name = "dweb_request_seconds_count"
        assert now.sum(name, **labels) - sum(_values(before, name, labels)) == count
    for socket in sockets:
        live.hub.leave(socket.client)
        socket.end()
    assert figures().sum("dweb_connections") == 0


def _values(now: Figures, name: str, labels: dict[str, str]) -> list[float]:
    return [each.value for each in now.samples if each.name == name and labels.items() <= each.labels.items()]


def test_messages_that_are_delivered_together_are_counted_one_by_one(live: Runtime, alice: User) -> None:
    room = make_room("111", alice)
    socket = connected(live, alice)
    write(room, alice, ["one", "two", "three"])
    assert say(sign_in(alice), "four", room="111").status_code == 200
    assert len(socket.messages()) == 4
    now = figures()
    assert now.sum("dweb_log_reads_total", why="gap") == 1
    assert (now.sum("dweb_messages_total"), now.sum("dweb_deliveries_total")) == (1, 4)
    socket.end()


def test_what_waits_in_outboxes_is_summed(live: Runtime, alice: User, bob: User) -> None:
    sockets = [connected(live, alice), connected(live, bob)]
    for socket in sockets:  # whose far ends read nothing: more than the kernel takes
        socket.client.send(b"x" * 1_000_000)
    wait_until(lambda: all(socket.client.blocked for socket in sockets))
    waiting = figures().sum("dweb_outbox_bytes")
    assert 0 < waiting < 2_000_000
    assert waiting == sum(socket.client.outbox.size for socket in sockets)
    for socket in sockets:
        socket.end()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slow", [True, False])
def test_clients_that_are_closed_are_counted_and_clients_that_leave_are_not(live: Runtime, slow: bool) -> None:
    """Alice's peer reads nothing while more comes than an outbox takes; or goes by itself."""
    before, name = figures(), "dweb_evictions_total"
    alice = make_user("alice")
    with Link(receive_buffer=4096, send_buffer=4096) as link:

        def happen() -> None:
            wait_until(lambda: live.hub.connections())
            [client] = live.hub.connections()
            if slow:
                _overfill(live, client)
            link.reset()

        happening = in_thread(happen)
        unwrap(chat)(SocketRequest(link.websocket(), alice, make_session()))
        happening.result(SECONDS)
    now = figures()
    assert now.sum(name, reason="too_slow") - before.sum(name, reason="too_slow") == int(slow)
    assert now.sum(name) - before.sum(name) == int(slow)


def _overfill(live: Runtime, client: Client) -> None:
    while not client.outbox.finished:
        live.writer.fan_out([client], b"\x82\x7e\xff\xff" + bytes(65_535))


def test_strangers_find_nothing(db: None, settings: Any) -> None:
    def body(response: Any) -> tuple[int, str, object]:
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in ("X-Request-ID", "Set-Cookie", "Expires")
        }
        return response.status_code, response.context["refusal"].detail, headers

    for browser in (Browser(), Browser(enforce_csrf_checks=True)):
        for method in ("get", "post"):
            nothing = body(getattr(browser, method)("/nothing", REMOTE_ADDR="203.0.113.7"))
            assert nothing[0] == 404
            assert body(getattr(browser, method)("/metrics", REMOTE_ADDR="203.0.113.7")) == nothing
            assert body(getattr(browser, method)("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.7")) == nothing
    assert Browser().get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert Browser(enforce_csrf_checks=True).post("/metrics").status_code == 405
    settings.METRICS_ALLOWED = ["203.0.113.7"]
    assert Browser().get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 200
    assert Browser().get("/metrics").status_code == 404


def test_a_scrape_needs_no_tls(db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Browser().get("/metrics").status_code == 200


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dweb") as made:
        yield Path(made)


def test_several_workers_are_one_answer(make_server: Callable[..., Server], folder: Path) -> None:
    """Whichever is scraped. A worker that was killed is in it no longer; the one that comes instead has its number."""
    server = make_server(GUNICORN_CMD_ARGS="--workers 2", TMPDIR=folder)
    person = server.people(1)[0]

    def ask() -> Figures:
        answer = server.get("/metrics")
        assert answer.status == 200
        return Figures(answer.body)

    wait_until(lambda: len(ask().workers()) == 2)
    for number in range(1, 21):
        person.say(f"hello {number}", cid=f"cid{number}")
        answered = ask()
        assert answered.sum("dweb_messages_total") == number
        assert answered.sum("dweb_request_seconds_count", view="msg_send", status="2xx") == number
    starts = ask().workers()
    assert starts.keys() == {"1", "2"}
    victim = server.processes()[0]
    victim.kill()
    victim.wait(SECONDS)
    wait_until(lambda: len(ask().workers()) == 2)
    later = ask().workers()
    assert later.keys() == starts.keys()
    assert len(set(later.values()) & set(starts.values())) == 1
    assert len(list(folder.glob("dweb-*"))) == 1
    server.stop()
    assert list(folder.glob("dweb-*")) == []
    assert [line for line in server.faults() if "SIGKILL" not in line] == []


def test_closes_on_a_real_server_are_counted(make_server: Callable[..., Server]) -> None:
    server = make_server(MAX_SOCKETS_PER_USER=1)
    one, other = server.people(2)
    sockets = [one.greeted(), one.connect(), other.greeted()]
    sockets[2].close()

    def evictions(reason: str) -> float:
        return Figures(server.get("/metrics").body).sum("dweb_evictions_total", reason=reason)

    wait_until(lambda: evictions("too_many_sockets") == 1)
    assert one.post("/logout/").status == 302
    wait_until(lambda: evictions("signed_out") == 1)
    wait_until(lambda: Figures(server.get("/metrics").body).sum("dweb_connections") == 0)
    now = Figures(server.get("/metrics").body)
    assert now.sum("dweb_evictions_total") == 2
    assert now.sum("dweb_request_seconds_count", view="chat", status="1xx") == 3
