"""Databases of earlier versions: python -m tests.support.upgrades COMMIT NAME makes tests/system/upgrades/NAME.*.sql.

Starts that commit's server on SQLite and on MariaDB, has people use it, and dumps what it stored as SQL. The first line
of a dump is a comment with what these people were shown, as JSON.
"""

import json
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from .mariadb import MariaDB
from .server import ROOT, Server, Visitor, receive
from .uploads import post

FOLDER = ROOT / "tests" / "system" / "upgrades"
SECRET_KEY = "of servers whose databases are kept"
PASSWORD = "correct horse battery"
ROOM = "项目"
FOREVER = "UPDATE django_session SET expire_date = '2099-01-01 00:00:00'"


def path_of(name: str, server: Server) -> Path:
    return FOLDER / f"{name}.{'mariadb' if server.mariadb else 'sqlite'}.sql"


def load(name: str, server: Server) -> Any:
    """Loads a dump as the database of a server without tables. Returns what people were shown."""
    text = path_of(name, server).read_text()
    if server.mariadb:
        subprocess.run(_client("mariadb", server), input=text, text=True, check=True, timeout=60)
    else:
        with closing(sqlite3.connect(_path(server))) as database:
            database.executescript(text)
    return json.loads(text.partition("\n")[0].removeprefix("-- "))


def shown(person: Visitor) -> Any:
    """What somebody reads: the rooms of the greeting, and the events of each room."""
    socket = person.connect()
    socket.send(json.dumps({"type": "hello"}))
    rooms = receive(socket, 0)["rooms"]
    socket.close()
    pages = {room["room"]: person.get(f"/history/?{_query(room['room'], person)}").json() for room in rooms}
    return {"rooms": rooms, "pages": pages, "session": person.session, "userid": person.userid}


def _query(room: str, reader: Visitor) -> str:
    if not room.startswith("@"):
        return f"room={quote(room)}"
    [other] = {*room[1:].split(".")} - {str(reader.userid)}
    return f"userto={other}"


def _use(server: Server) -> Any:
    """Two people write, reply, edit and delete, as far as the version lets them, and are asked what they see."""
    anna, wei = _register(server, "anna", "Anna"), _register(server, "wei", "李伟")
    for person in (anna, wei):
        assert person.get(f"/news_chat/?group_id={quote(ROOM)}").status == 200
    first = anna.say("a quick zebra says hello")
    anna.userid = _first_author(anna, "lobby")
    wei.say("今天下午我们在会议室讨论", reply=first["seq"])
    wei.say("of the project", room=ROOM)
    wei.userid = _first_author(wei, ROOM)
    anna.say("psst", type="0", userto=wei.userid)
    last = anna.say("soon another text")
    gone = anna.say("soon no text")
    anna.post(type="edit", room="lobby", seq=last["seq"], txt="the other text")
    anna.post(type="delete", room="lobby", seq=gone["seq"])
    _use_later_things(anna)
    with anna.greeted() as socket:
        socket.send(json.dumps({"type": "level", "room": ROOM, "level": "mentions"}))
        receive(socket, "level")
    return {"anna": shown(anna), "wei": shown(wei)}


def _use_later_things(person: Visitor) -> None:
    """Files, and tokens of programs: versions that do not have them answer 404. The bytes of files are not dumped."""
    if (sent := post(person, b"of the project", "notes.txt")).status == 200:
        person.say("with a file", files=sent.json()["id"])
    person.post("/tokens/", name="backup", scopes="read", rooms="lobby", days=3650)


def _first_author(reader: Visitor, room: str) -> int:
    return int(reader.get(f"/history/?room={quote(room)}").json()["events"][0]["data"]["userid"])


def _register(server: Server, account: str, username: str) -> Visitor:
    visitor = Visitor(server, 0, username, "")
    fields = {"account": account, "username": username, "password": PASSWORD, "place": "Harbour"}
    answer = visitor.post(server.registration(), **fields)
    [session] = [cookie for cookie in answer.headers.get_all("Set-Cookie", []) if cookie.startswith("sessionid=")]
    visitor.session = session.partition(";")[0].partition("=")[2]
    return visitor


def _dump(server: Server) -> str:
    if not server.mariadb:
        with closing(sqlite3.connect(_path(server))) as database:
            database.execute(FOREVER)
            database.commit()
            return "\n".join(database.iterdump())
    subprocess.run([*_client("mariadb", server), "--execute", FOREVER], check=True)
    done = subprocess.run([*_client("mariadb-dump", server), "--compact"], check=True, capture_output=True, text=True)
    return f"SET FOREIGN_KEY_CHECKS=0, NAMES utf8mb4;\n{done.stdout}"


def _client(program: str, server: Server) -> list[str]:
    parts = urlsplit(server.env["DATABASE_URL"])
    options = [f"--host={parts.hostname}", f"--port={parts.port}", f"--user={parts.username}"]
    return [
        program, "--no-defaults", *options, f"--password={parts.password}",
        "--default-character-set=utf8mb4", parts.path[1:],
    ]  # fmt: skip


def _path(server: Server) -> Path:
    return Path(server.env["VAR_DIR"]) / "dweb.sqlite3"


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "--extract", "--directory", folder], input=archive, check=True)
        yield Path(folder)


def main(commit: str, name: str) -> None:
    mariadb = MariaDB()
    mariadb.run("CREATE DATABASE dweb")
    try:
        for url in ("", mariadb.url("dweb")):
            with _tree(commit) as tree, tempfile.TemporaryDirectory() as folder:
                server = Server(Path(folder), url, SECRET_KEY=SECRET_KEY)
                words = shlex.join([sys.executable, "manage.py", "serve", "--port"])
                server.start(("sh", "-c", f'cd {tree} && exec {words} "$0"'))  # gunicorn imports from where it is
                try:
                    people = _use(server)
                    server.stop()
                    path_of(name, server).write_text(f"-- {json.dumps(people, ensure_ascii=False)}\n{_dump(server)}\n")
                finally:
                    server.close()
    finally:
        mariadb.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
