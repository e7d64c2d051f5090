"""WebP: RIFF, chunks with a type and a length, each beginning at an even place."""

import struct
from collections.abc import Iterator

from . import exif
from .parts import Damaged, Header, Source, Target, checked

KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
OF_A_FRAME = {b"VP8 ", b"VP8L", b"ALPH"}
FRAME_HEAD = 16  # of an ANMF chunk; its own chunks follow
HAS_EXIF, HAS_XMP = 0x08, 0x04  # flags of VP8X


def measure(source: Source) -> Header:
    """The size of the canvas. Raises Damaged."""
    end = _end(source)
    size: tuple[int, int] | None = None
    extended, orientation = False, 1
    for kind, length in _chunks(source, end):
        if size is None:
            extended = kind == b"VP8X"
            size = _size(kind, source.file.read(min(length, 10)))
        elif kind == b"EXIF" and extended:
            block = source.file.read(min(length, exif.MOST_BYTES))
            orientation = exif.orientation_of(block.removeprefix(b"Exif\0\0"))
            break
    if size is None:
        raise Damaged("there is no picture")
    return checked(*size, orientation)


def _size(kind: bytes, data: bytes) -> tuple[int, int]:
    data = data.ljust(10, b"\0")
    if kind == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if kind == b"VP8L" and data[0] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise Damaged("the picture does not come first")


def strip(source: Source, target: Target, header: Header) -> None:
    """Copies the kept chunks, and puts the orientation behind them. Raises Damaged."""
    end = _end(source)
    target.put(b"RIFF\0\0\0\0WEBP")
    try:
        for kind, length in _chunks(source, end):
            if kind == b"VP8X":
                flags = source.read(1)[0] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if header.orientation != 1 else 0)
                target.put(struct.pack("<4sIB", kind, 10, flags) + source.read(9))
            elif kind in KEPT:
                _copy_chunk(source, target, kind, length)
        if header.orientation != 1:
            block = exif.with_orientation(header.orientation)
            target.put(struct.pack("<4sI", b"EXIF", len(block)) + block)
    finally:
        _put_length(target, 4)


def _copy_chunk(source: Source, target: Target, kind: bytes, length: int) -> None:
    target.write(struct.pack("<4sI", kind, length))
    if kind == b"ANMF" and length >= FRAME_HEAD:
        start, end = target.place - 4, source.place + length
        try:
            source.copy(target, FRAME_HEAD)
            for inner, size in _chunks(source, end):
                if inner in OF_A_FRAME:
                    _copy_chunk(source, target, inner, size)
        finally:
            _put_length(target, start)
    else:
        source.copy(target, length)
        if length % 2:
            target.write(b"\0")


def _put_length(target: Target, place: int) -> None:
    """Writes at this place how many bytes follow it. Raises Damaged if nothing does."""
    if target.place < place + 4:
        raise Damaged("metadata stand in the place of a length")
    target.put(struct.pack("<I", target.place - place - 4), place)


def _end(source: Source) -> int:
    """Where the picture ends; what follows is none of it. Leaves the file behind its head."""
    source.file.seek(4)
    return struct.unpack("<I4x", source.read(8))[0] + 8


def _chunks(source: Source, end: int) -> Iterator[tuple[bytes, int]]:
    """Types and lengths of the chunks up to `end`, the file standing behind the head of each. Raises Damaged."""
    place = source.place
    while True:
        source.count_part()
        source.file.seek(place)
        head = source.file.read(8)
        if place + 8 > end or len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        if place + 8 + length > end:
            raise Damaged("a chunk is longer than what it is in")
        yield kind, length
        place += 8 + length + length % 2
