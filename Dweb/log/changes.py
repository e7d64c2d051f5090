"""The kinds of events that change a message: what the message is afterwards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..live import wire
from ..live.wire import Kind
from .entry import Draft


def _edit(message: wire.Event, draft: Draft, now: datetime) -> wire.Event:
    return message._replace(text=draft.entry.text, edited=now)


def _delete(message: wire.Event, draft: Draft, now: datetime) -> wire.Event:
    return message._replace(text="", data=None if message.userid == draft.user.pk else _moderated(draft))


def _moderated(draft: Draft) -> dict[str, Any]:
    """Who deleted another's message, and why."""
    told = {"by": draft.user.pk, "byname": draft.user.shown_name, "reason": draft.entry.reason}
    return {name: value for name, value in told.items() if value}


CHANGES: dict[int, Callable[[wire.Event, Draft, datetime], wire.Event]] = {Kind.EDIT: _edit, Kind.DELETION: _delete}
