"""`manage.py copydata`: from SQLite to the engine under test and back nothing is lost, and nothing is half there."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command

from Dweb.models import Event, Posting
from Dweb.transfer import ends, rows

from ..support.estate import CIDS, everything, fill, found, seen, sign_in, write
from ..support.mariadb import create_database
from ..support.server import ROOT, Server, Visitor

pytestmark = [pytest.mark.database, pytest.mark.service]

MARIADB = os.environ.get("DATABASE_URL", "").startswith("mysql")
LETTERS = 4_000  # of a message, where memory is measured
BACKLOG = 10_000


class Chat(NamedTuple):
    """A chat on SQLite whose server was stopped."""

    folder: Path
    people: tuple[Visitor, Visitor]
    seen: list[dict[str, Any]]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/var/dweb.sqlite3"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    folder = tmp_path_factory.mktemp("chat")
    server = Server(folder)
    try:
        server.start()
        people = fill(server)
        before = [seen(person) for person in people]
        server.stop()
        chat = Chat(folder, people, before)
        write(
            chat.url, "INSERT INTO leftover (stored, due) VALUES ('cd/e', '2030-01-01 00:00:00')"
        )  # a server that runs would clean it away
        yield chat
    finally:
        server.close()


@pytest.fixture
def chat(made: Chat, tmp_path: Path) -> Chat:
    """A copy of it for one test."""
    return made._replace(folder=shutil.copytree(made.folder, tmp_path / "chat"))


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """The URL of a database of the engine under test, in which there is nothing."""
    if not MARIADB:
        return f"sqlite:///{tmp_path}/empty.sqlite3"
    url = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/dweb_{uuid.uuid4().hex}"
    create_database(url)
    return url


@pytest.fixture
def copydata(django_db_blocker: Any) -> Iterator[Callable[[str, str], None]]:
    """The command in this process; the tests' own database has no part in it."""
    with django_db_blocker.unblock():
        yield lambda source, target: call_command("copydata", "--from", source, "--to", target)


def run(*arguments: str, url: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *arguments]
    clean = os.environ | {"DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=120)


def without_last_ids(stored: dict[str, Any]) -> dict[str, Any]:
    """What every engine keeps in tables; only SQLite does so with the last ids that were given out."""
    return {name: rows for name, rows in stored.items() if name != "sqlite_sequence"}


@pytest.mark.mariadb
def test_every_row_goes_there_and_comes_back(
    chat: Chat, empty: str, tmp_path: Path, copydata: Callable[[str, str], None]
) -> None:
    before, file = everything(chat.url), (chat.folder / "var" / "dweb.sqlite3").read_bytes()
    assert [name for name, rows in before.items() if not rows] == []
    done = run("copydata", "--from", chat.url, "--to", empty)
    assert done.returncode == 0, done.stderr
    counts = {name: (one, other) for name, one, other in re.findall(r"^(\w+) +(\d+) +(\d+)$", done.stdout, re.M)}
    assert counts.pop("event")[0] == str(len(before["event"]))
    assert counts.keys() == before.keys() - {"event", "sqlite_sequence"}
    assert all(one == other for one, other in counts.values())
    assert "100%" in done.stderr
    assert without_last_ids(everything(empty)) == without_last_ids(before)
    copydata(empty, f"sqlite:///{tmp_path}/back.sqlite3")
    assert everything(f"sqlite:///{tmp_path}/back.sqlite3") == before
    assert (chat.folder / "var" / "dweb.sqlite3").read_bytes() == file


def test_the_chat_goes_on_where_it_was(chat: Chat, empty: str, copydata: Callable[[str, str], None]) -> None:
    assert run("migrate", url=empty).returncode == 0  # as one who looked whether the server starts on it
    copydata(chat.url, empty)
    server = Server(chat.folder, empty)
    try:
        server.start()
        alice, bob = (each.at(server) for each in chat.people)
        assert [seen(alice), seen(bob)] == chat.seen  # with the sessions that they had
        assert sign_in(server, "bob", "Bób").userid == bob.userid
        answers = [alice.say("again", cid=cid)["seq"] for cid in CIDS]
        assert answers == [*range(1, len(CIDS) + 1)]
        head = next(room["seq"] for room in chat.seen[0]["rooms"] if room["room"] == "lobby")
        assert alice.say("new")["seq"] == head + 1
        dora = found(server, "dora", "Dora")
        assert dora.userid == bob.userid + 3  # behind the author of a webhook; not that of who was deleted
        dora.say("psst", type="0", userto=alice.userid)
        assert "new" in str(bob.get("/search/?q=new").json())
        assert server.faults() == []
    finally:
        server.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgres://u:p@h/db", "must be sqlite:///path or mysql://user:password@host:port/name."),
        ("mysql://u:p@127.0.0.1:port/db", "cannot be read: "),
        ("", "must be sqlite:///path or mysql://user:password@host:port/name."),
        ("mysql://u:p@127.0.0.1:1/db", "cannot be used: "),
    ],
)
def test_what_is_no_database_is_one_sentence(
    chat: Chat, url: str, sentence: str, copydata: Callable[[str, str], None], tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=rf"\A--from {re.escape(sentence)}[^\n]*\Z"):
        copydata(url, f"sqlite:///{tmp_path}/new.sqlite3")
    assert not (tmp_path / "new.sqlite3").exists()
    with pytest.raises(CommandError, match=rf"\A--to {re.escape(sentence)}[^\n]*\Z"):
        copydata(chat.url, url)


