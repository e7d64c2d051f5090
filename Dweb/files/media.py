"""Sound, video and PDF by their first bytes. The types here are of files that browsers play or show."""

import re

MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"dash",
    b"MSNV",
    b"mmp4",
}
M4A_BRANDS = {b"M4A ", b"M4B "}
OTHER_BRANDS = {b"qt  ": "video/quicktime", b"avif": "image/avif", b"avis": "image/avif"}
SOUND_NAMES = (".m4a", ".m4b")
WEBM_VIDEO = re.compile(rb"V_(VP8|VP9|AV1)")
SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}  # by version
KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBITS_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

TYPES = frozenset({
    *("video/mp4", "video/webm", "video/ogg"),
    *("audio/mp4", "audio/webm", "audio/ogg", "audio/mpeg", "audio/wav", "audio/flac"),
})  # fmt: skip


def type_of(head: bytes, name: str) -> str | None:
    """The type of a file that begins with these bytes, some thousands if it has them; None if it is something else."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return _type_of_mp4(head, name.lower())
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _type_of_matroska(head)
    if head.startswith(b"OggS\0"):
        return _type_of_ogg(head)
    if head[:4] == b"RIFF" and head[8:16] == b"WAVEfmt ":
        return "audio/wav"
    if head.startswith(b"fLaC\0\0\0\x22"):
        return "audio/flac"
    if _has_id3(head) or _is_mpeg_audio(head):
        return "audio/mpeg"
    return None


def _type_of_mp4(head: bytes, name: str) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, min(size, 256), 4))]
    if brands[0] in OTHER_BRANDS:
        return OTHER_BRANDS[brands[0]]
    if brands[0] in M4A_BRANDS:
        return "audio/mp4"
    if MP4_BRANDS.isdisjoint(brands) or brands[0].startswith((b"hei", b"hev", b"mif", b"msf")):
        return None
    return "audio/mp4" if name.endswith(SOUND_NAMES) else "video/mp4"


def _type_of_matroska(head: bytes) -> str:
    if b"\x42\x82\x84webm" not in head[:64]:
        return "video/x-matroska"
    return "audio/webm" if b"A_" in head and not WEBM_VIDEO.search(head) else "video/webm"


def _type_of_ogg(head: bytes) -> str | None:
    if b"\x80theora" in head[:4096]:
        return "video/ogg"
    sound = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
    return "audio/ogg" if any(mark in head[:4096] for mark in sound) else "application/ogg"


def _has_id3(head: bytes) -> bool:
    return head.startswith(b"ID3") and len(head) > 10 and head[3] < 5 and max(head[6:10]) < 0x80


def _is_mpeg_audio(head: bytes) -> bool:
    """Two frames of layer III, one after the other."""
    length = _frame_bytes(head[:4])
    return length is not None and _frame_bytes(head[length : length + 4]) is not None


def _frame_bytes(head: bytes) -> int | None:
    """The length of the frame that begins with these four bytes, or None."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, kbits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or kbits in (0, 15) or rate == 3:
        return None
    samples, table = (144, KBITS) if version == 3 else (72, KBITS_LOW)
    return samples * 1000 * table[kbits] // SAMPLE_RATES[version][rate] + (head[2] >> 1 & 1)
