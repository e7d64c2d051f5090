"""The query pool: what views in the loop ask runs elsewhere, and holds no connection afterwards."""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest
from django.db import connections
from django.db.utils import OperationalError

from Dweb.databases.query_pool import QueryPool
from Dweb.models import User

from ..support.fakes import OpenConnection, make_user
from ..support.loop import Run
from ..support.waiting import SECONDS

LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE")


def test_a_view_in_the_loop_is_answered_by_a_thread_of_the_pool(in_loop: Run) -> None:
    pool = QueryPool(1)
    name = in_loop(lambda: pool.ask(lambda: threading.current_thread().name)).result(SECONDS)
    assert name.startswith("query")


def test_a_thread_asks_for_itself() -> None:
    assert QueryPool(1).ask(threading.current_thread) is threading.current_thread()


def test_work_has_the_context_of_the_view(in_loop: Run) -> None:
    pool = QueryPool(1)

    def view() -> str:
        LANGUAGE.set("zh-hans")
        return pool.ask(LANGUAGE.get)

    assert in_loop(view).result(SECONDS) == "zh-hans"
    assert LANGUAGE.get("none") == "none"


def test_what_goes_wrong_is_the_views(in_loop: Run) -> None:
    def fail() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        in_loop(lambda: QueryPool(1).ask(fail)).result(SECONDS)


@pytest.mark.django_db(transaction=True)
def test_the_database_is_asked_in_the_pool_and_its_connection_released(in_loop: Run) -> None:
    pool = QueryPool(1)

    def ask(work: Callable[[], Any]) -> Any:
        return in_loop(lambda: pool.ask(work)).result(SECONDS)

    opened = ask(lambda: OpenConnection(connections["default"]).__enter__())
    make_user("alice")
    assert ask(lambda: (User.objects.count(), opened.used)) == (1, True)
    assert not opened.used


@pytest.mark.django_db(transaction=True)
def test_the_loop_itself_may_not_ask(in_loop: Run) -> None:
    with pytest.raises(RuntimeError, match="ask the database in the query pool"):
        in_loop(User.objects.count).result(SECONDS)


def test_a_view_waits_only_so_long_and_what_has_not_begun_is_not_done(in_loop: Run) -> None:
    pool, gate, done = QueryPool(1), threading.Event(), threading.Event()
    held = in_loop(lambda: pool.ask(lambda: gate.wait(SECONDS)))
    with pytest.raises(OperationalError, match="not answered in time"):
        in_loop(lambda: pool.ask(done.set, 0.01)).result(SECONDS)
    gate.set()
    assert held.result(SECONDS)
    in_loop(lambda: pool.ask(int)).result(SECONDS)  # what was asked before has had its turn
    assert not done.is_set()


def test_a_timeout_of_the_work_itself_is_the_works(in_loop: Run) -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        in_loop(lambda: QueryPool(1).ask(fail, SECONDS)).result(SECONDS)
