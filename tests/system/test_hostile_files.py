"""Another user of this machine: the files that servers and commands make are for their owner alone."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..support.server import Server

pytestmark = pytest.mark.once

KEY = "k" * 50


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Servers start with the umask of a usual shell."""
    former = os.umask(0o022)
    yield
    os.umask(former)


def readable(*folders: Path) -> list[str]:
    """Everything in these folders, and they themselves, that others than the owner may use."""
    found = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return [str(path) for path in found if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@pytest.mark.parametrize(
    "elsewhere", [pytest.param(False, id="in VAR_DIR", marks=pytest.mark.long), pytest.param(True, id="elsewhere")]
)
def test_every_file_of_a_server_is_for_its_owner_alone(
    make_server: Callable[..., Server], tmp_path: Path, elsewhere: bool
) -> None:
    var, place = tmp_path / "var", tmp_path / "deep" / "down"
    given = {"DATABASE_URL": f"sqlite:///{place}/chat.sqlite3"} if elsewhere else {"SECRET_KEY": KEY}
    server = make_server(VAR_DIR=var, **given)
    [person] = server.people(1)
    person.greeted()
    person.say("hello")
    folders = [var, Path(server.env["TMPDIR"]), *([tmp_path / "deep"] if elsewhere else [])]
    made = {path.name for folder in folders for path in folder.rglob("*")}
    name = "chat.sqlite3" if elsewhere else "dweb.sqlite3"
    assert {name, f"{name}-wal", f"{name}-shm", "static", "lock"} <= made
    assert ("secret_key" in made) is elsewhere
    assert any(re.fullmatch(r"main\.\w+\.js\.gz", each) for each in made)
    assert any(path.is_socket() for path in folders[1].rglob("*"))
    assert readable(*folders) == []


def test_every_file_of_a_command_is_for_its_owner_alone(make_server: Callable[..., Server], tmp_path: Path) -> None:
    var = tmp_path / "var"
    server = make_server(start=False, VAR_DIR=var, SECRET_KEY=KEY)
    var.mkdir(0o700)
    server.run("manage.py", "migrate", "--verbosity=0")
    server.run("manage.py", "newepoch")
    target = tmp_path / "there" / "copy.sqlite3"
    target.parent.mkdir(0o700)
    server.run("manage.py", "copydata", "--from", f"sqlite:///{var}/dweb.sqlite3", "--to", f"sqlite:///{target}")
    assert target.exists()
    assert readable(var, target.parent) == []


@pytest.mark.long
def test_the_files_of_an_older_version_are_closed_when_the_server_starts(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    var = tmp_path / "var"
    server = make_server(VAR_DIR=var)
    server.stop()
    for name in ("secret_key", "dweb.sqlite3"):
        (var / name).chmod(0o644)
    server.start()
    assert readable(var / "secret_key", var / "dweb.sqlite3", var / "dweb.sqlite3-wal") == []
    closed = re.findall(r"^(\S+) was open to other users of this machine", server.log(), re.MULTILINE)
    assert closed == [str(var / "secret_key"), str(var / "dweb.sqlite3")]
    server.stop()
    server.start()
    assert server.log().count("was open to other users") == 2
