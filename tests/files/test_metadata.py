"""strip(): no trace of a place is left, and the picture is the same."""

import tracemalloc
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from Dweb.files.content import look
from Dweb.files.metadata import strip
from Dweb.files.pictures import FORMATS

from . import corpus
from .crafted import TRACES, Case, jpeg, places, segment

PICTURES = [case for case in corpus.all_cases() if case.type in FORMATS]
WHOLE = [case for case in PICTURES if not case.damaged]
COMPARED_PIXELS = 200_000
ADDED_BYTES = 64  # the orientation; the end of a picture that is cut off


def stripped(folder: Path, data: bytes, type: str) -> bytes:
    source, target = folder / "source", folder / "target"
    source.write_bytes(data)
    strip(source, target, type)
    return target.read_bytes()


def frames(data: bytes) -> list[tuple[str, bytes]]:
    """The mode and the pixels of each picture of an animation, or of the only one."""
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as picture:
        return [(frame.mode, frame.convert("RGBA").tobytes()) for frame in ImageSequence.Iterator(picture)]


def info(data: bytes) -> dict[Any, Any]:
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as picture:
        return picture.info


@pytest.mark.parametrize("case", PICTURES, ids=lambda case: case.name)
def test_no_trace_is_left(case: Case, tmp_path: Path) -> None:
    left = stripped(tmp_path, case.data, case.type)
    assert [trace for trace in TRACES if trace in left] == []
    assert len(left) <= len(case.data) + ADDED_BYTES
    assert stripped(tmp_path, left, case.type) == left or case.damaged


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.name)
def test_a_picture_says_nothing_but_how_it_looks(case: Case, tmp_path: Path) -> None:
    left = stripped(tmp_path, case.data, case.type)
    assert look(tmp_path / "target", case.name) == look(tmp_path / "source", case.name)
    with Image.open(BytesIO(left)) as picture:
        exif = picture.getexif()
        assert {*exif} <= {0x0112}
        assert not {*picture.info} & {"comment", "xmp", "photoshop", "XML:com.adobe.xmp", "Comment", "Place"}
        assert picture.format == FORMATS_OF_PILLOW[case.type]


FORMATS_OF_PILLOW = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}


@pytest.mark.parametrize(
    "case",
    [case for case in WHOLE if case.size and case.size[0] * case.size[1] <= COMPARED_PIXELS],
    ids=lambda case: case.name,
)
def test_the_pixels_stay(case: Case, tmp_path: Path) -> None:
    left = stripped(tmp_path, case.data, case.type)
    assert frames(left) == frames(jpeg() if case.name == "two-pictures.jpg" else case.data)
    with (
        warnings.catch_warnings(action="ignore"),
        Image.open(BytesIO(left)) as picture,
        Image.open(BytesIO(case.data)) as original,
    ):
        assert picture.info.get("icc_profile") == original.info.get("icc_profile")
        assert picture.info.get("loop") == original.info.get("loop")


def test_the_corpus_has_traces() -> None:
    assert len([case for case in PICTURES if any(trace in case.data for trace in TRACES)]) > 40


def test_other_files_stay_as_they_are(tmp_path: Path) -> None:
    for case in corpus.all_cases():
        if case.type not in FORMATS:
            assert stripped(tmp_path, case.data, case.type) == case.data


def test_a_large_picture_takes_little_memory(tmp_path: Path) -> None:
    data = jpeg(segment(0xE1, places()))
    source = tmp_path / "source"
    with source.open("wb") as file:
        file.write(data[:-2])
        for _ in range(300):
            file.write(b"\x12" * 100_000)
        file.write(data[-2:])
    tracemalloc.start()
    try:
        strip(source, tmp_path / "target", "image/jpeg")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert (tmp_path / "target").stat().st_size > 30_000_000


@given(
    number=st.integers(0, len(PICTURES) - 1),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 20)), max_size=5),
)
def test_whatever_is_damaged_raises_nothing(
    number: int, changes: list[tuple[float, bytes, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    case = PICTURES[number]
    data = case.data[:50_000]
    for share, new, gone in changes:
        place = int(share * len(data))
        data = data[:place] + new + data[place + gone :]
    folder = tmp_path_factory.mktemp("damaged")
    left = stripped(folder, data, case.type)
    assert len(left) <= len(data) + ADDED_BYTES
    look(folder / "source", case.name)
    look(folder / "target", case.name)
