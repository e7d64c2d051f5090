"""What a greeting asks the database for a user with many rooms, by keys and never row by row."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from Dweb.chat import heads
from Dweb.models import User
from Dweb.runtime import Runtime

from ..support.fakes import make_room

COUNT = 12


def test_the_marks_of_many_partners_are_read_by_their_rooms(live: Runtime, alice: User) -> None:
    """With users and rooms both listed, SQLite looks up each of them with each other one."""
    keys = [(number, number + 7) for number in range(1, 501)]
    with CaptureQueriesContext(connection) as captured:
        live.marks.read(keys)
        live.marks.read([(alice.pk, number) for number in range(1, 501)])
    many, one = [each["sql"] for each in captured]
    assert "user_id" not in many.partition("WHERE")[2]
    assert one.endswith(f"AND user_id = {alice.pk}")


def test_the_newest_message_of_each_room_is_found_by_its_key(alice: User) -> None:
    for number in range(COUNT):
        make_room(f"room{number}", alice)
    with CaptureQueriesContext(connection) as captured:
        assert len(heads.heads(alice.pk)) == COUNT + 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {captured[0]['sql']}")
        names = [column[0] for column in cursor.description]
        steps = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if connection.vendor == "sqlite":
        [step] = [step["detail"] for step in steps if " event " in step["detail"]]
        assert step.startswith("SEARCH event USING INTEGER PRIMARY KEY (rowid=?)")
    else:
        [step] = [step for step in steps if step["table"] == "event"]
        assert (step["type"], step["key"]) == ("eq_ref", "PRIMARY")
