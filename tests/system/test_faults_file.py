"""The files of SQLite under a server: moved away, replaced, grown by a long read, with the text of deleted messages."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ..support.figures import Figures
from ..support.server import Server, Visitor
from ..support.waiting import wait_until

pytestmark = pytest.mark.once  # about SQLite

MakeServer = Callable[..., Server]
PHRASE = "the quick zebra of nowhere"


def database(server: Server) -> Path:
    return Path(server.env["VAR_DIR"]) / "dweb.sqlite3"


def wal(server: Server) -> Path:
    return Path(f"{database(server)}-wal")


def refused(server: Server, person: Visitor) -> None:
    """Nothing is acknowledged, and whoever asks for the server's health is told."""
    answer = person.post(type="1", txt="into a file that is gone")
    assert (answer.status, answer.json()["error"]) == (503, "unavailable")
    assert server.get("/healthz").status == 503
    assert person.get("/history/").status == 503
    assert "was moved away or replaced while this server runs" in server.log()


def test_a_file_that_was_renamed_gets_no_further_messages_until_it_is_back(server: Server) -> None:
    alice, bob = server.people(2)
    socket = bob.greeted()
    alice.say("before")
    path, elsewhere = database(server), database(server).with_name("elsewhere")
    path.rename(elsewhere)
    refused(server, alice)
    refused(server, alice)
    assert not path.exists()  # a connection that opens the path would make an empty file
    elsewhere.rename(path)
    assert server.get("/healthz").status == 200
    assert alice.say("after")["seq"] == 2
    assert [event["data"]["msg"] for event in bob.get("/history/").json()["events"]] == ["before", "after"]
    socket.close()


def test_a_file_that_was_replaced_is_served_after_a_restart(server: Server) -> None:
    [alice] = server.people(1)
    alice.say("in the backup")
    path = database(server)
    with sqlite3.connect(path) as source, sqlite3.connect(path.with_name("backup")) as copy:
        source.backup(copy)
    alice.say("not in the backup")
    shutil.move(path.with_name("backup"), path)
    refused(server, alice)
    server.stop()
    for suffix in ("-wal", "-shm"):  # of the file that is gone; docs/operating.md says so
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    server.start()
    assert [event["data"]["msg"] for event in alice.get("/history/").json()["events"]] == ["in the backup"]


def has(path: Path, text: str) -> bool:
    return path.exists() and text.encode() in path.read_bytes()


@pytest.mark.parametrize("change", ["delete", "edit"])
def test_the_text_of_a_changed_message_is_in_no_file_soon_after(server: Server, change: str) -> None:
    [alice] = server.people(1)
    said = alice.say(PHRASE)
    assert has(wal(server), PHRASE) or has(database(server), PHRASE)
    fields = {"type": change, "room": "lobby", "seq": said["seq"]}
    assert alice.post(**fields, **({"txt": "other words"} if change == "edit" else {})).status == 200
    wait_until(lambda: not any(has(path, PHRASE) for path in (wal(server), database(server))))
    assert alice.say("the log goes on")["seq"] == 3


def test_a_server_that_was_killed_leaves_no_text_for_long(server: Server) -> None:
    [alice] = server.people(1)
    said = alice.say(PHRASE)
    reader = sqlite3.connect(database(server), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM event").fetchone()  # holds up the checkpoint
    assert alice.post(type="delete", room="lobby", seq=said["seq"]).status == 200
    server.kill()
    # In the database, if the checkpoint of a new server came before the reader.
    assert has(wal(server), PHRASE) or has(database(server), PHRASE)
    reader.close()
    server.start()
    wait_until(lambda: not any(has(path, PHRASE) for path in (wal(server), database(server))))


def test_the_wal_file_shrinks_after_a_long_read(make_server: MakeServer) -> None:
    server = make_server(WAL_MAX_BYTES=256 * 1024, SEND_RATE=1_000)
    [alice] = server.people(1)
    reader = sqlite3.connect(database(server), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM event").fetchone()
    while wal(server).stat().st_size < 2 * 1024 * 1024:
        alice.say("名字" * 1_000)
    assert Figures(server.get("/metrics").body).sum("dweb_wal_bytes") > 1024 * 1024
    reader.close()
    wait_until(lambda: wal(server).stat().st_size <= 256 * 1024)
    wait_until(lambda: Figures(server.get("/metrics").body).sum("dweb_wal_bytes") <= 256 * 1024)
    alice.say("the log goes on")
