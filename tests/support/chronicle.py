"""Fills a server's database with as much as the page must stand: a long room, many rooms, many people.

Most runs in a process of its own, because it works on the server's database, not on the tests'. It writes past the
server: call it before anybody who belongs to these rooms is there.
"""

import json
import os
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from .server import Server, Visitor

DAYS = 60
ENGLISH = "the quick release notes mention every broken build of last week and nobody who reads them asks why"
CHINESE = "今天下午我们在会议室讨论新版本的发布计划请大家提前看文档有问题直接在这里说明天再决定"
GIVEN = ["Ann", "Bob", "Chloé", "Дмитрий", "王芳", "李小龙", "محمد", "O'Neil", "Zoë", "Ngô"]
PREFIXES = ["team", "Projekt-", "项目", "отдел_"]
FAMILY = ["Smith", "García", "陈", "Müller", "Иванов", "de la Cruz", "Ōtani", "van Dyk", "Łuka"]


def fill_room(server: Server, room: str, count: int, people: Sequence[Visitor], unread: int = 0) -> None:
    """The room gets `count` messages by these people, its members, over sixty days; the last `unread` are unread.

    Message n has the number n and the word `n<n>`; 97, 194, … were deleted, 40, 80, … edited, 17, 34, … are replies.
    """
    _run(server, "room", room, count, [person.userid for person in people], unread)


def fill_rooms(server: Server, count: int, people: Sequence[Visitor], unread: int = 50) -> list[str]:
    """These people get `count` rooms with three messages each, two of them unread in `unread` rooms; their names."""
    return list(_run(server, "rooms", count, [person.userid for person in people], unread))


def repeat(server: Server, room: str, text: str, count: int, people: Sequence[Visitor]) -> None:
    """The room gets this message `count` times by the first of these people, its members, whatever the server takes."""
    _run(server, "repeat", room, text, count, [person.userid for person in people])


def fill_lines(server: Server, room: str, texts: Sequence[str], author: Visitor) -> None:
    """The room, which is there, gets these messages just now. In plain SQL: no search finds them."""
    from django.utils import timezone

    from Dweb.models import Event, event_id

    from .sql import Database, row_of

    with Database(server.env) as database:
        [(pk, last)] = database.rows("SELECT id, seq FROM room WHERE name IN ({marks})", [room])
        rows = [
            row_of(
                Event(id=event_id(pk, seq), room_id=pk, seq=seq, user_id=author.userid, text=text, time=timezone.now())
            )
            for seq, text in enumerate(texts, last + 1)
        ]
        database.insert("event", rows)
        database.rows(f"UPDATE room SET seq = {last + len(rows)} WHERE id IN ({{marks}})", [pk])


def fill_people(server: Server, count: int) -> list[str]:
    """So many accounts that are not signed in, with names of many scripts, all of them different; the names."""
    return list(_run(server, "people", count))


def fill_strangers(server: Server, count: int, person: Visitor) -> list[str]:
    """So many accounts with the longest names have begun a private chat with this person; the rooms, oldest first."""
    return list(_run(server, "strangers", count, person.userid))


def _run(server: Server, *order: Any) -> Any:
    return json.loads(server.run("-m", "tests.support.chronicle", json.dumps(order)))


# In the process of its own:


def write_room(name: str, count: int, userids: Sequence[int], unread: int) -> None:
    from django.utils import timezone

    from Dweb.models import Event, Mark, Membership, Room, event_id
    from Dweb.search import index as search

    room, _ = Room.objects.get_or_create(name=name, defaults={"title": name})
    assert room.seq == 0, "there are messages already"
    dice, now, author, rows = random.Random(name), timezone.now(), userids[0], []
    for seq in range(1, count + 1):
        author = author if dice.random() < 0.5 else dice.choice(userids)
        time = now - timedelta(days=DAYS) * (1 - seq / count) ** 1.5
        row = Event(id=event_id(room.pk, seq), room=room, seq=seq, user_id=author, text=words(dice, seq), time=time)
        row.reply = seq - dice.randrange(1, 17) if seq % 17 == 0 else None
        row.edited = time + timedelta(seconds=30) if seq % 40 == 0 else None
        row.text = "" if seq % 97 == 0 else row.text
        rows.append(row)
    Event.objects.bulk_create(rows, batch_size=1_000)
    search.add([(row.pk, row.text) for row in rows if row.text])
    room.seq = count
    room.save()
    Membership.objects.bulk_create([Membership(user_id=each, room=room) for each in userids], ignore_conflicts=True)
    Mark.objects.bulk_create([Mark(user_id=each, room=room, seq=count - unread) for each in userids])


