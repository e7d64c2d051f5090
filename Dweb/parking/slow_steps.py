"""Finds what blocks in the loop: logs a step that takes too long, with the place where the loop's thread is then."""

import logging
import sys
import threading
import time
import traceback

from .loop import Loop

SLOW_STEP_SECONDS = 0.02
LOOK_SECONDS = SLOW_STEP_SECONDS / 2

logger = logging.getLogger(__name__)


def watch(loop: Loop) -> None:
    """Looks at the loop from a thread of its own, for as long as the loop lives. Costs time: for development."""
    threading.Thread(target=_look, args=(loop,), name="slow-steps", daemon=True).start()


def _look(loop: Loop) -> None:
    logged = 0.0  # when the step began that was logged last
    while loop.thread.is_alive():
        began = loop.began
        if began and began != logged and time.monotonic() - began > SLOW_STEP_SECONDS:
            frame = sys._current_frames().get(loop.thread.ident or 0)
            if loop.began == began and frame is not None:
                where = "".join(traceback.format_stack(frame))
                logger.warning("A step of the loop takes over %d ms:\n%s", 1_000 * SLOW_STEP_SECONDS, where)
                logged = began
        time.sleep(LOOK_SECONDS)
