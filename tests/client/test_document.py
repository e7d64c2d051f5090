"""docs/programs.md: each of its blocks of code runs, one after the other, and does what the page says."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from dweb_client import Chat

from ..support.server import ROOT, Server
from ..support.waiting import wait_until
from .conftest import ONCE

pytestmark = [*ONCE, pytest.mark.long]
DOCUMENT = (ROOT / "docs/programs.md").read_text()
PART = re.compile(r"^## (?P<heading>[^\n]+)$|^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
PASSWORD = "correct horse"  # as on the page
ANN = f"from Dweb.models import User; User.objects.create_user('ann', password='{PASSWORD}')"
SECONDS = 60.0


@dataclass(frozen=True)
class Block:
    """`output` comes of it; `endless` ones run until then. Once they print `before`, a message comes."""

    heading: str
    output: str
    endless: bool = False
    before: str = ""


BLOCKS = [
    Block("A token", "dweb_"),
    Block("A token", ""),
    Block("curl", '"msg": "success"'),
    Block("curl", "deployed"),
    Block("curl", '"seq": 2'),
    Block("curl", '"msg":"live"', endless=True, before='"ready"'),
    Block("Python", ""),
    Block("Python", ""),
    Block("Events", "ops ann deployed\n", endless=True),
    Block("Events", "ann here\n", endless=True),
    Block("Files and history", "'ops'"),
    Block("The command", ""),
    Block("The command", '"deployed"', endless=True),
    Block("A WebSocket without this package", "ann over a socket\n", endless=True),
    Block("A WebSocket without this package", "ann\n"),
    Block("Webhooks", "okok"),
    Block("Webhooks", "200 ok\n"),
]


def found() -> list[tuple[str, str, str]]:
    """The blocks of the page, each with its heading and its language."""
    blocks, heading = [], ""
    for part in PART.finditer(DOCUMENT):
        heading = part["heading"] or heading
        if part["code"] is not None:
            blocks.append((heading, part["language"], part["code"]))
    return blocks


class Machine:
    """The machine of a person who tries the page: a folder, and the commands that the page has installed."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.token = "dweb_…"
        self.hook = ""
        (folder / "report.txt").write_text("all is well")
        (folder / "bin").mkdir()
        (folder / "bin/dweb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dweb_client "$@"\n')
        (folder / "bin/dweb").chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        given = {"DWEB_URL": self.server.url, "DWEB_TOKEN": self.token, "HOOK": self.hook}
        python = {"PYTHONPATH": str(ROOT / "client"), "PYTHONUNBUFFERED": "1"}
        return self.server.env | {"PATH": path} | python | given

    def here(self, code: str) -> str:
        """The code with the address and the token of this machine."""
        address = self.server.url.partition("//")[2]
        code = code.replace("https://chat.example.org/hooks/…/", self.hook)
        return code.replace("s://chat.example.org", f"://{address}").replace("dweb_…", self.token)

    def make_room(self) -> None:
        """Makes the room of the page, and its webhook, as ann does in the browser."""
        scopes = "read,write,manage"
        made = self.server.run("manage.py", "token", "ann", "--name", "all", "--scopes", scopes)
        with Chat(self.server.url, made.split()[-1]) as chat:
            chat.join("ops")
            self.hook = chat.post("/hooks/", name="Builds", room="ops")["url"]

    def say(self, text: str) -> None:
        with Chat(self.server.url, self.token) as chat:
            chat.send(text, "ops")

    def run(self, language: str, code: str, block: Block) -> str:
        """What the block prints. An endless one is ended once that has come."""
        command = ["sh", "-ec", self.here(code)] if language == "sh" else [sys.executable, "-c", self.here(code)]
        output = self.folder / "output"
        folder = ROOT if "manage.py" in code else self.folder
        with output.open("w") as file:
            process = subprocess.Popen(
                command, cwd=folder, env=self.environ, stdout=file, stderr=sys.stderr, start_new_session=True
            )
        try:
            if block.endless:
                if block.before:
                    wait_until(lambda: block.before in output.read_text(), SECONDS)
                    self.say("live")
                wait_until(lambda: block.output in output.read_text() or process.poll() is not None, SECONDS)
                assert process.poll() is None, output.read_text()
            else:
                assert process.wait(SECONDS) == 0
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 15)
                process.wait()
        return output.read_text()


def test_every_block_is_in_the_table() -> None:
    assert [heading for heading, _, _ in found()] == [block.heading for block in BLOCKS]


def test_every_block_does_what_the_page_says(server: Server, tmp_path: Path) -> None:
    server.run("manage.py", "shell", "--no-imports", "-c", ANN)
    machine = Machine(tmp_path, server)
    machine.make_room()
    for (_, language, code), block in zip(found(), BLOCKS, strict=True):
        printed = machine.run(language, code, block)
        assert block.output in printed, code
        if "manage.py token" in code:
            machine.token = printed.split()[-1]
    with Chat(server.url, machine.token) as chat:
        said = [event.text for event in chat.history("ops") if event.type == "message"]
        uptime = said[8]
        assert "load average" in uptime
        assert said[:6] == ["deployed", "", "live", "deployed", "deployed", "here"]
        assert said[6:11] == ["this week", "deployed", uptime, "this week", "over a socket"]
        assert said[11:] == ["deployed", "**Deployed** [web 1.2](https://example.org)", "**Deployed** web 1.3"]
        assert (tmp_path / "ops.jsonl").read_text().count("\n") == 11
        assert [event.files[0].name for event in chat.history("ops") if event.files] == ["report.txt"] * 3
    assert server.faults() == []
