"""GIF: a screen, extensions and images, whose data are in blocks of at most 255 bytes."""

import struct

from .parts import Damaged, Header, Source, Target, checked

IMAGE, EXTENSION, TRAILER = b",", b"!", b";"
CONTROL, APPLICATION = b"\xf9", b"\xff"
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often it plays
ICC = b"ICCRGBG1012"


def measure(source: Source) -> Header:
    """The size of the screen, or of the first image if that is larger. Raises Damaged."""
    head, _ = _screen(source)
    width, height = struct.unpack_from("<HH", head, 6)
    while True:
        source.count_part()
        introducer = source.read(1)
        if introducer == IMAGE:
            left, top, wide, high = struct.unpack_from("<4H", source.read(9))
            return checked(max(width, left + wide), max(height, top + high))
        if introducer != EXTENSION:
            raise Damaged("there is no image")
        source.read(1)
        _blocks(source, None)


def strip(source: Source, target: Target, header: Header) -> None:
    """Copies images and what controls them, without comments and what applications have added. Raises Damaged."""
    for part in _screen(source):
        target.write(part)
    while True:
        source.count_part()
        introducer = source.read(1)
        if introducer == IMAGE:
            _copy_image(source, target)
        elif introducer == EXTENSION:
            _copy_extension(source, target)
        else:
            break
    target.put(TRAILER)


def _screen(source: Source) -> tuple[bytes, bytes]:
    """The head, and the colours of all images."""
    head = source.read(13)
    return head, source.read(_colours(head[10]))


def _colours(flags: int) -> int:
    """The length of a table of colours in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _copy_image(source: Source, target: Target) -> None:
    descriptor = source.read(9)
    target.write(IMAGE + descriptor)
    target.write(source.read(_colours(descriptor[8]) + 1))
    _blocks(source, target)


def _copy_extension(source: Source, target: Target) -> None:
    label = source.read(1)
    if label == CONTROL:
        target.write(EXTENSION + label)
        _blocks(source, target)
    elif label == APPLICATION:
        name = source.read(source.read(1)[0])
        if name in LOOPS:
            loop = source.read(source.read(1)[0])
            target.write(b"\x21\xff\x0b" + name + bytes([len(loop[:3])]) + loop[:3] + b"\0")
            if loop:
                _blocks(source, None)
        elif name == ICC:
            target.write(b"\x21\xff\x0b" + name)
            _blocks(source, target)
        elif name:
            _blocks(source, None)
    else:
        _blocks(source, None)


def _blocks(source: Source, target: Target | None) -> None:
    """Copies blocks up to an empty one, or passes over them."""
    while True:
        source.count_part()
        size = source.read(1)
        block = source.file.read(size[0])
        if target:
            target.write(size + block)
        if len(block) < size[0]:
            raise Damaged("the file ends too soon")
        if not block:
            return
