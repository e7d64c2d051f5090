"""What a program may ask for, as steps: one function for each, for Chat and AsyncChat alike."""

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from .asking import PASSING, REQUEST_SECONDS, Tries, ask, checked
from .errors import BadAnswer, Forbidden, HistoryReset, NotSignedIn, refused
from .models import Event, Me, Person, Room, Sent
from .steps import Answer, HangUp, OpenSocket, Receive, Request, Say, Steps

LOBBY = "lobby"
PAGE = 200  # events of a page of history, at most
T = TypeVar("T")


def fetch(path: str, timeout: float | None, **query: object) -> Steps[dict[str, Any]]:
    given = {name: value for name, value in query.items() if value is not None}
    answer = yield from ask(Request("GET", path, given), timeout)
    return answer.json()


def change(path: str, timeout: float | None, may_repeat: bool, **fields: object) -> Steps[dict[str, Any]]:
    """A POST. Unless it may be repeated, it is sent once."""
    given = {name: value for name, value in fields.items() if value is not None}
    request = Request("POST", path, fields=given, may_repeat=may_repeat)
    answer = yield from ask(request, timeout, str(fields.get("cid", "")))
    return answer.json()


def send(
    text: str,
    room: str | None,
    to: int | None,
    reply: int | None,
    file_ids: Sequence[str],
    cid: str | None,
    timeout: float | None,
) -> Steps[Sent]:
    if room is not None and to is not None:
        raise ValueError("a message goes to a room, or to a user")
    where: dict[str, object] = {"type": "0", "userto": to} if to is not None else {"type": "1", "room": room or LOBBY}
    fields = {"txt": text, "reply": reply, "files": ",".join(file_ids) or None, "cid": cid or _cid()}
    return Sent.of((yield from change("/msg_send/", timeout, True, **where, **fields)))


def edit(seq: int, text: str, room: str | None, timeout: float | None) -> Steps[Sent]:
    fields = {"type": "edit", "room": _room_of(seq, room), "seq": int(seq), "txt": text, "cid": _cid()}
    return Sent.of((yield from change("/msg_send/", timeout, True, **fields)))


def delete(seq: int, room: str | None, reason: str | None, timeout: float | None) -> Steps[Sent]:
    fields = {"type": "delete", "room": _room_of(seq, room), "seq": int(seq), "reason": reason, "cid": _cid()}
    return Sent.of((yield from change("/msg_send/", timeout, True, **fields)))


def _cid() -> str:
    return secrets.token_hex(16)


def _room_of(seq: int, room: str | None) -> str:
    return room or (seq.room if isinstance(seq, Sent) else LOBBY)


def history(room: str, after: int, timeout: float | None) -> Steps[None]:
    """Yields the events after a number, page by page."""
    epoch, more = None, True
    while more:
        page = yield from fetch("/history/", timeout, room=room, after=after, limit=PAGE)
        if epoch not in (None, page["epoch"]):
            raise HistoryReset(f"the history of “{room}” was replaced while it was read: read it again")
        epoch, more = page["epoch"], page["more"]
        for frame in page["events"]:
            after = frame["data"]["seq"]
            yield Event.of_frame(frame)


def latest(room: str, count: int, timeout: float | None) -> Steps[list[Event]]:
    """The last events of a room, ascending."""
    found: list[Event] = []
    before = None
    while len(found) < count:
        limit = min(PAGE, count - len(found))
        page = yield from fetch("/history/", timeout, room=room, before=before, limit=limit)
        found[:0] = [Event.of_frame(frame) for frame in page["events"]]
        if not page["more"]:
            break
        before = found[0].seq
    return found


def _pages(path: str, key: str, name: str, timeout: float | None, **query: object) -> Steps[list[Any]]:
    """The rows of all pages. The next page begins after the `name` of the last row."""
    rows: list[Any] = []
    more, after = True, None
    while more:
        page = yield from fetch(path, timeout, after=after, **query)
        rows += page[key]
        more = bool(page["more"] and page[key])
        after = rows[-1][name] if rows else None
    return rows


def rooms(query: str, timeout: float | None) -> Steps[list[Room]]:
    rows = yield from _pages("/rooms/", "rooms", "room", timeout, q=query or None)
    return [Room.of(row) for row in rows]


def room(name: str, timeout: float | None) -> Steps[Room]:
    return Room.of((yield from fetch(f"/rooms/{quote(name)}/", timeout)))


def make_room(
    title: str, name: str | None, kind: str, topic: str | None, members: Sequence[int], timeout: float | None
) -> Steps[Room]:
    ids = ",".join(map(str, members)) or None
    fields = {"title": title, "room": name, "kind": kind, "topic": topic, "members": ids}
    made = yield from change("/rooms/", timeout, name is not None, **fields)
    return Room(made["room"], made["title"], made["kind"], topic or "", data=made)


def people(query: str, timeout: float | None) -> Steps[list[Person]]:
    if query:
        found = yield from fetch("/users/", timeout, q=query)
        return [Person.of(row) for row in found["users"]]
    rows = yield from _pages("/users/", "users", "userid", timeout, all=1)
    return [Person.of(row) for row in rows]


def me(timeout: float | None) -> Steps[Me]:
    """Whom the token is for. One for some rooms may not read the profile: then a greeting says it."""
    try:
        found = yield from fetch("/profile/", timeout)
    except Forbidden:
        found = yield from _over_socket(_greeting, timeout)
    return Me(found["userid"], found["username"])


def join(name: str, timeout: float | None) -> Steps[None]:
    yield from _over_socket(lambda: _join(name), timeout)


def _over_socket(talk: Callable[[], Steps[T]], timeout: float | None) -> Steps[T]:
    """Talks over a socket of its own, again if it is lost."""
    tries = Tries(timeout)
    while True:
        try:
            yield OpenSocket("/chat/", tries.left(REQUEST_SECONDS))
            found = yield from talk()
            yield HangUp()
            return found
        except PASSING as error:
            yield HangUp()
            yield from tries.again(error)


def _greeting() -> Steps[dict[str, Any]]:
    yield Say('{"type":"hello"}')
    while True:
        frame: dict[str, Any] = json.loads((yield Receive()))
        if frame["type"] == 0:
            return frame


def _join(name: str) -> Steps[None]:
    yield from _greeting()
    yield Say(json.dumps({"type": "join", "room": name, "cid": "join"}))
    while True:
        frame = json.loads((yield Receive()))
        if frame["type"] == "room" and frame["room"] == name:
            return
        if frame.get("cid") == "join":
            raise refused(frame["error"], frame["detail"], retry_after=frame.get("wait"))


def sign_in(account: str, password: str, timeout: float | None) -> Steps[None]:
    """Signs in as a browser does; the cookies that come stay with the connection."""
    yield from ask(Request("GET", "/"), timeout)
    fields = {"userNameOrEmailAddress": account, "password": password}
    answer: Answer = yield Request("POST", "/", fields=fields, timeout=REQUEST_SECONDS, may_repeat=False)
    if answer.status == 200:
        raise NotSignedIn("not_signed_in", "the account or the password is wrong", 401)
    if answer.status != 302:
        checked(answer)
        raise BadAnswer(f"signing in was answered with status {answer.status}")