@pytest.mark.long
def test_a_url_may_come_from_a_variable_or_a_file(
    chat: Chat,
    empty: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    copydata: Callable[[str, str], None],
) -> None:
    """The arguments of a command can be seen by every user of the machine."""
    (tmp_path / "target").write_text(f"{empty}\n")
    monkeypatch.setenv("OLD_DATABASE_URL", chat.url)
    copydata("env:OLD_DATABASE_URL", f"file:{tmp_path}/target")
    assert without_last_ids(everything(empty)) == without_last_ids(everything(chat.url))
    with pytest.raises(CommandError, match=r"\A--from: there is no variable NO_SUCH in the environment\.\Z"):
        copydata("env:NO_SUCH", empty)
    with pytest.raises(CommandError, match=r"\A--to: /no/such/file cannot be read: [^\n]*\Z"):
        copydata(chat.url, "file:/no/such/file")
    monkeypatch.setenv("NO_DATABASE", "nonsense")
    with pytest.raises(CommandError, match=r"\A--to must be sqlite:///path or mysql://[^\n]*\Z"):
        copydata(chat.url, "env:NO_DATABASE")


def test_a_password_among_the_arguments_is_warned_of(
    chat: Chat,
    copydata: Callable[[str, str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = "mysql://dweb:hush@127.0.0.1:1/dweb"
    monkeypatch.setenv("NOWHERE", nowhere)
    for target, warned in ((nowhere, True), ("env:NOWHERE", False)):
        with pytest.raises(CommandError) as refused:
            copydata(chat.url, target)
        said = capsys.readouterr().err
        assert ("can see the password of --to in `ps`" in said) is warned
        assert "hush" not in said + str(refused.value)


def test_a_file_that_is_not_there_or_no_database_is_one_sentence(
    chat: Chat, tmp_path: Path, copydata: Callable[[str, str], None]
) -> None:
    new, text = f"sqlite:///{tmp_path}/new.sqlite3", tmp_path / "text"
    text.write_text("no database" * 1_000)
    with pytest.raises(CommandError, match=r"\A--from: there is no file .*missing\.sqlite3\.\Z"):
        copydata(f"sqlite:///{tmp_path}/missing.sqlite3", new)
    with pytest.raises(CommandError, match=r"\A--from cannot be used: file is not a database\Z"):
        copydata(f"sqlite:///{text}", new)
    with pytest.raises(CommandError, match=r"\A--to cannot be used: file is not a database\Z"):
        copydata(chat.url, f"sqlite:///{text}")
    with pytest.raises(CommandError, match=r"\A--to cannot be used: unable to open database file\Z"):
        copydata(chat.url, f"sqlite:///{tmp_path}/no/folder.sqlite3")
    assert text.read_text() == "no database" * 1_000
    assert sorted(each.name for each in tmp_path.iterdir()) == ["chat", "text"]


@pytest.mark.long
def test_one_database_twice_is_refused(
    chat: Chat, empty: str, tmp_path: Path, copydata: Callable[[str, str], None]
) -> None:
    (tmp_path / "link.sqlite3").symlink_to(chat.folder / "var" / "dweb.sqlite3")
    copydata(chat.url, empty)
    pairs = [(chat.url, chat.url), (chat.url, f"sqlite:///{tmp_path}/link.sqlite3"), (empty, empty)]
    for one, other in [*pairs, (empty, empty.replace("@127.0.0.1:", "@127.1:"))]:
        with pytest.raises(CommandError, match=r"\A--from and --to are the same database: name two\.\Z"):
            copydata(one, other)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "DELETE FROM django_migrations WHERE app = 'Dweb' AND name >= '0006'",
            r"--from is not up to date, or holds no chat: .*",
        ),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('Dweb', '0099_later', '2030-01-01')",
            r"--from was made by a newer version, with Dweb\.0099_later: .*",
        ),
    ],
)
def test_a_source_of_another_version_is_refused(
    chat: Chat, empty: str, sql: str, sentence: str, copydata: Callable[[str, str], None]
) -> None:
    write(chat.url, sql)
    with pytest.raises(CommandError, match=rf"\A{sentence}\Z"):
        copydata(chat.url, empty)
    assert everything(empty) == {}


