"""The queue of outgoing webhooks, in the database: what is to be sent next, and what became of it.

The messages of one room go to a webhook one after the other. A row ends with the answer, in one statement, before
anything else is done about the answer.
"""

import random
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from ..models import HOOK_FAULT_CHARS, HookDelivery, OutgoingHook, SendState

OPEN = (SendState.WAITING, SendState.ANSWERED)
ENDED = (SendState.SENT, SendState.GIVEN_UP)
DOUBLINGS = 20  # of the pause: more would be beyond any limit
AT_ONCE = 500  # rows of one statement
REFILLED = 0.9  # of HOOK_QUEUE: a queue that was full takes messages again


class Lane(NamedTuple):
    """The messages of one room for one webhook."""

    hook: int
    room: int


def lanes(hooks: Collection[int]) -> list[tuple[Lane, float]]:
    """The lanes in which something waits, with the time at which their first message is due, in seconds since 1970."""
    waiting = HookDelivery.objects.filter(hook__in=hooks, state__in=OPEN)
    rows = waiting.order_by().values_list("hook", "room").annotate(Min("event"))
    firsts = {Lane(hook, room): event for hook, room, event in rows}
    heads = waiting.filter(event__in={*firsts.values()}).values_list("hook", "room", "event", "due")
    return [
        (Lane(hook, room), due.timestamp()) for hook, room, event, due in heads if firsts[Lane(hook, room)] == event
    ]


def first(lane: Lane) -> HookDelivery | None:
    """The next message of a lane, if it is due."""
    waiting = HookDelivery.objects.filter(hook=lane.hook, room=lane.room, state__in=OPEN)
    row = waiting.order_by("event").select_related("hook__bot").first()
    return row if row is not None and row.due <= timezone.now() else None


def failed(row: HookDelivery, fault: str, status: int | None) -> bool:
    """Notes that a try failed. Returns True if it was the last one."""
    now = timezone.now()
    over = now - row.since >= timedelta(seconds=settings.HOOK_GIVE_UP_SECONDS)
    tries = row.tries + 1
    state = SendState.GIVEN_UP if over else SendState.WAITING
    values = {"tries": tries, "status": status, "due": now + pause(tries), "ended": now if over else None}
    _end(row, state, fault, **values)
    return over


def answered(row: HookDelivery, status: int, text: str, fault: str) -> None:
    """The receiver has it: from now on it is not sent again, nor if an admin has stopped it meanwhile.

    With a text, the bot has yet to say it.
    """
    row.state, row.answer, row.fault = SendState.ANSWERED if text else SendState.SENT, text, fault
    now = timezone.now()
    values = {"tries": row.tries + 1, "status": status, "answer": text, "fault": fault, "ended": now, "due": now}
    HookDelivery.objects.filter(pk=row.pk).update(state=row.state, **values)


def said(row: HookDelivery, fault: str = "") -> None:
    """The answer stands in the room, or cannot: then `fault` says why."""
    _end(row, SendState.SENT, fault or row.fault, answer="")


def put_off(row: HookDelivery, seconds: float) -> None:
    """The answer is to be said later."""
    _end(row, SendState.ANSWERED, row.fault, due=timezone.now() + timedelta(seconds=seconds))


def give_up(row: HookDelivery, fault: str) -> None:
    _end(row, SendState.GIVEN_UP, fault, ended=timezone.now())


def _end(row: HookDelivery, state: SendState, fault: str, **values: object) -> None:
    """Not if an admin has stopped it meanwhile."""
    HookDelivery.objects.filter(pk=row.pk, state__in=OPEN).update(state=state, fault=fault[:HOOK_FAULT_CHARS], **values)


def pause(tries: int) -> timedelta:
    """The pause after so many tries: twice as long each time up to a limit, and some of it by chance."""
    longest = min(settings.HOOK_PAUSE_SECONDS * 2 ** min(tries - 1, DOUBLINGS), settings.HOOK_PAUSE_MAX_SECONDS)
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - no secret


def send_again(hook: OutgoingHook, row_id: int | None = None) -> int:
    """Has what was given up sent again: one row, or all of a webhook's. Returns how many."""
    now = timezone.now()
    rows = HookDelivery.objects.filter(hook=hook, state=SendState.GIVEN_UP)
    if row_id is not None:
        rows = rows.filter(pk=row_id)
    return rows.update(state=SendState.WAITING, tries=0, since=now, due=now, ended=None)


def stop(hook: OutgoingHook, fault: str) -> None:
    """Gives up all that waits; answers that came are still said."""
    waiting = HookDelivery.objects.filter(hook=hook, state=SendState.WAITING)
    waiting.update(state=SendState.GIVEN_UP, fault=fault, ended=timezone.now())


def counts(hooks: Collection[OutgoingHook]) -> dict[int, dict[str, int]]:
    """How many messages of each webhook wait, and how many were given up."""
    rows = HookDelivery.objects.filter(hook__in=hooks).order_by().values("hook")
    counted = rows.annotate(waiting=Count("pk", Q(state__in=OPEN)), given_up=Count("pk", Q(state=SendState.GIVEN_UP)))
    return {each.pop("hook"): each for each in counted}


def mark_full() -> bool:
    """Notes which queues are full and which are not any more. Returns True if one has changed."""
    changed = 0
    rows = HookDelivery.objects.filter(state__in=OPEN).order_by().values_list("hook")
    waiting = dict(rows.annotate(Count("pk")))
    for hook in OutgoingHook.objects.only("full"):
        count = waiting.get(hook.pk, 0)
        is_full = count >= settings.HOOK_QUEUE * (REFILLED if hook.full else 1)
        changed += is_full != hook.full and OutgoingHook.objects.filter(pk=hook.pk).update(full=is_full)
    return changed > 0


def clear() -> None:
    """Deletes what ended long ago, the rows of each webhook beyond HOOK_ENDED_KEPT, and those whose webhook is gone."""
    before = timezone.now() - timedelta(seconds=settings.HOOK_ENDED_SECONDS)
    hooks = [*OutgoingHook.objects.values_list("pk", flat=True)]
    _delete(HookDelivery.objects.exclude(hook__in=hooks))
    for hook in hooks:
        ended = HookDelivery.objects.filter(hook=hook, state__in=ENDED).order_by("-pk")
        _delete(ended.filter(ended__lt=before))
        if kept := ended.values_list("pk", flat=True)[settings.HOOK_ENDED_KEPT : settings.HOOK_ENDED_KEPT + 1]:
            _delete(ended.filter(pk__lte=kept[0]))


def _delete(rows: QuerySet[HookDelivery]) -> None:
    while ids := [*rows.values_list("pk", flat=True)[:AT_ONCE]]:
        HookDelivery.objects.filter(pk__in=ids).delete()
