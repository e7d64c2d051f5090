"""The whole server, started as users start it, and the people who talk to it over HTTP and WebSocket."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from websockets.sync.client import ClientConnection, connect

from .environment import environment
from .mariadb import free_port
from .waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
VERSION = re.compile("[0-9a-f]{16}")
START_SECONDS = 60
CSRF = "c" * 32  # any token will do, as long as cookie and header agree


class Server:
    """`scripts/serve` on a free port of the loopback, with its own var/ and database.

    `given` are settings of this server: variables of the environment, and limits. `root` is the checkout whose server
    this is.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path, database_url: str = "", *, root: Path = ROOT, **given: object) -> None:
        self.root = root
        self.port = free_port()
        self.log_path = folder / "server.log"
        self._temporary = tempfile.mkdtemp(prefix="dweb-test-")  # what it leaves there when it is killed goes, too
        var = folder / "var"
        if not var.exists():  # the servers of all tests share the assets, which take a second to prepare
            var.mkdir()
            assets = root / "var" / "static"
            assets.mkdir(parents=True, exist_ok=True)
            (var / "static").symlink_to(assets)
        self.env = os.environ | {"VAR_DIR": str(var), "PYTHONWARNINGS": "default"}
        self.env["TMPDIR"] = self._temporary
        self.env.pop("DATABASE_URL", None)
        self.env.pop("DJANGO_SETTINGS_MODULE", None)
        if database_url:
            self.env["DATABASE_URL"] = database_url
        self.env |= environment(given)
        self.process: subprocess.Popen[bytes] | None = None
        self.opened: list[Any] = []  # connections

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def assets(self) -> Path:
        """The folder of prepared files that it serves; those of a server that starts beside it are called draft-…"""
        return next(each for each in Path(self.env["VAR_DIR"], "static").iterdir() if VERSION.fullmatch(each.name))

    @property
    def mariadb(self) -> bool:
        return self.env.get("DATABASE_URL", "").startswith("mysql")

    def start(self, command: tuple[str, ...] = ("scripts/serve", "--port")) -> "Server":
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, str(self.port)], cwd=self.root, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self.wait(self.healthy)
        return self

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until the server that was just started is there."""
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.05)

    def healthy(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def stop(self) -> float:
        """SIGTERM, as systemd and Ctrl+C do it; the seconds until the last process is gone."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL to the master and its workers, which are a process group of their own."""
        self._end(os.killpg, signal.SIGKILL)

    def kill_master(self) -> list[psutil.Process]:
        """SIGKILL to the master alone; returns its workers, which have to notice."""
        assert self.process is not None
        workers = self.processes()
        self.process.kill()
        self.process.wait()
        self.process = None
        return workers

    def close(self) -> None:
        """The end of a test: nothing of it stays open or runs on."""
        self.leave()
        if self.process is not None:
            self.kill()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def leave(self) -> None:
        """Everyone who is connected goes."""
        for each in self.opened:
            each.close()
        self.opened.clear()

    def signal(self, number: int) -> None:
        """To the master; returns once it is gone, and its workers with it."""
        self._end(os.kill, number)

    def _end(self, send: Callable[[int, int], None], number: int) -> None:
        if self.process is None:
            return
        children = self.processes()
        with suppress(ProcessLookupError):  # it has ended already
            send(self.process.pid, number)
        self.process.wait(60)
        wait_until(lambda: not any(map(runs, children)), 60)
        self.process = None

    def processes(self) -> list[psutil.Process]:
        if self.process is None or self.process.poll() is not None:
            return []
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def worker(self) -> psutil.Process:
        return self.processes()[0]

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def faults(self) -> list[str]:
        """The lines of the log that should not be there."""
        return re.findall(r"^.*(?:ERROR|CRITICAL|Traceback|Warning:).*$", self.log(), re.MULTILINE)

    def run(self, *arguments: str) -> str:
        """A command of this project's, on the server's database."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.root, env=self.env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def registration(self) -> str:
        """The path at which an account is made: without one, that which the server printed."""
        if self.get("/register/").status != 403:
            return "/register/"
        return re.findall(r"Set up your place at \w+://[^/]+(/\S+)", self.log())[-1]

    def people(self, count: int, usernames: Sequence[str] = ()) -> list["Visitor"]:
        """New accounts, signed in; their names are `usernames`, as far as these go."""
        from .accounts import make  # Django is set up by now

        made = make(self.env, count, usernames)
        return [Visitor(self, each["userid"], each["username"], each["session"]) for each in made]

    def get(self, path: str, headers: Mapping[str, str] = {}) -> "Answer":
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> "Answer":
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            return Answer(connection.getresponse())
        finally:
            connection.close()


def runs(process: psutil.Process) -> bool:
    """A zombie does not: who lost their parent is buried when init finds the time."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """One person with a session; post() keeps its HTTP connection, as a browser does."""

    def __init__(self, server: Server, userid: int, username: str, session: str) -> None:
        self.server = server
        self.userid = userid
        self.username = username
        self.session = session
        self._http: http.client.HTTPConnection | None = None

    @property
    def headers(self) -> dict[str, str]:
        prefix = "__Host-" if self.server.env.get("HTTPS") else ""
        return {"Cookie": f"{prefix}sessionid={self.session}; {prefix}csrftoken={CSRF}", "X-CSRFToken": CSRF}

    def post(self, path: str = "/msg_send/", **fields: object) -> Answer:
        body = urlencode(fields).encode()
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        for fresh in (False, True):
            if self._http is None or fresh:
                self._http = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
            if self._http not in self.server.opened:  # closed by leave(), it opens again
                self.server.opened.append(self._http)
            try:
                self._http.request("POST", path, body, headers)
                return Answer(self._http.getresponse())
            except (http.client.RemoteDisconnected, ConnectionError):
                if fresh:
                    raise
        raise AssertionError

    def say(self, text: str, **fields: object) -> Any:
        """A message to the lobby, or as the fields say; the answer must be success."""
        answer = self.post(**({"type": "1", "txt": text} | fields))
        assert answer.status == 200, answer.body
        return answer.json()

    def get(self, path: str) -> Answer:
        return self.server.get(path, self.headers)

    def leave(self) -> None:
        """Closes the connection of post(), as a browser does with one on which an answer fails to come."""
        if self._http is not None:
            self._http.close()

    def at(self, server: Server) -> "Visitor":
        """The same person, with the same session, at another server of the same chat."""
        return Visitor(server, self.userid, self.username, self.session)

    def sees_online(self) -> set[int]:
        """The user ids of those whom the server, asked now, says to be online."""
        return {one["userid"] for one in self.get("/users/").json()["users"] if one["online"]}

    def connect(self, path: str = "/chat/", headers: Mapping[str, str] = {}, **options: Any) -> ClientConnection:
        url = f"ws://{self.server.host}:{self.server.port}{path}"
        options = {"max_queue": None} | options  # or it would stop reading, its close frames too
        own = {name: value for name, value in self.headers.items() if name in ("Cookie", "Authorization")}
        socket = connect(url, additional_headers={**own, **headers}, legacy=True, **options)
        self.server.opened.append(socket)
        return socket

    def greeted(self, **hello: object) -> ClientConnection:
        """A connection that has said hello and read the greeting."""
        socket = self.connect()
        socket.send(json.dumps({"type": "hello", **hello}))
        assert receive(socket, 0)
        return socket


def receive(socket: ClientConnection, kind: object, timeout: float = 10) -> Any:
    """The next frame of this type; others, such as presence, are passed over."""
    deadline = time.monotonic() + timeout
    while True:
        frame = json.loads(socket.recv(timeout=max(0.0, deadline - time.monotonic())))
        if frame["type"] == kind:
            return frame
