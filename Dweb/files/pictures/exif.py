"""The one thing of EXIF that pictures keep: which way up they are."""

import struct

ORIENTATION = 0x0112
SHORT = 3
MOST_BYTES = 64 * 1024  # a segment of JPEG has no more, and the orientation stands near the beginning


def orientation_of(tiff: bytes) -> int:
    """The orientation in an EXIF block that begins with its byte order; 1 if it has none that counts."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * entries, 12):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if (tag, kind, count) == (ORIENTATION, SHORT, 1):
                return value if 1 <= value <= 8 else 1
    except struct.error:  # it is cut off, or points behind its end
        return 1
    return 1


def with_orientation(orientation: int) -> bytes:
    """An EXIF block with this alone."""
    entry = struct.pack("<HHIHH", ORIENTATION, SHORT, 1, orientation, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
