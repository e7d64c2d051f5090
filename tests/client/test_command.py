"""The command `dweb`: sends from arguments, the standard input and files; prints a room; keeps its tokens to itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dweb_client import Chat

from ..support.programs import Program
from ..support.server import ROOT, Visitor
from ..support.waiting import wait_until
from .conftest import ONCE

pytestmark = ONCE
PACKAGE = str(ROOT / "client")
COMMAND = [sys.executable, "-m", "dweb_client"]


@pytest.fixture
def environ(program: Program) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": PACKAGE, "DWEB_URL": program.server.url, "DWEB_TOKEN": program.token}


def dweb(environ: dict[str, str], *arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    words = [*COMMAND, *map(str, arguments)]
    return subprocess.run(words, env=environ, input=given, capture_output=True, text=True, timeout=60)


def test_it_sends_words_the_standard_input_and_files(
    environ: dict[str, str], chat: Chat, room: str, tmp_path: Path
) -> None:
    (tmp_path / "log.txt").write_text("all of it")
    assert dweb(environ, "send", "--room", room, "deployed", "again").stdout == "1\n"
    assert dweb(environ, "send", "--room", room, given="two\nlines\n").stdout == "2\n"
    assert dweb(environ, "send", "--room", room, "--reply", 1, "-", given="piped").stdout == "3\n"
    assert dweb(environ, "send", "--room", room, "--file", tmp_path / "log.txt").stdout == "4\n"
    one, two, three, four = chat.history(room)
    assert [each.text for each in (one, two, three, four)] == ["deployed again", "two\nlines", "piped", ""]
    assert three.reply == 1
    assert chat.download(four.files[0]) == b"all of it"


def test_it_sends_in_private(environ: dict[str, str], chat: Chat, program: Program) -> None:
    [bob] = program.server.people(1)
    assert dweb(environ, "send", "--to", bob.userid, "for you").stdout == "1\n"
    room = f"@{min(bob.userid, program.userid)}.{max(bob.userid, program.userid)}"
    assert [event.text for event in chat.history(room)] == ["for you"]


def test_it_exports_a_room_as_lines_of_json(environ: dict[str, str], chat: Chat, room: str) -> None:
    sent = chat.send("ünï\ncode", room)
    chat.edit(sent, "changed")
    lines = [json.loads(line) for line in dweb(environ, "export", room).stdout.splitlines()]
    assert [(line["type"], line["seq"], line["msg"]) for line in lines] == [
        ("message", 1, "changed"),
        ("edit", 2, "changed"),
    ]


def test_it_prints_a_room_as_it_goes_on_and_keeps_its_place(
    environ: dict[str, str], chat: Chat, ann: Visitor, room: str, tmp_path: Path
) -> None:
    chat.send("one\x1b[31m\nline", room)
    out, place = tmp_path / "out", tmp_path / "place"
    tail = [*COMMAND, "tail", room, "--place", str(place)]

    def lines() -> list[str]:
        return out.read_text().splitlines()

    for count, text in ((3, "two"), (4, "three")):
        with out.open("a") as file, subprocess.Popen(tail, env=environ, stdout=file, stderr=file) as process:
            try:
                wait_until(lambda: place.exists() and lines(), 30)
                chat.send(text, room)
                wait_until(lambda count=count: len(lines()) >= count, 30)  # type: ignore[misc]
                wait_until(lambda count=count: json.loads(place.read_text())["rooms"] == {room: count - 1}, 30)  # type: ignore[misc]
            finally:
                process.terminate()
    name = ann.username
    assert [line.partition(" ")[2].partition(" ")[2] for line in lines()] == [
        f"{name}: one�[31m", "  line", f"{name}: two", f"{name}: three",
    ]  # fmt: skip


def test_a_reader_that_has_enough_ends_it_quietly(environ: dict[str, str], chat: Chat, room: str) -> None:
    for number in range(3):
        chat.send(f"{number}", room)
    words = [*COMMAND, "tail", room, "--json"]
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["msg"] == "0"
        process.stdout.close()
        chat.send("once more", room)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["send", "x", "--room", "no-such-room"], 1, "dweb: "),
        (["send", "x", "--file", "/no/such/file"], 1, "No such file"),
        (["send", "x", "--tokn", "dweb_" + "s" * 43], 2, "unrecognized"),
        (["dweb_" + "s" * 43], 2, "invalid choice"),
        (["send", "x", "--token", "dweb_" + "s" * 43], 1, "copied only in part"),
        (["send", "x", "--token", "dweb_ü" + "s" * 43], 2, "token"),
        (["send", "x", "--url", "ftp://x"], 2, "address"),
        (["send", "x", "--token-file", "/no/such/file"], 2, "No such file"),
        (["tail", "lobby", "--place", "/no/such/folder/place"], 1, "no folder"),
        (["send", "x", "--url", "http://127.0.0.1:1", "--timeout", "0.2"], 1, "127.0.0.1:1"),
    ],
)
def test_what_is_wrong_is_one_line_and_no_token(
    environ: dict[str, str], program: Program, arguments: list[str], status: int, said: str
) -> None:
    done = dweb(environ, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    last = done.stderr.splitlines()[-1]
    assert said in last
    assert "sss" not in done.stderr
    assert program.token not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_may_be_in_a_file(environ: dict[str, str], room: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(environ.pop("DWEB_TOKEN") + "\n")
    assert "DWEB_TOKEN" in dweb(environ, "send", "x").stderr
    assert dweb(environ, "send", "--token-file", tmp_path / "token", "--room", room, "x").stdout == "1\n"
    assert dweb(environ, "--token-file", tmp_path / "token", "send", "--room", room, "x").stdout == "2\n"
