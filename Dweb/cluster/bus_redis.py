"""The bus between several processes: Redis' publish and subscribe. Rings and passes words on; the log is the truth.

What is lost while Redis is away costs time: it is found in the log. A thread of its own publishes, so that no sender
waits for Redis; another one listens. The queue between senders and publisher is all that they share.
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
from .bus import Word

logger = logging.getLogger(__name__)

VERSION = 1  # of what is said on the channel: who reads a later one, looks into the log instead
NEVER = Retry(NoBackoff(), 0)
ANSWER_SECONDS = 2.0
RETRY_SECONDS = 0.5
ASK_SECONDS = 1.0  # how often Redis is asked whether it is there
SILENT_SECONDS = 3.0  # without an answer: the connection is dead
MAX_QUEUE = 10_000  # rings and words that wait for the publisher; beyond it they are dropped
MAX_RING_BYTES = 256 * 1024  # a longer one is told without its events


class RedisBus:
    """`name()` is the channel's, and may raise while there is no database; `me` is this process.

    `deliver` and `catch_up` are the hub's; `hear(word)` and `came_back()` are called by the listening thread.
    """

    def __init__(
        self,
        redis: Redis,
        name: Callable[[], str],
        me: str,
        *,
        deliver: Callable[[str, Sequence[Event]], None],
        catch_up: Callable[[str, int], None],
        hear: Callable[[Word], None],
        came_back: Callable[[], None],
    ) -> None:
        self._redis = redis
        self._name = name
        self._me = me
        self._deliver = deliver
        self._catch_up = catch_up
        self._hear = hear
        self._came_back = came_back
        self._queue: queue.SimpleQueue[Callable[[], str]] = queue.SimpleQueue()
        self._listening = False  # the listening thread's
        self._publishing = True  # the publishing thread's

    @property
    def well(self) -> bool:
        return self._listening and self._publishing

    def start(self) -> None:
        threading.Thread(target=self._publish, name="publisher", daemon=True).start()
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    # For any thread.

    def ring(self, room: str, events: Sequence[Event]) -> None:
        """First for the others, whom it has further to go; but nothing here waits for it."""
        self._put(lambda: _ring_as_json(self._me, room, events))
        self._deliver(room, events)

    def tell(self, word: Word) -> None:
        self._put(lambda: json.dumps({"v": VERSION, "from": self._me, **word}))

    def _put(self, say: Callable[[], str]) -> None:
        if self._queue.qsize() < MAX_QUEUE:
            self._queue.put(say)

    # The publishing thread.

    def _publish(self) -> None:
        while True:
            say = self._queue.get()
            try:
                self._redis.publish(self._name(), say())
            except Exception as error:  # Redis' or the database's: what was not said, others find in the log
                logger.warning("Other processes cannot be told at the moment: %s", error)
                self._publishing = False
                self._wait_for_redis()
                self._publishing = True

    def _wait_for_redis(self) -> None:
        """What waits meanwhile is old when Redis is back: it is dropped, and the others are told to look anew."""
        while True:
            time.sleep(RETRY_SECONDS)
            for _ in range(self._queue.qsize()):
                self._queue.get()
            with suppress(RedisError):
                self._redis.ping()
                self.tell({"tell": "anew"})
                return

    # The listening thread.

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub() as ear:
                    self._hear_all(ear)
            except Exception as error:  # likewise
                if self._listening:
                    logger.warning("Other processes cannot be heard at the moment: %s", error)
                self._listening = False
            time.sleep(RETRY_SECONDS)

    def _hear_all(self, ear: Any) -> None:
        """Raises when Redis is away, or silent."""
        ear.subscribe(self._name())
        heard = asked = time.monotonic()
        while True:
            message = ear.get_message(timeout=ASK_SECONDS)
            if message is not None:
                if message["type"] == "subscribe":
                    self._listening = True
                    self._came_back()
                elif message["type"] == "message":
                    self._understand(message["data"])
                heard = time.monotonic()  # what we did with it is none of Redis' time
            now = time.monotonic()
            if now - heard > SILENT_SECONDS:
                raise ConnectionError("no answer")
            if now - asked >= ASK_SECONDS:
                ear.ping()
                asked = now

    def _understand(self, data: bytes) -> None:
        """What nobody here understands is of a later version, or of somebody else: the log is read in time."""
        try:
            word = json.loads(data)
            if word["from"] == self._me:
                return
            if "room" in word and "head" in word:
                self._hear_ring(word)
            elif word["v"] == VERSION:
                self._hear(word)
        except Exception:
            logger.warning("A word from another process was not understood.", exc_info=True)

    def _hear_ring(self, word: Word) -> None:
        if word["v"] == VERSION and word["events"]:
            self._deliver(word["room"], [_as_event(each) for each in word["events"]])
        else:
            self._catch_up(word["room"], word["head"])


def connect(url: str) -> Redis:
    """Nothing is sent yet. An answer that does not come soon is an error; what failed is not tried again from here."""
    return Redis.from_url(url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, retry=NEVER)


def _ring_as_json(me: str, room: str, events: Sequence[Event]) -> str:
    ring = {"v": VERSION, "from": me, "room": room, "head": events[-1].seq}
    said = json.dumps(ring | {"events": [event._asdict() for event in events]}, default=datetime.isoformat)
    return said if len(said) <= MAX_RING_BYTES else json.dumps(ring | {"events": []})


def _as_event(said: dict[str, Any]) -> Event:
    times = {key: datetime.fromisoformat(said[key]) for key in ("time", "edited") if said[key]}
    return Event(**said | times)
