"""The account pages of a whole server, as attackers and owners use them: from any address, with any cookies."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .server import CSRF, Answer, Server

PASSWORD = "correct horse"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
BEHIND_A_PROXY = {"TRUSTED_PROXIES": "127.0.0.1"}  # the settings of a server that believes the addresses below


def post(server: Server, path: str, address: str, cookies: Mapping[str, str] = {}, **fields: str) -> Answer:
    """A form that is sent from an address, through the trusted proxy."""
    cookie = "; ".join(f"{name}={value}" for name, value in {"csrftoken": CSRF, **cookies}.items())
    headers = FORM | {"Cookie": cookie, "X-Forwarded-For": address}
    return server.request("POST", path, urlencode(fields).encode(), headers)


def enter(
    server: Server, account: str, password: str, address: str, cookies: Mapping[str, str] = {}, path: str = "/"
) -> Answer:
    """Tries to sign in, at the sign-in page or at the admin's."""
    names = dict.fromkeys(("userNameOrEmailAddress", "username"), account)
    return post(server, path, address, cookies, password=password, **names)


def register(server: Server, account: str, address: str, password: str = PASSWORD) -> Answer:
    fields = {"account": account, "username": account.title(), "password": password, "place": "Harbour"}
    return post(server, server.registration(), address, **fields)


def cookies_of(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets."""
    pairs = (each.split(";")[0].partition("=") for each in answer.headers.get_all("Set-Cookie") or [])
    return {name: value for name, _, value in pairs if name != "csrftoken"}


def rows(server: Server, sql: str) -> list[tuple[Any, ...]]:
    """What is in the server's SQLite database."""
    with closing(sqlite3.connect(Path(server.env["VAR_DIR"]) / "dweb.sqlite3", timeout=30)) as database:
        return database.execute(sql).fetchall()
