"""The process that decodes pictures and makes their previews: `python -m Dweb.files.previewer MEMORY SECONDS PIXELS`.

Reads a line of JSON for each picture, {"source", "small", "large"}: paths; writes the previews, and answers a line:
{"made": true} or {"made": false, "error"}. It has so many bytes of memory, and so many seconds of a processor for each
picture; over them it fails or is killed, and its parent starts another one. Knows neither Django nor settings.
"""

import json
import os
import resource
import sys
import warnings
from io import BytesIO

# Each format that may be opened. Image.open() would load all of Pillow's decoders if one of its formats were missing.
from PIL import GifImagePlugin, Image, ImageCms, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from .pictures.exif import orientation_of

PLUGINS = (JpegImagePlugin, PngImagePlugin, GifImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
SIZES = {"large": 1600, "small": 480}  # pixels of the longer side, the largest first
QUALITY = 80
REDUCING_GAP = 2.0  # of a picture that is made smaller in two steps, the second one from so many times its size
STRIP = 16  # rows of the picture that becomes smaller
NICENESS = 10
TRANSPOSED = {  # what a picture with this orientation needs, to stand upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
OUTPUT_BYTES = 32 * 1024 * 1024  # of a preview: more than its pixels take without compression
OPEN_FILES = 32


def main(memory: int, seconds: int, pixels: int) -> None:
    os.nice(NICENESS)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, OUTPUT_BYTES)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    _be_killed_first()
    warnings.simplefilter("ignore")  # of what is odd in a picture
    Image.MAX_IMAGE_PIXELS = pixels // 2  # Pillow refuses twice as many
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # shows what there is, as browsers do
    for line in sys.stdin:
        _limit_time(seconds)
        print(json.dumps(_answer(json.loads(line))), flush=True)


def _answer(asked: dict[str, str]) -> dict[str, object]:
    try:
        make(asked["source"], {size: asked[size] for size in SIZES})
    except Exception as error:  # whatever a decoder raises concerns this picture alone
        return {"made": False, "error": f"{type(error).__name__}: {error}"[:200]}
    return {"made": True}


def make(source: str, targets: dict[str, str]) -> None:
    """Writes the previews of a picture to the paths in `targets`, by SIZES."""
    with open(source, "rb") as file:  # a name's extension would choose a decoder
        picture: Image.Image = Image.open(file, formats=FORMATS)
        profile, exif = picture.info.get("icc_profile"), picture.info.get("exif", b"")
        _decode(picture)
        picture = _reduced(picture)
    turn = TRANSPOSED.get(orientation_of(exif.removeprefix(b"Exif\0\0")))
    if turn is not None:  # one of them is 0
        picture = picture.transpose(turn)
    picture = _in_srgb(picture, profile)
    for size, most in SIZES.items():
        picture.thumbnail((most, most), reducing_gap=REDUCING_GAP)
        picture.save(targets[size], "WEBP", quality=QUALITY)


def _decode(picture: Image.Image) -> None:
    """Decodes the picture: of a JPEG no more pixels than a preview needs."""
    share = min(1, max(SIZES.values()) * REDUCING_GAP / max(picture.size))
    picture.draft(None, (max(1, int(picture.width * share)), max(1, int(picture.height * share))))
    picture.load()


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture in a plain mode, and not much larger than a preview, made in strips: a copy of all takes 360 MB."""
    factor = int(max(picture.size) / (max(SIZES.values()) * REDUCING_GAP))
    if factor < 2:
        return _plain(picture)
    reduced, high = None, factor * STRIP
    for top in range(0, picture.height, high):
        strip = picture.crop((0, top, picture.width, min(top + high, picture.height)))
        strip = _plain(strip).reduce(factor)
        if reduced is None:
            reduced = Image.new(strip.mode, (strip.width, -(-picture.height // factor)))
        reduced.paste(strip, (0, top // factor))
    return reduced


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in one of the modes L, LA, RGB, RGBA and CMYK."""
    if picture.mode == "I;16":  # convert() would make white of all that is over 255
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture with the colours that it has with its profile: previews have none."""
    target = "RGBA" if picture.mode in ("LA", "RGBA") else "RGB"
    if profile and picture.mode != "LA":
        try:
            found = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(picture, found, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):  # it is broken, or of other colours
            pass
    return picture if picture.mode == target else picture.convert(target)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:  # the server's own limit, which cannot be raised
        most = min(most, hard)
    resource.setrlimit(kind, (most, most))


def _limit_time(seconds: int) -> None:
    """Has the kernel kill this process once it has used so many further seconds of a processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _be_killed_first() -> None:
    """If the machine's memory runs out, the kernel shall take this process, and not the server."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:  # no Linux, or not allowed
        pass


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
