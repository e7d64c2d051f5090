"""What a file is, by its content. Its name only chooses between types that the content allows."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO, NamedTuple

import puremagic
from django.conf import settings

from . import media
from .pictures import FORMATS, type_of
from .pictures.parts import PIECE, Damaged, Header, Source

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

# Types that a browser may show in place. look() gives them only to what has been checked here: none can run a script.
INLINE = frozenset({*FORMATS, *media.TYPES, "application/pdf", TEXT})

BLANKS = b"\xef\xbb\xbf \t\r\n\f"
NOT_TEXT = re.compile(rb"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # as browsers have it when they guess
MARKUP = re.compile(rb"<(svg|html|script|!doctype|head|body|iframe|\?xml)\b|xmlns\s*=", re.IGNORECASE)
TAG = re.compile(rb"<[A-Za-z!?/]")
MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
SURE, NAMED = 0.3, 0.9  # of puremagic: three bytes agree; the name agrees, too
ZIP = b"PK\x03\x04"


class Content(NamedTuple):
    """`width` and `height` are of a picture as it stands upright, in pixels."""

    type: str
    width: int | None = None
    height: int | None = None
    is_picture: bool = False


def look(path: Path, name: str) -> Content:
    """Looks into the file at `path`, which is called `name`. Decodes nothing, and raises nothing for broken files."""
    with path.open("rb") as file:
        head = file.read(PIECE)
        type = type_of(head)
        header = _measure(type, file) if type else None
        if header is not None:
            width, height = header.upright
            if width * height <= settings.PICTURE_MAX_PIXELS:
                return Content(type, width, height, is_picture=True)
            return Content(type)
        file.seek(0)
        if text := _type_of_text(file, head):  # such as a text that begins with "GIF89a"
            return Content(text)
    return Content(type or media.type_of(head, name) or _by_magic(path, name))


def _measure(type: str, file: BinaryIO) -> Header | None:
    file.seek(0)
    try:
        return FORMATS[type].measure(Source(file))
    except Damaged:
        return None


def _type_of_text(file: BinaryIO, head: bytes) -> str | None:
    """The type if the whole file is UTF-8 and nothing that programs would take for something else."""
    if head.startswith((b"%PDF-", b"%!PS", b"{\\rtf")) or not _is_text(file):
        return None
    begin = head.lstrip(BLANKS)
    found = MARKUP.search(head)
    if not found and not TAG.match(begin):
        return TEXT
    if b"<svg" in head.lower():
        return "image/svg+xml"
    return "application/xml" if begin.startswith(b"<?xml") and b"<html" not in head.lower() else "text/html"


def _is_text(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE):
            if NOT_TEXT.search(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_magic(path: Path, name: str) -> str:
    """What puremagic says, unless it is a type that only a check gives."""
    try:
        with path.open("rb") as file:
            matches = puremagic.magic_stream(file, name)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    if matches[0].confidence < NAMED and matches[0].byte_match.startswith(ZIP):  # many kinds of file are archives
        return "application/zip"
    for match in matches:
        if match.confidence >= SURE and MIME_TYPE.fullmatch(match.mime_type):
            return UNKNOWN if match.mime_type in INLINE else match.mime_type
    return UNKNOWN
