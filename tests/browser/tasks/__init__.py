"""A day's tasks, by keyboard alone. The docstring of each is its name in docs/tasks.md.

A task begins with the caret in the composer of the open room, unless its name says where it begins. What comes before
the first key is the state in which the person finds the page.
"""

from collections.abc import Callable

from ..keys import Day
from . import messages, ways

TASKS: list[Callable[[Day], None]] = [
    task
    for module in (messages, ways)
    for name, task in vars(module).items()
    if getattr(task, "__module__", "") == module.__name__ and name[0] != "_"
]
