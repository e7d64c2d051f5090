"""Crafted pictures and files: `python -m tests.files.corpus FOLDER` writes them. No file here comes from elsewhere."""

import sys
from functools import cache
from pathlib import Path

from . import corpus_jpeg, corpus_others, corpus_png
from .crafted import Case


@cache
def all_cases() -> tuple[Case, ...]:
    return (*corpus_jpeg.cases(), *corpus_png.cases(), *corpus_others.cases())


def write(folder: Path) -> None:
    """Writes all files to this folder, each as its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(all_cases()):
        (folder / f"{number:03}-{case.name}").write_bytes(case.data)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
