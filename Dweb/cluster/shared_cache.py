"""Django's cache in Redis, for counts of all processes together; while Redis is away, each process counts alone.

The values are JSON. Django's own serializer writes pickles, and whoever can write a pickle to Redis runs code here.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis import DataError, RedisError

from .local_cache import LocalCache

logger = logging.getLogger(__name__)

AWAY_SECONDS = 5.0  # for so long Redis is not asked again
ANSWER_SECONDS = 1.0


class JsonSerializer:
    """Redis can count in what this writes for a number."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            raise DataError("a value that is no JSON") from None  # the cache of this process answers instead


class SharedCache(RedisCache):
    """The methods of a cache that buckets and the sign-in throttle call. Redis' own expiry ends a window."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "serializer": JsonSerializer,
            "socket_timeout": ANSWER_SECONDS,
            "socket_connect_timeout": ANSWER_SECONDS,
        }
        super().__init__(server, params | {"OPTIONS": options})
        self._own = LocalCache("shared", params | {"OPTIONS": {"MAX_ENTRIES": settings.CACHE_MAX_ENTRIES}})
        self._away_until = 0.0

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(super().get, self._own.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().set, self._own.set, *args, **kwargs)

    def count(self, key: str, delta: int, seconds: float) -> int:
        return int(self._ask(self._count, self._own.count, key, delta, seconds))

    def seconds_left(self, key: str) -> float:
        return float(self._ask(self._seconds_left, self._own.seconds_left, key))

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().touch, self._own.touch, *args, **kwargs))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._ask(super().delete_many, self._own.delete_many, [*keys], version)

    def clear(self) -> None:
        self._ask(super().clear, self._own.clear)

    def _count(self, key: str, delta: int, seconds: float) -> int:
        """In one transaction: a count without an expiry would never end."""
        key = self.make_and_validate_key(key)
        with self._cache.get_client(key, write=True).pipeline() as pipeline:
            pipeline.set(key, 0, nx=True, px=math.ceil(seconds * 1_000)).incrby(key, delta)
            return int(pipeline.execute()[-1])

    def _seconds_left(self, key: str) -> float:
        key = self.make_and_validate_key(key)
        return max(0.0, self._cache.get_client(key).pttl(key) / 1_000)

    def _ask(self, redis: Callable[..., Any], own: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return redis(*args, **kwargs)
            except RedisError as error:
                logger.warning("Failed sign-ins are counted here alone for a while: %s", error)
                self._away_until = time.monotonic() + AWAY_SECONDS
        return own(*args, **kwargs)
