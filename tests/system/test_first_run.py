"""The first run of whole servers: the address that they print makes one admin, however many try, and then nobody."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ..support.door import FORM
from ..support.redis import RedisServer
from ..support.server import CSRF, ROOT, Answer, Server

MakeServer = Callable[..., Server]

PRINTED = r"Set up your place at (\S+)"
NOT_YET = b"This place is not set up yet."
PASSWORD = "correct horse battery"
PEOPLE = "from Dweb.models import *; print([(user.account, user.is_admin) for user in User.objects.all()])"


def set_up(server: Server, path: str, account: str = "ann", place: str = "Harbour") -> Answer:
    fields = {"place": place, "account": account, "username": account.title(), "password": PASSWORD}
    headers = FORM | {"Cookie": f"csrftoken={CSRF}"}
    return server.request("POST", path, urlencode(fields).encode(), headers)


def path_of(server: Server) -> str:
    [address] = re.findall(PRINTED, server.log())
    assert address.startswith(f"{server.url}/setup/")
    return str(address.removeprefix(server.url))


def people(server: Server) -> Any:
    """The accounts, and whether each is an admin's."""
    return ast.literal_eval(server.run("manage.py", "shell", "--no-imports", "-c", PEOPLE))


def test_of_those_who_set_it_up_at_once_one_is_admin(make_server: MakeServer) -> None:
    server = make_server(laid=False)
    path, count = path_of(server), 6
    code = Path(server.env["VAR_DIR"], "setup_code")
    assert code.stat().st_mode & 0o777 == 0o600
    assert code.read_text().strip() in path
    with ThreadPoolExecutor(count) as pool:
        answers = [*pool.map(lambda number: set_up(server, path, f"ann{number}"), range(count))]
    assert sorted(answer.status for answer in answers) == [302] + [404] * (count - 1)
    [winner] = [number for number, answer in enumerate(answers) if answer.status == 302]
    assert people(server) == [(f"ann{winner}", True)]
    assert server.get(path).status == 404
    assert not code.exists()
    server.stop()
    server.start()
    assert len(re.findall(PRINTED, server.log())) == 1  # not again
    assert server.faults() == []


@pytest.mark.once
def test_until_then_a_server_says_so_and_any_account_ends_it(make_server: MakeServer) -> None:
    server = make_server()
    path = path_of(server)
    for page, status in (("/", 200), ("/register/", 403)):
        answer = server.get(page)
        assert (answer.status, NOT_YET in answer.body) == (status, True)
    server.env["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    server.run("manage.py", "createsuperuser", "--noinput", "--account", "root", "--username", "Root")
    assert NOT_YET not in server.get("/").body
    assert server.get("/register/").status == 200
    assert set_up(server, path).status == 404
    assert people(server) == [("root", True)]


@pytest.mark.once
def test_the_development_server_prints_it_too(make_server: MakeServer) -> None:
    server = make_server(start=False)
    server.start((sys.executable, "manage.py", "runserver", "--noreload"))
    server.wait(lambda: re.search(PRINTED, server.log()) is not None)
    assert set_up(server, path_of(server)).status == 302


@pytest.mark.once
def test_gunicorn_that_was_started_directly_has_it_in_its_log(make_server: MakeServer) -> None:
    server = make_server(start=False)
    gunicorn = f"exec {sys.executable} -m gunicorn --config gunicorn.conf.py --workers 2"
    server.start(("sh", "-c", f'{gunicorn} --bind "127.0.0.1:$0"'))
    server.wait(lambda: re.search(PRINTED, server.log()) is not None)
    assert set_up(server, path_of(server)).status == 302
    assert people(server) == [("ann", True)]


@pytest.mark.once
def test_behind_tls_it_has_the_public_name(tmp_path: Path) -> None:
    code = (
        "from django.core.management import call_command; import django; django.setup()\n"
        "call_command('migrate', verbosity=0)\n"
        "from Dweb.management.commands.serve import setup_addresses\n"
        "print(*setup_addresses(['http://127.0.0.1:8000/', 'http://[::1]:8000/']))\n"
    )
    given = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "chatproj.settings", "DATABASE_URL": ""}
    tls = {"HTTPS": "yes", "TRUSTED_PROXIES": "127.0.0.1", "ALLOWED_HOSTS": "*.example.org,chat.example.org"}

    def printed(**variables: str) -> list[str]:
        env = os.environ | given | variables
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return re.sub("[0-9a-f]{32}", "CODE", done.stdout).split()

    assert printed() == ["http://127.0.0.1:8000/setup/CODE/", "http://[::1]:8000/setup/CODE/"]
    assert printed(**tls) == ["https://chat.example.org/setup/CODE/"]


@pytest.mark.once
def test_other_servers_of_the_chat_know_it_at_once(make_server: MakeServer, redis: RedisServer, tmp_path: Path) -> None:
    """A proxy may send people to either of them; and a change of the settings holds in both."""
    var = tmp_path / "other"
    var.mkdir()
    key = {"SECRET_KEY": "of both servers", "REDIS_URL": redis.url, "SESSION_CHECK_SECONDS": 3_600}
    one = make_server(**key)
    given = {} if one.mariadb else {"DATABASE_URL": f"sqlite:///{one.env['VAR_DIR']}/dweb.sqlite3"}
    other = make_server(beside=one, VAR_DIR=str(var), **given, **key)
    assert path_of(one) == path_of(other)
    assert NOT_YET in other.get("/").body
    assert set_up(one, path_of(other), place="Harbour 港").status == 302
    other.wait(lambda: "Harbour 港".encode() in other.get("/").body)
    assert set_up(other, path_of(one), "eve").status == 404