def write_rooms(count: int, userids: Sequence[int], unread: int) -> list[str]:
    from Dweb.models import Room

    first = Room.objects.count()
    names = [f"{PREFIXES[number % 4]}{first + number}" for number in range(count)]
    for number, name in enumerate(names):
        write_room(name, 3, userids, 2 if number * unread % count < unread else 0)
    return names


def write_repeated(name: str, text: str, count: int, userids: Sequence[int]) -> None:
    from Dweb.models import Membership, Room, User

    from .said import write

    room, _ = Room.objects.get_or_create(name=name, defaults={"title": name})
    write(room, User.objects.get(pk=userids[0]), [text] * count)
    Membership.objects.bulk_create([Membership(user_id=each, room=room) for each in userids], ignore_conflicts=True)


def write_people(count: int) -> list[str]:
    from Dweb.models import User

    numbers = range(User.objects.count(), User.objects.count() + count)
    names = [f"{GIVEN[number % 10]} {FAMILY[number // 10 % 9]} {number}" for number in numbers]
    pairs = zip((f"crowd{number}" for number in numbers), names, strict=True)
    User.objects.bulk_create([User(account=account, username=name, password="!") for account, name in pairs], 500)
    return names


def write_strangers(count: int, userid: int) -> list[str]:
    """Names as they were possible once: each character takes six bytes of JSON."""
    from django.utils import timezone

    from Dweb.models import Event, Mark, Membership, Room, RoomKind, User, event_id

    numbers, began = range(count), timezone.now() - timedelta(days=1)
    people = [User(account=f"stranger{number}", username=f"{number:x}".rjust(60, "\x01")) for number in numbers]
    User.objects.bulk_create(people, 500)
    people = list(User.objects.filter(account__startswith="stranger").order_by("pk"))
    names = [f"@{userid}.{each.pk}" for each in people]
    Room.objects.bulk_create([Room(name=name, kind=RoomKind.DIRECT, seq=1) for name in names], 500)
    rooms = list(Room.objects.filter(name__startswith=f"@{userid}.").order_by("pk"))
    pairs = list(zip(people, rooms, strict=True))
    members = [Membership(user_id=each, room=room) for one, room in pairs for each in (userid, one.pk)]
    Membership.objects.bulk_create(members, 500)
    Mark.objects.bulk_create([Mark(user=one, room=room, seq=1) for one, room in pairs], 500)
    rows = [
        Event(id=event_id(room.pk, 1), room=room, seq=1, user=one, text="hello", time=began + timedelta(seconds=at))
        for at, (one, room) in enumerate(pairs)
    ]
    Event.objects.bulk_create(rows, batch_size=500)
    return [room.name for room in rooms]


def words(dice: random.Random, seq: int) -> str:
    """What somebody might say: mostly a line, at times a list, a quotation, code, or more than anybody reads."""
    english = " ".join(dice.choices(ENGLISH.split(), k=dice.randrange(2, 25)))
    start = dice.randrange(len(CHINESE) - 4)
    chinese = CHINESE[start : start + dice.randrange(2, 30)]
    kinds = [
        (30, f"n{seq} {english}"),
        (30, f"n{seq} {chinese}。"),
        (10, f"n{seq} **{chinese}** {english}, *{dice.choice(ENGLISH.split())}* 🎉"),
        (6, f"n{seq} https://example.org/{seq}?q={chinese} `{dice.choice(ENGLISH.split())}()`"),
        (6, f"n{seq}\n" + "\n".join(f"- {word}" for word in english.split()[:8])),
        (6, f"> {english}\n\nn{seq} {chinese}"),
        (6, f"n{seq}\n```python\nfor word in {english.split()!r}:\n    print(word)\n```"),
        (4, f"n{seq} " + f"{english}. {chinese}。\n\n" * dice.randrange(4, 12)),
        (1, f"n{seq} " + "x" * 3_990),
        (1, (f"n{seq} " + chinese * 2_000)[:4_000]),
    ]
    weights, texts = zip(*kinds, strict=True)
    return str(dice.choices(texts, weights)[0])[:4_000]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproj.settings")
    import django

    django.setup()
    from django.db import transaction

    what, *order = json.loads(sys.argv[1])
    writers = {"room": write_room, "rooms": write_rooms, "repeat": write_repeated, "people": write_people}
    writers["strangers"] = write_strangers
    with transaction.atomic():
        written = writers[what](*order)
    print(json.dumps(written))