def test_a_target_that_holds_anything_is_refused_and_left_as_it_is(
    chat: Chat, empty: str, copydata: Callable[[str, str], None]
) -> None:
    assert run("migrate", url=empty).returncode == 0
    furnished = without_last_ids(everything(empty))
    write(empty, "INSERT INTO room (name, seq) VALUES ('theirs', 0)")
    with pytest.raises(CommandError, match=r"\A--to is not empty, there are rows in room: name a database [^\n]*\Z"):
        copydata(chat.url, empty)
    write(empty, "DELETE FROM room WHERE name = 'theirs'")
    assert without_last_ids(everything(empty)) == furnished
    copydata(chat.url, empty)
    held = everything(empty)
    with pytest.raises(CommandError, match=r"\A--to is not empty, there are rows in [^\n]*, user, [^\n]*\Z"):
        copydata(chat.url, empty)
    assert everything(empty) == held


@pytest.mark.mariadb
def test_a_copy_that_is_killed_leaves_nothing_and_is_run_again(chat: Chat, empty: str) -> None:
    enlarge(chat, BACKLOG, 200)
    command = [sys.executable, "manage.py", "copydata", "--from", chat.url, "--to", empty]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    assert process.stderr
    assert process.stdout
    shown = b""
    while not re.search(rb"[1-9]\d%", shown):
        read = process.stderr.read(1_000)
        assert read, shown
        shown += read
    process.kill()
    assert process.wait(30) == -signal.SIGKILL
    assert process.stdout.read() == b""
    process.stdout.close()
    process.stderr.close()
    stored = everything(empty)
    assert (stored["user"], stored["event"], len(stored["room"])) == ([], [], 1)
    again = run("copydata", "--from", chat.url, "--to", empty)
    assert again.returncode == 0, again.stderr
    assert without_last_ids(everything(empty)) == without_last_ids(everything(chat.url))


@pytest.mark.long
def test_rows_that_are_missing_at_the_end_undo_the_copy(
    chat: Chat, empty: str, monkeypatch: pytest.MonkeyPatch, copydata: Callable[[str, str], None]
) -> None:
    whole = rows._write
    monkeypatch.setattr(rows, "_write", lambda model, batch: whole(model, batch[1:] if model is Posting else batch))
    sentence = r"\AThe copy failed, and what was written is undone: posting has (\d+) rows instead of (\d+)\Z"
    with pytest.raises(CommandError, match=sentence):
        copydata(chat.url, empty)
    assert everything(empty)["user"] == []


