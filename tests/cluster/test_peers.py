"""The peers and their users, over a real Redis: changes, what was missed, and the end of a lease."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from Dweb.chat.rates import Rates
from Dweb.cluster.bus_redis import connect
from Dweb.cluster.peers import Peers
from Dweb.cluster.seal import Rejected, Seal

from ..support.hall import Hall
from ..support.redis import RedisServer
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

LEASE = 60.0


class Process:
    """A hub with its peers, whose thread the test itself is; `sent` are the messages that are under way."""

    def __init__(self, redis: RedisServer, me: str, lease: float = LEASE) -> None:
        self.me = me
        self.hall = Hall()
        self.rates = Rates(0.001, 3)
        self.sent: list[dict[str, Any]] = []
        send = self.sent.append
        seal, hub = Seal("secret"), self.hall.hub
        self.peers = Peers(connect(redis.url), seal, lambda: "dweb:test", me, hub, self.rates, send, lease)

    def work(self, *, resync: bool = False) -> None:
        if resync:
            self.peers.resync()
        self.peers._attempt(self.peers._work)

    def pass_on(self, other: "Process") -> None:
        """Has the other one handle what was sent, as JSON."""
        for message in self.sent:
            other.peers.handle(json.loads(json.dumps(message | {"from": self.me})))
        self.sent.clear()
        other.work()

    @property
    def online(self) -> dict[int, str]:
        self.hall.hub.tick()
        return self.hall.hub.people()


@pytest.fixture
def pair(redis: RedisServer) -> Iterator[tuple[Process, Process]]:
    one, other = Process(redis, "one"), Process(redis, "other")
    with one.hall, other.hall:
        one.work()
        other.work()
        one.work(resync=True)
        one.sent.clear()
        other.sent.clear()
        yield one, other


def test_a_user_who_comes_and_goes_there_is_online_here(pair: tuple[Process, Process]) -> None:
    one, other = pair
    alice = one.hall.guest(1)
    one.work()
    one.pass_on(other)
    assert other.online == {1: "user1"}
    assert other.hall.hub.connections(1) == []
    one.hall.hub.leave(alice.client)
    one.work()
    one.pass_on(other)
    assert other.online == {}


def test_a_user_is_online_until_the_last_tab_goes_wherever_it_is(pair: tuple[Process, Process]) -> None:
    one, other = pair
    watcher = other.hall.greeted(9)
    here, there = other.hall.guest(1), one.hall.guest(1)
    one.work()
    one.pass_on(other)
    assert other.online.keys() == {1, 9}
    watcher.frames()
    other.hall.hub.leave(here.client)
    assert other.online.keys() == {1, 9}
    assert watcher.frames() == []
    one.hall.hub.leave(there.client)
    one.work()
    one.pass_on(other)
    assert other.online.keys() == {9}
    assert [frame["left"] for frame in watcher.frames()] == [[{"username": "user1", "userid": 1}]]


def test_connections_elsewhere_count_for_the_limit_of_a_user(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.hall.guest(1)
    one.hall.guest(1)
    one.work()
    one.pass_on(other)
    assert not other.hall.guest(1).entered
    assert other.hall.guest(2).entered


def test_what_was_missed_is_read(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.sent.clear()  # this message is lost
    one.hall.guest(2)
    one.work()
    one.pass_on(other)
    assert other.online == {1: "user1", 2: "user2"}


def test_a_process_that_starts_later_knows_another_name(pair: tuple[Process, Process], redis: RedisServer) -> None:
    one, _ = pair
    one.hall.guest(1)
    one.work()
    one.hall.hub.rename(1, "user1 (account)")
    one.work()
    late = Process(redis, "late")
    with late.hall:
        late.work()
        assert late.online == {1: "user1 (account)"}


def acquainted(pair: tuple[Process, Process]) -> tuple[Process, Process]:
    """User 1 is at the first process, and the other one knows it."""
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.pass_on(other)
    return one, other


def lapse(redis: RedisServer, one: Process, other: Process) -> None:
    """The lease of the one is over, and the other looks."""
    assert redis.client.delete(f"dweb:test:people:{one.me}") == 1
    other.work(resync=True)


def test_a_process_whose_lease_is_over_is_gone_with_its_people_at_once(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = pair
    other.hall.hub._presence._grace = 60
    one.hall.guest(1)
    other.hall.guest(2)
    one.work()
    one.pass_on(other)
    assert other.online == {1: "user1", 2: "user2"}
    lapse(redis, one, other)
    assert other.online == {2: "user2"}
    assert redis.client.smembers("dweb:test:processes") == {b"other"}


def test_a_redis_that_comes_back_empty_learns_everything_again(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = acquainted(pair)
    redis.stop()
    one.work(resync=True)
    other.work(resync=True)
    bob = one.hall.guest(2)
    one.work()
    redis.start()
    one.work(resync=True)
    other.work(resync=True)
    other.work(resync=True)
    one.hall.hub.leave(bob.client)
    one.work(resync=True)
    one.pass_on(other)
    assert other.online == {1: "user1"}


def test_the_others_are_forgotten_when_nothing_is_known_of_them_for_two_leases(redis: RedisServer) -> None:
    one, other = Process(redis, "one", 0.3), Process(redis, "other", 0.3)
    with one.hall, other.hall:
        one.hall.guest(1)
        one.peers.start()
        other.peers.start()
        wait_until(lambda: other.online == {1: "user1"})
        redis.stop()
        wait_until(lambda: other.online == {})
        redis.start()
        wait_until(lambda: other.online == {1: "user1"})
        one.peers.stop()  # goodbye
        assert redis.client.exists("dweb:test:people:one") == 0
        wait_until(lambda: other.online == {})
        other.peers.stop()


def test_what_a_user_took_there_is_missing_here(pair: tuple[Process, Process]) -> None:
    one, other = pair
    assert one.rates.take(1) == one.rates.take(1) == 0
    one.work()
    one.pass_on(other)
    assert other.rates.take(1) == 0
    assert other.rates.take(1) > 0
    assert other.rates.take(2) == 0


def test_a_process_that_slept_longer_than_its_lease_lists_all_of_its_people_again(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = acquainted(pair)
    lapse(redis, one, other)
    one.hall.guest(2)
    one.work()
    one.work()
    other.work(resync=True)
    assert other.online == {1: "user1", 2: "user2"}
    assert 0 < redis.client.pttl("dweb:test:people:one") <= 1_000 * LEASE


def test_a_user_who_opens_too_many_at_once_in_several_processes_keeps_as_many_as_are_allowed(
    pair: tuple[Process, Process],
) -> None:
    one, other = pair
    here = [one.hall.guest(1) for _ in range(2)]
    there = [other.hall.guest(1) for _ in range(2)]
    for process in pair:
        process.work()
    one.pass_on(other)
    other.pass_on(one)
    assert [guest.closed().code for guest in there] == [4003, 4003]  # of both names, "other" is the last
    for guest in there:
        other.hall.hub.leave(guest.client)
    other.work()
    other.pass_on(one)
    assert one.online == other.online == {1: "user1"}
    assert [guest.client.outbox.finished for guest in here] == [False, False]


def test_the_people_of_a_process_that_says_goodbye_have_the_usual_grace(pair: tuple[Process, Process]) -> None:
    one, other = pair
    other.hall.hub._presence._grace = 60
    one.hall.guest(1)
    one.work()
    one.pass_on(other)
    one.peers._leave()
    one.pass_on(other)
    other.work(resync=True)
    assert other.online == {1: "user1"}
    assert other.hall.hub.clients[1].elsewhere == {}


def test_people_who_took_a_token_long_ago_are_forgotten() -> None:
    rates = Rates(1e9, 3)
    for user_id in range(50_000):
        rates.spend(user_id, 1)
    assert len(rates._buckets) <= 2 * 10_000


def test_what_was_taken_in_many_processes_is_a_debt() -> None:
    rates = Rates(0.001, 3)
    rates.spend(1, 5)
    assert rates.take(1) == pytest.approx(3_000, abs=100)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "new"},
        {"type": "taken"},
        {"type": "taken", "taken": [1]},
        {"type": "taken", "taken": {"one": 1}},
        {"type": "taken", "taken": {"1": "all"}},
        {"type": "people", "people": {"1": ["user1", 1]}},
        {"type": "people", "people": {"1": "user1"}, "version": 2},
        {"type": "people", "people": {"1": [None, 1]}, "version": 2},
        {"type": "people", "people": {"one": ["user1", 1]}, "version": 2},
    ],
)
def test_a_message_of_another_shape_is_rejected_before_it_is_queued(
    pair: tuple[Process, Process], message: dict[str, Any]
) -> None:
    one, _ = pair
    with pytest.raises(Rejected):
        one.peers.handle(message | {"from": "other"})
    assert one.peers._messages.empty()


def test_what_another_client_of_redis_writes_is_no_user_and_no_process(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.sent.clear()  # so that the other one reads the hash
    key, sealed = "dweb:test:people:one", Seal("another secret")
    stolen = redis.client.hget(key, "1")
    redis.client.hset(key, mapping={"2": stolen, "3": '["user3", 1]', b"\xff": b"\xff"})
    redis.client.hset(key, "4", sealed.close(f"{key} 4", '["user4", 1]'))
    redis.client.sadd("dweb:test:processes", "evil", b"\xff")
    redis.client.hset("dweb:test:people:evil", mapping={"version": "1", "1": stolen})
    other.work(resync=True)
    assert other.online == {1: "user1"}
    assert other.peers._seal.rejected == 5
    assert redis.client.sismember("dweb:test:processes", "evil") == 0
