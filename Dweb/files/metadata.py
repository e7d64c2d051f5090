"""Takes metadata out of pictures: places, devices, names, times, thumbnails. Decodes nothing."""

import shutil
from pathlib import Path

from .pictures import FORMATS
from .pictures.parts import Damaged, Header, Source, Target

TYPES = FORMATS.keys()  # what strip() takes metadata out of, also if it is no picture that can be shown


def strip(source: Path, target: Path, type: str) -> None:
    """Copies a picture of this type without its metadata, piece by piece; any other file as it is.

    Pixels, colour profiles, animations and the orientation stay. A picture that is damaged is copied up to where it
    cannot be understood any more; a decoder stops there, too.
    """
    format = FORMATS.get(type)
    if format is None:
        shutil.copyfile(source, target)
        return
    with source.open("rb") as file, target.open("w+b") as copy:
        try:
            header = format.measure(Source(file))
        except Damaged:  # what it has of a picture is kept nevertheless
            header = Header(0, 0)
        file.seek(0)
        try:
            format.strip(Source(file), Target(copy), header)
        except Damaged:
            return
