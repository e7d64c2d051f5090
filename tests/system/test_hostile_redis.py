"""Another client of Redis, with its password and without the SECRET_KEY: it runs no code and shows nobody anything."""

import json
import os
import pickle
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import starting_servers

from ..support.figures import Figures
from ..support.redis import RedisServer
from ..support.server import CSRF, Server, Visitor, receive
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": f"csrftoken={CSRF}",
    "X-CSRFToken": CSRF,
}
NEVER = 600  # seconds until the log is looked at: what arrives came over Redis
SEAL_BYTES = 32


class Pickle:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __reduce__(self) -> Any:
        return os.system, (self._command,)


def sign_in(server: Server) -> int:
    return server.request("POST", "/", b"userNameOrEmailAddress=nobody&password=wrong", FORM).status


def test_a_pickle_in_the_place_of_a_count_is_no_code(
    redis: RedisServer, make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server(REDIS_URL=redis.url, SIGNIN_FREE_FAILURES=1)
    for _ in range(3):
        sign_in(server)
    planted = [key for key in redis.client.keys("*") if redis.client.type(key) == b"string"]
    assert planted
    for key in planted:
        redis.client.set(key, pickle.dumps(Pickle(f"touch {tmp_path}/run")))
    assert sign_in(server) < 500
    assert not (tmp_path / "run").exists()
    for key in planted:
        redis.client.set(key, b"\xff{")
    assert sign_in(server) < 500
    assert server.faults() == []


Pair = tuple[RedisServer, Visitor, Visitor]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    redis = RedisServer()
    env = {"REDIS_URL": redis.url, "LOG_CHECK_SECONDS": NEVER, "PRESENCE_LEASE_SECONDS": 1, "SEND_BURST": 2_000}
    try:
        with starting_servers(tmp_path_factory.mktemp("cluster")) as make:
            one = make(**env)
            other = make(beside=one, **env)
            alice, bob = one.people(2)
            yield redis, alice, bob.at(other)
    finally:
        redis.close()


@pytest.fixture
def pair(cluster: Pair) -> Iterator[Pair]:
    """Redis, and two people at two servers of one chat, which listen to it."""
    wait_until(lambda: listeners(cluster[0]) == 2, 60)
    yield cluster
    for person in cluster[1:]:
        person.server.leave()
        assert person.server.faults() == []


def rejected(person: Visitor) -> float:
    figures = Figures(person.server.get("/metrics").body)
    return sum(sample.value for sample in figures.samples if sample.name == "dweb_redis_rejected_total")


def listeners(redis: RedisServer) -> int:
    """How many servers have subscribed: each comes back a while after its connection was killed."""
    channels = redis.client.pubsub_channels()
    return sum(count for _, count in redis.client.pubsub_numsub(*channels)) if channels else 0


def channel_of(redis: RedisServer) -> bytes:
    [channel] = redis.client.pubsub_channels()
    return bytes(channel)


def event(seq: int, text: str) -> dict[str, Any]:
    whole = {"room": "lobby", "seq": seq, "id": seq, "userid": 1, "user": "The boss", "text": text}
    absent = dict.fromkeys(("userto", "cid", "reply", "of", "edited"))
    return whole | absent | {"kind": 1, "time": "2026-01-01T00:00:00+00:00"}


def test_a_forged_message_is_shown_to_nobody(pair: Pair) -> None:
    redis, alice, bob = pair
    socket = alice.greeted()
    channel = channel_of(redis)
    before, head = rejected(alice), alice.say("the head")["seq"]
    assert receive(socket, 1)["data"]["seq"] == head
    for version in (2, 3):
        events = [event(head + 1, "You are dismissed.")]
        forged = {"v": version, "from": "evil", "room": "lobby", "head": head + 1, "events": events}
        redis.client.publish(channel, json.dumps(forged))
        redis.client.publish(channel, os.urandom(SEAL_BYTES) + b"evil 1 " + json.dumps(forged).encode())
    bob.say("hello")
    data = receive(socket, 1)["data"]
    assert (data["seq"], data["msg"], data["userid"]) == (head + 1, "hello", bob.userid)
    assert rejected(alice) == before + 4


def test_a_message_that_was_recorded_is_taken_once(pair: Pair) -> None:
    redis, alice, bob = pair
    here, there = alice.greeted(), bob.greeted()
    channel = channel_of(redis)
    with redis.client.pubsub() as recorder:
        recorder.subscribe(channel)
        there.send(json.dumps({"type": "typing", "room": "lobby"}))
        receive(here, "typing")
        recorded: list[bytes] = []
        wait_until(lambda: recorded.append((recorder.get_message() or {}).get("data")) or _is_typing(recorded[-1]))
    before = rejected(alice)
    for _ in range(5):
        redis.client.publish(channel, recorded[-1])
    bob.say("hello")
    frames = [json.loads(here.recv(timeout=10))]
    while frames[-1]["type"] != 1:
        frames.append(json.loads(here.recv(timeout=10)))
    assert [frame["type"] for frame in frames if frame["type"] in (1, "typing")] == [1]
    assert rejected(alice) == before + 5


def _is_typing(data: object) -> bool:
    return isinstance(data, bytes) and b'"typing"' in data


def test_garbage_ends_nothing(pair: Pair) -> None:
    redis, alice, bob = pair
    socket = alice.greeted()
    channel, before = channel_of(redis), rejected(alice)
    chance = random.Random(14)
    sealed = bytes(SEAL_BYTES)
    odd = [
        b"",
        b"[]",
        b"null",
        b'{"v":3}',
        b'{"v":3,"from":1,"type":[]}',
        sealed,
        sealed + b"a b c",
        sealed + b"\xff" * 9,
    ]
    for data in [*odd, *(chance.randbytes(chance.randrange(300)) for _ in range(200))]:
        redis.client.publish(channel, data)
    bob.say("hello")
    assert receive(socket, 1)["data"]["msg"] == "hello"
    assert rejected(alice) == before + len(odd) + 200
    assert 1 <= alice.server.log().count("Rejected something in Redis") < 10  # once in a while


def test_a_planted_name_is_shown_to_nobody(pair: Pair) -> None:
    redis, alice, bob = pair
    bob.greeted()
    wait_until(lambda: bob.userid in alice.sees_online())
    before = [rejected(alice), rejected(bob)]
    client = redis.client
    [processes] = client.keys("*:processes")
    prefix = processes.removesuffix(b":processes") + b":people:"
    for key in [*client.keys(prefix + b"*"), prefix + b"evil"]:
        client.hset(key, mapping={"777": json.dumps(["The boss", 3]), "\udcff".encode("utf-8", "surrogateescape"): "x"})
    client.hset(prefix + b"evil", "version", 1)
    client.sadd(processes, "evil", b"\xff")
    shown: set[str] = set()

    def looked_at() -> bool:
        client.client_kill_filter(_type="pubsub")  # a server reads another one's hash if it has missed a message
        for person in (bob, alice):
            here = person.connect()
            here.send(json.dumps({"type": "hello"}))
            shown.update(one["username"] for one in receive(here, 0)["userlist"])
            here.close()
        return "The boss" in shown or (rejected(alice) > before[0] and rejected(bob) > before[1])

    wait_until(looked_at)
    time.sleep(1)  # three renewals
    looked_at()
    assert "The boss" not in shown
    assert bob.userid in alice.sees_online()
