"""The process of previewer.py, as its parent has it: started when it is needed, ended when it hangs."""

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

ANSWER_BYTES = 4096
KEPT_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")  # it needs no keys and no passwords
END_SECONDS = 5  # a process that is killed is gone at once, unless the disk holds it up


class Broken(Exception):
    """The process died or gave no answer; there is another one for the next picture."""


class Child:
    """For one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def make(self, source: Path, small: Path, large: Path) -> str | None:
        """Makes the previews of a picture; returns None, or why there are none. Raises OSError without a process."""
        process = self._running()
        line = json.dumps({"source": str(source), "small": str(small), "large": str(large)})
        try:
            assert process.stdin is not None
            process.stdin.write(line.encode() + b"\n")
            answer = json.loads(self._answer(process))
            return None if answer["made"] is True else str(answer["error"])
        except (Broken, BrokenPipeError, ValueError, KeyError, TypeError) as error:
            self.end()
            return f"{type(error).__name__}: {error}, code {process.returncode}"

    def kill(self) -> None:
        """Any thread may call it: make() then returns why."""
        if (process := self._process) is not None:
            process.kill()

    def end(self) -> None:
        """Ends the process if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("The process %d that makes previews does not end.", process.pid)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            limits = (settings.PREVIEW_MEMORY_BYTES, settings.PREVIEW_SECONDS, settings.PICTURE_MAX_PIXELS)
            self._process = subprocess.Popen(  # noqa: S603 - all of it is ours
                [sys.executable, "-m", "Dweb.files.previewer", *map(str, limits)],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=settings.BASE_DIR,
                env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
                start_new_session=True,  # the server ends it, not Ctrl-C
            )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes:
        """The line that the process answers. Raises Broken if there is none in time."""
        assert process.stdout is not None
        deadline, line = time.monotonic() + settings.PREVIEW_WAIT_SECONDS, b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if len(line) > ANSWER_BYTES or not selector.select(max(0, deadline - time.monotonic())):
                    raise Broken("it gave no answer")
                if not (piece := process.stdout.read(ANSWER_BYTES)):
                    raise Broken("it died")
                line += piece
        return line
