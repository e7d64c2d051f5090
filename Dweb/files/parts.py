"""The parts of a process that look after files: uploads on their way, previews, and what is to be deleted."""

import threading
from collections.abc import Sequence

from django.conf import settings

from ..live import wire
from ..live.wire import Kind
from .cleaner import Cleaner
from .previews import Previews
from .slots import Slots


class FileParts:
    """One for the process."""

    def __init__(self) -> None:
        self.uploads = Slots(settings.UPLOADS_AT_ONCE, settings.UPLOADS_PER_USER)
        self.storing = threading.BoundedSemaphore(settings.FILES_STORED_AT_ONCE)
        self.waiting = threading.BoundedSemaphore(settings.FILES_WAITING)  # to be stored, or stored
        self.cleaner = Cleaner()
        self.previews = Previews()

    def start(self) -> None:
        self.cleaner.start()
        self.previews.start()

    def stop(self) -> None:
        self.previews.stop()

    def follow(self, events: Sequence[wire.Event]) -> None:
        """Wakes who has to do something after these events were committed."""
        if any(event.kind == Kind.DELETION for event in events):
            self.cleaner.wake()
        if any(event.data for event in events):  # a message with files, or a notice of a room's picture
            self.previews.wake()
