"""The life of a worker: its loop outlives shortages, and its process does not outlive its loop.

Python joins all threads before a process exits, and shuts the thread pools down first. A worker whose loop had ended
would live on as long as a request, or a socket of a view that is not parked: it would accept messages and deliver none.
"""

import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from errno import EMFILE
from types import FrameType
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import ThreadWorker

from .shortage import is_shortage, note

logger = logging.getLogger(__name__)


class Lifetime(ThreadWorker):
    """`close_sockets()` tells all clients that the server restarts."""

    nr_conns: int  # open connections; gunicorn counts them
    make_room: Callable[[], bool]  # closes connections that wait; False: there are none
    close_sockets: Callable[[], object] | None = None
    _stopping = False  # a signal has begun to close the sockets
    _ending = False
    _accept_after = 0.0

    # Its end.

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._end()

    def is_parent_alive(self) -> bool:
        """Called by the loop, at least once a second."""
        if super().is_parent_alive():
            return True
        logger.warning("The server's master is gone: this worker closes its sockets and ends.")
        self._end()
        return False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stops on SIGTERM: closes the sockets while the loop ends."""
        super().handle_exit(sig, frame)
        self._close_in_thread()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stops on SIGINT and SIGQUIT, without waiting for requests."""
        self._close_in_thread()
        super().handle_quit(sig, frame)

    def _close_in_thread(self) -> None:
        """Closes the sockets in a thread: a signal handler must not wait for a lock that its own thread may hold."""
        if self.close_sockets is not None and not self._stopping:
            threading.Thread(target=self.close_sockets, name="stop").start()
            self._stopping = True

    def _end(self) -> None:
        """Bounds the rest of the process's life and closes the sockets, unless a signal has begun to.

        The kernel's alarm ends the process whatever its threads do; no thread has to be started for it.
        """
        if self._ending:
            return
        self._ending = True
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if self._stopping:
            signal.setitimer(signal.ITIMER_REAL, self.cfg.graceful_timeout)
            return
        signal.setitimer(signal.ITIMER_REAL, settings.LOOP_END_SECONDS)
        self.set_accept_enabled(False)
        for listener in self.sockets:  # the next server may have the port
            listener.close()
        if self.close_sockets is not None:
            try:
                self.close_sockets()
            except Exception:
                logger.exception("The sockets of an ending worker were not all closed.")

    # Its shortages.

    def accept(self, listener: Any) -> None:
        """Accepts a connection. Without room for it, others are closed, or else none is accepted for a while."""
        connections = self.nr_conns
        try:
            self._check_files()
            super().accept(listener)
        except Exception as error:
            self.nr_conns = connections
            if is_shortage(error):
                if self.make_room():
                    return  # the loop comes back to it
                note(error)
                self._accept_after = time.monotonic() + settings.ACCEPT_PAUSE_SECONDS
                self.set_accept_enabled(False)
            elif not isinstance(error, OSError):  # which the network has for this client alone
                raise

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Makes one turn of the loop. What a shortage has kept from being done is tried again by the next turn."""
        try:
            super().wait_for_and_dispatch_events(timeout)
        except Exception as error:
            if not is_shortage(error):
                raise
            note(error)
            time.sleep(settings.ACCEPT_PAUSE_SECONDS)

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and time.monotonic() >= self._accept_after)

    def _check_files(self) -> None:
        """Raises OSError if accepted connections would take the last files: a new descriptor is the lowest free one."""
        lowest = os.dup(self.tmp.fileno())
        os.close(lowest)
        if lowest >= resource.getrlimit(resource.RLIMIT_NOFILE)[0] - settings.KEPT_FILES:
            raise OSError(EMFILE, os.strerror(EMFILE))
