"""JPEG: segments that begin with 0xFF and a marker, and scans of coded pixels."""

import re
import struct

from . import exif
from .parts import PIECE, Damaged, Header, Source, Target, checked

SOI, EOI, SOS, DQT, DHT, DAC, DNL, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDC, 0xDD
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
FRAMES = {*range(0xC0, 0xD0)} - {DHT, 0xC8, DAC}
BARE = {SOI, 0x01}  # no length follows
MOST_SEGMENTS = 20_000  # 100 MB of metadata in segments of 64 KB are 1,600; looking for one may read a piece
EXIF = b"Exif\0\0"
ICC = b"ICC_PROFILE\0"

# Not 0xFF00, which is a coded 0xFF, nor the restart markers within a scan. Further 0xFF may stand before it.
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")


def measure(source: Source) -> Header:
    """Reads up to the first scan. Raises Damaged."""
    size: tuple[int, int] | None = None
    orientation = None
    for _ in range(MOST_SEGMENTS):
        marker = _next_marker(source)
        if marker in (None, EOI, SOS):
            break
        if marker in BARE:
            continue
        try:
            payload = _payload(source)
        except Damaged:
            break
        if marker == APP1 and payload.startswith(EXIF) and orientation is None:
            orientation = exif.orientation_of(payload[len(EXIF) :])
        elif marker in FRAMES and size is None and len(payload) > 5:
            size = struct.unpack_from(">HH", payload, 1)
    if size is None:
        raise Damaged("there is no frame")
    return checked(size[1], size[0], orientation or 1)


def strip(source: Source, target: Target, header: Header) -> None:
    """Copies tables, frames and scans, up to the end of the picture. Raises Damaged."""
    target.put(b"\xff\xd8")
    if header.orientation != 1:
        block = EXIF + exif.with_orientation(header.orientation)
        target.put(struct.pack(">BBH", 0xFF, APP1, len(block) + 2) + block)
    in_scan = False
    for _ in range(MOST_SEGMENTS):
        marker = _next_marker(source, target if in_scan else None)
        if marker is None:
            return
        if marker == EOI:
            target.put(b"\xff\xd9")
            return
        if marker in BARE:
            continue
        payload = _kept(marker, _payload(source))
        if payload is not None:
            target.write(struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload)
        in_scan = marker == SOS or (in_scan and payload is None)


def _next_marker(source: Source, target: Target | None = None) -> int | None:
    """Goes on behind the next marker, or to the end: None. What stands before it is copied if there is a target."""
    size = 2  # nearly always it follows at once
    while piece := source.file.read(size):
        size = PIECE
        if found := MARKER.search(piece):
            if target:
                target.write(piece[: found.start()])
            source.file.seek(found.end() - len(piece), 1)
            return found[1][0]
        begun = len(piece) > 1 and piece.endswith(b"\xff")  # the marker may be in the next piece
        if target:
            target.write(piece[:-1] if begun else piece)
        if begun:
            source.file.seek(-1, 1)
    return None


def _payload(source: Source) -> bytes:
    (length,) = struct.unpack(">H", source.read(2))
    if length < 2:
        raise Damaged("a segment is shorter than its length")
    return source.read(length - 2)


def _kept(marker: int, payload: bytes) -> bytes | None:
    """What stays of a segment, or None. Raises Damaged if it has more than its kind needs: there may be metadata."""
    if marker == APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 12:
        return payload[:12] + b"\0\0"  # without its thumbnail
    if marker == APP2 and payload.startswith(ICC):
        return payload
    if marker == APP14 and payload.startswith(b"Adobe") and len(payload) >= 12:
        return payload[:12]  # how the colours are coded
    if marker in FRAMES or marker in LENGTHS:
        if not LENGTHS.get(marker, _frame)(payload):
            raise Damaged("a table is not as long as its kind")
        return payload
    return None


def _frame(payload: bytes) -> bool:
    return len(payload) > 5 and len(payload) == 6 + 3 * payload[5]


def _scan(payload: bytes) -> bool:
    return len(payload) > 0 and len(payload) == 4 + 2 * payload[0]


def _quantization(payload: bytes) -> bool:
    place = 0
    while place < len(payload):
        place += 129 if payload[place] >> 4 else 65
    return place == len(payload)


def _huffman(payload: bytes) -> bool:
    place = 0
    while place < len(payload):
        place += 17 + sum(payload[place + 1 : place + 17])
    return place == len(payload)


LENGTHS = {
    DQT: _quantization,
    DHT: _huffman,
    SOS: _scan,
    DRI: lambda payload: len(payload) == 2,
    DNL: lambda payload: len(payload) == 2,
    DAC: lambda payload: len(payload) % 2 == 0 and len(payload) <= 64,
}
