"""Buckets: what happens within a window of time is counted, here or in Redis."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import override_settings

from Dweb.cluster import local_cache
from Dweb.cluster.buckets import Bucket

from ..support.redis import RedisServer
from ..support.waiting import SECONDS, in_thread

pytestmark = pytest.mark.once


@pytest.fixture(params=["here", "in Redis"])
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "here":
        yield
        return
    redis: RedisServer = request.getfixturevalue("redis")
    with override_settings(
        CACHES={"default": {"BACKEND": "Dweb.cluster.shared_cache.SharedCache", "LOCATION": redis.url}}
    ):
        yield
        cache.close()


@pytest.mark.service
def test_it_fills_and_says_how_long_it_is_full(counted: None) -> None:
    bucket, other = Bucket("a\n", 3, 600), Bucket("b" * 1_000, 3, 600)
    assert [bucket.take(), bucket.take(), bucket.wait(), bucket.take()] == [0, 0, 0, 0]
    assert 590 < bucket.wait() <= 600
    assert 590 < bucket.take() <= 600
    assert other.wait() == 0
    bucket.give_back()
    assert (bucket.wait(), bucket.take()) == (0, 0)
    assert bucket.take() > 0


@pytest.mark.service
def test_at_the_same_time_no_more_than_the_limit_get_in(counted: None) -> None:
    bucket = Bucket("many", 10, 600)
    waits = [each.result(SECONDS) for each in [in_thread(bucket.take) for _ in range(40)]]
    assert waits.count(0) <= 10
    assert bucket.take() or bucket.wait() == 0


def test_a_window_begins_with_the_first_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(local_cache, "time", SimpleNamespace(monotonic=lambda: clock.now))
    bucket = Bucket("a", 2, 600)
    bucket.take()
    clock.now += 599
    bucket.take()
    assert bucket.wait() == 1
    clock.now += 1
    assert [bucket.wait(), bucket.take(), bucket.take()] == [0, 0, 0]
    assert bucket.take() == 600


def test_a_clock_of_the_day_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert cache.add("key", 1, 60)
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert cache.get("key") == 1
    assert 59 < cache.seconds_left("key") <= 60
    cache.set("for-ever", 1, None)
    assert cache.get("for-ever") == 1
