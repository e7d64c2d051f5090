"""A room's log without a database: what the hub reads in place of the history."""

from collections import defaultdict
from datetime import UTC, datetime

from Dweb.live.direct import direct_users
from Dweb.live.wire import Event, Kind

TIME = datetime(2024, 2, 29, 12, 30, 15, 678_900, tzinfo=UTC)


class Log:
    """append() commits events, since() reads a page of them. `reads` are the calls of since()."""

    def __init__(self, page: int = 5) -> None:
        self.page = page
        self.reads: list[tuple[str, int]] = []
        self._events: dict[str, list[Event]] = defaultdict(list)

    def append(self, room: str, count: int = 1, sender: int = 1, cid: str | None = None) -> list[Event]:
        events = []
        for _ in range(count):
            seq = self.head(room) + 1
            event = Event(room, seq, seq, sender, "Alice", f"{room} {seq}", TIME, cid=cid)
            people = direct_users(room)
            if people:
                event = event._replace(userto=sum(people) - sender)
            self._events[room].append(event)
            events.append(event)
        return events

    def remove(self, room: str, user_id: int) -> list[Event]:
        """Commits the notice that a user was removed."""
        [event] = self.append(room)
        data = {"what": "removed", "userid": user_id}
        self._events[room][-1] = event = event._replace(kind=Kind.NOTICE, text="", data=data)
        return [event]

    def head(self, room: str) -> int:
        return len(self._events[room])

    def all(self, room: str) -> list[Event]:
        return list(self._events[room])

    def since(self, room: str, seq: int) -> list[Event]:
        self.reads.append((room, seq))
        return self._events[room][seq : seq + self.page]
