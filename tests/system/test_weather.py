"""Bad weather over several servers: the database goes, clocks disagree, the network to Redis is cut."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection

from ..support import netns
from ..support.mariadb import MariaDB
from ..support.netns import Namespace
from ..support.redis import RedisServer
from ..support.server import ROOT, Server, receive
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

AWAY_SECONDS = 10  # of the database, in the long run


class Sky:
    """Two servers of two workers each over a MariaDB and a Redis of their own."""

    def __init__(self, folder: Path, mariadb: MariaDB, redis: RedisServer) -> None:
        self.mariadb = mariadb
        self.redis = redis
        mariadb.run("CREATE DATABASE dweb")
        self._folder = folder
        self.env = {"REDIS_URL": redis.url, "WEB_CONCURRENCY": 2, "PRESENCE_LEASE_SECONDS": 2}
        self.servers: list[Server] = []

    def server(self, **env: object) -> Server:
        folder = self._folder / f"server{len(self.servers)}"
        folder.mkdir()
        shared = {"VAR_DIR": self._folder}  # one secret key
        server = Server(folder, self.mariadb.url("dweb"), **(self.env | shared | env))
        self.servers.append(server)
        return server.start()


@pytest.fixture
def sky(tmp_path: Path) -> Iterator[Sky]:
    mariadb, redis = MariaDB(), RedisServer()
    sky = Sky(tmp_path, mariadb, redis)
    try:
        yield sky
    finally:
        for server in sky.servers:
            server.close()
        redis.close()
        mariadb.close()


def submit(socket: ClientConnection, cid: str) -> dict[str, object]:
    """Send a message over the socket; the answer to it."""
    socket.send(json.dumps({"type": "1", "txt": cid, "cid": cid}))
    while True:
        frame = json.loads(socket.recv(timeout=30))
        if frame.get("cid") == cid:
            return dict(frame)


def test_without_the_database_senders_are_refused_at_once_and_all_goes_on_when_it_is_back(
    sky: Sky, within: Callable[[float], AbstractContextManager[None]], in_time: bool
) -> None:
    one, other = sky.server(), sky.server()
    alice, bob = one.people(2)
    listener, speaker = alice.at(other).greeted(), bob.greeted()
    assert submit(speaker, "before")["type"] == "ack"
    assert receive(listener, 1)["data"]["msg"] == "before"
    sky.mariadb.stop()
    with within(5):
        refused = submit(speaker, "meanwhile")
        assert (refused["type"], refused["error"], refused["stored"]) == ("error", "unavailable", False)
        answer = bob.post(type="1", txt="meanwhile")
        assert (answer.status, answer.json()["error"]) == (503, "unavailable")
        assert one.get("/healthz").status == 503
    wait_until(lambda: other.get("/healthz").status == 503)
    time.sleep(AWAY_SECONDS if in_time else 0)
    speaker.send(json.dumps({"type": "ping"}))
    assert receive(speaker, "pong")
    sky.mariadb.start()
    wait_until(lambda: one.healthy() and other.healthy(), 30)
    after = submit(speaker, "after")
    assert after["type"] == "ack", after
    assert receive(listener, 1)["data"]["msg"] == "after"  # nothing between: what was refused was not stored


def changed(folder: Path, code: str) -> dict[str, object]:
    """The environment of a server whose Python runs some code first."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": f"{folder}:{ROOT}"}


FIVE_MINUTES_LATE = """
import datetime
import time

class Late(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) - datetime.timedelta(minutes=5)

datetime.datetime, now = Late, time.time
time.time = lambda: now() - 300
"""


