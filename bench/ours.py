"""The chat as operators start it, with accounts that are signed in beforehand."""

import json
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from math import ceil
from pathlib import Path

from chatproj.limits import HTTP_THREADS

from .server import ROOT, Server
from .wire import DWEB

LIMITS = {"SEND_RATE": "20", "SEND_BURST": "100"}  # USERS people say as much as thousands do with the defaults
MAX_SOCKETS, MAX_SOCKETS_PER_USER = 10_000, 20  # the defaults
PYTHON = ROOT / ".venv" / "bin" / "python"


class Ours(Server):
    """scripts/serve on a database of its own, with all checks and limits."""

    def __init__(
        self, people: int, name: str = "Dweb", beside: "Ours | None" = None, sockets: int = 0, **env: str
    ) -> None:
        """Makes accounts for `people`, or shares the database and the accounts of another server, `beside`.

        Their `sockets` may be more than a server takes by default.
        """
        env |= {
            "MAX_SOCKETS": str(max(sockets, MAX_SOCKETS)),
            "MAX_SOCKETS_PER_USER": str(max(ceil(sockets / max(people, 1)), MAX_SOCKETS_PER_USER)),
        }
        command = ["scripts/serve", "--port", "{port}"]
        super().__init__(name, command, DWEB, **(LIMITS | env))
        self._home = beside.folder if beside else self.folder
        self.env |= {"VAR_DIR": str(self._home / "var")}
        self.env.pop("DATABASE_URL", None)
        self._people = people
        if beside is None:
            self.run("manage.py", "migrate", "--verbosity", "0")
            self._make_people()

    @property
    def options(self) -> dict[str, object]:
        return super().options | {"cookies": self._cookies}

    def run(self, *arguments: str) -> str:
        """Runs a Python command on this server's database and returns its output."""
        (self.folder / "var").mkdir(exist_ok=True)
        command = [str(PYTHON), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True)  # noqa: S603
        return done.stdout

    def fill_pool(self) -> None:
        """Makes the server start all threads for requests, which it starts when they are needed, and keeps."""
        address = ("127.0.0.1", self.port)
        with ExitStack() as stack:
            halves = [stack.enter_context(socket.create_connection(address, 10)) for _ in range(HTTP_THREADS)]
            for half in halves:
                half.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
            for half in halves:
                half.sendall(b"Connection: close\r\n\r\n")
                half.makefile().read()

    def last_number(self) -> int:
        """Reads the number of the lobby's last event."""
        with closing(sqlite3.connect(self.folder / "var" / "dweb.sqlite3")) as database:
            return int(database.execute("SELECT seq FROM room WHERE name = 'lobby'").fetchone()[0])

    @property
    def _cookies(self) -> Path:
        return self._home / "cookies"

    def _make_people(self) -> None:
        made = json.loads(self.run("-m", "tests.support.accounts", str(self._people)))
        lines = (f"sessionid={person['session']}\n" for person in made)
        self._cookies.write_text("".join(lines))

    def _listens(self) -> bool:
        """Asks for /healthz, because the server listens before it has a worker."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return False
