"""Programs on the JavaScript client, in Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import playwright
import pytest

from .waiting import wait_until

PROGRAM = Path(__file__).with_name("program.mjs")
NODE = Path(playwright.__file__).with_name("driver") / "node"  # a Node of today, whatever the system has
PATIENCE = 60
NPM_SECONDS = 300


def run_npm(folder: Path, *arguments: str) -> None:
    """Runs npm with that Node. Skips the test on a machine without npm, or which reaches no registry."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    done = subprocess.run(
        [npm, *arguments], cwd=folder, env=with_node(), capture_output=True, text=True, timeout=NPM_SECONDS
    )
    if "ci" in arguments and done.returncode != 0:
        pytest.skip(f"npm cannot install what {folder.name} needs: {done.stderr[-500:]}")
    assert done.returncode == 0, done.stdout + done.stderr


def with_node() -> dict[str, str]:
    """The environment of a command that looks for Node."""
    return os.environ | {"PATH": f"{NODE.parent}:{os.environ['PATH']}"}


class NodeProgram:
    """One process of program.mjs; `options` are those of its Client, and `trust` a certificate that it believes."""

    def __init__(self, folder: Path, trust: Path | None = None, **options: object) -> None:
        self._path = folder / f"program{len(list(folder.glob('program*')))}.jsonl"
        self._calls = 0
        command = [str(NODE), str(PROGRAM), json.dumps(options)]
        env = {**os.environ, **({"NODE_EXTRA_CA_CERTS": str(trust)} if trust else {})}
        with self._path.open("wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=env)

    def call(self, name: str, *given: object) -> int:
        """Calls a method of the Client; the number of the call."""
        assert self._process.stdin is not None
        self._calls += 1
        self._process.stdin.write(json.dumps([self._calls, name, *given]).encode() + b"\n")
        self._process.stdin.flush()
        return self._calls

    def answer(self, call: int) -> Any:
        """What the method returned, or its error."""
        wait_until(lambda: self._answers(call), PATIENCE)
        return self._answers(call)[0]

    def said(self) -> list[Any]:
        """All that it has printed."""
        text = self._path.read_text()
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def events(self) -> list[Any]:
        return [each["event"] for each in self.said() if "event" in each]

    def states(self) -> list[str]:
        return [each["state"]["name"] for each in self.said() if "state" in each]

    def position(self) -> Any:
        """The one after the last event."""
        return [each["position"] for each in self.said() if "event" in each][-1]

    def streams(self) -> bool:
        """True: it is online without a WebSocket."""
        states = [each["state"] for each in self.said() if "state" in each]
        return bool(states) and states[-1]["name"] == "online" and states[-1]["streams"]

    def until_online(self) -> "NodeProgram":
        wait_until(lambda: self.states()[-1:] == ["online"], PATIENCE)
        return self

    def until_events(self, count: int) -> list[Any]:
        wait_until(lambda: len(self.events()) >= count, PATIENCE)
        return self.events()

    def close(self) -> int:
        """Its exit status, once its input has ended and it has stopped by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def _answers(self, call: int) -> list[Any]:
        return [each for each in self.said() if each.get("call") == call]
