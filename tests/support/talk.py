"""People who talk while others, in a process of their own, do something else: how long do messages take?"""

import multiprocessing
import os
import statistics
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from .crowd import Crowd

WRITES_PER_SECOND = 10  # of all people together
AUTOGROUP = Path("/proc/self/autogroup")  # see sched(7)


def seconds(count: float) -> Callable[[], bool]:
    """A condition that holds after so long."""
    end = time.monotonic() + count
    return lambda: time.monotonic() >= end


def talk(crowd: Crowd, over: Callable[[], bool]) -> "array[float]":
    """Lets one after the other write until it is over, and returns the seconds that each message took to each person.

    What they get is counted and forgotten every second: an hour of it would fill the memory.
    """
    sent: dict[str, float] = {}
    delays = array("d")
    began = time.monotonic()

    def gather() -> bool:
        for member in crowd.members:
            for at, frame in member.frames:
                assert frame["type"] != "error", frame
                if frame["type"] == 1 and (text := frame["data"]["msg"]) in sent:
                    delays.append(at - sent[text])
            member.frames.clear()
        return len(delays) == len(sent) * len(crowd.members)

    while not over():
        text = f"{time.monotonic_ns()}"
        writer = crowd.members[len(sent) % len(crowd.members)]
        sent[text] = time.monotonic()
        writer.send({"type": "1", "room": "lobby", "txt": text, "cid": text})
        due = began + len(sent) / WRITES_PER_SECOND
        crowd.wait(lambda due=due: time.monotonic() >= due)
        if len(sent) % WRITES_PER_SECOND == 0:
            gather()
    assert crowd.wait(gather), f"{len(delays)} of {len(sent) * len(crowd.members)} deliveries"
    return delays


def p99(delays: "array[float]") -> float:
    return statistics.quantiles(delays, n=100)[98]


@contextmanager
def beside(work: Callable[..., None], *args: object) -> Iterator[BaseProcess]:
    """Runs this in a process of its own, which ends with the context.

    It runs when a processor has nothing else to do (SCHED_IDLE, see sched(7)): others have machines of their own, and
    would not take the server's processors. The kernel may share those out by sessions first, so that it has a session
    of its own, and that is a nice one.
    """
    process = multiprocessing.get_context("fork").Process(target=_nicely, args=(work, *args))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join()


def _nicely(work: Callable[..., None], *args: object) -> None:
    os.setsid()
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    if AUTOGROUP.exists():
        AUTOGROUP.write_text("19")
    work(*args)
