"""A server for the soak, which is killed with SIGKILL and started again."""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .redis import free_port

START_SECONDS = 60
ORPHAN_SECONDS = 10  # for workers whose master is gone, on a busy machine


class ServerError(Exception):
    """The server did not start, or did not end; the text says which, or is the end of its log."""


class OwnServer:
    """`manage.py serve` on a free port of the loopback, with `environ` in its environment."""

    def __init__(self, root: Path, environ: dict[str, str], log: Path) -> None:
        self._root = root
        self._environ = os.environ | environ
        self._log = log
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.kills = 0
        self.master_kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises ServerError."""
        self._launch()
        self._wait_for_answer()

    def _launch(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=self._root, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    def _wait_for_answer(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(self._log.read_text(errors="replace")[-2_000:])
            time.sleep(0.05)

    def make_admin(self) -> None:
        """Makes the first account, before which nobody registers. Raises ServerError."""
        command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--account=soak", "--username=Soak"]
        environ = self._environ | {"DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(12)}
        done = subprocess.run(command, cwd=self._root, env=environ, capture_output=True, text=True)  # noqa: S603 - ours
        if done.returncode:
            raise ServerError(done.stderr[-2_000:])

    def kill(self) -> None:
        """Sends SIGKILL to the process group of the server and its workers."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.kills += 1

    def kill_worker(self) -> None:
        """Sends SIGKILL to one of the workers."""
        if self._process is not None and (workers := self._workers()):
            os.kill(random.choice(workers), signal.SIGKILL)  # noqa: S311 - no secret
            self.kills += 1

    def kill_master(self) -> None:
        """Sends SIGKILL to the master alone, and starts the server again. Raises ServerError if a worker lives on."""
        if self._process is None:
            return
        orphans = self._workers()
        self._process.kill()
        self._process.wait()
        self.master_kills += 1
        self._launch()
        deadline = time.monotonic() + ORPHAN_SECONDS
        while living := [pid for pid in orphans if _runs(pid)]:
            if time.monotonic() > deadline:
                for pid in living:
                    os.kill(pid, signal.SIGKILL)
                raise ServerError("A worker lived on after its master was killed.")
            time.sleep(0.05)
        self._wait_for_answer()  # now it is the new server's

    def _workers(self) -> list[int]:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):  # noqa: S310 - our own address
                return True
        except (OSError, urllib.error.URLError):
            return False


def _runs(pid: int) -> bool:
    """True unless the process has ended; an orphan stays a zombie until init has the time for it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
