"""A Redis that is there and takes nothing: the chat goes on, and the monitor is told."""

from collections.abc import Callable

import pytest

from ..support.redis import RedisServer
from ..support.server import Server, receive
from ..support.waiting import wait_until

pytestmark = pytest.mark.once


def test_a_full_redis_is_degraded_until_it_has_room(redis: RedisServer, make_server: Callable[..., Server]) -> None:
    server = make_server(REDIS_URL=redis.url, PRESENCE_LEASE_SECONDS=1)
    [alice] = server.people(1)
    socket = alice.greeted()

    def degraded() -> bool:
        answer = server.get("/healthz")
        assert answer.status == 200
        return bool(answer.json().get("degraded"))

    wait_until(lambda: not degraded())
    redis.client.config_set("maxmemory", "1")
    wait_until(degraded)
    for _ in range(20):  # it does not come and go with each attempt
        assert degraded()
    seq = alice.say("still here")["seq"]
    assert receive(socket, 1)["data"]["seq"] == seq
    redis.client.config_set("maxmemory", "0")
    wait_until(lambda: not degraded())
    assert server.log().count("The users of other processes are not known") == 1
    assert server.faults() == []
