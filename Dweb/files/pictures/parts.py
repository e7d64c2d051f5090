"""Parts of all formats: a source that is read exactly, and a target that takes no metadata."""

import re
from typing import BinaryIO, NamedTuple

PIECE = 64 * 1024
FREE_PARTS = 10_000  # of a file, and one more for each of so many bytes: more would only keep a processor busy
BYTES_OF_PART = 128  # of a GIF on average twice as many

# How EXIF, XMP and IPTC begin. No other part of a picture has these bytes, unless a wrong length has hidden them in it.
METADATA = re.compile(
    rb"Exif\0\0|II\*\0\x08\0\0\0|MM\0\*\0\0\0\x08|http://ns\.adobe\.com/|<x:xmpmeta|<\?xpacket|Photoshop 3\.0\0"
    rb"|XML:com\.adobe\.xmp|Raw profile type "
)
OVERLAP = 32  # longer than each of them


class Damaged(Exception):
    """The bytes are not what the format has at this place."""


class Header(NamedTuple):
    """A picture's size in pixels as it is stored, and its EXIF orientation, 1 to 8."""

    width: int
    height: int
    orientation: int = 1

    @property
    def upright(self) -> tuple[int, int]:
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)


class Source:
    """Reads a file. Raises Damaged where it ends too soon, and if it has too many parts."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._left = FREE_PARTS + file.seek(0, 2) // BYTES_OF_PART
        file.seek(0)

    @property
    def place(self) -> int:
        """The offset in the file, in bytes."""
        return self.file.seek(0, 1)

    def read(self, count: int) -> bytes:
        """`count` bytes."""
        if len(data := self.file.read(count)) < count:
            raise Damaged("the file ends too soon")
        return data

    def copy(self, target: "Target", count: int) -> None:
        """Copies `count` bytes, or all there are."""
        while count > 0:
            piece = self.file.read(min(count, PIECE))
            target.write(piece)
            if not piece:
                raise Damaged("the file ends too soon")
            count -= len(piece)

    def count_part(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Damaged("there are too many parts")


class Target:
    """Writes the stripped picture. Raises Damaged before it writes the beginning of metadata."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._last = b""  # the last bytes that were copied

    @property
    def place(self) -> int:
        """The offset in the file, in bytes."""
        return self.file.seek(0, 1)

    def write(self, piece: bytes) -> None:
        """Writes what comes from the picture."""
        joined = self._last + piece
        if found := METADATA.search(joined):
            self.file.write(piece)
            self._end(self.place - len(joined) + found.start())
            raise Damaged("metadata stand where there should be none")
        self.file.write(piece)
        self._last = joined[-OVERLAP:]

    def put(self, data: bytes, place: int | None = None) -> None:
        """Writes what we have made, at this place or at the end."""
        end = self.place
        if place is not None:
            self.file.seek(place)
        self.file.write(data)
        if place is not None:
            self.file.seek(end)
        self._last = b""

    def cut(self, start: int, pattern: re.Pattern[bytes]) -> None:
        """Ends the file where the pattern, of at most OVERLAP bytes, is first found behind `start`."""
        self.file.seek(start)
        last = b""
        while piece := self.file.read(PIECE):
            joined = last + piece
            if found := pattern.search(joined):
                self._end(self.place - len(joined) + found.start())
                return
            last = joined[-OVERLAP:]

    def _end(self, place: int) -> None:
        self.file.truncate(place)
        self.file.seek(place)
        self._last = b""


def checked(width: int, height: int, orientation: int = 1) -> Header:
    """Raises Damaged for a picture without pixels."""
    if not width or not height:
        raise Damaged("the picture has no pixels")
    return Header(width, height, orientation)
