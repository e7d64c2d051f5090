"""Regular jobs: work that a process does again and again, each job in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import Error

from ..databases.release import release_connections

logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """Regular work with the runtime, every `seconds()`; one that `resyncs` is also done when messages may be lost."""

    name: str
    seconds: Callable[[], float]
    work: Callable[[Any], object]
    resyncs: bool = False


def repeat(name: str, seconds: float, work: Callable[[], object]) -> None:
    """Calls `work` every `seconds` in a thread of its own, until the process ends."""

    def run() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            attempt(name, work)

    threading.Thread(target=run, name=name, daemon=True).start()


def attempt(name: str, work: Callable[[], object]) -> None:
    """Calls `work` and logs its exceptions: if the database is away, or after a fault, the next call tries again."""
    try:
        work()
    except Error as error:
        logger.warning("The %s job could not reach the database: %s", name, error)
    except Exception:  # a fault in one job must not end it
        logger.exception("The %s job goes on after a fault.", name)
    finally:
        release_connections()
