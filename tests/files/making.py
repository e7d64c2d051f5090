"""Has previews made by the process that makes them, and looks at it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image

from Dweb.files.child import Child
from Dweb.files.metadata import strip


class Makes:
    """Makes previews of some bytes."""

    def __init__(self, folder: Path) -> None:
        self.child = Child()
        self.folder = folder

    def __call__(self, data: bytes, type: str | None = None) -> str | None:
        """Why there are none. With a type, metadata are taken out before, as uploads have it."""
        source = self.folder / "source"
        source.write_bytes(data)
        if type:
            strip(source, self.folder / "stripped", type)
            source = self.folder / "stripped"
        return self.child.make(source, self.folder / "small", self.folder / "large")

    def picture(self, size: str) -> Image.Image:
        return Image.open(BytesIO((self.folder / size).read_bytes()), formats=["WEBP"])

    def process(self) -> psutil.Process:
        assert self.child.pid
        return psutil.Process(self.child.pid)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Makes]:
    made = Makes(tmp_path)
    yield made
    made.child.end()


def seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def peak(process: psutil.Process) -> int:
    """The most memory that a process has had, in bytes: its address space."""
    [line] = [line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmPeak" in line]
    return int(line.split()[1]) * 1024
