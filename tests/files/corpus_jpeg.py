"""Crafted JPEGs."""

import struct
from collections.abc import Iterator

from .crafted import HTML, IPTC, TEXT, XMP, Case, box, jpeg, noise, places, profile, saved, segment

JPEG = "image/jpeg"
SIZE = (64, 48)
COMMENT = segment(0xFE, TEXT.encode())
EXIF = segment(0xE1, places(6))
PLAIN = saved(noise(*SIZE), "JPEG")
TALL = SIZE[::-1]


def cases() -> Iterator[Case]:
    yield from _modes()
    yield from _with_metadata()
    yield from _broken_exif()
    yield from _damaged()
    yield from _hostile()


def _modes() -> Iterator[Case]:
    yield Case("plain.jpg", PLAIN, JPEG, SIZE)
    yield Case("grey.jpg", saved(noise(*SIZE, "L"), "JPEG"), JPEG, SIZE)
    yield Case("cmyk.jpg", saved(noise(*SIZE, "CMYK"), "JPEG"), JPEG, SIZE)
    yield Case("progressive.jpg", saved(noise(300, 200), "JPEG", progressive=True), JPEG, (300, 200))
    yield Case("restarts.jpg", saved(noise(300, 200), "JPEG", restart_marker_rows=1), JPEG, (300, 200))
    yield Case("one-pixel.jpg", saved(noise(1, 1), "JPEG"), JPEG, (1, 1))
    yield Case("long.jpg", saved(noise(60_000, 1), "JPEG"), JPEG, (60_000, 1))
    yield Case("name-without-end", PLAIN, JPEG, SIZE)
    yield Case("a-jpeg.png", PLAIN, JPEG, SIZE)
    yield Case("a-jpeg.html", PLAIN, JPEG, SIZE)


def _with_metadata() -> Iterator[Case]:
    for turn in range(1, 9):
        data = jpeg(segment(0xE1, places(turn)))
        yield Case(f"orientation-{turn}.jpg", data, JPEG, TALL if turn > 4 else SIZE)
    yield Case("big-endian.jpg", jpeg(segment(0xE1, places(8, big_endian=True))), JPEG, TALL)
    yield Case("xmp.jpg", jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), JPEG, SIZE)
    yield Case("iptc.jpg", jpeg(segment(0xED, IPTC)), JPEG, SIZE)
    yield Case("comment.jpg", jpeg(COMMENT), JPEG, SIZE)
    yield Case("everything.jpg", jpeg(EXIF, COMMENT, profile(3_000), segment(0xED, IPTC), EXIF), JPEG, TALL)
    yield Case("thumbnail.jpg", jpeg(segment(0xE1, places(6) + jpeg(COMMENT))), JPEG, TALL)
    yield Case("huge-profile.jpg", jpeg(profile(5_000_000)), JPEG, SIZE)
    yield Case("film-behind.jpg", jpeg(EXIF) + box(b"ftyp", b"mp42") + box(b"free", TEXT.encode()), JPEG, TALL)
    yield Case("two-pictures.jpg", jpeg(segment(0xE2, b"MPF\0" + TEXT.encode())) + jpeg(EXIF), JPEG, SIZE)
    pieces = PLAIN.index(b"\xff\xda")
    yield Case("exif-late.jpg", PLAIN[:pieces] + EXIF + PLAIN[pieces:], JPEG, TALL)
    yield Case("fill-bytes.jpg", jpeg(b"\xff" * 100_000 + COMMENT), JPEG, SIZE)


def _broken_exif() -> Iterator[Case]:
    head = b"Exif\0\0II*\0"
    loop = head + struct.pack("<IH", 8, 1) + bytes(12) + struct.pack("<I", 8) + TEXT.encode()
    yield Case("exif-loop.jpg", jpeg(segment(0xE1, loop)), JPEG, SIZE)
    many = head + struct.pack("<IH", 8, 65_535) + TEXT.encode()
    yield Case("exif-many.jpg", jpeg(segment(0xE1, many)), JPEG, SIZE)
    yield Case("exif-far.jpg", jpeg(segment(0xE1, head + b"\xff" * 4 + TEXT.encode())), JPEG, SIZE)
    yield Case("exif-no-order.jpg", jpeg(segment(0xE1, b"Exif\0\0XX" + TEXT.encode())), JPEG, SIZE)
    yield Case("exif-cut.jpg", jpeg(segment(0xE1, places(6)[:30])), JPEG, SIZE)
    wrong = head + struct.pack("<IHHHIHH", 8, 1, 0x0112, 3, 1, 99, 0) + TEXT.encode()
    yield Case("orientation-99.jpg", jpeg(segment(0xE1, wrong)), JPEG, SIZE)
    short = b"\xff\xe1\0\x10" + places(6) + TEXT.encode()
    yield Case("exif-longer-than-it-says.jpg", jpeg(short), JPEG, SIZE)


def _damaged() -> Iterator[Case]:
    whole = jpeg(EXIF, COMMENT, picture=saved(noise(300, 200), "JPEG"))
    scan = whole.index(b"\xff\xda")
    for name, end in (("magic", 3), ("exif", 60), ("tables", whole.index(b"\xff\xc0") - 10)):
        yield Case(f"cut-in-{name}.jpg", whole[:end], JPEG, None, damaged=True)
    for name, end in (("scan", scan + 300), ("head-of-scan", scan + 5), ("end", len(whole) - 2)):
        yield Case(f"cut-in-{name}.jpg", whole[:end], JPEG, (200, 300), damaged=True)
    garbled = whole[: scan + 400] + b"\xff\xe3\x01\x00" + bytes(range(256)) * 2 + whole[scan + 400 :]
    yield Case("garbled-scan.jpg", garbled, JPEG, (200, 300), damaged=True)
    table = PLAIN.index(b"\xff\xdb")
    swallows = PLAIN[:table] + b"\xff\xdb\x20\0" + EXIF + PLAIN[table:]
    yield Case("table-with-exif.jpg", swallows.ljust(20_000, b"\0"), JPEG, None, damaged=True)
    swallowed = PLAIN[:-2] + places(6) + XMP
    yield Case("exif-in-the-scan.jpg", swallowed, JPEG, SIZE, damaged=True)
    yield Case("two-headers.jpg", PLAIN[: PLAIN.index(b"\xff\xda")] + PLAIN, JPEG, SIZE, damaged=True)


def _hostile() -> Iterator[Case]:
    yield Case("is-html.jpg", HTML, "text/html")
    yield Case("begins-like-a.jpg", b"\xff\xd8\xff" + HTML, JPEG, None, damaged=True)
    yield Case("with-html.jpg", jpeg(segment(0xFE, HTML)) + HTML, JPEG, SIZE)
    frame = PLAIN.index(b"\xff\xc0") + 5
    for name, height, width in (("no-pixels", 0, 0), ("no-height", 0, 64), ("bomb", 65_500, 65_500)):
        data = PLAIN[:frame] + struct.pack(">HH", height, width) + PLAIN[frame + 4 :]
        yield Case(f"{name}.jpg", data, JPEG, None, damaged=True)
    tiny = segment(0xE5, b"") * 15_000
    yield Case("tiny-segments.jpg", jpeg(tiny), JPEG, SIZE)
    yield Case("too-many-segments.jpg", jpeg(tiny * 3), JPEG, None, damaged=True)
    scans = saved(noise(1500, 1500), "JPEG", progressive=True)
    last = scans.rindex(b"\xff\xda")
    yield Case("scan-bomb.jpg", scans[:-2] + scans[last:-2] * 20 + scans[-2:], JPEG, (1500, 1500), damaged=True)
