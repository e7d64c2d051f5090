"""Who is online in other processes, over a real Redis: changes, what was missed, and the end of a lease."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from Dweb.chat.rates import Rates
from Dweb.cluster.bus_redis import connect
from Dweb.cluster.peers import Peers

from ..support.hall import Hall
from ..support.redis import RedisServer
from ..support.waiting import wait_until

pytestmark = pytest.mark.once

LEASE = 60.0


class Process:
    """A hub with its peers, whose thread the test itself is; `told` are the words that are under way."""

    def __init__(self, redis: RedisServer, me: str, lease: float = LEASE) -> None:
        self.me = me
        self.hall = Hall()
        self.rates = Rates(0.001, 3)
        self.told: list[dict[str, Any]] = []
        tell = self.told.append
        self.peers = Peers(connect(redis.url), lambda: "dweb:test", me, self.hall.hub, self.rates, tell, lease)

    def work(self, *, anew: bool = False) -> None:
        if anew:
            self.peers.came_back()
        self.peers._attempt(self.peers._work)

    def tell(self, other: "Process") -> None:
        """What was told comes to the other one, as JSON."""
        for word in self.told:
            other.peers.hear(json.loads(json.dumps(word | {"from": self.me})))
        self.told.clear()
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
        one.work(anew=True)
        one.told.clear()
        other.told.clear()
        yield one, other


def test_who_comes_and_goes_there_is_online_here(pair: tuple[Process, Process]) -> None:
    one, other = pair
    alice = one.hall.guest(1)
    one.work()
    one.tell(other)
    assert other.online == {1: "user1"}
    assert other.hall.hub.connections(1) == []
    one.hall.hub.leave(alice.client)
    one.work()
    one.tell(other)
    assert other.online == {}


def test_a_user_is_online_until_the_last_tab_goes_wherever_it_is(pair: tuple[Process, Process]) -> None:
    one, other = pair
    watcher = other.hall.greeted(9)
    here, there = other.hall.guest(1), one.hall.guest(1)
    one.work()
    one.tell(other)
    assert other.online.keys() == {1, 9}
    watcher.frames()
    other.hall.hub.leave(here.client)
    assert other.online.keys() == {1, 9}
    assert watcher.frames() == []
    one.hall.hub.leave(there.client)
    one.work()
    one.tell(other)
    assert other.online.keys() == {9}
    assert [frame["left"] for frame in watcher.frames()] == [[{"username": "user1", "userid": 1}]]


def test_connections_elsewhere_count_for_the_limit_of_a_user(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.hall.guest(1)
    one.hall.guest(1)
    one.work()
    one.tell(other)
    assert not other.hall.guest(1).entered
    assert other.hall.guest(2).entered


def test_what_was_missed_is_read(pair: tuple[Process, Process]) -> None:
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.told.clear()  # this word is lost
    one.hall.guest(2)
    one.work()
    one.tell(other)
    assert other.online == {1: "user1", 2: "user2"}


def lapse(redis: RedisServer, one: Process, other: Process) -> None:
    """The lease of the one is over, and the other looks."""
    assert redis.client.delete(f"dweb:test:people:{one.me}") == 1
    other.work(anew=True)


def test_a_process_whose_lease_is_over_is_gone_with_its_people_at_once(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = pair
    other.hall.hub._presence._grace = 60
    one.hall.guest(1)
    other.hall.guest(2)
    one.work()
    one.tell(other)
    assert other.online == {1: "user1", 2: "user2"}
    lapse(redis, one, other)
    assert other.online == {2: "user2"}
    assert redis.client.smembers("dweb:test:processes") == {b"other"}


def test_a_redis_that_comes_back_empty_learns_everything_again(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.tell(other)
    redis.stop()
    one.work(anew=True)
    other.work(anew=True)
    bob = one.hall.guest(2)
    one.work()
    redis.start()
    one.work(anew=True)
    other.work(anew=True)
    other.work(anew=True)
    one.hall.hub.leave(bob.client)
    one.work(anew=True)
    one.tell(other)
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
    one.tell(other)
    assert other.rates.take(1) == 0
    assert other.rates.take(1) > 0
    assert other.rates.take(2) == 0


def test_a_process_that_slept_longer_than_its_lease_tells_all_of_its_people_again(
    pair: tuple[Process, Process], redis: RedisServer
) -> None:
    one, other = pair
    one.hall.guest(1)
    one.work()
    one.tell(other)
    lapse(redis, one, other)
    one.hall.guest(2)
    one.work()
    one.work()
    other.work(anew=True)
    assert other.online == {1: "user1", 2: "user2"}
    assert 0 < redis.client.pttl("dweb:test:people:one") <= 1_000 * LEASE


def test_who_opens_too_many_at_once_in_several_processes_keeps_as_many_as_are_allowed(
    pair: tuple[Process, Process],
) -> None:
    one, other = pair
    here = [one.hall.guest(1) for _ in range(2)]
    there = [other.hall.guest(1) for _ in range(2)]
    for process in pair:
        process.work()
    one.tell(other)
    other.tell(one)
    assert [guest.closed().code for guest in there] == [4003, 4003]  # of both names, "other" is the last
    for guest in there:
        other.hall.hub.leave(guest.client)
    other.work()
    other.tell(one)
    assert one.online == other.online == {1: "user1"}
    assert [guest.client.closing for guest in here] == [False, False]


def test_the_people_of_a_process_that_says_goodbye_have_the_usual_grace(pair: tuple[Process, Process]) -> None:
    one, other = pair
    other.hall.hub._presence._grace = 60
    one.hall.guest(1)
    one.work()
    one.tell(other)
    one.peers._leave()
    one.tell(other)
    other.work(anew=True)
    assert other.online == {1: "user1"}
    assert other.hall.hub.clients[1].elsewhere == {}


def test_people_who_were_heard_of_long_ago_are_forgotten() -> None:
    rates = Rates(1e9, 3)
    for user_id in range(50_000):
        rates.spend(user_id, 1)
    assert len(rates._buckets) <= 2 * 10_000


def test_what_was_taken_in_many_processes_is_a_debt() -> None:
    rates = Rates(1_000.0, 3)
    rates.spend(1, 3_003)
    assert rates.take(1) == pytest.approx(3, abs=0.5)
