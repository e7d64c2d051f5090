"""The other processes: who is online there, and what they gave out of the shared rates. Knows no database.

Each process keeps its own people in Redis, in a hash under a lease that it renews, with a version that counts the
changes; the bus carries the changes, and who has missed one reads the hash. A process whose lease has run out is gone
with its people, whatever the clocks of the machines say: Redis counts the seconds.

One thread does all of it and owns what is known of the others; words come to it through a queue.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from redis import Redis, RedisError

from ..live.hub import Hub, Moves
from .bus import Word

logger = logging.getLogger(__name__)

SHARE_SECONDS = 0.1  # changes are gathered for so long
STOP_SECONDS = 2.0
RENEWALS = 3  # in the time of a lease
VERSION = b"version"  # a field of the hash, beside the user ids


class Shared(Protocol):
    """A rate: how many tokens each user took here, and what they took elsewhere to be taken here, too."""

    def take_notes(self) -> Mapping[int, int]: ...

    def spend(self, user_id: int, count: int) -> None: ...


class Peers:
    """`name()` is the prefix of the keys, and may raise while there is no database; `me` is this process."""

    def __init__(
        self,
        redis: Redis,
        name: Callable[[], str],
        me: str,
        hub: Hub,
        rates: Shared,
        tell: Callable[[Word], None],
        lease: float,
    ) -> None:
        self._redis = redis
        self._name = name
        self._me = me
        self._hub = hub
        hub.shared = True
        self._rates = rates
        self._tell = tell
        self._lease = lease
        self._lease_ms = int(1_000 * lease)
        self._words: queue.SimpleQueue[Word] = queue.SimpleQueue()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="peers", daemon=True)
        # The thread's own.
        self._version = 0
        self._known: dict[str, int] = {}  # the others, and the version up to which their people are known
        self._stored = False  # Redis has all of our people
        self._well = True
        self._renewed = time.monotonic()  # when Redis had our lease last
        self._renew_at = 0.0

    def start(self) -> None:
        self._thread.start()

    # For any thread.

    def hear(self, word: Word) -> None:
        self._words.put(word)

    def came_back(self) -> None:
        """Words may have been missed."""
        self._words.put({"tell": "look"})

    def stop(self) -> None:
        """Say goodbye: then nobody has to wait for the end of the lease."""
        self._stopping = True
        self._thread.join(STOP_SECONDS)

    # The thread.

    def _run(self) -> None:
        while not self._stopping:
            time.sleep(SHARE_SECONDS)
            self._attempt(self._work)
            if self._renewed < time.monotonic() - 2 * self._lease:
                self._forget([*self._known])
        self._attempt(self._leave)

    def _attempt(self, work: Callable[[], None]) -> None:
        """Redis may be away, or the database: everything is looked at anew when they are back."""
        try:
            work()
            self._well = True
        except Exception as error:
            if self._well:
                fault = not isinstance(error, RedisError)
                logger.warning("Who is online elsewhere is not known at the moment: %s", error, exc_info=fault)
            self._well = self._stored = False
            self._renew_at = time.monotonic() + self._lease / RENEWALS

    def _work(self) -> None:
        while not self._words.empty():
            self._understand(self._words.get())
        if taken := self._rates.take_notes():
            self._tell({"tell": "taken", "taken": taken})
        if self._stored and (moves := self._hub.take_moves()):
            self._store(moves)
            self._tell({"tell": "people", "people": moves, "version": self._version})
        if time.monotonic() >= self._renew_at:
            self._renew()

    def _understand(self, word: Word) -> None:
        process = word.get("from", self._me)
        if word["tell"] == "taken":
            for user_id, count in word["taken"].items():
                self._rates.spend(int(user_id), count)
        elif word["tell"] == "people" and process in self._known and word["version"] == self._known[process] + 1:
            moves = _as_moves(word["people"])
            self._hub.place(process, moves)
            self._hub.close_surplus(self._me, moves)
            self._known[process] += 1
        elif word["tell"] == "bye" and self._known.pop(process, None) is not None:
            self._hub.replace(process, {})  # its people come back to another one, and have the usual grace for that
        else:  # there is something new, or something was missed
            self._renew_at = 0

    # Redis.

    def _store(self, moves: Moves) -> None:
        """Bring our hash up to date. What fails is made good by _renew()."""
        self._version += 1
        with self._redis.pipeline() as pipe:
            pipe.pexpire(self._key(self._me), self._lease_ms)
            self._write(pipe, moves)
            held = pipe.execute()[0]
        if not held:  # the lease was over, and all that stood there is gone
            self._stored = False
            self._renew_at = 0

    def _store_all(self) -> None:
        self._version += 1
        with self._redis.pipeline() as pipe:
            pipe.delete(self._key(self._me))
            self._write(pipe, self._hub.present())
            pipe.pexpire(self._key(self._me), self._lease_ms)
            pipe.execute()
        self._stored = True
        self._tell({"tell": "look"})

    def _write(self, pipe: Any, moves: Moves) -> None:
        here: dict[Any, Any] = {_field(user_id): json.dumps(move) for user_id, move in moves.items() if move[1]}
        gone = [_field(user_id) for user_id, move in moves.items() if not move[1]]
        pipe.hset(self._key(self._me), mapping=here | {VERSION: self._version})
        if gone:
            pipe.hdel(self._key(self._me), *gone)

    def _renew(self) -> None:
        """Renew our lease, and look at those of the others."""
        with self._redis.pipeline() as pipe:
            pipe.pexpire(self._key(self._me), self._lease_ms)
            pipe.sadd(self._processes(), self._me)
            pipe.smembers(self._processes())
            held, _, members = pipe.execute()
        if not held or not self._stored:
            self._store_all()
        others = {member.decode() for member in members} - {self._me}
        gone = [process for process in others if not self._look_at(process)]
        if gone:
            self._redis.srem(self._processes(), *gone)
        self._forget([*gone, *(self._known.keys() - others)])
        self._renewed = time.monotonic()
        self._renew_at = self._renewed + self._lease / RENEWALS

    def _look_at(self, process: str) -> bool:
        """Read who is there, unless that is known. False: its lease has run out."""
        version = self._redis.hget(self._key(process), VERSION)
        if version is None:
            return False
        if self._known.get(process) != int(version):
            people = self._redis.hgetall(self._key(process))
            known = int(people.pop(VERSION, 0))
            self._place_all(process, {field: json.loads(move) for field, move in people.items()})
            self._known[process] = known
        return True

    def _place_all(self, process: str, people: Mapping[Any, tuple[str, int]]) -> None:
        moves = _as_moves(people)
        self._hub.replace(process, moves)
        self._hub.close_surplus(self._me, moves)

    def _leave(self) -> None:
        self._tell({"tell": "bye"})
        with self._redis.pipeline() as pipe:
            pipe.delete(self._key(self._me))
            pipe.srem(self._processes(), self._me)
            pipe.execute()

    def _forget(self, processes: list[str]) -> None:
        for process in processes:
            if self._known.pop(process, None) is not None:
                self._hub.replace(process, {}, gone=True)

    def _key(self, process: str) -> str:
        return f"{self._name()}:people:{process}"

    def _processes(self) -> str:
        return f"{self._name()}:processes"


def _field(user_id: int) -> bytes:
    return b"%d" % user_id


def _as_moves(said: Mapping[Any, tuple[str, int]]) -> Moves:
    return {int(user_id): (username, count) for user_id, (username, count) in said.items()}
