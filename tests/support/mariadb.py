"""A real MariaDB in a temporary folder: python -m tests.support.mariadb COMMAND… runs COMMAND with its DATABASE_URL."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

START_SECONDS = 60
PASSWORD = "secret"


class MariaDB:
    """Starts on a free port of the loopback; stop() and start() keep the data, close() throws it away."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dweb-mariadb-"))
        self.port = free_port()
        self.socket = self.folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        install = [
            "mariadb-install-db",
            f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal",
        ]
        subprocess.run([*install, *_as_root(), "--skip-test-db"], check=True, capture_output=True)
        self.start()
        self.run(f"CREATE USER dweb@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO dweb@'127.0.0.1';")

    def start(self) -> None:
        # latin1 on purpose: the tables must be utf8mb4 whatever the server's default is.
        options = [f"--datadir={self.folder / 'data'}", f"--socket={self.socket}", f"--port={self.port}"]
        options += ["--bind-address=127.0.0.1", "--character-set-server=latin1", "--skip-name-resolve"]
        options += ["--innodb-flush-method=nosync"]  # a kill loses nothing, and that the power fails is not tested
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["mariadbd", "--no-defaults", *options, *_as_root()], stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(self._client("SELECT 1"), capture_output=True).returncode:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"MariaDB did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, sql: str) -> str:
        return subprocess.run(self._client(sql), check=True, capture_output=True, text=True).stdout

    def url(self, name: str) -> str:
        return f"mysql://dweb:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def _client(self, sql: str) -> list[str]:
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--skip-column-names", "-e", sql]


def create_database(url: str) -> None:
    """An empty database for a mysql:// URL, on the server that runs."""
    query(url, f"CREATE DATABASE `{url.rsplit('/', 1)[1]}`")


def query(url: str, sql: str, *values: object) -> Sequence[Sequence[Any]]:
    """Run a statement on the server of a mysql:// URL, in no database."""
    with connected(url.rsplit("/", 1)[0]) as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A cursor in the database of a mysql:// URL; what it has done is committed in the end."""
    import MySQLdb

    parts = urlsplit(url)
    where = {"host": parts.hostname, "port": parts.port, "database": parts.path[1:]}
    with closing(MySQLdb.connect(user=parts.username, password=parts.password, **where)) as connection:
        yield connection.cursor()
        connection.commit()


def free_port() -> int:
    """Below those that the kernel gives to connections: none of them can take it before the server does."""
    while True:
        port = 16_384 + secrets.randbelow(16_384)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def run_command(command: Sequence[str]) -> int:
    """Ctrl+C reaches the command as well: its end is waited for, so that nothing of it runs on."""
    database = MariaDB()
    try:
        database.run("CREATE DATABASE dweb")
        process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database.url("dweb")})
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()
    finally:
        database.close()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    raise SystemExit(run_command(sys.argv[1:]))
