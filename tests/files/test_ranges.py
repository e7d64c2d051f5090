"""Parts of files: what a header asks for, and which bytes are read."""

from pathlib import Path

import pytest

from Dweb.files.ranges import Part, Range, Unsatisfiable, wanted


@pytest.mark.parametrize(
    ("header", "range"),
    [
        ("bytes=0-0", Range(0, 0)),
        ("bytes=0-", Range(0, 9)),
        ("bytes=3-5", Range(3, 5)),
        ("bytes=3-500", Range(3, 9)),
        ("bytes=-4", Range(6, 9)),
        ("bytes=-400", Range(0, 9)),
    ],
)
def test_a_range(header: str, range: Range) -> None:
    assert wanted(header, 10) == range


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=0-1," * 1_000,
     "bytes=" + "9" * 5_000 + "-", "bytes=٣-٤"],
)  # fmt: skip
def test_the_whole_file_is_sent_for_what_is_none(header: str | None) -> None:
    assert wanted(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=99-100", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_there_are_no_such_bytes(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(header, size)


def test_a_part_ends_where_it_ends(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    part = Part(tmp_path / "file", Range(3, 6))
    assert [part.read(3), part.read(3), part.read(3)] == [b"345", b"6", b""]
    part.close()
