"""Starts that are refused with a sentence: an older version on a newer database, a second server on an SQLite file."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ..support.mariadb import query
from ..support.redis import RedisServer
from ..support.server import ROOT, Server
from ..support.waiting import wait_until

SERVE = "scripts/serve", "--port"
RUNSERVER = sys.executable, "manage.py", "runserver", "--noreload"
MakeServer = Callable[..., Server]
NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('Dweb', '9999_later', '2026-01-01 00:00:00')"
SENTENCE = "was changed by a newer version of Dweb, with Dweb.9999_later"


def change_tables(server: Server) -> None:
    """As a newer version does."""
    if server.mariadb:
        url = server.env["DATABASE_URL"]
        query(url, NEWER.replace("django_migrations", f"`{url.rsplit('/', 1)[1]}`.django_migrations"))
        return
    with closing(sqlite3.connect(Path(server.env["VAR_DIR"]) / "dweb.sqlite3")) as database, database:
        database.execute(NEWER)


def refused(server: Server, *command: str) -> str:
    """Runs a server that does not start; returns what it says."""
    done = subprocess.run([*command, str(server.port)], cwd=ROOT, env=server.env, capture_output=True, timeout=60)
    assert done.returncode != 0
    said = done.stderr.decode()
    assert "Traceback" not in said
    return said


def test_an_older_version_does_not_start_on_a_newer_database(server: Server) -> None:
    change_tables(server)
    server.stop()
    for command in (SERVE, RUNSERVER):
        assert SENTENCE in refused(server, *command)


def test_a_worker_of_an_older_version_ends_its_server(server: Server) -> None:
    change_tables(server)
    server.worker.kill()
    process = server.process
    assert process is not None
    wait_until(lambda: process.poll() is not None, 30)
    assert SENTENCE in server.log()
    assert "Traceback" not in server.log()


@pytest.mark.once  # about SQLite
class TestOneServer:
    def test_a_second_server_on_the_file_is_refused(self, make_server: MakeServer) -> None:
        one = make_server()
        second = make_server(start=False, beside=one, DB_OWNER_SECONDS=1)
        for command in (SERVE, RUNSERVER):
            assert "Another server runs on the database" in refused(second, *command)
        assert one.healthy()
        one.stop()
        second.start()

    @pytest.mark.long
    def test_a_server_with_redis_shares_it_only_with_others_that_have_redis(
        self, make_server: MakeServer, redis: RedisServer
    ) -> None:
        one = make_server(REDIS_URL=redis.url, WEB_CONCURRENCY=2)
        other = make_server(beside=one, REDIS_URL=redis.url)
        alone = make_server(start=False, beside=one, DB_OWNER_SECONDS=1)
        assert "Another server runs on the database" in refused(alone, *SERVE)
        assert one.healthy()
        assert other.healthy()

    def test_a_killed_server_leaves_no_lock_and_its_workers_are_waited_for(self, server: Server) -> None:
        [worker] = server.processes()
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        worker.send_signal(signal.SIGKILL)
        server.process = None
        server.start()

    def test_commands_work_beside_a_server(self, server: Server) -> None:
        server.run("manage.py", "migrate")
        server.run("manage.py", "newepoch")