@pytest.mark.long
def test_what_a_target_refuses_undoes_the_copy(
    chat: Chat,
    empty: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    copydata: Callable[[str, str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole, there, back = rows._write, empty, f"sqlite:///{tmp_path}/back.sqlite3"
    monkeypatch.setattr(rows, "BATCH_ROWS", 2)
    for source, target in ((chat.url, there), (there, back)):
        with monkeypatch.context() as patch:
            patch.setattr(rows, "_write", lambda model, batch: whole(model, batch * (1 + (model is Event))))
            with pytest.raises(CommandError, match=r"\AThe copy failed, and what was written is undone: .*(UNI|Dupl)"):
                copydata(source, target)
        assert everything(target)["user"] == []
        assert capsys.readouterr().err.endswith("\n")  # what went wrong stands in a line of its own
        copydata(source, target)


@pytest.mark.long
def test_what_is_written_meanwhile_is_not_copied(
    chat: Chat, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copydata: Callable[[str, str], None]
) -> None:
    before, prepare = everything(chat.url), ends.prepare
    source = chat.url

    def meanwhile() -> None:
        prepare()
        write(source, "INSERT INTO room (name, seq) VALUES ('late', 0)")
        write(source, "UPDATE event SET text = 'late'")

    monkeypatch.setattr(ends, "prepare", meanwhile)
    copydata(source, empty)
    assert without_last_ids(everything(empty)) == without_last_ids(before)
    source = empty
    back = f"sqlite:///{tmp_path}/back.sqlite3"
    copydata(source, back)
    assert without_last_ids(everything(back)) == without_last_ids(before)
    assert "late" in str(everything(empty)["room"])


@pytest.mark.long
def test_who_comes_to_the_target_meanwhile_stays_and_undoes_the_copy(
    chat: Chat, empty: str, monkeypatch: pytest.MonkeyPatch, copydata: Callable[[str, str], None]
) -> None:
    prepare = ends.prepare

    def meanwhile() -> None:
        prepare()
        write(
            empty,
            "INSERT INTO user (user_id, account, username, name_key, password, is_superuser, is_staff, is_active, "
            "date_joined) VALUES (77, 'eve', 'Eve', 'eve', '!', 0, 0, 1, '2026-01-02 03:04:05')",
        )

    monkeypatch.setattr(ends, "prepare", meanwhile)
    with pytest.raises(CommandError, match="user has 4 rows instead of 3"):
        copydata(chat.url, empty)
    stored = everything(empty)
    assert (len(stored["user"]), len(stored["room"]), stored["event"]) == (1, 1, [])


@pytest.mark.long
@pytest.mark.mariadb
def test_a_large_log_is_not_in_memory_at_once(
    chat: Chat, empty: str, tmp_path: Path, copydata: Callable[[str, str], None]
) -> None:
    """Of Python's own memory: all rows at once would be more than the messages' letters.

    A log that is not large would tell nothing: the command takes 10 MB for itself.
    """
    enlarge(chat, BACKLOG, LETTERS)
    for source, target in ((chat.url, empty), (empty, f"sqlite:///{tmp_path}/back.sqlite3")):
        tracemalloc.start()
        try:
            copydata(source, target)
            assert tracemalloc.get_traced_memory()[1] < BACKLOG * LETTERS / 2
        finally:
            tracemalloc.stop()
    assert len(everything(f"sqlite:///{tmp_path}/back.sqlite3")["event"]) > BACKLOG


def enlarge(chat: Chat, count: int, letters: int) -> None:
    """Add so many messages of so many letters to the newest room's log."""
    with closing(sqlite3.connect(chat.folder / "var" / "dweb.sqlite3")) as connection, connection:
        [(room, seq, user)] = connection.execute("SELECT max(id), max(seq), (SELECT max(user_id) FROM user) FROM room")
        events = (
            (room << 32 | number, room, number, user, "x" * letters) for number in range(seq + 1, seq + count + 1)
        )
        connection.executemany(
            "INSERT INTO event (id, room_id, seq, kind, user_id, text, time) "
            "VALUES (?, ?, ?, 1, ?, ?, '2026-01-02 03:04:05.000006')",
            events,
        )
        connection.execute("UPDATE room SET seq = ? WHERE id = ?", (seq + count, room))
