"""Django's cache in Redis, for counts of all processes together; while Redis is away, each process counts alone.

The values are JSON. Django's own serializer writes pickles, and whoever can write a pickle to Redis runs code here.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import DataError, RedisError

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
    """The methods of a cache that the sign-in throttle calls."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "serializer": JsonSerializer,
            "socket_timeout": ANSWER_SECONDS,
            "socket_connect_timeout": ANSWER_SECONDS,
        }
        super().__init__(server, params | {"OPTIONS": options})
        self._own = LocMemCache("shared", params | {"OPTIONS": {"MAX_ENTRIES": settings.CACHE_MAX_ENTRIES}})
        self._away_until = 0.0

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(super().get, self._own.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().set, self._own.set, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().add, self._own.add, *args, **kwargs))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask(self._count, self._count_here, key, delta, version))

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().touch, self._own.touch, *args, **kwargs))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._ask(super().delete_many, self._own.delete_many, [*keys], version)

    def clear(self) -> None:
        self._ask(super().clear, self._own.clear)

    # Between a caller's add() and incr(), Redis may have gone, or come back without the key.

    def _count(self, key: str, delta: int, version: int | None) -> int:
        try:
            return int(super().incr(key, delta, version))
        except ValueError:
            super().add(key, 0, version=version)
            return int(super().incr(key, delta, version))

    def _count_here(self, key: str, delta: int, version: int | None) -> int:
        self._own.add(key, 0, version=version)
        return self._own.incr(key, delta, version)

    def _ask(self, redis: Callable[..., Any], own: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return redis(*args, **kwargs)
            except RedisError as error:
                logger.warning("Failed sign-ins are counted here alone for a while: %s", error)
                self._away_until = time.monotonic() + AWAY_SECONDS
        return own(*args, **kwargs)
