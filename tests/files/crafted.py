"""Tools that craft files byte by byte, and the traces that they leave in metadata."""

import struct
import zlib
from io import BytesIO
from random import Random
from typing import Any, NamedTuple

from PIL import Image

TEXT = "PLANTED in Berlin"
LATITUDE = 0x504C4143
TRACES = [b"PLANTED", "PLANTED".encode("utf-16-le"), struct.pack("<I", LATITUDE), struct.pack(">I", LATITUDE)]
XMP = f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><a GPSLatitude="{TEXT}"/></x:xmpmeta>'.encode()
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 24) + b"\x1c\x02\x5a\0\x11" + TEXT.encode() + b"\0\0"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"


class Case(NamedTuple):
    """A crafted file: its name, its bytes, and what it is. `size` is of a picture that stands upright."""

    name: str
    data: bytes
    type: str
    size: tuple[int, int] | None = None
    damaged: bool = False  # what is left of it when it is stripped may show less


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that looks the same neither turned nor mirrored."""
    small = Image.frombytes("RGB", (5, 4), Random(1).randbytes(60))
    return small.resize((width, height), Image.Resampling.BILINEAR).convert(mode)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    picture.save(file := BytesIO(), form, **options)
    return file.getvalue()


def places(orientation: int = 1, big_endian: bool = False) -> bytes:
    """An EXIF block as cameras write them, with a place."""
    exif = Image.Exif()
    exif.endian = ">" if big_endian else "<"
    exif[0x0112] = orientation
    exif[0x010E] = TEXT
    exif[0x9C9C] = TEXT.encode("utf-16-le")
    exif.get_ifd(0x8825).update({1: "N", 2: (float(LATITUDE), 1.0, 0.0), 27: TEXT.encode()})
    block = exif.tobytes()
    assert any(trace in block for trace in TRACES[2:])
    return block


def segment(marker: int, payload: bytes) -> bytes:
    """A segment of JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg(*segments: bytes, picture: bytes | None = None) -> bytes:
    """A JPEG with these segments at its beginning."""
    picture = picture or saved(noise(64, 48), "JPEG")
    return picture[:2] + b"".join(segments) + picture[2:]


def profile(size: int) -> bytes:
    """Segments of JPEG with a colour profile of so many bytes, which is none."""
    pieces = [bytes(min(65_000, size - start)) for start in range(0, size, 65_000)]
    return b"".join(
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + piece) for number, piece in enumerate(pieces, 1)
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG."""
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, picture: bytes | None = None) -> bytes:
    """A PNG with these chunks behind its header."""
    picture = picture or saved(noise(64, 48), "PNG")
    return picture[:33] + b"".join(chunks) + picture[33:]


def raw_png(width: int, height: int, depth: int, colours: int, pixels: bytes, *, interlaced: bool = False) -> bytes:
    """A PNG of these filtered and compressed rows."""
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(count: int) -> bytes:
    """So many zeros, compressed."""
    packer = zlib.compressobj(9)
    rest, block = divmod(count, 1024 * 1024)
    parts = [packer.compress(bytes(1024 * 1024)) for _ in range(rest)]
    return b"".join([*parts, packer.compress(bytes(block)), packer.flush()])


def riff(kind: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + kind + body


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a RIFF file."""
    found, place = [], 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        found.append((kind, data[place + 8 : place + 8 + length]))
        place += 8 + length + length % 2
    return found


def box(kind: bytes, data: bytes) -> bytes:
    """A box of MP4."""
    return struct.pack(">I4s", len(data) + 8, kind) + data
