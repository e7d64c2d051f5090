"""The migration to rooms with doors, of a filled database: nothing is lost, and nothing else changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

BEFORE, AFTER = "0010_pinned", "0011_room_kinds"
ROOMS, PEOPLE, MESSAGES = 100, 50, 10_000
TABLES = ("room", "membership", "event", "user", "mark", "quota")
ORDERS = {"room": "id", "membership": "id", "event": "id", "user": "user_id", "mark": "id", "quota": "id"}


def migrate(to: str) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([("Dweb", to)])
    return executor.loader.project_state([("Dweb", to)]).apps


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def rows(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY {ORDERS[table]}")
        return [column[0] for column in cursor.description], list(cursor.fetchall())


def fill(apps: Any) -> None:
    """A lobby, group rooms and private chats, in all of which people have written; one room nobody is in."""
    model = lambda name: apps.get_model("Dweb", name)  # noqa: E731
    model("User").objects.bulk_create(
        model("User")(user_id=n, account=f"p{n}", username=f"Person {n}") for n in range(1, PEOPLE + 1)
    )
    model("Room").objects.all().delete()
    names = ["lobby", *(f"室-{n}" for n in range(ROOMS - 21)), *(f"@1.{n + 2}" for n in range(20))]
    per_room = MESSAGES // ROOMS
    rooms = [model("Room")(id=n, name=name, seq=per_room) for n, name in enumerate(names, 1)]
    for room in rooms:
        room.skeleton = f"look of {room.name}"
    model("Room").objects.bulk_create(rooms)
    memberships, marks = [], []
    for room in rooms[1:-1]:
        for person in (3, 1, 2) if not room.name.startswith("@") else (1, int(room.name.partition(".")[2])):
            memberships.append(
                model("Membership")(room=room, user_id=person, level=room.pk % 3, pinned=room.pk % 7 == 0)
            )
            marks.append(model("Mark")(room=room, user_id=person, seq=room.pk % per_room))
    model("Membership").objects.bulk_create(memberships)
    model("Mark").objects.bulk_create(marks)
    model("Event").objects.bulk_create(
        model("Event")(
            id=room.pk * 2**32 + seq, room=room, seq=seq, kind=1, user_id=1 + seq % 3, text=f"text {seq} 你好",
            time="2026-11-01T12:00:00Z", cid=f"{room.pk}-{seq}", reply=None if seq % 5 else 1,
        )
        for room in rooms
        for seq in range(1, per_room + 1)
    )  # fmt: skip


def test_a_filled_database_keeps_all_that_it_had(before: Any) -> None:
    fill(before)
    kept = {table: rows(table) for table in TABLES}
    after = migrate(AFTER)
    for table, (columns, was) in kept.items():
        now_columns, now = rows(table)
        places = [now_columns.index(column) for column in columns]
        assert [tuple(row[place] for place in places) for row in now] == was, table
    rooms = after.get_model("Dweb", "Room").objects.all()
    kinds = {room.name[0]: (room.kind, room.frozen, room.archived, room.topic) for room in rooms}
    assert kinds == {"l": (0, False, False, ""), "室": (1, False, False, ""), "@": (3, False, False, "")}
    direct = [room for room in rooms if room.name.startswith("@")]
    assert {room.title for room in direct} == {""}
    assert all((room.title, room.title_skeleton) == (room.name, room.skeleton) for room in rooms if room not in direct)
    roles = after.get_model("Dweb", "Membership").objects.values_list(
        "room__name", "user_id", "role", "banned", "hidden"
    )
    assert {(name[0], user_id) for name, user_id, role, *_ in roles if role == 2} == {("室", 3)}  # the first member
    assert {(banned, hidden) for *_, banned, hidden in roles} == {(False, 0)}
    assert not after.get_model("Dweb", "Event").objects.exclude(data=None).exists()
