"""Large bodies: each is read into a file without a name, if its view wants it."""

import errno
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path

from .answer import Answer
from .shortage import note

logger = logging.getLogger(__name__)

PIECE_BYTES = 64 * 1024  # read and written at once in the loop, where others wait meanwhile; and read by a view


class Spool:
    """The body of one request in a file, which is gone with close(). The loop fills it; then the view's thread has it.

    `missing` are the bytes that have not come. `failed` is True if the disk took no more; the file is gone then.
    """

    __slots__ = ("_ended", "_file", "come", "failed", "missing")

    def __init__(self, folder: Path, size: int, ended: Callable[[], None]) -> None:
        """Raises OSError if there can be no such file, and does not call `ended` then."""
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - close() ends it
        self._ended: Callable[[], None] | None = ended
        self.come = 0
        self.missing = size
        self.failed = False

    @property
    def ready(self) -> bool:
        """True if the whole body is there, or never will be."""
        return self.failed or self.missing == 0

    def add(self, data: bytes) -> bytes:
        """Writes what belongs to the body. Returns what came after it."""
        body = memoryview(data)[: self.missing]
        try:
            while body:
                written = self._file.write(body)
                self.come += written
                self.missing -= written
                body = body[written:]
                data = data[written:]
        except OSError as error:
            note(error)
            self.failed = True
            self.close()
            return b""
        return data

    def reader(self) -> BufferedReader:
        """The body from its beginning, until close()."""
        self._file.seek(0)
        return BufferedReader(self._file, PIECE_BYTES)

    def copy_to(self, file: FileIO) -> None:
        """Writes the body where the file stands; the kernel copies it, and the threads of Python go on meanwhile.

        The file is not open to append. Raises OSError.
        """
        copied = 0
        while copied < self.come:
            count = os.sendfile(file.fileno(), self._file.fileno(), copied, self.come - copied)
            if not count:
                raise OSError(errno.EIO, "the file is shorter than what was written into it")
            copied += count

    def close(self) -> None:
        """Gives the disk's space back and tells, once, that the transfer is over."""
        with suppress(OSError):  # of what a file system of the network had still to write
            self._file.close()
        ended, self._ended = self._ended, None
        if ended is not None:
            try:
                ended()
            except Exception:  # which would end the loop
                logger.exception("The end of a transfer was not noted.")


class Offer:
    """A body that is too large for the memory, which a view finds in its environ as `dweb.offer`.

    The body has not come yet: the first attempt to read it raises OSError, later ones find nothing. A view that does
    not accept it answers as any other, and the connection ends.
    """

    __slots__ = ("_answer", "size", "spool")

    def __init__(self, size: int, answer: Answer) -> None:
        self.size = size  # bytes of the body
        self.spool: Spool | None = None
        self._answer = answer

    def accept(self, folder: Path, ended: Callable[[], None]) -> None:
        """Has the body read into a file in this folder, and the view called a second time when it is there.

        Nothing of this call's answer is sent. `ended` is called once, by any thread, when the transfer is over: the
        second call has been answered, or there will be none. It must not block. Raises OSError if no file can be made,
        and RuntimeError if the answer has begun; then there is no transfer.
        """
        if self.spool is not None or self._answer.begun:
            raise RuntimeError("the body was accepted already, or the answer has begun")
        self.spool = Spool(folder, self.size, ended)
        self._answer.suppress()
