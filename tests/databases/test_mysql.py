"""The MySQL backend: connections that come from a pool, and names that compare byte by byte."""

import os
from contextlib import suppress
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from Dweb import runtime
from Dweb.chat.permissions import check_write
from Dweb.databases import tables
from Dweb.live.wire import Kind
from Dweb.log.entry import Draft, Entry
from Dweb.models import LOBBY, Event, Room

from ..support.fakes import make_room, make_user

MARIADB = os.environ.get("DATABASE_URL", "").startswith("mysql")


@pytest.mark.parametrize("text", ["é", "E\u0301", "😀", "中文", "A"])
def test_names_compare_byte_by_byte_on_every_database(db: None, text: str) -> None:
    make_room("x")
    for name in ("e", "a", "A", "é", "E\u0301", "😀", "😁", "中文"):
        make_room(name)
    assert [room.name for room in Room.objects.filter(name=text)] == [text]


def two_of_a_pool(most: int) -> list[Any]:
    """Two connections of a pool of its own: no other test has one of this size."""
    made = [connection.copy() for _ in range(2)]
    for each in made:
        each.settings_dict["MAX_CONNECTIONS"] = most
    return made


def number_of(database: Any) -> int:
    """The server's number of a connection."""
    with database.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        return int(cursor.fetchone()[0])


class TestConnections:
    """Against a real server."""

    __test__ = MARIADB

    def test_a_connection_that_the_server_closed_is_not_lent_again(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("Dweb.databases.mysql.base.TRUSTED_SECONDS", 0.0)
        one, other = two_of_a_pool(9_973)
        numbers = [number_of(one), number_of(other)]
        one.close()
        with other.cursor() as cursor:
            cursor.execute(f"KILL {numbers[0]}")
        assert number_of(one) not in numbers
        one.close()
        other.close()

    def test_the_others_of_the_pool_are_not_trusted_once_one_is_lost(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("Dweb.databases.mysql.base.TRUSTED_SECONDS", 60.0)
        one, other = two_of_a_pool(9_975)
        numbers = [number_of(one), number_of(other)]
        one.close()
        other.close()
        with connection.cursor() as cursor:
            for number in numbers:
                cursor.execute(f"KILL {number}")
        with pytest.raises(OperationalError), one.cursor() as cursor:
            cursor.execute("SELECT 1")
        one.close()
        assert number_of(other) not in numbers
        other.close()

    @pytest.mark.parametrize("pinged", [False, True])
    def test_nor_are_those_of_the_other_pools(self, db: None, monkeypatch: pytest.MonkeyPatch, pinged: bool) -> None:
        """A server that restarts in less than a moment ends them all."""
        one, other = two_of_a_pool(9_976)
        other.settings_dict["MAX_CONNECTIONS"] = 9_977
        numbers = [number_of(one), number_of(other)]
        one.close()
        other.close()
        monkeypatch.setattr("Dweb.databases.mysql.base.TRUSTED_SECONDS", 60.0)
        with connection.cursor() as cursor:
            for number in numbers:
                cursor.execute(f"KILL {number}")
        if pinged:
            one._pool().distrust()
            assert number_of(one) not in numbers
        else:
            with pytest.raises(OperationalError), one.cursor() as cursor:
                cursor.execute("SELECT 1")
        one.close()
        assert number_of(other) not in numbers
        other.close()

    def test_one_that_is_found_dead_is_not_given_back(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("Dweb.databases.mysql.base.TRUSTED_SECONDS", 60.0)
        one, other = two_of_a_pool(9_978)
        numbers = [number_of(one)]
        with connection.cursor() as cursor:
            cursor.execute(f"KILL {numbers[0]}")
        assert not one.is_usable()
        one.close()
        assert number_of(other) not in numbers
        other.close()

    @pytest.mark.django_db(transaction=True)
    def test_a_connection_that_is_lost_before_the_commit_costs_no_message(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lost: list[int] = []

        def lose(rows: object) -> None:
            lost.append(number_of(connection))
            with connection.cursor() as cursor:
                if len(lost) == 1:
                    with suppress(OperationalError):
                        cursor.execute(f"KILL {lost[0]}")
                    cursor.execute("SELECT 1")

        monkeypatch.setattr("Dweb.search.index.add", lose)
        room = Room.objects.get(name=LOBBY)
        committer = runtime.get().committer
        entry = Entry(Kind.MESSAGE, text="hello", room=room.name)
        event = committer.commit(Draft(entry, room.pk, room.name, make_user("alice"), check_write))
        assert len(set(lost)) == 2
        assert list(Event.objects.values_list("seq", "text")) == [(event.seq, "hello")]

    def test_its_state_is_that_of_a_new_one(self, db: None) -> None:
        made = connection.copy()
        for _ in range(2):
            with made.cursor() as cursor:
                cursor.execute("SELECT @@sql_auto_is_null, @@autocommit, @@tx_isolation")
                assert cursor.fetchone() == (0, 1, "READ-COMMITTED")
            made.close()

    def test_a_server_that_waits_in_vain_for_another_one_to_prepare_the_database_says_so(
        self, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tables, "MIGRATE_WAIT_SECONDS", 0)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute(f"SELECT GET_LOCK({tables.MIGRATE_LOCK}, 0)")
            assert cursor.fetchone() == (1,)
            try:
                with pytest.raises(CommandError, match="Another server"), tables._one_at_a_time():
                    pytest.fail("both are at it")
            finally:
                cursor.execute(f"DO RELEASE_LOCK({tables.MIGRATE_LOCK})")
        other.close()
        with tables._one_at_a_time():
            pass

    def test_a_migration_waits_for_locks_longer_than_a_request(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """A table that is altered half-way needs repair by hand."""
        other = connection.copy()
        other.settings_dict["MAX_CONNECTIONS"] = 9_974  # a pool that no other test uses
        monkeypatch.setattr(tables, "connection", other)
        with tables._one_at_a_time(), other.cursor() as cursor:
            cursor.execute("SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout")
            assert cursor.fetchone() == (tables.MIGRATE_WAIT_SECONDS, tables.MIGRATE_WAIT_SECONDS)
        other.close()

    def test_a_connection_that_fails_takes_no_place(self, db: None) -> None:
        for _ in range(3):
            broken = connection.copy()
            broken.settings_dict.update(PORT=1, MAX_CONNECTIONS=1)
            with pytest.raises(OperationalError, match="1"):
                broken.ensure_connection()


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
            "WHERE table_schema = DATABASE() AND collation_name IS NOT NULL "
            "AND column_name NOT IN ('data', 'about', 'rooms')"
        )
        # MariaDB gives columns of JSON a collation of its own.
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
