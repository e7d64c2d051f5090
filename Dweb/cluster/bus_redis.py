"""The bus between processes, over Redis' publish and subscribe. It may lose messages: the log is the truth.

What is lost while Redis is away costs time: it is found in the log. One thread publishes, so that no sender waits for
Redis; another one listens. They share the queue between senders and publisher, and nothing else.

On the channel a message is sealed text: the sender's name, the number that the sender gave it, and JSON. A process
takes rising numbers only: if another client of Redis records a message and sends it again, it is rejected. (The first
message of a sender may have any number. That is why handlers read in the database which users may see what.)
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from redis import ConnectionError, Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..live.wire import Event
from .bus import Message, Shape, check
from .seal import Rejected, Seal

logger = logging.getLogger(__name__)

VERSION = 4  # of the messages: a process that receives events of another version reads the log instead
NEVER = Retry(NoBackoff(), 0)
ANSWER_SECONDS = 2.0
RETRY_SECONDS = 0.5
PING_SECONDS = 1.0  # between two pings to Redis
SILENT_SECONDS = 3.0  # without an answer: the connection is dead
MAX_QUEUE = 10_000  # messages that wait for the publisher; further ones are dropped
MAX_EVENTS_BYTES = 256 * 1024  # longer events are announced by number alone

RESYNC: Message = {"type": "resync"}  # messages of the sender were lost

EVENTS: Shape = {"room": str, "head": int, "events": list}
MESSAGE: Shape = {"type": str}


class RedisBus:
    """`name()` is the channel's, and may raise while there is no database; `me` is this process.

    `deliver` and `resync_room` are the delivery's. The listening thread calls `handle(message)` for each message, and
    `resync()` when messages may have been lost.
    """

    def __init__(
        self,
        redis: Redis,
        seal: Seal,
        name: Callable[[], str],
        me: str,
        *,
        deliver: Callable[[str, Sequence[Event]], None],
        resync_room: Callable[[str, int], None],
        handle: Callable[[Message], None],
        resync: Callable[[], None],
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._name = name
        self._me = me
        self._deliver = deliver
        self._resync_room = resync_room
        self._handle = handle
        self._resync = resync
        self._queue: queue.SimpleQueue[Callable[[], str]] = queue.SimpleQueue()
        self._listening = False  # the listening thread's
        self._publishing = True  # the publishing thread's
        self._published = 0  # likewise
        self._numbers: dict[str, int] = {}  # the listening thread's: the last number of each sender

    @property
    def healthy(self) -> bool:
        return self._listening and self._publishing

    def start(self) -> None:
        threading.Thread(target=self._publish_all, name="publisher", daemon=True).start()
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    # For any thread.

    def publish(self, room: str, events: Sequence[Event]) -> None:
        """Queues the events for the other processes, which have further to go, then delivers them here."""
        self._put(lambda: _events_as_json(room, events))
        self._deliver(room, events)

    def send(self, message: Message) -> None:
        self._put(lambda: json.dumps({"v": VERSION, **message}))

    def _put(self, make: Callable[[], str]) -> None:
        if self._queue.qsize() < MAX_QUEUE:
            self._queue.put(make)

    # The publishing thread.

    def _publish_all(self) -> None:
        while True:
            make = self._queue.get()
            try:
                self._published += 1
                sealed = self._seal.close(self._name(), f"{self._me} {self._published} {make()}")
                self._redis.publish(self._name(), sealed)
            except Exception as error:  # Redis' or the database's: other processes find in the log what was lost
                logger.warning("Messages to other processes are lost at the moment: %s", error)
                self._publishing = False
                self._wait_for_redis()
                self._publishing = True

    def _wait_for_redis(self) -> None:
        """Drops what is queued meanwhile, which is old when Redis is back, and has the other processes resync."""
        while True:
            time.sleep(RETRY_SECONDS)
            for _ in range(self._queue.qsize()):
                self._queue.get()
            with suppress(RedisError):
                self._redis.ping()
                self.send(RESYNC)
                return

    # The listening thread.

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub() as channel:
                    self._receive_all(channel)
            except Exception as error:  # likewise
                if self._listening:
                    logger.warning("Messages from other processes are lost at the moment: %s", error)
                self._listening = False
            time.sleep(RETRY_SECONDS)

    def _receive_all(self, channel: Any) -> None:
        """Raises when Redis is away, or silent."""
        channel.subscribe(self._name())
        received = pinged = time.monotonic()
        while True:
            message = channel.get_message(timeout=PING_SECONDS)
            if message is not None:
                if message["type"] == "subscribe":
                    self._listening = True
                    self._resync()
                elif message["type"] == "message":
                    self._receive(message["data"])
                received = time.monotonic()  # the time that handling took is not Redis'
            now = time.monotonic()
            if now - received > SILENT_SECONDS:
                raise ConnectionError("no answer")
            if now - pinged >= PING_SECONDS:
                channel.ping()
                pinged = now

    def _receive(self, data: bytes) -> None:
        """Passes over a message that is rejected or cannot be handled: the log is read in time."""
        try:
            sender, number, text = self._seal.open(self._name(), data).split(" ", 2)
            if sender != self._me:
                self._check_number(sender, int(number))
                self._take({**json.loads(text), "from": sender})
        except Rejected as error:
            self._seal.reject(error)
        except Exception:
            logger.warning("A message from another process could not be handled.", exc_info=True)

    def _check_number(self, sender: str, number: int) -> None:
        if number <= self._numbers.get(sender, 0):
            raise Rejected("it came a second time")
        self._numbers[sender] = number

    def _take(self, message: Message) -> None:
        if "head" in message:
            self._take_events(message)
        elif message["v"] == VERSION:
            check(message, MESSAGE)
            self._handle(message)

    def _take_events(self, message: Message) -> None:
        check(message, EVENTS)
        room = message["room"]
        if message["v"] == VERSION and message["events"]:
            self._deliver(room, [_as_event(room, each) for each in message["events"]])
        else:
            self._resync_room(room, message["head"])


def connect(url: str) -> Redis:
    """A client of Redis that has sent nothing yet. A late answer is an error; nothing is tried again from here."""
    return Redis.from_url(url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, retry=NEVER)


def _events_as_json(room: str, events: Sequence[Event]) -> str:
    message = {"v": VERSION, "room": room, "head": events[-1].seq}
    whole = json.dumps(message | {"events": [event._asdict() for event in events]}, default=datetime.isoformat)
    return whole if len(whole) <= MAX_EVENTS_BYTES else json.dumps(message | {"events": []})


def _as_event(room: str, members: dict[str, Any]) -> Event:
    try:
        times = {key: datetime.fromisoformat(members[key]) for key in ("time", "edited") if members[key]}
        event = Event(**members | times)
    except (TypeError, ValueError, KeyError) as error:
        raise Rejected(f"an event is none: {error}") from None
    wrong = [name for name, kind in Event.__annotations__.items() if not isinstance(getattr(event, name), kind)]
    if wrong or event.room != room:
        raise Rejected(f"an event has a wrong {', '.join(wrong) or 'room'}")
    return event
