"""A task that reports its progress as one message, which it edits. Asks for DWEB_URL and DWEB_TOKEN.

With Celery, `resize` is a task, and `reported` wraps its loop just as here. python examples/progress.py [ROOM]
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from dweb_client import Chat

T = TypeVar("T")
SECONDS = 2.0  # between two edits: each is an event that everyone in the room gets


def reported(chat: Chat, room: str, title: str, items: Sequence[T]) -> Iterator[T]:
    """Passes the items on, and tells the room how many of them are done."""
    message = chat.send(f"{title}: 0 of {len(items)}", room)
    due = time.monotonic() + SECONDS
    done = 0
    try:
        for item in items:
            yield item
            done += 1
            if time.monotonic() >= due:
                chat.edit(message, f"{title}: {done} of {len(items)}")
                due = time.monotonic() + SECONDS
    finally:
        state = "done" if done == len(items) else "failed"
        chat.edit(message, f"{title}: {state}, {done} of {len(items)}")


def resize(room: str) -> None:
    chat = Chat(os.environ["DWEB_URL"], os.environ["DWEB_TOKEN"])
    for _picture in reported(chat, room, "Resizing pictures", range(20)):
        time.sleep(0.25)


if __name__ == "__main__":
    resize(*sys.argv[1:2] or ["lobby"])
