"""A part of a file that a request asks for (RFC 9110, section 14)."""

import re
from pathlib import Path
from typing import NamedTuple

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Range(NamedTuple):
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The file has no such bytes."""


def wanted(header: str | None, size: int) -> Range | None:
    """The range that a header asks for of so many bytes. None for all of them. Raises Unsatisfiable.

    A header that is wrong is passed over, as is one that asks for several ranges: a server may answer with the whole.
    """
    match = RANGE.fullmatch(header.strip()) if header else None
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        if not int(last) or not size:
            raise Unsatisfiable
        return Range(max(0, size - int(last)), size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Range(int(first), min(int(last), size - 1) if last else size - 1)


class Part:
    """A range of a file of this machine, to be read once from its beginning; its descriptor stands there."""

    def __init__(self, path: Path, part: Range) -> None:
        self._file = path.open("rb")
        self._file.seek(part.first)
        self._left = part.size

    def read(self, most: int) -> bytes:
        data = self._file.read(min(most, self._left))
        self._left -= len(data)
        return data

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
