"""PNG: chunks with a length, a type and a checksum."""

import re
import struct
import zlib

from . import exif
from .parts import PIECE, Damaged, Header, Source, Target, checked

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
# All that pixels, colours and animations need; texts, times, EXIF and what is unknown go.
KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"bKGD", b"sBIT", b"hIST", b"sPLT", b"pHYs"),
    *(b"cHRM", b"gAMA", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI"),
}
TYPE = re.compile(rb"[A-Za-z]{4}")
TEXTS = re.compile(rb"....(?:tEXt|zTXt|iTXt|eXIf|tIME)", re.DOTALL)
MOST_LENGTH = 0x7FFFFFFF


def measure(source: Source) -> Header:
    """Reads the header, and goes through the chunks for the orientation. Raises Damaged if there is no header."""
    length, kind = _chunk(source, len(SIGNATURE))
    if kind != b"IHDR" or length != 13:
        raise Damaged("the header does not come first")
    width, height = struct.unpack(">II", source.read(8))
    return checked(width, height, _orientation(source, source.place + 9))


def _orientation(source: Source, place: int) -> int:
    """The orientation in the first eXIf chunk from this place on."""
    try:
        while True:
            length, kind = _chunk(source, place)
            if kind == b"eXIf":
                return exif.orientation_of(source.file.read(min(length, exif.MOST_BYTES)))
            place += length + 12
    except Damaged:
        return 1


def _chunk(source: Source, place: int) -> tuple[int, bytes]:
    """Length and type of the chunk at this place. Raises Damaged at the end, and if there is none."""
    source.count_part()
    source.file.seek(place)
    length, kind = struct.unpack(">I4s", source.read(8))
    if length > MOST_LENGTH or not TYPE.fullmatch(kind) or kind == b"IEND":
        raise Damaged("there is no further chunk")
    return length, kind


def strip(source: Source, target: Target, header: Header) -> None:
    """Copies the kept chunks; where none follows, the picture ends."""
    target.put(SIGNATURE)
    place, last, intact = len(SIGNATURE), target.place, True
    while True:
        try:
            length, kind = _chunk(source, place)
        except Damaged:
            break
        if kind in KEPT:
            last = target.place
            intact = _copy_chunk(source, target, length, kind)
        if kind == b"IHDR" and header.orientation != 1:
            _put_chunk(target, b"eXIf", exif.with_orientation(header.orientation))
        place += length + 12
    source.file.seek(place)
    if intact or source.file.read(8)[4:] == b"IEND":
        target.put(END)
    else:  # the length of the last chunk was wrong: others may be in it
        target.cut(last, TEXTS)


def _copy_chunk(source: Source, target: Target, length: int, kind: bytes) -> bool:
    """Copies the chunk behind whose head the source stands; returns whether it has its length and its checksum."""
    target.put(struct.pack(">I4s", length, kind))
    crc = zlib.crc32(kind)
    while length:
        piece = source.file.read(min(length, PIECE))
        if not piece:
            return False
        target.write(piece)
        crc = zlib.crc32(piece, crc)
        length -= len(piece)
    checksum = source.file.read(4)
    target.write(checksum)
    return checksum == struct.pack(">I", crc)


def _put_chunk(target: Target, kind: bytes, data: bytes) -> None:
    target.put(struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data)))
