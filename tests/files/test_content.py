"""What look() says of the corpus: the type by content, the size of pictures as they stand upright."""

from pathlib import Path
from typing import Any

import puremagic
import pytest

from Dweb.files.content import INLINE, Content, look
from Dweb.files.pictures import FORMATS

from . import corpus
from .crafted import HTML, Case, noise, saved


def looked(path: Path, data: bytes, name: str) -> Content:
    path.write_bytes(data)
    return look(path, name)


@pytest.mark.parametrize("case", corpus.all_cases(), ids=lambda case: case.name)
def test_a_file_is_what_its_content_is(case: Case, tmp_path: Path) -> None:
    width, height = case.size or (None, None)
    expected = Content(case.type, width, height, is_picture=case.size is not None)
    assert looked(tmp_path / "stored", case.data, case.name) == expected


def test_the_corpus_is_large() -> None:
    names = [case.name for case in corpus.all_cases()]
    assert len(names) >= 100
    assert sorted({*names}) == sorted(names)


def test_nothing_that_runs_script_is_shown_in_place() -> None:
    assert [type for type in INLINE if any(word in type for word in ("html", "svg", "xml", "script"))] == []
    assert FORMATS.keys() <= INLINE


def test_a_name_chooses_no_type(tmp_path: Path) -> None:
    names = ["a.html", "a.svg", "a.jpg", "a" * 5_000, "../../a\0.png", "\u202egnp.exe", "", ".", "a.tar.gz"]
    pictures = {looked(tmp_path / "stored", saved(noise(8, 8), "PNG"), name) for name in names}
    assert pictures == {Content("image/png", 8, 8, is_picture=True)}
    assert {looked(tmp_path / "stored", HTML, name).type for name in names} == {"text/html"}
    assert {looked(tmp_path / "stored", b"hello", name).type for name in names} == {"text/plain"}
    assert {looked(tmp_path / "stored", b"\xf0\xf1\xf2", name).type for name in names}.isdisjoint(INLINE)


def test_a_picture_with_too_many_pixels_is_only_a_file(tmp_path: Path, settings: Any) -> None:
    data = saved(noise(20, 10), "PNG")
    settings.PICTURE_MAX_PIXELS = 200
    assert looked(tmp_path / "stored", data, "a.png").is_picture
    settings.PICTURE_MAX_PIXELS = 199
    assert looked(tmp_path / "stored", data, "a.png") == Content("image/png")


def test_puremagic_gives_no_type_that_is_shown_in_place(tmp_path: Path) -> None:
    """Each beginning that it knows, alone: what a browser may show needs more than a beginning."""
    given = set()
    for known in puremagic.magic_header_array:
        data = bytes(known.offset) + known.byte_match + b"\0\xff"
        given.add(looked(tmp_path / "stored", data, f"a{known.extension}").type)
    assert len(given) > 100
    assert given & INLINE - FORMATS.keys() <= {"application/pdf", "audio/mpeg", "audio/flac", "audio/mp4", "video/mp4"}
