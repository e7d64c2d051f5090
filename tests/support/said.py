"""Messages that were said without a committer, and what a search for them finds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client as Browser

from Dweb.models import Event, Room, User, event_id
from Dweb.search import index as search

START = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)


def write(room: Room, user: User, texts: Sequence[str], time: datetime = START, step: float = 1) -> None:
    """Messages after those that are in the room, `step` seconds apart, in the log and in the index."""
    rows = []
    for number, text in enumerate(texts):
        seq, said = room.seq + 1 + number, time + timedelta(seconds=number * step)
        rows.append(Event(id=event_id(room.pk, seq), room=room, seq=seq, user=user, text=text, time=said))
    Event.objects.bulk_create(rows, batch_size=2_000)
    search.add([(row.pk, row.text) for row in rows])
    room.seq += len(texts)
    room.save()


def ask(browser: Browser, q: str, **fields: Any) -> dict[str, Any]:
    answer = browser.get("/search/", {"q": q} | fields)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    assert set(found) == {"events", "more"}
    return found


def hits(browser: Browser, q: str, **fields: Any) -> list[str]:
    return [event["data"]["msg"] for event in ask(browser, q, **fields)["events"]]
