"""Changes and read marks on the real server: many at once, across a restart, and in the files that are left."""

import json
import random
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from ..support.crowd import Crowd, Member
from ..support.fold import DELETED, fold
from ..support.server import Server, Visitor, receive
from ..support.waiting import wait_until

FAST = {"SEND_RATE": 100_000, "SEND_BURST": 100_000, "MAX_SOCKETS_PER_USER": 1_000, "MARK_SECONDS": 0.05}
THREADS = 20
ROUNDS = 5


def log(person: Visitor, room: str = "lobby") -> list[dict[str, Any]]:
    """All of it, from the history."""
    events: list[dict[str, Any]] = []
    more = True
    while more:
        last = events[-1]["data"]["seq"] if events else 0
        page = person.get(f"/history/?room={room}&limit=200&after={last}").json()
        events += page["events"]
        more = page["more"]
    return events


def data_frames(member: Member) -> list[dict[str, Any]]:
    return [frame for _, frame in member.frames if "data" in frame]


def test_20_threads_that_edit_and_delete_one_message_leave_one_story(make_server: Callable[..., Server]) -> None:
    server = make_server(**FAST)
    author, reader = server.people(2)
    seqs = [author.say("first")["seq"] for _ in range(ROUNDS)]

    def change(number: int) -> tuple[int, list[int | None]]:
        """Fifteen edit each message twice, five delete it: the numbers of their events, None when it was too late."""
        dice, numbers = random.Random(number), []
        author_again = author.at(server)
        kinds = ["delete"] if number % 4 == 0 else ["edit", "edit"]
        for seq in seqs:
            for kind in kinds:
                fields = {"type": kind, "room": "lobby", "seq": seq, "txt": f"{number} {dice.random()}"}
                answer = author_again.post(**fields)
                assert answer.status in (200, 404), answer.body
                numbers.append(answer.json()["seq"] if answer.status == 200 else None)
        return number, numbers

    people = [author, author, reader, reader]
    with Crowd(people) as crowd, ThreadPoolExecutor(THREADS) as pool:
        outcomes = dict(pool.map(change, range(THREADS)))
        head = max(seq for numbers in outcomes.values() for seq in numbers if seq)
        assert crowd.wait(lambda: all(len(data_frames(member)) == head - ROUNDS for member in crowd.members))
        stories = [[{**frame["data"], "cid": None} for frame in data_frames(member)] for member in crowd.members]
        assert stories[0] == stories[1] == stories[2] == stories[3]
        live = data_frames(crowd.members[2])
    stored = sorted(seq for numbers in outcomes.values() for seq in numbers if seq)
    assert [frame["data"]["seq"] for frame in live] == stored == list(range(ROUNDS + 1, head + 1))
    for seq in seqs:
        of_one = [frame["type"] for frame in live if frame["data"]["of"] == seq]
        assert of_one.count("delete") == 1  # of five
        assert of_one[-1] == "delete"
    history = log(reader)
    assert fold(history) == fold(live) == dict.fromkeys(seqs, DELETED)
    assert [(event["type"], event["data"]["seq"], event["data"].get("of")) for event in history[ROUNDS:]] == [
        (frame["type"], frame["data"]["seq"], frame["data"]["of"]) for frame in live
    ]
    with reader.connect(max_size=None) as socket:
        socket.send('{"type":"hello","last":{"lobby":0}}')
        resumed = [json.loads(text) for text in iter_until_ready(socket)]
    assert [frame for frame in resumed if "data" in frame] == history
    assert server.faults() == []


def iter_until_ready(socket: ClientConnection) -> list[str]:
    texts = []
    for text in socket:
        texts.append(str(text))
        if str(text).startswith('{"type":"ready"'):
            break
    return texts


