"""The MySQL backend: a bound on a process's connections, and names that compare byte by byte."""

import gc
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from chatproj import env
from Dweb.models import Room

from .support.fakes import make_room, make_user

MARIADB = os.environ.get("DATABASE_URL", "").startswith("mysql")
BOUND = 9_973  # nobody else's: the places of a bound are shared by the whole process


def test_the_setting_names_the_backend_and_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:p@127.0.0.1:1/chat")
    config = env.database(Path("unused"), 7)
    assert (config["ENGINE"], config["MAX_CONNECTIONS"]) == ("Dweb.mysql", 7)


@pytest.mark.parametrize("text", ["é", "E\u0301", "😀", "中文", "A"])
def test_names_compare_byte_by_byte_on_every_database(db: None, text: str) -> None:
    make_room("x")
    for name in ("e", "a", "A", "é", "E\u0301", "😀", "😁", "中文"):
        make_room(name)
    assert [room.name for room in Room.objects.filter(name=text)] == [text]


class Told(threading.Semaphore):
    """Places that tell when somebody asks for one and none is free."""

    def __init__(self, places: int) -> None:
        super().__init__(places)
        self.asked = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if super().acquire(blocking=False):
            return True
        self.asked.set()
        return super().acquire(blocking, timeout)


class TestConnections:
    """Against a real server; on SQLite there is nothing to bound."""

    __test__ = MARIADB

    @pytest.fixture
    def places(self, db: None, monkeypatch: pytest.MonkeyPatch) -> Told:
        made = Told(2)
        monkeypatch.setitem(type(connection.copy())._places, BOUND, made)
        return made

    @pytest.fixture
    def two(self, places: Told) -> Iterator[list[Any]]:
        """Two open connections, which is as many as there may be."""
        opened = [self.another() for _ in range(2)]
        for each in opened:
            each.ensure_connection()
        yield opened
        for each in opened:
            each.close()

    def another(self) -> Any:
        made = connection.copy()
        made.settings_dict["MAX_CONNECTIONS"] = BOUND
        made.inc_thread_sharing()
        return made

    def test_a_further_thread_waits_until_a_place_is_free(self, two: list[Any], places: Told) -> None:
        third = self.another()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(third.ensure_connection)
            assert places.asked.wait(10)
            assert not waiting.done()
            two[0].close()
            waiting.result(10)
        assert third.is_usable()
        third.close()

    def test_who_waits_too_long_is_told_the_settings_name(
        self, two: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("Dweb.mysql.base.WAIT_SECONDS", 0.01)
        with pytest.raises(OperationalError, match="DB_MAX_CONNECTIONS"):
            self.another().ensure_connection()

    def test_closing_twice_frees_one_place(self, two: list[Any], places: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("Dweb.mysql.base.WAIT_SECONDS", 0.01)
        two[0].close()
        two[0].close()
        two[0].ensure_connection()
        with pytest.raises(OperationalError):
            self.another().ensure_connection()

    def test_a_place_is_freed_when_a_thread_dies_without_closing(self, places: Told) -> None:
        for _ in range(5):
            thread = threading.Thread(target=lambda: self.another().ensure_connection())
            thread.start()
            thread.join(10)
            gc.collect()  # Django's wrapper of a connection refers to itself
        assert not places.asked.is_set()
        assert [places.acquire(blocking=False) for _ in range(3)] == [True, True, False]

    def test_a_connection_that_fails_takes_no_place(self, places: Told) -> None:
        for _ in range(3):
            broken = self.another()
            broken.settings_dict["PORT"] = 1
            with pytest.raises(OperationalError):
                broken.ensure_connection()
        assert not places.asked.is_set()


class TestTables:
    """The server's own default is latin1 here."""

    __test__ = MARIADB

    def test_tables_and_columns_are_utf8mb4_nopad_bin(self, db: None) -> None:
        assert self.ask("SELECT @@character_set_server") == [("latin1",)]
        tables = self.ask(
            "SELECT DISTINCT table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
        )
        columns = self.ask(
            "SELECT DISTINCT collation_name FROM information_schema.columns "
            "WHERE table_schema = DATABASE() AND collation_name IS NOT NULL"
        )
        assert tables == columns == [("utf8mb4_nopad_bin",)]

    def test_tables_have_transactions(self, db: None) -> None:
        engines = "SELECT DISTINCT engine FROM information_schema.tables WHERE table_schema = DATABASE()"
        assert self.ask(engines) == [("InnoDB",)]

    def test_text_that_does_not_fit_is_an_error_and_not_cut(self, db: None) -> None:
        with pytest.raises(Exception, match="Data too long"):
            make_user("a" * 151)

    def ask(self, sql: str) -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
