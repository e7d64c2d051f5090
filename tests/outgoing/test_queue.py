"""The queue and the lease: what is next, when it is tried again, when it ends, and which process sends."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from Dweb.models import HookDelivery, Lease, OutgoingHook, SendState, event_id
from Dweb.outgoing import lease, queue
from Dweb.outgoing.lease import Keeper
from Dweb.outgoing.queue import Lane
from Dweb.runtime import Runtime

from ..support.hooks import make_bot, make_hook

pytestmark = pytest.mark.django_db

SECONDS = 20.0


@pytest.fixture
def hook(live: Runtime) -> OutgoingHook:
    return make_hook(live, make_bot())


def put(hook: OutgoingHook, room: int, seq: int, **fields: object) -> HookDelivery:
    now = timezone.now()
    usual = {"key": f"{hook.pk}-{room}-{seq}", "since": now, "due": now}
    return HookDelivery.objects.create(hook=hook, room=room, event=event_id(room, seq), **(usual | fields))


def test_the_first_of_each_room_is_next(hook: OutgoingHook) -> None:
    later = timezone.now() + timedelta(hours=1)
    rows = [put(hook, 1, 2), put(hook, 1, 1), put(hook, 2, 7, due=later), put(hook, 2, 8)]
    put(hook, 3, 1, state=SendState.SENT)
    found = dict(queue.lanes([hook.pk]))
    assert found.keys() == {Lane(hook.pk, 1), Lane(hook.pk, 2)}
    assert found[hook.pk, 2] == later.timestamp()
    assert queue.first(Lane(hook.pk, 1)) == rows[1]
    assert queue.first(Lane(hook.pk, 2)) is None  # what is behind the first one waits with it
    assert queue.lanes([]) == []


def test_pauses_grow_to_a_limit_and_differ(settings: Any) -> None:
    settings.HOOK_PAUSE_SECONDS, settings.HOOK_PAUSE_MAX_SECONDS = 1, 300
    for tries, most in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (10_000, 300)):
        pauses = {queue.pause(tries).total_seconds() for _ in range(50)}
        assert most / 2 <= min(pauses) < max(pauses) <= most


def test_a_failure_waits_and_the_last_one_ends(hook: OutgoingHook, settings: Any) -> None:
    row = put(hook, 1, 1)
    assert not queue.failed(row, "status 500", 500)
    row.refresh_from_db()
    assert (row.state, row.tries, row.status, row.fault) == (SendState.WAITING, 1, 500, "status 500")
    assert row.due > timezone.now()
    settings.HOOK_GIVE_UP_SECONDS = 0
    assert queue.failed(row, "x" * 1_000, None)
    row.refresh_from_db()
    assert (row.state, row.tries, len(row.fault)) == (SendState.GIVEN_UP, 2, 200)


def test_what_was_given_up_is_sent_again(hook: OutgoingHook) -> None:
    old = timezone.now() - timedelta(days=3)
    gone = [put(hook, 1, seq, state=SendState.GIVEN_UP, tries=9, since=old, due=old) for seq in (1, 2, 3)]
    put(hook, 1, 4, state=SendState.SENT)
    assert queue.send_again(hook, gone[1].pk) == 1
    assert queue.first(Lane(hook.pk, 1)) == gone[1]
    assert queue.send_again(hook) == 2
    assert set(HookDelivery.objects.filter(tries=0, since__gt=old).values_list("state", flat=True)) == {0, 2}


def test_what_an_admin_stopped_stays_so_when_a_try_ends(hook: OutgoingHook) -> None:
    waits, answered = put(hook, 1, 1), put(hook, 2, 1, state=SendState.ANSWERED)
    queue.stop(hook, "stopped")
    queue.failed(waits, "time", None)
    assert [row.state for row in HookDelivery.objects.order_by("pk")] == [SendState.GIVEN_UP, SendState.ANSWERED]
    queue.said(answered)
    queue.answered(waits, 200, "", "")  # a request that was on its way has arrived after all
    assert queue.counts([hook]) == {hook.pk: {"waiting": 0, "given_up": 0}}
    put(hook, 3, 1, state=SendState.GIVEN_UP)
    assert queue.counts([hook]) == {hook.pk: {"waiting": 0, "given_up": 1}}


def test_a_full_queue_takes_no_more_until_there_is_room(hook: OutgoingHook, settings: Any) -> None:
    settings.HOOK_QUEUE = 10

    def full(rows: int) -> tuple[bool, bool]:
        HookDelivery.objects.all().delete()
        for seq in range(rows):
            put(hook, 1, seq)
        changed = queue.mark_full()
        hook.refresh_from_db()
        return changed, hook.full

    assert [full(rows) for rows in (9, 10, 11, 9, 8, 8)] == [
        (False, False), (True, True), (False, True), (False, True), (True, False), (False, False),
    ]  # fmt: skip


def test_what_ended_long_ago_is_deleted(hook: OutgoingHook, settings: Any) -> None:
    settings.HOOK_ENDED_KEPT = 2
    now, old = timezone.now(), timezone.now() - timedelta(seconds=settings.HOOK_ENDED_SECONDS + 1)
    for seq, (state, ended) in enumerate(
        [(SendState.SENT, old), (SendState.GIVEN_UP, now), (SendState.SENT, now), (SendState.SENT, now),
         (SendState.WAITING, None)]
    ):  # fmt: skip
        put(hook, 1, seq, state=state, ended=ended)
    HookDelivery.objects.create(key="gone", hook_id=hook.pk + 1, room=1, event=1, since=now, due=now)
    queue.clear()
    assert [row.event for row in HookDelivery.objects.order_by("pk")] == [event_id(1, seq) for seq in (2, 3, 4)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [1_000.0]
    monkeypatch.setattr(lease.time, "monotonic", lambda: at[0])
    return at


def test_one_of_two_has_the_lease_until_its_beat_stands_still(clock: list[float]) -> None:
    one, two = (Keeper("x", SECONDS, is_alone=False) for _ in range(2))
    assert (one.hold(), two.hold()) == (True, False)
    for _ in range(10):
        clock[0] += SECONDS / 2
        assert (one.hold(), two.hold()) == (True, False)
    clock[0] += SECONDS / 2
    assert not two.hold()
    assert one.is_held_for(SECONDS / 4)
    assert not one.is_held_for(SECONDS)
    clock[0] += SECONDS / 2
    assert not one.is_held_for(0)
    assert two.hold()
    assert (one.hold(), two.hold()) == (False, True)


def test_a_lease_that_is_given_back_is_taken_at_once(clock: list[float]) -> None:
    one, two = (Keeper("x", SECONDS, is_alone=False) for _ in range(2))
    assert one.hold()
    one.release()
    assert not one.is_held_for(0)
    assert two.hold()
    one.release()  # of what is another's, nothing
    assert (one.hold(), Lease.objects.count()) == (False, 1)


def test_who_is_alone_takes_that_of_the_dead(clock: list[float]) -> None:
    assert Keeper("x", SECONDS, is_alone=False).hold()
    assert Keeper("x", SECONDS, is_alone=True).hold()
