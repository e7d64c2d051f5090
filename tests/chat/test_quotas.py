"""Quotas: so many rooms a day, so many private chats an hour; nothing is forgotten, nobody waits longer than needed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from Dweb.chat import messages, permissions, quotas, rooms
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import Membership, Quota, Room, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = timezone.now()


def at(moment: timedelta) -> Any:
    return mock.patch.object(timezone, "now", return_value=NOW + moment)


def used(user: User, most: int, count: int = 1) -> list[float]:
    return [quotas.use(user, Quota.Kind.ROOM, most, DAY) for _ in range(count)]


def refused(action: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        action()
    return caught.value


def test_all_of_a_quota_can_be_used_at_once_and_comes_back_one_by_one(alice: User) -> None:
    with at(timedelta()):
        assert used(alice, 4, 5) == [0, 0, 0, 0, 6 * 3600]
    with at(timedelta(hours=5)):
        assert used(alice, 4) == [3600]
    with at(timedelta(hours=6)):
        assert used(alice, 4, 2) == [0, 6 * 3600]
    with at(timedelta(hours=30)):
        assert used(alice, 4, 5) == [0, 0, 0, 0, 6 * 3600]


def test_nothing_is_gathered_beyond_the_quota(alice: User) -> None:
    with at(timedelta()):
        used(alice, 4)
    with at(timedelta(days=100)):
        assert used(alice, 4, 5)[-1] > 0


def test_quotas_of_users_and_kinds_are_separate(alice: User, bob: User) -> None:
    with at(timedelta()):
        assert used(alice, 1, 2)[-1] > 0
        assert used(bob, 1) == [0]
        assert quotas.use(alice, Quota.Kind.PRIVATE_CHAT, 1, HOUR) == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(alice: User) -> None:
    with at(timedelta(days=400)):
        used(alice, 4, 4)
    with at(timedelta()):
        assert used(alice, 4) == [6 * 3600]


def test_a_quota_of_nothing_allows_nothing(alice: User) -> None:
    assert used(alice, 0) == [DAY.total_seconds()]


@pytest.mark.django_db(transaction=True)
def test_threads_at_once_use_no_more_than_there_is() -> None:
    alice = make_user("alice")
    begin = threading.Barrier(8)

    def use(number: int) -> float:
        begin.wait(10)
        try:
            return quotas.use(alice, Quota.Kind.ROOM, 5, DAY)
        finally:
            connection.close()

    if connection.vendor == "sqlite":  # in memory: threads that write at once would fail, not wait
        assert sum(wait == 0 for wait in used(alice, 5, 8)) == 5
        return
    with ThreadPoolExecutor(8) as pool:
        assert sum(wait == 0 for wait in pool.map(use, range(8))) == 5


def test_rooms_are_refused_with_the_time_to_wait_and_not_made(live: Runtime, alice: User, settings: Any) -> None:
    settings.ROOMS_PER_DAY = 2
    for name in ("one", "two", "two"):
        rooms.join(live, alice, name)
    refusal = refused(lambda: rooms.join(live, alice, "three"))
    assert (refusal.code, refusal.status) == ("too_fast", 429)
    assert 0 < (refusal.retry_after or 0) <= DAY.total_seconds() / 2
    assert Room.named("three") is None


def test_leaving_brings_nothing_back_and_joining_costs_nothing(
    live: Runtime, alice: User, bob: User, settings: Any
) -> None:
    settings.ROOMS_PER_DAY = 1
    rooms.join(live, alice, "one")
    rooms.leave(live, alice, "one")
    assert refused(lambda: rooms.join(live, alice, "two")).code == "too_fast"
    make_room("theirs", bob)
    rooms.join(live, alice, "theirs")


def test_a_name_that_is_refused_takes_nothing_from_the_quota(live: Runtime, alice: User, settings: Any) -> None:
    settings.ROOMS_PER_DAY = 1
    for name in ("l\u043ebby", "Lobby", "\u3164"):
        assert refused(lambda name=name: rooms.join(live, alice, name)).code == "bad_input"
    rooms.join(live, alice, "one")


@pytest.mark.parametrize("name", ["theirs", "new"])
def test_of_joins_at_once_the_last_one_finds_no_place(
    live: Runtime, alice: User, bob: User, settings: Any, name: str
) -> None:
    settings.MAX_ROOMS_PER_USER = 2
    for each in ("first", "theirs", "meanwhile"):
        make_room(each, bob)
    rooms.join(live, alice, "first")
    check = permissions.check_rooms

    def check_and_join_another(user: User, more: int = 0) -> None:
        """While this join has found a free place, and not taken it yet, another one takes it."""
        check(user, more)
        with mock.patch.object(permissions, "check_rooms", check):
            rooms.join(live, alice, "meanwhile")

    with mock.patch.object(permissions, "check_rooms", check_and_join_another):
        assert refused(lambda: rooms.join(live, alice, name)).code == "forbidden"
    assert set(Membership.objects.filter(user=alice).values_list("room__name", flat=True)) == {"first", "meanwhile"}
    assert Room.named("new") is None
    rooms.join(live, alice, "first")


def private(live: Runtime, sender: User, receiver: User, **more: Any) -> Any:
    return messages.submit(live, sender, Entry(Kind.MESSAGE, text="psst", userto=receiver.pk, **more))


def test_private_chats_are_refused_beyond_their_quota_but_answers_are_free(
    live: Runtime, alice: User, bob: User, settings: Any
) -> None:
    settings.PRIVATE_CHATS_PER_HOUR = 2
    carol, dave, eve = [make_user(name) for name in ("carol", "dave", "eve")]
    private(live, bob, alice)
    private(live, alice, bob)  # an answer
    private(live, alice, carol)
    private(live, alice, dave)
    refusal = refused(lambda: private(live, alice, eve))
    assert (refusal.code, refusal.status) == ("too_fast", 429)
    assert 0 < (refusal.retry_after or 0) <= HOUR.total_seconds() / 2
    assert Room.named(f"@{alice.pk}.{eve.pk}") is None
    private(live, alice, bob)
    private(live, alice, dave)
    private(live, eve, alice)
    private(live, alice, eve)  # now there is one
    assert Room.objects.filter(name__startswith="@").count() == 4


def test_an_answer_to_nothing_begins_no_private_chat(live: Runtime, alice: User, bob: User) -> None:
    """A chat without messages would stay in the other's list, who does not know why."""
    assert refused(lambda: private(live, alice, bob, reply=1)).code == "not_found"
    assert not Room.objects.filter(name__startswith="@").exists()
    assert not Quota.objects.exists()