@pytest.mark.long
def test_servers_whose_clocks_are_five_minutes_apart(
    tmp_path: Path, redis: RedisServer, make_server: Callable[..., Server]
) -> None:
    env = {
        "REDIS_URL": redis.url,
        "PRESENCE_LEASE_SECONDS": 2,
        "PRESENCE_GRACE_SECONDS": 0.5,
        "SESSION_CHECK_SECONDS": 1,
        "SEND_RATE": 10_000,  # the test asks again and again who is online
    }
    one = make_server(**env)
    late = make_server(beside=one, **env, **changed(tmp_path / "late", FIVE_MINUTES_LATE))
    alice, bob = one.people(2)
    here, there = alice.greeted(), bob.at(late).greeted()
    for number in range(10):
        said = (alice if number % 2 else bob.at(late)).say(f"m{number}")
        assert receive(here, 1)["data"]["seq"] == receive(there, 1)["data"]["seq"] == said["seq"] == number + 1
    times = [event["data"]["time"] for event in alice.get("/history/?room=lobby").json()["events"]]
    assert times[0] < times[1] > times[2]  # the clocks are apart
    both = {alice.userid, bob.userid}
    wait_until(lambda: alice.sees_online() == bob.at(late).sees_online() == both)
    time.sleep(4)  # two leases and several checks of the sessions
    assert alice.sees_online() == bob.at(late).sees_online() == both
    there.close()
    wait_until(lambda: alice.sees_online() == {alice.userid})


LATER_VERSION = """
from Dweb.cluster import bus_redis

bus_redis.VERSION = 4
as_json = bus_redis._events_as_json
bus_redis._events_as_json = lambda *events: as_json(*events).replace('"text"', '"words"')
"""


def test_servers_of_two_versions_of_the_bus_understand_each_other(
    tmp_path: Path, redis: RedisServer, make_server: Callable[..., Server]
) -> None:
    one = make_server(REDIS_URL=redis.url)
    later = make_server(beside=one, REDIS_URL=redis.url, **changed(tmp_path / "later", LATER_VERSION))
    alice, bob = one.people(2)
    here, there = alice.greeted(), bob.at(later).greeted()
    for number in range(10):
        said = (alice if number % 2 else bob.at(later)).say(f"m{number}")
        assert receive(here, 1)["data"]["seq"] == receive(there, 1)["data"]["seq"] == said["seq"] == number + 1
    assert one.faults() == later.faults() == []


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    namespace = Namespace()
    yield namespace
    namespace.close()


@pytest.mark.alone  # making a network interface has every Chromium on the machine drop its requests
class TestCut:
    """Where network namespaces may be made."""

    __test__ = netns.allowed()

    def test_a_server_that_is_cut_off_from_redis_goes_on(
        self, namespace: Namespace, make_server: Callable[..., Server]
    ) -> None:
        redis = RedisServer(namespace.far)
        try:
            env = {
                "REDIS_URL": redis.url,
                "PRESENCE_LEASE_SECONDS": 2,
                "PRESENCE_GRACE_SECONDS": 0.5,
                "SEND_RATE": 10_000,
            }
            near = make_server(**env)
            alice, bob = near.people(2)
            far = make_server(start=False, beside=near, ALLOWED_HOSTS=namespace.inside, **env)
            far.host = namespace.inside
            far.start(namespace.command("scripts/serve", "--host", namespace.inside, "--port"))
            here, there = alice.greeted(), bob.at(far).greeted()
            wait_until(lambda: bob.userid in alice.sees_online())
            namespace.cut()
            for number in range(3):
                said = bob.at(far).say(f"from the island {number}")
                assert receive(here, 1)["data"]["seq"] == said["seq"]
                said = alice.say(f"to the island {number}")
                assert [receive(there, 1)["data"]["seq"] for _ in range(2)][-1] == said["seq"]
                assert receive(here, 1)["data"]["seq"] == said["seq"]
            wait_until(lambda: "degraded" in far.get("/healthz").json())
            assert "degraded" not in near.get("/healthz").json()
            wait_until(lambda: bob.userid not in alice.sees_online(), 30)  # near cannot know whether they are there
            namespace.mend()
            wait_until(lambda: "degraded" not in far.get("/healthz").json(), 30)
            wait_until(lambda: bob.userid in alice.sees_online(), 30)
            assert alice.userid in bob.at(far).sees_online()
        finally:
            redis.close()
