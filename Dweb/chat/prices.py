"""Prices: what everything that a user does takes from their budget. The unit is a short message.

A budget grows by SEND_RATE a second, up to SEND_BURST. The prices are about the time that the server works: a short
message costs it one to three milliseconds, and stays. docs/settings.md lists them.
"""

from collections.abc import Sequence

from ..live.wire import Event
from ..search.terms import terms

MESSAGE = 1  # a row of the log for ever, and a frame for everyone in the room; an edit and a deletion, too
EXTRA_TERMS = 200  # of a text cost 1 more: each is a row of the index, and 4,000 keep the committer for 20 ms
JOIN = 1  # a transaction, and a frame for each of the user's sockets; leaving a room, too
DEED = 1  # a change of a room or of a member: a transaction, an event, and a frame for everyone in the room
EXTRA_FIRST_MEMBERS = 10  # of a new room cost 1 more
REPORTS = 2  # twenty looks into logs
DIRECTORY = 1  # the titles of all rooms are looked through
PAGE = 1  # the chat page: a template, and what the browser asks next; account pages that lead there; pages for admins
SOCKET = 0.5  # a handshake
HELLO = 1  # the rooms, the people online, the read marks: 3 ms
EXTRA_ROOMS = 200  # of a greeting cost 1 more: 6 ms and 14 KB
LOG_BYTES = 32 * 1024  # of the log cost 1, in a replay and in a page of history: 4 ms to read and to encode
HISTORY = 0.5  # at least, for a page of history
LATEST = 1  # a look into the log of each of a hundred rooms
PEOPLE = 1  # the names of all who are online are looked at
EXTRA_MEMBERS = 2_000  # of a room whose members are listed cost 1 more
CARD = 0.5  # a person and the rooms of both: four queries, and whether they are online
SEARCH = 1  # at least, for a search
SEARCH_SECONDS = 0.05  # of the processor's time cost 1 more: a search that takes a second is paid for in four
CHOICE = 1  # a transaction: a level, or what is pinned
QUIET = 1  # a transaction
ACCOUNT = 1  # one's own name, one's devices, a code for a further one: a few queries, a transaction, a QR code
UPLOAD = 1  # a file begins: three queries, and a transaction
PIECE = 0.5  # two queries, and a write of 2 MiB
FILE = 0.2  # a file or a preview is read: three queries; a room's page shows forty pictures
PICTURES = 0.5  # whose pictures are asked for: two queries
FILES = 1  # the files of a room are listed
MARK = 0.2  # gathered in memory, and shown to one user or two
TYPING = 0.2  # kept nowhere, and shown in small rooms only
LOOKUP = 1  # more for "typing" in a room other than the lobby that none of the user's sockets is subscribed to

_EVENT_BYTES = 150  # of an event as JSON, beside its text and files


def of_terms(text: str) -> int:
    """The terms of a text, beside MESSAGE. A long one takes 2 ms to count, so a short one is not looked at."""
    most = len(text) // 2 if text.isascii() else len(text)  # between two words of ASCII there is a character
    return len(terms(text)) // EXTRA_TERMS if most >= EXTRA_TERMS else 0


def of_history(events: Sequence[Event]) -> float:
    """A page of history."""
    return max(HISTORY, sum(_EVENT_BYTES + event.chars for event in events) / LOG_BYTES)
