"""Crafted PNGs."""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from .crafted import TEXT, XMP, Case, chunk, noise, places, png, raw_png, saved, zeros

PNG = "image/png"
SIZE = (64, 48)
EXIF = chunk(b"eXIf", places(6)[6:])
PLAIN = saved(noise(*SIZE), "PNG")
DATA = PLAIN.index(b"IDAT") - 4
TALL = SIZE[::-1]
TEXTS = chunk(b"tEXt", b"Comment\0" + TEXT.encode()) + chunk(b"zTXt", b"Place\0\0" + zlib.compress(TEXT.encode()))


def cases() -> Iterator[Case]:
    yield from _modes()
    yield from _with_metadata()
    yield from _damaged()
    yield from _hostile()


def _modes() -> Iterator[Case]:
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        yield Case(f"mode-{mode}.png", saved(noise(*SIZE, mode), "PNG"), PNG, SIZE)
    palette = noise(*SIZE).quantize(16)
    yield Case("palette-alpha.png", saved(palette, "PNG", transparency=bytes(range(0, 256, 16))), PNG, SIZE)
    yield Case("palette-one.png", saved(palette, "PNG", transparency=3), PNG, SIZE)
    yield Case("one-colour-through.png", png(chunk(b"tRNS", bytes(6))), PNG, SIZE)
    yield Case("grey-16.png", saved(Image.new("I;16", SIZE, 40_000), "PNG"), PNG, SIZE)
    wide = zlib.compress((b"\0" + bytes(range(6)) * 64) * 48)
    yield Case("rgb-16.png", raw_png(*SIZE, 16, 2, wide), PNG, SIZE)
    yield Case("interlaced.png", raw_png(1, 1, 8, 0, zlib.compress(b"\0\x80"), interlaced=True), PNG, (1, 1))
    yield Case("long.png", saved(noise(60_000, 1), "PNG"), PNG, (60_000, 1))
    yield Case("high.png", saved(noise(1, 60_000), "PNG"), PNG, (1, 60_000))
    frames = [noise(*SIZE).rotate(90 * turn) for turn in range(3)]
    yield Case("animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:]), PNG, SIZE)
    yield Case("a-png.jpg", PLAIN, PNG, SIZE)


def _with_metadata() -> Iterator[Case]:
    yield Case("exif.png", png(EXIF), PNG, TALL)
    yield Case("texts.png", png(TEXTS, chunk(b"tIME", bytes(7))), PNG, SIZE)
    yield Case("xmp.png", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)), PNG, SIZE)
    raw = f"\nexif\n{len(places()):8}\n{places().hex()}\n"
    yield Case("raw-profile.png", png(chunk(b"tEXt", b"Raw profile type exif\0" + raw.encode())), PNG, SIZE)
    yield Case("exif-behind.png", PLAIN[:-12] + EXIF + TEXTS + PLAIN[-12:], PNG, TALL)
    yield Case("unknown.png", png(chunk(b"plAc", TEXT.encode()), chunk(b"caBX", TEXT.encode())), PNG, SIZE)
    yield Case("everything.png", png(EXIF, TEXTS) + TEXT.encode(), PNG, TALL)


def _damaged() -> Iterator[Case]:
    whole = png(EXIF, TEXTS, picture=saved(noise(300, 200), "PNG"))
    data = whole.index(b"IDAT")
    for name, end in (("magic", 8), ("header", 20)):
        yield Case(f"cut-in-{name}.png", whole[:end], PNG, None, damaged=True)
    for name, end in (("exif", 60), ("data", data + 400), ("end", len(whole) - 10)):
        yield Case(f"cut-in-{name}.png", whole[:end], PNG, (200, 300) if end > 60 else (300, 200), damaged=True)
    flipped = bytearray(PLAIN)
    flipped[DATA + 100] ^= 1
    yield Case("bad-data.png", bytes(flipped), PNG, SIZE, damaged=True)
    length = len(PLAIN) - 24 - DATA
    for name, wrong in (("long", length + 100), ("endless", 0x7FFFFFFF), ("impossible", 0xFFFFFFFF)):
        data = PLAIN[:DATA] + struct.pack(">I", wrong) + PLAIN[DATA + 4 : -12] + EXIF + TEXTS + PLAIN[-12:]
        yield Case(f"{name}-data.png", data, PNG, SIZE, damaged=True)
    yield Case("no-chunk.png", PLAIN[:DATA] + b"\0\0\0\x05\x01\x02\x03\x04" + TEXT.encode(), PNG, SIZE, damaged=True)
    yield Case("no-data.png", PLAIN[:DATA] + PLAIN[-12:], PNG, SIZE, damaged=True)
    yield Case("palette-missing.png", raw_png(4, 4, 8, 3, zlib.compress(bytes(20))), PNG, (4, 4), damaged=True)
    yield Case("two-headers.png", PLAIN[:33] + PLAIN[8:], PNG, SIZE, damaged=True)
    yield Case("header-late.png", PLAIN[:8] + chunk(b"CgBI", bytes(4)) + PLAIN[8:], PNG, None, damaged=True)


def _hostile() -> Iterator[Case]:
    archive = b"PK\x03\x04" + bytes(26) + TEXT.encode() + b"PK\x05\x06" + bytes(18)
    yield Case("with-zip.png", PLAIN + archive, PNG, SIZE)
    yield Case("no-pixels.png", raw_png(0, 0, 8, 2, zeros(1)), PNG, None, damaged=True)
    yield Case("bomb.png", raw_png(60_000, 60_000, 1, 0, zeros(100)), PNG, None, damaged=True)
    yield Case("large-bomb.png", raw_png(9_400, 9_400, 8, 2, zeros(9_400 * 28_201)), PNG, (9_400, 9_400), damaged=True)
    yield Case("overflowing.png", raw_png(16, 16, 8, 0, zeros(100_000_000)), PNG, (16, 16), damaged=True)
    bomb = zeros(100_000_000)
    yield Case("text-bomb.png", png(chunk(b"zTXt", b"a\0\0" + bomb)), PNG, SIZE, damaged=True)
    yield Case("profile-bomb.png", png(chunk(b"iCCP", b"a\0\0" + bomb)), PNG, SIZE, damaged=True)
    yield Case("empty-chunks.png", png(chunk(b"IDAT", b"") * 20_000), PNG, SIZE, damaged=True)
    frames = chunk(b"acTL", struct.pack(">II", 2**31, 0))
    yield Case("endless-animation.png", png(frames), PNG, SIZE, damaged=True)
