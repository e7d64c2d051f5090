"""Names of files: what people give, and what is kept of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from Dweb.files.names import TURNING, clean_name
from Dweb.models import FILE_NAME_CHARS


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("家庭作业 👨\u200d👩\u200d👧.docx", "家庭作业 👨\u200d👩\u200d👧.docx"),
        ("e\u0301.txt", "é.txt"),
        ("  .  ", "file"),
        ("", "file"),
        ("/", "file"),
        ("preview", "preview_"),
        ("x" * 5_000 + ".tar.gz", "x" * (FILE_NAME_CHARS - 3) + ".gz"),
        ("y." + "z" * 5_000, "y." + "z" * (FILE_NAME_CHARS - 2)),
    ],
)
def test_what_is_kept(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text())
def test_any_name_becomes_one_that_a_browser_and_a_disk_take(name: str) -> None:
    kept = clean_name(name)
    assert 1 <= len(kept) <= FILE_NAME_CHARS
    assert not TURNING & {*kept}
    assert not any(unicodedata.category(char) in ("Cc", "Cs") or char in "/\\" for char in kept)
    assert kept not in (".", "..", "preview")
    kept.encode()