def test_read_marks_go_forward_on_every_socket_and_survive_a_restart(make_server: Callable[..., Server]) -> None:
    server = make_server(**FAST)
    reader, partner = server.people(2)
    room = f"@{reader.userid}.{partner.userid}"
    with Crowd([reader] * 17 + [partner]) as crowd, ThreadPoolExecutor(16) as pool:
        *readers, watching, other = crowd.members
        for number in range(100):
            other.send({"type": "0", "userto": reader.userid, "txt": str(number)})
        assert crowd.wait(lambda: len(frames(other, "ack")) == 100)

        def read(number: int) -> None:
            dice = random.Random(number)
            for seq in sorted(dice.sample(range(1, 91), 30), key=lambda seq: seq + dice.randrange(10)):
                readers[number].send({"type": "read", "room": room, "seq": seq})
            readers[number].send({"type": "nonsense"})  # answered after all that came before it

        list(pool.map(read, range(16)))
        assert crowd.wait(lambda: all(frames(member, "error") for member in readers))
        readers[0].send({"type": "read", "room": room, "seq": 95})
        for member in (watching, other):
            assert crowd.wait(lambda member=member: 95 in marks_received(member, reader))
            received = marks_received(member, reader)
            assert received == sorted(set(received))
        assert marks_received(watching, reader) == marks_received(other, reader)
    assert marks_in_greetings(reader, partner, room) == (95, 95)
    server.stop()
    server.start()
    assert marks_in_greetings(reader, partner, room) == (95, 95)
    assert server.faults() == []


def frames(member: Member, kind: object) -> list[dict[str, Any]]:
    return [frame for _, frame in member.frames if frame["type"] == kind]


def marks_received(member: Member, reader: Visitor) -> list[int]:
    """Of this reader's mark, what this member was sent."""
    return [frame["seq"] for frame in frames(member, "read") if frame["userid"] == reader.userid]


def marks_in_greetings(reader: Visitor, partner: Visitor, room: str) -> tuple[int, int]:
    """How far the reader has read, as it is sent to the reader and to the partner."""
    with reader.connect() as socket:
        socket.send('{"type":"hello"}')
        own = {each["room"]: each["read"] for each in receive(socket, 0)["rooms"]}[room]
    with partner.greeted() as socket:
        frame = receive(socket, "read")
        assert (frame["room"], frame["userid"]) == (room, reader.userid)
    return own, frame["seq"]


OLD = """
import django
django.setup()
from django.db import connection
from django.utils import timezone
now = timezone.now()
with connection.cursor() as cursor:
    cursor.execute("UPDATE room SET seq = 2 WHERE name = 'lobby'")
    cursor.execute("SELECT id FROM room WHERE name = 'lobby'")
    [[room]] = cursor.fetchall()
    cursor.execute("INSERT INTO user (user_id, password, is_superuser, account, username, is_staff, is_active, "
                   "date_joined) VALUES (900, '!', false, 'old', 'Old', false, true, %s)", [now])
    first = (room << 32) + 1
    rows = [(first, room, 1, "question", now, "c", None), (first + 1, room, 2, "answer", now, None, 1)]
    cursor.executemany("INSERT INTO event (id, room_id, seq, user_id, text, time, cid, reply) "
                       "VALUES (%s, %s, %s, 900, %s, %s, %s, %s)", rows)
"""


@pytest.mark.long
def test_an_old_database_goes_on_and_what_is_deleted_is_gone_from_its_files(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(start=False, **FAST)
    server.env.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    server.run("manage.py", "migrate", "Dweb", "0001", "--verbosity", "0")
    server.run("-c", OLD)
    server.start()
    [person] = server.people(1)
    assert [(event["type"], event["data"]["msg"], event["data"].get("reply")) for event in log(person)] == [
        (1, "question", None),
        (1, "answer", 1),
    ]
    short, long = "Ichthyosaurus", "Plesiosaurus " * 300
    first, second = person.say(short)["seq"], person.say(long)["seq"]
    assert first == 3
    if not server.mariadb:
        assert b"Ichthyosaurus" in database_bytes(server)
        assert database_bytes(server).count(b"Plesiosaurus") >= 300
    assert person.post(type="delete", room="lobby", seq=first).status == 200
    assert person.post(type="edit", room="lobby", seq=second, txt="harmless").status == 200
    assert fold(log(person)) == {1: "question", 2: "answer", first: DELETED, second: "harmless"}
    if not server.mariadb:
        assert b"saurus" not in database_bytes(server).lower()
    assert server.faults() == []


def database_bytes(server: Server) -> bytes:
    """SQLite's file, with all that is in its write-ahead log."""
    path = Path(server.env["VAR_DIR"]) / "dweb.sqlite3"
    connection = sqlite3.connect(path, timeout=20)
    try:
        wait_until(lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)  # 1: it is busy
    finally:
        connection.close()
    return path.read_bytes()
