"""Names of files, as people gave them: what may stand in one, and how it is sent to a browser."""

import unicodedata

from ..models import FILE_NAME_CHARS

MOST_SUFFIX = 16  # characters of an ending that a long name keeps
NAMELESS = "file"
RESERVED = "preview"  # stands at this place of an address
# Signs that turn the direction of a line: a name that ends in gnp.exe would read exe.png.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """A name of 1 to FILE_NAME_CHARS characters, without folders, control characters and signs of direction."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(char for char in name if char not in TURNING and unicodedata.category(char) not in ("Cc", "Cs"))
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > FILE_NAME_CHARS:
        stem, dot, suffix = kept.rpartition(".")
        ending = dot + suffix if stem and len(suffix) <= MOST_SUFFIX else ""
        kept = kept[: FILE_NAME_CHARS - len(ending)] + ending
    return f"{kept}_" if kept == RESERVED else kept or NAMELESS
