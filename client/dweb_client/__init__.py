"""Talks to a Dweb chat server: Chat for threads, AsyncChat for asyncio. docs/programs.md of the server shows how."""

from .aio import AsyncChat
from .errors import (
    BadAnswer,
    BadInput,
    ChatError,
    Closed,
    Conflict,
    Forbidden,
    HistoryReset,
    NotFound,
    NotSignedIn,
    PlaceError,
    Refused,
    TooFast,
    Unavailable,
    Uncertain,
    Unreachable,
)
from .models import Event, File, Me, Person, Room, Sent
from .threaded import Chat

__all__ = [
    "AsyncChat",
    "BadAnswer",
    "BadInput",
    "Chat",
    "ChatError",
    "Closed",
    "Conflict",
    "Event",
    "File",
    "Forbidden",
    "HistoryReset",
    "Me",
    "NotFound",
    "NotSignedIn",
    "Person",
    "PlaceError",
    "Refused",
    "Room",
    "Sent",
    "TooFast",
    "Unavailable",
    "Uncertain",
    "Unreachable",
]
