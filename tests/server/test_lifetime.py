"""The worker's loop under shortages: what fails concerns one connection, or ends the loop."""

import errno
import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from gunicorn.workers.gthread import ThreadWorker

from Dweb.server import lifetime
from Dweb.server.lifetime import Lifetime

pytestmark = pytest.mark.once

NO_THREAD = mock.Mock(side_effect=RuntimeError("can't start new thread"))


class Tmp:
    def fileno(self) -> int:
        return 0


@pytest.fixture
def worker(settings: Any) -> Iterator[Lifetime]:
    settings.ACCEPT_PAUSE_SECONDS = 3_600
    made = Lifetime.__new__(Lifetime)
    made.cfg = SimpleNamespace(threads=2)
    made.tmp = Tmp()
    made.nr_conns = 0
    made.make_room = lambda: False
    made.poller = mock.Mock()
    made.sockets = [mock.Mock()]
    made._accepting = True
    made.tpool = mock.Mock()
    yield made
    made.tpool.shutdown()


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EMFILE, "x"), MemoryError(), RuntimeError("can't start new thread")],
)
def test_after_a_failed_accept_the_worker_accepts_none_for_a_while(
    worker: Lifetime, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def accept(self: ThreadWorker, listener: object) -> None:
        self.nr_conns += 1
        raise error

    monkeypatch.setattr(ThreadWorker, "accept", accept)
    worker.accept(worker.sockets[0])
    assert worker.nr_conns == 0
    worker.set_accept_enabled(True)  # as the loop does at each turn
    assert not worker._accepting
    monkeypatch.setattr(lifetime.time, "monotonic", lambda: worker._accept_after)
    worker.set_accept_enabled(True)
    assert worker._accepting


def test_connections_that_wait_make_room_for_new_ones(worker: Lifetime, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.make_room = lambda: True
    monkeypatch.setattr(ThreadWorker, "accept", mock.Mock(side_effect=OSError(errno.EMFILE, "x")))
    worker.accept(worker.sockets[0])
    worker.set_accept_enabled(True)
    assert worker._accepting


def test_a_client_that_the_network_lost_delays_no_other(worker: Lifetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadWorker, "accept", mock.Mock(side_effect=OSError(errno.EPROTO, "x")))
    worker.accept(worker.sockets[0])
    assert worker._accepting


def test_the_last_files_are_not_for_clients(worker: Lifetime, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    accept = mock.Mock()
    monkeypatch.setattr(ThreadWorker, "accept", accept)
    settings.KEPT_FILES = 1_000_000
    worker.accept(worker.sockets[0])
    assert not accept.called
    assert not worker._accepting


def test_a_fault_ends_the_loop(worker: Lifetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadWorker, "accept", mock.Mock(side_effect=ValueError("a fault")))
    with pytest.raises(ValueError, match="a fault"):
        worker.accept(worker.sockets[0])


def test_a_turn_of_the_loop_may_lack_memory(worker: Lifetime, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCEPT_PAUSE_SECONDS = 0
    turn = mock.Mock(side_effect=[MemoryError(), None, ValueError("a fault")])
    monkeypatch.setattr(ThreadWorker, "wait_for_and_dispatch_events", turn)
    worker.wait_for_and_dispatch_events(1.0)
    worker.wait_for_and_dispatch_events(1.0)
    with pytest.raises(ValueError, match="a fault"):
        worker.wait_for_and_dispatch_events(1.0)


def test_a_worker_stops_though_no_thread_can_close_its_sockets(
    worker: Lifetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.alive, worker.method_queue, worker.close_sockets = True, mock.Mock(), mock.Mock()
    monkeypatch.setattr("threading.Thread.start", NO_THREAD)
    with pytest.raises(RuntimeError, match="new thread"):  # which ends the loop, and _end() closes them
        worker.handle_exit(signal.SIGTERM, None)
    assert not worker.alive
    assert not worker._stopping
