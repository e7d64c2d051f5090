"""Crafted GIFs, WebPs, and files that are no pictures."""

import struct
from collections.abc import Iterator
from random import Random

from PIL import Image

from .crafted import HTML, TEXT, XMP, Case, box, chunks_of, noise, places, riff, saved

GIF, WEBP, UNKNOWN = "image/gif", "image/webp", "application/octet-stream"
SIZE = (64, 48)
TALL = SIZE[::-1]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXTENDED = struct.pack("<B3x", 0x2C) + bytes([63, 0, 0, 47, 0, 0])  # alpha, EXIF and XMP; 64 x 48 pixels
EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82"


def cases() -> Iterator[Case]:
    yield from _gifs()
    yield from _webps()
    yield from _texts()
    yield from _media()
    yield from _others()


def _gifs() -> Iterator[Case]:
    plain = saved(noise(*SIZE).quantize(), "GIF")
    image = plain.index(b",", 13 + 768)
    yield Case("plain.gif", plain, GIF, SIZE)
    frames = [noise(*SIZE).rotate(90 * turn) for turn in range(4)]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=3, duration=50)
    yield Case("animated.gif", moving, GIF, SIZE)
    yield Case("transparent.gif", saved(noise(*SIZE).quantize(8), "GIF", transparency=2), GIF, SIZE)
    comment = b"!\xfe" + bytes([len(TEXT)]) + TEXT.encode() + b"\0"
    program = b"!\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    yield Case("comment.gif", plain[:image] + comment + plain[image:], GIF, SIZE)
    yield Case("xmp.gif", plain[:image] + program + plain[image:], GIF, SIZE)
    yield Case("behind.gif", plain + TEXT.encode() + HTML, GIF, SIZE)
    script = b"GIF89a/*" + HTML.replace(b"<", b" ") + b"*/=1;alert(1)"
    yield Case("script.gif", script, "text/plain")
    yield Case("markup.gif", b"GIF89a" + HTML, "text/html")
    yield Case("six-letters.gif", plain[:6], "text/plain")
    for end in (12, 400, image + 5):
        yield Case(f"cut-at-{end}.gif", plain[:end], GIF, None, damaged=True)
    yield Case("cut-in-data.gif", plain[: image + 100], GIF, SIZE, damaged=True)
    yield Case("no-pixels.gif", plain[:6] + bytes(4) + plain[10:image] + b"," + bytes(8), GIF, None, damaged=True)
    yield Case("bomb.gif", plain[:6] + b"\xff" * 4 + plain[10:], GIF, None, damaged=True)
    frame = b"," + struct.pack("<4HB", 0, 0, 65_000, 65_000, 0)
    yield Case("large-frame.gif", plain[:image] + frame + plain[image + 10 :], GIF, None, damaged=True)
    yield Case("deep-lzw.gif", saved(Image.new("P", (9_000, 9_000)), "GIF"), GIF, (9_000, 9_000))
    for count, size in ((5_000, SIZE), (50_000, None)):
        blocks = b"!\xfe" + b"\x01a" * count + b"\0"
        yield Case(f"{count}-blocks.gif", plain[:image] + blocks + plain[image:], GIF, size, damaged=size is None)


def _webps() -> Iterator[Case]:
    lossy, lossless = saved(noise(*SIZE), "WEBP"), saved(noise(*SIZE, "RGBA"), "WEBP", lossless=True)
    yield Case("lossy.webp", lossy, WEBP, SIZE)
    yield Case("lossless.webp", lossless, WEBP, SIZE)
    clear = noise(*SIZE, "RGBA")
    clear.putalpha(noise(*SIZE, "L"))
    yield Case("alpha.webp", saved(clear, "WEBP"), WEBP, SIZE)
    frames = [noise(*SIZE).rotate(90 * turn) for turn in range(3)]
    moving = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    yield Case("animated.webp", moving, WEBP, SIZE)
    yield Case("exif.webp", saved(noise(*SIZE), "WEBP", exif=places(8), xmp=XMP), WEBP, TALL)
    head = (b"VP8X", EXTENDED)
    parts = [head, *chunks_of(lossless), (b"EXIF", places(6)[6:]), (b"XMP ", XMP), (b"PLAC", TEXT.encode())]
    yield Case("everything.webp", riff(b"WEBP", *parts) + TEXT.encode(), WEBP, TALL)
    yield Case("cut-in-data.webp", lossy[:120], WEBP, SIZE, damaged=True)
    yield Case("cut-in-header.webp", lossy[:18], WEBP, None, damaged=True)
    yield Case("wrong-length.webp", b"RIFF\x20\0\0\0" + lossy[8:], WEBP, None, damaged=True)
    vast = (b"VP8X", bytes(4) + b"\xff\x3f\0\xff\x3f\0")
    yield Case("bomb.webp", riff(b"WEBP", vast, *chunks_of(lossy)), WEBP, None, damaged=True)
    large = (b"VP8X", bytes(4) + b"\x80\x25\0\x80\x25\0")
    yield Case("large-canvas.webp", riff(b"WEBP", large, *chunks_of(lossy)), WEBP, None, damaged=True)
    length = 0x2A4949  # with the head of the frame behind it, it reads as the beginning of EXIF
    frame = b"ANMF" + struct.pack("<I", length) + b"\x08".ljust(length + 1, b"\0")
    hidden = b"VP8X" + struct.pack("<I", 10) + bytes(10) + frame
    whole = b"RIFF" + struct.pack("<I", 4 + len(hidden)) + b"WEBP" + hidden
    yield Case("length-is-exif.webp", whole, WEBP, (1, 1), damaged=True)
    greedy = struct.pack("<16x4sI", b"VP8 ", 100_000)
    yield Case(
        "greedy.webp",
        riff(b"WEBP", head, *[(b"ANMF", greedy)] * 500, (b"VP8 ", bytes(100_000))),
        WEBP,
        SIZE,
        damaged=True,
    )


