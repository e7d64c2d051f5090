"""Going live while events are delivered: nothing is lost and nothing comes twice, whatever the threads do."""

import random
import sys
import threading
from collections.abc import Iterator

import pytest

from ..support.hall import Guest, Hall
from ..support.waiting import SECONDS, in_thread

EVENTS = 300
GUESTS = 12


@pytest.fixture
def hall() -> Iterator[Hall]:
    with Hall(max_sockets=100, max_per_user=100) as made:
        yield made


@pytest.fixture(autouse=True)
def restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def commit(hall: Hall, dice: random.Random, progress: threading.Semaphore) -> None:
    """The committer and its bus: some events are not published, some come twice, some late."""
    held = (1, 1)
    while hall.log.head("lobby") < EVENTS:
        events = hall.log.append("lobby", dice.randint(1, 3), sender=dice.randint(1, 3), cid="abc")
        progress.release(len(events))
        chance = dice.random()
        if chance < 0.15:
            held = (events[0].seq, events[-1].seq)
            continue
        hall.delivery.deliver("lobby", events)
        if chance > 0.85:
            hall.delivery.deliver("lobby", events)
        elif chance > 0.7:
            hall.deliver("lobby", *held)
    hall.append("lobby")


def join(hall: Hall, guest: Guest, cursor: int, wait: int, progress: threading.Semaphore) -> int:
    """Subscribes, reads the head and replays, as a greeting does, after `wait` more events. Returns the cursor."""
    for _ in range(wait):
        progress.acquire(timeout=0.01)
    hall.subscriptions.subscribe(guest.client, ["lobby"])
    head = hall.log.head("lobby")
    cursor = min(cursor, head)
    assert hall.subscriptions.replay(guest.client, "lobby", cursor, head, SECONDS)
    return cursor


@pytest.mark.parametrize("seed", range(8))
def test_every_client_gets_every_number_after_its_cursor_once_and_in_order(hall: Hall, seed: int) -> None:
    dice = random.Random(seed)
    progress = threading.Semaphore(0)
    guests = [hall.greeted(dice.randint(1, 3)) for _ in range(GUESTS)]
    joining = []
    for guest in guests:
        cursor, wait = dice.choice([0, EVENTS, dice.randint(0, EVENTS)]), dice.randint(0, EVENTS // GUESTS)
        joining.append(
            in_thread(lambda guest=guest, cursor=cursor, wait=wait: join(hall, guest, cursor, wait, progress))
        )
    committing = in_thread(lambda: commit(hall, dice, progress))
    committing.result(60)
    cursors = [each.result(60) for each in joining]
    hall.append("lobby")
    head = hall.log.head("lobby")
    for guest, cursor in zip(guests, cursors, strict=True):
        assert guest.seqs("lobby") == list(range(cursor + 1, head + 1))


@pytest.mark.parametrize("seed", range(3))
def test_a_client_that_unsubscribes_and_subscribes_again_and_again_gets_every_number_in_order(
    hall: Hall, seed: int
) -> None:
    """What is on its way when a user is unsubscribed may still arrive, but nothing is missing and order holds."""
    dice = random.Random(seed)
    progress = threading.Semaphore(0)
    guest = hall.greeted(1)
    stays = hall.greeted(2, ["lobby"])
    committing = in_thread(lambda: commit(hall, dice, progress))
    last = 0
    while not committing.done():
        hall.subscriptions.subscribe(guest.client, ["lobby"])
        head = hall.log.head("lobby")
        assert hall.subscriptions.replay(guest.client, "lobby", last, head, SECONDS)
        last = max([last, *guest.seqs("lobby")])
        hall.subscriptions.unsubscribe_user(1, "lobby")
    committing.result(60)
    guest.subscribe("lobby", last)
    head = hall.log.head("lobby")
    assert max([last, *guest.seqs("lobby")]) == head
    assert stays.seqs("lobby") == list(range(1, head + 1))
