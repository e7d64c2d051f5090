"""The process that makes previews: what it makes, its limits, and that no picture ends it for good."""

from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from Dweb.files.pictures import FORMATS
from Dweb.files.previewer import SIZES

from . import corpus
from .crafted import Case, chunks_of, noise, places, saved
from .making import Makes, peak, seconds

PICTURES = [case for case in corpus.all_cases() if case.type in FORMATS]
PIXELS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
METADATA_FLAGS = 0x2C  # of VP8X: colour profile, EXIF, XMP
NEAR = 8  # of 255: what WebP loses


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Makes]:
    """A process for the whole corpus, as a server has it."""
    made = Makes(tmp_path_factory.mktemp("previews"))
    yield made
    made.child.end()


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize("case", PICTURES, ids=lambda case: case.name)
def test_no_picture_leads_beyond_the_limits(one: Makes, case: Case, settings: Any) -> None:
    assert one(saved(noise(8, 8), "PNG")) is None
    process, before = one.process(), seconds(one.process())
    fault = one(case.data, case.type)
    if process.is_running():
        assert seconds(process) - before <= settings.PREVIEW_SECONDS + 1
        assert peak(process) <= settings.PREVIEW_MEMORY_BYTES
        assert process.memory_info().rss < 100_000_000  # it gives back what a picture took
    if case.size and not case.damaged:
        assert fault is None
        ratio = case.size[0] / case.size[1]
        for size, most in SIZES.items():
            width, height = one.picture(size).size
            assert max(width, height) == min(most, max(case.size))
            assert abs(width - height * ratio) <= max(1, ratio) or min(width, height) == 1


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_preview_stands_upright_and_says_nothing(make: Makes, turn: int, form: str) -> None:
    options: dict[str, Any] = {"exif": places(turn), "xmp": b"<x:xmpmeta", "icc_profile": srgb()}
    turned = noise(640, 400)
    for back in BACK[turn]:
        turned = turned.transpose(back)
    assert make(saved(turned, form, **options), f"image/{form.lower()}") is None
    for size, most in SIZES.items():
        picture = make.picture(size)
        assert picture.size == (min(640, most), 400 * min(640, most) // 640)
        assert difference(picture, noise(640, 400).resize(picture.size)) < NEAR
        data = (make.folder / size).read_bytes()
        assert {kind for kind, _ in chunks_of(data)} <= PIXELS
        assert not any(content[0] & METADATA_FLAGS for kind, content in chunks_of(data) if kind == b"VP8X")


T = Image.Transpose
BACK = {  # what makes of an upright picture one with this orientation
    1: (),
    2: (T.FLIP_LEFT_RIGHT,),
    3: (T.ROTATE_180,),
    4: (T.FLIP_TOP_BOTTOM,),
    5: (T.TRANSPOSE,),
    6: (T.ROTATE_90,),
    7: (T.TRANSVERSE,),
    8: (T.ROTATE_270,),
}


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("size", [(4_000, 2_500), (9_000, 300), (40, 30)])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA", "LA", "P", "1"])
def test_a_preview_looks_like_its_picture(make: Makes, mode: str, size: tuple[int, int]) -> None:
    picture = noise(*size).convert("L" if mode in ("1", "LA") else "RGB").convert(mode)
    form = "JPEG" if mode in ("RGB", "L", "CMYK") else "PNG"
    assert make(saved(picture, form)) is None
    small = make.picture("small")
    expected = picture.convert("RGB").resize(small.size, Image.Resampling.BOX)
    assert difference(small, expected) < 3 * NEAR  # few colours, side by side, are hard for WebP


def test_what_can_be_seen_through_stays_so(make: Makes) -> None:
    clear = noise(2_000, 1_000, "RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    for data in (saved(clear, "PNG"), saved(clear, "PNG", icc_profile=srgb()), saved(clear, "WEBP")):
        assert make(data) is None
        alpha = make.picture("small").getchannel("A")
        assert difference(alpha, clear.getchannel("A").resize(alpha.size)) < NEAR


def test_sixteen_bits_are_not_white(make: Makes) -> None:
    assert make(saved(Image.new("I;16", (20, 20), 0x8000), "PNG")) is None
    assert 120 <= make.picture("small").convert("L").getpixel((10, 10)) <= 136


def test_colours_are_those_of_the_profile(make: Makes) -> None:
    """A profile whose red and green are exchanged."""
    profile = srgb()
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    exchanged = bytearray(profile)
    exchanged[red : red + 4], exchanged[green : green + 4] = b"gXYZ", b"rXYZ"
    assert make(saved(Image.new("RGB", (20, 20), (200, 0, 0)), "PNG", icc_profile=bytes(exchanged))) is None
    red_part, green_part, _ = make.picture("small").convert("RGB").getpixel((10, 10))
    assert green_part > red_part + 100


def test_an_animation_has_its_first_picture(make: Makes) -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("white", "black", "black")]
    for form in ("GIF", "PNG", "WEBP"):
        assert make(saved(frames[0], form, save_all=True, append_images=frames[1:], duration=40)) is None
        assert make.picture("large").convert("L").getpixel((10, 10)) > 240
        assert getattr(make.picture("large"), "n_frames", 1) == 1
