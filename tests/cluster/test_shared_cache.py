"""The cache that all processes share: in Redis, and of one's own while that is away."""

import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.test import override_settings

from Dweb.cluster import shared_cache

from ..support.redis import RedisServer
from ..support.waiting import wait_until

pytestmark = pytest.mark.once


@pytest.fixture
def pair(redis: RedisServer) -> Iterator[tuple[Any, Any]]:
    one = {"BACKEND": "Dweb.cluster.shared_cache.SharedCache", "LOCATION": redis.url, "KEY_PREFIX": "dweb"}
    with override_settings(CACHES={"default": one, "other": one | {"LOCATION": f"{redis.url}"}}):
        yield caches["default"], caches["other"]
        for cache in caches.all(initialized_only=True):
            cache.close()


def test_what_one_counts_the_other_sees(pair: tuple[Any, Any]) -> None:
    one, other = pair
    assert [one.count("count", 1, 60), other.count("count", 5, 60), one.count("count", -1, 60)] == [1, 6, 5]
    assert 30 < other.seconds_left("count") <= 60
    assert one.touch("count", 120)
    assert 60 < other.seconds_left("count") <= 120
    one.set("until", 12.5, 60)
    assert other.get("until", 0.0) == 12.5
    other.delete_many(["count", "until"])
    assert (one.get("count"), one.get("until", 0.0)) == (None, 0.0)
    assert one.seconds_left("count") == 0


def test_without_redis_each_counts_for_itself_and_all_count_together_afterwards(
    pair: tuple[Any, Any], redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    one.count("count", 5, 60)
    redis.stop()
    assert [one.count("count", 1, 60), one.count("count", 1, 60)] == [1, 2]  # it was Redis that had it
    assert 30 < one.seconds_left("count") <= 60
    assert other.get("count") in (2, None)
    other.set("until", 1.0, 60)
    assert other.get("until") == 1.0
    redis.start()
    monkeypatch.setattr(one, "_away_until", 0)
    monkeypatch.setattr(other, "_away_until", 0)
    assert [one.count("count", 1, 60), other.count("count", 1, 60)] == [1, 2]


def test_every_count_in_redis_ends_by_redis_own_expiry(pair: tuple[Any, Any], redis: RedisServer) -> None:
    one, other = pair
    one.count("count", 1, 0.2)
    assert redis.client.pttl("dweb:1:count") <= 200
    wait_until(lambda: redis.client.get("dweb:1:count") is None)
    assert other.count("count", 1, 60) == 1


def test_a_redis_that_is_away_is_not_asked_each_time(
    pair: tuple[Any, Any], redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = pair
    monkeypatch.setattr(shared_cache, "time", SimpleNamespace(monotonic=lambda: 1_000.0))
    redis.stop()
    one.get("count")
    redis.start()
    one.set("count", 7, 60)
    assert redis.client.keys() == []  # for a while it is not asked
    monkeypatch.setattr(shared_cache.time, "monotonic", lambda: one._away_until)
    one.set("count", 8, 60)
    assert redis.client.keys() == [b"dweb:1:count"]


@pytest.mark.parametrize("planted", [pickle.dumps({"until": 5}), b"\xff", b"{", b""])
def test_what_is_no_json_counts_as_a_redis_that_is_away(
    pair: tuple[Any, Any], redis: RedisServer, planted: bytes
) -> None:
    one, other = pair
    other._own.clear()
    one.set("until", [12.5, 60], 60)
    assert other.get("until") == [12.5, 60]
    redis.client.set("dweb:1:until", planted)
    assert other.get("until", 0) == 0
    assert other.count("until", 1, 60) == 1
