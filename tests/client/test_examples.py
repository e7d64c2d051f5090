"""examples/: each one runs against a server as its first lines say."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dweb_client import Chat

from ..support.programs import Program, program_of
from ..support.server import ROOT
from ..support.waiting import wait_until
from .conftest import ONCE

pytestmark = ONCE
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(program: Program) -> Iterator[Start]:
    """Starts an example, as the program of Ann."""
    given = {"PYTHONPATH": str(ROOT / "client"), "DWEB_URL": program.server.url, "DWEB_TOKEN": program.token}
    running: list[subprocess.Popen[str]] = []

    def start(name: str, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
        command = [sys.executable, str(ROOT / "examples" / name), *map(str, arguments)]
        running.append(subprocess.Popen(command, env=os.environ | given, text=True, **options))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def texts(chat: Chat, room: str) -> list[str]:
    return [event.text for event in chat.history(room) if event.type == "message"]


def test_the_bot_answers_when_it_is_mentioned_also_what_it_missed(
    start: Start, program: Program, chat: Chat, room: str, tmp_path: Path
) -> None:
    [bob] = program.server.people(1)
    name = chat.me().name
    with Chat(chat.url, program_of(bob).token) as his:
        his.join(room)
        bot = start("bot.py", room, "--place", tmp_path / "place")
        wait_until(lambda: (tmp_path / "place").exists(), 30)
        his.send("@somebody else", room)
        asked = his.send(f"@{name} uptime?", room)
        wait_until(lambda: len(texts(chat, room)) == 3, 30)
        assert "seconds" in chat.latest(room, 1)[0].text
        assert chat.latest(room, 1)[0].reply == asked
        bot.kill()
        bot.wait()
        his.send(f"@{name} are you there?", room)
        start("bot.py", room, "--place", tmp_path / "place")
        wait_until(lambda: len(texts(chat, room)) == 5, 30)
        assert texts(chat, room)[-1].startswith("Hello")


def test_a_task_reports_its_progress_in_one_message(start: Start, chat: Chat, room: str) -> None:
    assert start("progress.py", room).wait(60) == 0
    message, *edits = chat.history(room)
    assert message.text == "Resizing pictures: done, 20 of 20"
    assert {event.type for event in edits} == {"edit"}
    assert len(edits) >= 2


def test_lines_of_a_file_come_into_a_room(start: Start, chat: Chat, room: str) -> None:
    tail = start("tail_file.py", room, stdin=subprocess.PIPE)
    assert tail.stdin
    lines = [f"{number} {'x' * 90}" for number in range(100)] + ["y" * 5_000]
    tail.stdin.write("\n".join(lines) + "\n")
    tail.stdin.close()
    assert tail.wait(60) == 0
    said = texts(chat, room)
    whole = "\n".join(text.removeprefix("```\n").removesuffix("\n```") for text in said)
    assert whole.splitlines() == [line[:1_900] for line in lines]
    assert 3 <= len(said) < 20
