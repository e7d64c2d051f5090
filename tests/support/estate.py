"""A chat in which there is some of everything, and everything that a database holds, read without Django."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from .server import CSRF, Server, Visitor, receive

PASSWORD = "correct horse 马"
ROOM = "日本-Café"
LONGEST = "😀" * 4_000
CIDS = ["a", "A", "é", "E\u0301", "a ", "中"]
QUERIES = ["日本", "edited", "before", "gone", "cafe", "tomorrow"]

# What only the admin's pages or shell make; and who was made last and deleted, whose number nobody may get.
ADMIN = """
from datetime import timedelta
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone
from Dweb.models import File, HookDelivery, Lease, OutgoingHook, User
alice, bob = User.objects.order_by("pk")[:2]
kind = ContentType.objects.get_for_model(User)
group = Group.objects.create(name="Ops 👩‍💻")
group.permissions.set(Permission.objects.filter(content_type=kind))
bob.groups.add(group)
bob.user_permissions.add(Permission.objects.get(codename="view_room"))
hook = OutgoingHook.objects.create(
    name="Bau", bot=bob, trigger=3, word="bauen", url="https://example.org/ü", secret="whsec_", is_on=False)
now = timezone.now()
HookDelivery.objects.create(key="k", hook=hook, room=1, event=1, state=3, since=now, due=now, ended=now, fault="time")
Lease.objects.create(name="outgoing", holder="of a server that has ended")
User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
LogEntry.objects.create(user=alice, content_type=kind, object_id=bob.pk, object_repr="Bób", action_flag=CHANGE)
Session.objects.create(session_key="expired", session_data="x", expire_date=timezone.now() - timedelta(days=1))
about = {"name": "日 👩‍💻.png", "size": 9, "type": "image/png", "width": 4, "height": 3}
File.objects.create(id="picture", owner=alice, stored="ab/c", **about)
User.objects.create(account="carol", username="Carol").delete()
"""


def found(server: Server, account: str, username: str) -> Visitor:
    """Somebody who registers; the first one sets the place up."""
    form = {"account": account, "username": username, "password": PASSWORD, "place": "Hafen 港"}
    return _entered(server, server.registration(), form, username)


def sign_in(server: Server, account: str, username: str) -> Visitor:
    return _entered(server, "/", {"userNameOrEmailAddress": account, "password": PASSWORD}, username)


def fill(server: Server) -> tuple[Visitor, Visitor]:
    """Alice and Bob, and all that they leave behind."""
    alice, bob = found(server, "alice", "Alice 爱丽丝"), found(server, "bob", "Bób")
    for person in (alice, bob):
        assert person.get(f"/news_chat/?{urlencode({'group_id': ROOM})}").status == 200
    for number, cid in enumerate(CIDS):
        alice.say(f"{number}: E\u0301 é 日本語 👩‍👩‍👧 tomorrow", cid=cid)
    alice.say(LONGEST, room=ROOM)
    seq = bob.say("before the change", room=ROOM)["seq"]
    bob.say("edited: café", type="edit", room=ROOM, seq=seq)
    seq = bob.say("gone soon")["seq"]
    bob.say("", type="delete", room="lobby", seq=seq)
    seq = alice.say("an answer for @Bób", reply=1)["seq"]
    alice.say("psst ' \" \\ % \n\u2028", type="0", userto=bob.userid)
    with bob.greeted() as socket:
        socket.send(json.dumps({"type": "read", "room": "lobby", "seq": seq}))
        while receive(socket, "read")["room"] != "lobby":
            pass  # how far others are, of which the greeting tells
        socket.send(json.dumps({"type": "level", "room": "lobby", "level": "mentions"}))
        receive(socket, "level")
        socket.send(json.dumps({"type": "pinned", "room": ROOM, "pinned": True}))
        receive(socket, "pinned")
    room = alice.post("/rooms/", title="Geheim 秘", kind="private", members=bob.userid).json()["room"]
    deeds = [
        alice.post(f"/rooms/{room}/members/", userid=bob.userid, mute=5, reason="laut"),
        alice.post("/invites/", rooms=room),
        bob.post("/reports/", room=ROOM, seq=1, reason="lang"),
        bob.post("/blocks/", userid=alice.userid),
        alice.post("/handover/"),
        alice.post("/tokens/", name="backup"),
        alice.post("/hooks/", name="Wächter", room=room),
    ]
    assert [answer.status for answer in deeds] == [200] * len(deeds)
    server.run("manage.py", "shell", "--no-imports", "-c", ADMIN)
    alice.say("", files="picture", room=ROOM)
    return alice, bob


def seen(person: Visitor) -> dict[str, Any]:
    """What a user sees of their rooms, their history and their searches."""
    rooms = _greeting(person)["rooms"]
    pages = [f"/history/?{urlencode({'room': room['room']})}" for room in rooms]
    pages += [f"/search/?{urlencode({'q': query})}" for query in QUERIES]
    return {"rooms": rooms} | {page: person.get(page).json() for page in pages}


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of all tables but that of the migrations, each in the order of the columns' names."""
    with _asked(url) as ask:
        mysql = url.startswith("mysql")
        names = "SHOW TABLES" if mysql else "SELECT name FROM sqlite_master WHERE type = 'table'"
        columns = "SHOW COLUMNS FROM `{}`" if mysql else "SELECT name FROM pragma_table_info('{}')"
        stored = {}
        for (table,) in ask(names):
            wanted = ", ".join(sorted(f"`{column[0]}`" for column in ask(columns.format(table))))
            rows = ask(f"SELECT {wanted} FROM `{table}`")
            stored[table] = sorted((tuple(map(_plain, row)) for row in rows), key=repr)
    stored.pop("django_migrations", None)
    if "sqlite_sequence" in stored:
        stored["sqlite_sequence"] = [row for row in stored["sqlite_sequence"] if row[0] != "django_migrations"]
    return stored


def write(url: str, sql: str) -> None:
    """Run a statement in a database."""
    with _asked(url) as ask:
        ask(sql)


@contextmanager
def _asked(url: str) -> Iterator[Any]:
    if url.startswith("mysql"):
        import MySQLdb

        parts = urlsplit(url)
        place = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
        connection: Any = MySQLdb.connect(**place, database=parts.path[1:], charset="utf8mb4", autocommit=True)
    else:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    with closing(connection):

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

        yield ask


def _plain(value: object) -> object:
    """Times as SQLite has them."""
    return value if value is None or isinstance(value, int | str) else str(value)


def _entered(server: Server, path: str, form: dict[str, str], username: str) -> Visitor:
    headers = {"Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
    answer = server.request("POST", path, urlencode(form).encode(), headers)
    assert answer.status == 302, answer.body
    cookies = answer.headers.get_all("Set-Cookie") or []
    session = next(cookie.split(";")[0].split("=")[1] for cookie in cookies if cookie.startswith("sessionid="))
    person = Visitor(server, 0, username, session)
    person.userid = _greeting(person)["userid"]
    return person


def _greeting(person: Visitor) -> Any:
    with person.connect() as socket:
        socket.send('{"type": "hello"}')
        return receive(socket, 0)
