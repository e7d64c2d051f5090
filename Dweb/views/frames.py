"""The socket's door: answers the frames of one connection, in its view's own thread. The rules are chat's."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext as _
from dwebsocket.websocket import WebSocket

from ..accounts import revocation as sessions
from ..chat import messages as chat
from ..live import wire
from ..live.client import Client
from ..live.wire import CloseCode, is_direct
from ..log import history
from ..log.activity import at_work
from ..models import LOBBY, User, forget_connection, give_connection_back
from ..operations.counters import count_eviction
from ..operations.trace import log_socket_end
from ..refusal import Refusal
from ..runtime import Runtime
from .errors import as_refusal
from .fields import clean_cid, clean_last, clean_number, clean_room

SLOW_SECONDS = 30.0  # how long a resuming client may take to read half of its outbox


def converse(live: Runtime, websocket: WebSocket, user: User, session_key: str) -> None:
    """Serve one connection until it ends. While it waits, it holds its thread and nothing else."""
    websocket.accept()
    began = time.monotonic()
    client = Client(
        websocket.sock,
        user.pk,
        user.username,
        close_socket=websocket.close,
        writer=live.writer,
        limit=settings.OUTBOX_MAX_BYTES,
        session_key=session_key,
        auth_hash=user.get_session_auth_hash(),
    )
    websocket.hand_over(client)
    try:
        if live.hub.enter(client):
            sessions.check_entered(live, client)
        forget_connection()
        conversation = Conversation(live, client, user)
        while (message := websocket.wait()) is not None and not client.closing:
            while wait := live.frame_rates.take(user.pk):  # who is loud is read more slowly, on all of their sockets
                time.sleep(wait)
            with at_work():
                conversation.answer(message, websocket.binary)
            forget_connection()
    finally:
        live.hub.leave(client)
        code, ours = websocket.ending
        if ours:
            count_eviction(code)
        log_socket_end(user.pk, code, time.monotonic() - began)


class Conversation:
    """What one client says, and what it is told in answer."""

    def __init__(self, live: Runtime, client: Client, user: User) -> None:
        self._live = live
        self._hub = live.hub
        self._rooms = live.hub.rooms
        self._marks = live.marks
        self._client = client
        self._user = user
        self._answers = {
            "hello": self._hello,
            **dict.fromkeys(("0", "1", "edit", "delete"), self._submit),
            "read": self._read,
            "typing": self._typing,
            "ping": self._ping,
            "join": self._join,
            "leave": self._leave,
        }

    def answer(self, message: bytes, binary: bool) -> None:
        """Answer one frame. What is wrong with it becomes an `error` event; the connection lives on."""
        cid = None
        try:
            frame = wire.parse(message, binary)
            cid = clean_cid(frame)
            answer = self._answers.get(frame["type"])
            if answer is None:
                raise Refusal("bad_input", _("There is no frame of this type."))
            answer(frame)
        except wire.Misunderstood as error:
            self._refuse(Refusal("bad_input", _(str(error))), cid)
        except (Refusal, Error) as error:
            refusal = as_refusal(error)
            assert refusal is not None
            self._refuse(refusal, cid)

    def _hello(self, frame: Mapping[str, Any]) -> None:
        """Greet: who is online, who you are, your rooms. From now on they are live; those in `last` are resumed."""
        last, epoch = clean_last(frame), self._live.epoch
        try:
            heads = self._greet(epoch, last, known=last if last and frame.get("epoch", epoch) == epoch else {})
        except Error:
            # Half greeted is worse than not at all: the client comes back and resumes.
            self._client.close(CloseCode.TRY_AGAIN_LATER, "the database does not answer")
            raise
        if last is not None:
            self._refuse_foreign(set(last) - {head.room for head in heads}, clean_cid(frame))
            self._send({"type": "ready", "epoch": epoch})

    def _greet(self, epoch: str, last: Mapping[str, int] | None, known: Mapping[str, int]) -> list[history.Head]:
        """Returns the user's rooms. `known` is what of `last` still says something."""
        self._rooms.begin_anew(self._client, last or ())
        with ExitStack() as stack:
            with self._live.arrivals:
                new, heads, rooms = self._live.ask(self._watch)
                stack.enter_context(self._rooms.settle([self._client], new))
                who = {"userid": self._user.pk, "username": self._user.username}
                missed = self._hub.greet(self._client, {"type": 0, **who, "epoch": epoch, "rooms": rooms})
                self._tell_partners_marks(heads)
            for room in set(last or ()) - known.keys():
                self._send({"type": "reset", "room": room})
            self._follow(new, heads, known)
        late = self._rooms.watch(self._client, missed)
        with self._rooms.settle([self._client], late):
            heads_of_late = self._live.ask(lambda: history.heads(self._user.pk)) if late else []
            for head in heads_of_late:
                if head.room in late and not is_direct(head.room):
                    self._send({"type": "room", "room": head.room, "name": head.name, "joined": True, "seq": head.seq})
            self._follow(late, heads_of_late, dict.fromkeys(filter(is_direct, late), 0))
        return heads

    def _watch(self) -> tuple[list[str], list[history.Head], list[dict[str, Any]]]:
        """Watch one's rooms, then read how far they are: which of them are new, and what the greeting says of them."""
        new = self._rooms.watch(self._client, history.room_names(self._user.pk))
        try:
            heads = history.heads(self._user.pk)
            return new, heads, self._with_marks(heads)
        except BaseException:
            self._rooms.unwatch(self._client, new)
            raise

    def _with_marks(self, heads: Sequence[history.Head]) -> list[dict[str, Any]]:
        """The rooms of a greeting. A mark beyond the last number is of another epoch: all that is there was read."""
        marks = self._marks.read((self._user.pk, head.id) for head in heads)
        read = {head.id: min(head.seq, marks.get((self._user.pk, head.id), 0)) for head in heads}
        for head in heads:
            if head.room == LOBBY and (self._user.pk, head.id) not in marks:  # the first time: they have missed nothing
                read[head.id] = head.seq
                self._marks.note(self._user.pk, head.id, head.seq)
        behind = [(head.id, read[head.id], head.seq) for head in heads if read[head.id] < head.seq]
        unread = history.unread(self._user.pk, behind)
        return [
            {
                "room": head.room,
                "name": head.name,
                "seq": head.seq,
                "read": read[head.id],
                "unread": unread.get(head.id, 0),
            }
            for head in heads
        ]

    def _tell_partners_marks(self, heads: Iterable[history.Head]) -> None:
        """How far the other people of the direct rooms have read. After the greeting: from then on they are heard."""
        partners = {head.id: history.partner(head.room, self._user.pk) for head in heads}
        places = [(user_id, room_id) for room_id, user_id in partners.items() if user_id]
        marks = self._live.ask(lambda: self._marks.read(places)) if places else {}
        for head in heads:
            user_id = partners[head.id]
            seq = min(head.seq, marks.get((user_id or 0, head.id), 0))
            if seq and user_id != self._user.pk:
                self._send({"type": "read", "room": head.room, "userid": user_id, "seq": seq})

    def _follow(self, rooms: Collection[str], heads: Iterable[history.Head], cursors: Mapping[str, int]) -> None:
        """Bring these rooms live: first those that are at the head, then those with something to replay."""
        give_connection_back()  # following waits for its turn, and for the client to read
        behind = []
        for head in heads:
            if head.room not in rooms:
                continue
            cursor = cursors.get(head.room, head.seq)
            if cursor > head.seq:
                self._send({"type": "reset", "room": head.room})
                cursor = head.seq
            if cursor < head.seq:
                behind.append((head, cursor))
            else:
                self._rooms.follow(self._client, head.room, cursor, head.seq, SLOW_SECONDS)
        for head, cursor in behind:
            if not self._rooms.follow(self._client, head.room, cursor, head.seq, SLOW_SECONDS):
                self._client.close_slow()
                return

    def _refuse_foreign(self, rooms: Collection[str], cid: str | None) -> None:
        if rooms:
            names = ", ".join(sorted(rooms)[:10])
            detail = _("You are not in these rooms, which cannot be resumed: %(rooms)s.") % {"rooms": names}
            self._refuse(Refusal("forbidden", detail), cid)

    def _join(self, frame: Mapping[str, Any]) -> None:
        chat.join(self._user, clean_room(frame.get("room")))

    def _leave(self, frame: Mapping[str, Any]) -> None:
        chat.leave(self._user, clean_room(frame.get("room")))

    def _read(self, frame: Mapping[str, Any]) -> None:
        chat.read(self._user, clean_room(frame.get("room")), clean_number(frame, "seq"))

    def _typing(self, frame: Mapping[str, Any]) -> None:
        chat.typing(self._user, clean_room(frame.get("room")))

    def _ping(self, frame: Mapping[str, Any]) -> None:
        self._send({"type": "pong"})

    def _submit(self, frame: Mapping[str, Any]) -> None:
        event = chat.submit(self._user, frame)
        self._send({"type": "ack", "cid": event.cid, "room": event.room, "seq": event.seq, "id": event.id})

    def _refuse(self, refusal: Refusal, cid: str | None) -> None:
        event: dict[str, Any] = {"type": "error", "error": refusal.code, "detail": str(refusal.detail), "stored": False}
        if cid is not None:
            event["cid"] = cid
        if refusal.retry_after is not None:
            event["wait"] = round(refusal.retry_after, 3)
        self._send(event)

    def _send(self, event: dict[str, Any]) -> None:
        self._client.send(wire.encode(event))