def _texts() -> Iterator[Case]:
    yield Case("text.txt", "Grüße, 你好\n".encode() * 9_000, "text/plain")
    yield Case("mark.txt", b"\xef\xbb\xbfhello", "text/plain")
    yield Case("table.csv", b"name,size\na,1\n", "text/plain")
    yield Case("program.js", b"alert(1);\n", "text/plain")
    yield Case("smaller.txt", b"a <b and c> d", "text/plain")
    yield Case("empty.txt", b"", "text/plain")
    yield Case("utf-16.txt", "hello".encode("utf-16"), UNKNOWN)
    yield Case("latin.txt", "Grüße".encode("latin-1"), UNKNOWN)
    yield Case("nul.txt", b"hello\0world", UNKNOWN)
    yield Case("late-nul.txt", b"hello " * 30_000 + b"\0", UNKNOWN)
    yield Case("cut-letter.txt", "hello 你".encode()[:-1], UNKNOWN)
    for name in ("page.html", "page.txt", "page.png"):
        yield Case(name, b"\xef\xbb\xbf \n" + HTML, "text/html")
    yield Case("late.txt", b"hello " * 99 + HTML, "text/html")
    yield Case("drawing.svg", SVG, "image/svg+xml")
    yield Case("drawing.png", b'<?xml version="1.0"?>\n' + SVG, "image/svg+xml")
    yield Case("feed.xml", b'<?xml version="1.0"?><feed/>', "application/xml")
    yield Case("tag.txt", b"  <custom-element onclick=alert(1)>", "text/html")


def _media() -> Iterator[Case]:
    def mp4(brand: bytes) -> bytes:
        return box(b"ftyp", brand + bytes(4) + b"isom" + brand) + box(b"moov", bytes(50)) + box(b"mdat", HTML)

    frame = b"\xff\xfb\x90\0" + bytes(413)
    yield Case("film.mp4", mp4(b"mp42"), "video/mp4")
    yield Case("sound.m4a", mp4(b"M4A "), "audio/mp4")
    yield Case("sound-by-name.m4a", mp4(b"isom"), "audio/mp4")
    yield Case("film.mov", box(b"ftyp", b"qt  \0\0\0\0qt  "), "video/quicktime")
    yield Case("photo.heic", box(b"ftyp", b"heic\0\0\0\0mif1heic"), "image/heif")
    yield Case("photo.jpg", box(b"ftyp", b"avif\0\0\0\0avifmif1"), "image/avif")
    yield Case("film.webm", EBML + b"\x84webm" + bytes(20) + b"\x86\x85V_VP8", "video/webm")
    yield Case("voice.webm", EBML + b"\x84webm" + bytes(20) + b"\x86\x86A_OPUS", "audio/webm")
    yield Case("film.mkv", EBML + b"\x88matroska" + bytes(20) + b"V_VP8", "video/x-matroska")
    yield Case("sound.ogg", b"OggS\0\x02" + bytes(22) + b"\x01vorbis", "audio/ogg")
    yield Case("film.ogv", b"OggS\0\x02" + bytes(22) + b"\x80theora", "video/ogg")
    yield Case("song.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + frame * 2, "audio/mpeg")
    yield Case("song-without-tag.mp3", frame * 3, "audio/mpeg")
    yield Case("sound.wav", riff(b"WAVE", (b"fmt ", bytes(16)), (b"data", bytes(8))), "audio/wav")
    yield Case("sound.flac", b"fLaC\0\0\0\x22" + bytes(34), "audio/flac")


def _others() -> Iterator[Case]:
    yield Case("paper.pdf", b"%PDF-1.7\n1 0 obj\n<</JS (app.alert(1))>>\n%%EOF", "application/pdf")
    yield Case("paper.txt", b"%PDF-1.4\n" + HTML, "application/pdf")
    archive = b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(20) + b"PK\x05\x06" + bytes(18)
    yield Case("archive.zip", archive, "application/zip")
    yield Case("archive.jpg", archive, "application/zip")
    yield Case("program.exe", b"MZ\x90\0\x03\0\0\0" + bytes(100), "application/vnd.microsoft.portable-executable")
    yield Case("nothing-known.bin", Random(7).randbytes(3_000), UNKNOWN)
    yield Case("zeros.jpg", bytes(5_000), UNKNOWN)
    yield Case("almost.mp3", b"\xff\xfb\x90\0" + Random(8).randbytes(500), UNKNOWN)
    yield Case("almost.webp", b"RIFF\x10\0\0\0WEBPjunk" + bytes(8), WEBP, None, damaged=True)
