"""What a day in the chat takes without a pointer: docs/tasks.md has the keys, and this counts them."""

import re
from collections.abc import Callable

import pytest

from ..support.server import ROOT, Server, Visitor
from .keys import Day
from .tab import Tab
from .tasks import TASKS

pytestmark = pytest.mark.browser

Opener = Callable[..., Tab]
Two = tuple[Visitor, Visitor]

ROW = re.compile(r"^\| (.+?) \| (\d+) \| (.+?) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/tasks.md").read_text())


@pytest.fixture
def day(visit: Opener, server: Server, two: Two) -> Day:
    room = f"room{two[0].userid}"
    for person in two[::-1]:  # the room is the other's
        person.get(f"/news_chat/?num={room}")
    return Day(visit(server, two[0], f"/news_chat/?num={room}").greeted(), *two, room)


@pytest.mark.long
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_the_keys_of_each_task_are_those_of_the_table(task: Callable[[Day], None], day: Day) -> None:
    task(day)
    assert (task.__doc__, str(day.count), day.how) in ROWS


def test_the_table_has_these_tasks_alone() -> None:
    assert [name for name, _, _ in ROWS] == [task.__doc__ for task in TASKS]
