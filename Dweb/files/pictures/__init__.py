"""Picture formats, read and copied piece by piece, without decoding: how large a picture is, and what it shows alone.

The server reads headers with these modules and not with Pillow, whose Image.open() keeps all metadata in memory, and
reads a WebP file as a whole and makes room for its pixels.
"""

from types import ModuleType

from . import gif, jpeg, png, webp

# A type to its module: `measure(file)` and `strip(source, target, header)`.
FORMATS: dict[str, ModuleType] = {"image/jpeg": jpeg, "image/png": png, "image/gif": gif, "image/webp": webp}

BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def type_of(head: bytes) -> str | None:
    """The type of a picture by its first bytes, at least 12."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((type for beginning, type in BEGINNINGS.items() if head.startswith(beginning)), None)
