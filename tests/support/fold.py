"""What a client makes of a room's events: the messages as they look after all that happened to them."""

from collections.abc import Iterable, Mapping
from typing import Any

DELETED = None


def fold(events: Iterable[Mapping[str, Any]], room: str = "lobby") -> dict[int, str | None]:
    """Numbers of messages to their texts, from frames or a page of history; other frames are passed over."""
    texts: dict[int, str | None] = {}
    for event in events:
        data = event.get("data", {})
        if data.get("room") != room:
            continue
        if event["type"] == 1:
            texts[data["seq"]] = DELETED if data.get("deleted") else data["msg"]
        elif event["type"] == "edit":
            texts[data["of"]] = data["msg"] or DELETED
        elif event["type"] == "delete":
            texts[data["of"]] = DELETED
    return texts
