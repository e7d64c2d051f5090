"""Peers: the other processes, their online users, and what they took from the shared rates. Knows no database.

Each process lists its users in Redis under an expiring key, a hash with a version that counts its changes. The bus
carries the changes; a process that has missed one reads the hash. A process whose key has expired is gone with its
users, whatever the clocks of the machines say: Redis counts the seconds. Each field is sealed for its hash: a client of
Redis can put back what stood there, but adds no user, no name and no process.

One thread does all of it and owns what is known of the peers; messages come to it through a queue.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from redis import Redis, RedisError

from ..live.hub import Hub
from ..live.person import Moves
from .bus import Message
from .peer_messages import as_moves, parsed
from .seal import Rejected, Seal

logger = logging.getLogger(__name__)

SHARE_SECONDS = 0.1  # changes are gathered for so long
STOP_SECONDS = 2.0
RENEWALS = 3  # in the time of a lease
VERSION = "version"  # a field of the hash, beside the user ids

CHANGED: Message = {"type": "peers"}  # the sender's hash in Redis is new: read it


class Shared(Protocol):
    """A rate: the tokens that each user took here, and the ones taken elsewhere, which are spent here, too."""

    def take_counts(self) -> Mapping[int, float]: ...

    def spend(self, user_id: int, count: float) -> None: ...


class Peers:
    """`name()` is the prefix of the keys, and may raise while there is no database; `me` is this process.

    `healthy` is False while Redis does not take the lease of this process, or cannot be read.
    """

    def __init__(
        self,
        redis: Redis,
        seal: Seal,
        name: Callable[[], str],
        me: str,
        hub: Hub,
        rates: Shared,
        send: Callable[[Message], None],
        lease: float,
    ) -> None:
        self._redis = redis
        self._seal = seal
        self._name = name
        self._me = me
        self._hub = hub
        hub.shared = True
        self._rates = rates
        self._send = send
        self._lease = lease
        self._lease_ms = int(1_000 * lease)
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stopping = False
        self.healthy = True  # changed by the thread alone
        self._thread = threading.Thread(target=self._run, name="peers", daemon=True)
        # The thread's own.
        self._version = 0
        self._known: dict[str, int] = {}  # the peers, and the version up to which their users are known
        self._stored = False  # Redis has all users of this process
        self._renewed = time.monotonic()  # when Redis had the lease last
        self._renew_at = 0.0

    def start(self) -> None:
        self._thread.start()

    # For any thread.

    @property
    def count(self) -> int:
        """How many other processes are known."""
        return len(self._known)

    def handle(self, message: Message) -> None:
        """Queues a message of a peer. Raises Rejected."""
        self._messages.put(parsed(message))

    def resync(self) -> None:
        """Has the thread look at Redis: messages may have been lost."""
        self._messages.put(CHANGED)

    def stop(self) -> None:
        """Tells the peers that this process ends: they need not wait for the end of its lease."""
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
        """Redis may be away, or the database: when they are back, everything is stored and read again."""
        try:
            work()
        except Exception as error:
            if self.healthy:
                fault = not isinstance(error, RedisError)
                logger.warning("The users of other processes are not known at the moment: %s", error, exc_info=fault)
            self.healthy = self._stored = False
            self._renew_at = time.monotonic() + self._lease / RENEWALS

    def _work(self) -> None:
        while not self._messages.empty():
            self._take(self._messages.get())
        if taken := self._rates.take_counts():
            self._send({"type": "taken", "taken": taken})
        if self._stored and (moves := self._hub.take_moves()):
            self._store(moves)
            self._send({"type": "people", "people": moves, "version": self._version})
        if time.monotonic() >= self._renew_at:
            self._renew()

    def _take(self, message: Message) -> None:
        process = message.get("from", self._me)
        if message["type"] == "taken":
            for user_id, count in message["taken"].items():
                self._rates.spend(user_id, count)
        elif message["type"] == "people" and process in self._known and message["version"] == self._known[process] + 1:
            moves = message["people"]
            self._hub.update_peer(process, moves)
            self._hub.close_surplus(self._me, moves)
            self._known[process] += 1
        elif message["type"] == "bye" and self._known.pop(process, None) is not None:
            self._hub.set_peer(process, {})  # its users come to another process, with the usual grace
        else:  # a peer is new or has changed, or a message was lost
            self._renew_at = 0

    # Redis.

    def _store(self, moves: Moves) -> None:
        """Brings this process's hash up to date. What fails is made good by _renew()."""
        self._version += 1
        with self._redis.pipeline() as pipe:
            pipe.pexpire(self._key(self._me), self._lease_ms)
            self._write(pipe, moves)
            held = pipe.execute()[0]
        if not held:  # the lease was over, and the hash is gone
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
        self._send(CHANGED)

    def _write(self, pipe: Any, moves: Moves) -> None:
        key = self._key(self._me)
        fields: dict[str, Any] = {str(user_id): move for user_id, move in moves.items() if move.connections}
        fields[VERSION] = self._version
        sealed = {field: self._seal.close(f"{key} {field}", json.dumps(value)) for field, value in fields.items()}
        pipe.hset(key, mapping=sealed)
        if gone := [str(user_id) for user_id, move in moves.items() if not move.connections]:
            pipe.hdel(key, *gone)

    def _renew(self) -> None:
        """Renews this process's lease, and looks at those of the peers."""
        with self._redis.pipeline() as pipe:
            pipe.pexpire(self._key(self._me), self._lease_ms)
            pipe.sadd(self._processes(), self._me)
            pipe.smembers(self._processes())
            held, _, members = pipe.execute()
        if not held or not self._stored:
            self._store_all()
        others = {_decoded(member) for member in members} - {self._me}
        gone = [process for process in others if not self._read_peer(process)]
        if gone:
            self._redis.srem(self._processes(), *gone)
        self._forget([*gone, *(self._known.keys() - others)])
        self.healthy = True
        self._renewed = time.monotonic()
        self._renew_at = self._renewed + self._lease / RENEWALS

    def _read_peer(self, process: str) -> bool:
        """Reads the users of a peer, unless they are known. False: its lease has run out."""
        key = self._key(process)
        version = self._redis.hget(key, VERSION)
        known = self._open(key, {VERSION.encode(): version} if version else {}).get(VERSION)
        if known is None:
            return False
        if self._known.get(process) != known:
            users = self._open(key, self._redis.hgetall(key))
            known = users.pop(VERSION, 0)
            moves = as_moves(users)
            self._hub.set_peer(process, moves)
            self._hub.close_surplus(self._me, moves)
            self._known[process] = known
        return True

    def _open(self, key: str, fields: Mapping[bytes, bytes]) -> dict[str, Any]:
        """Returns what the fields of a hash hold, without those that no server of this chat wrote."""
        found = {}
        for field, data in fields.items():
            name = _decoded(field)
            try:
                found[name] = json.loads(self._seal.open(f"{key} {name}", data))
            except Rejected as error:
                self._seal.reject(error)
        return found

    def _leave(self) -> None:
        self._send({"type": "bye"})
        with self._redis.pipeline() as pipe:
            pipe.delete(self._key(self._me))
            pipe.srem(self._processes(), self._me)
            pipe.execute()

    def _forget(self, processes: list[str]) -> None:
        for process in processes:
            if self._known.pop(process, None) is not None:
                self._hub.set_peer(process, {}, gone=True)

    def _key(self, process: str) -> str:
        return f"{self._name()}:people:{process}"

    def _processes(self) -> str:
        return f"{self._name()}:processes"


def _decoded(name: bytes) -> str:
    return name.decode(errors="replace")  # another client of Redis may have written it
