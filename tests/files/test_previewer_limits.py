"""The limits of the process that makes previews, and what it may know."""

import os
import signal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from .crafted import jpeg, noise, places, raw_png, saved, segment, zeros
from .making import Makes, peak, seconds


@pytest.mark.parametrize("form", ["BMP", "PPM", "TIFF", "ICO", "EPS", "TGA", "JPEG2000", "AVIF"])
def test_no_other_decoder_is_asked(make: Makes, form: str) -> None:
    """Pillow has them, and would know these pictures."""
    data = saved(noise(16, 16), form)
    assert Image.open(BytesIO(data)).format
    assert "UnidentifiedImageError" in (make(data) or "")


def test_only_four_decoders_of_many_are_loaded(make: Makes) -> None:
    assert make(jpeg(segment(0xE1, places(3)))) is None
    loaded = {Path(file.path).name for file in make.process().memory_maps() if "PIL" in file.path}
    assert "_avif" not in "".join(loaded)
    assert "_webp" in "".join(loaded)


def test_a_picture_with_too_many_pixels_is_not_decoded(make: Makes, settings: Any) -> None:
    settings.PICTURE_MAX_PIXELS = 10_000
    assert make(saved(noise(100, 100), "PNG")) is None
    assert "DecompressionBombError" in (make(saved(noise(101, 100), "PNG")) or "")


def test_one_that_takes_too_much_memory_costs_its_preview(make: Makes, settings: Any) -> None:
    settings.PREVIEW_MEMORY_BYTES = 150 * 1024 * 1024
    assert "MemoryError" in (make(raw_png(9_000, 9_000, 8, 2, zeros(9_000 * 27_001))) or "")
    assert make(saved(noise(8, 8), "PNG")) is None
    assert peak(make.process()) <= settings.PREVIEW_MEMORY_BYTES


def test_one_that_takes_too_long_costs_its_preview(make: Makes, settings: Any) -> None:
    """It is counted in the time of a processor, so that a busy machine makes previews as well, only later."""
    settings.PREVIEW_SECONDS = 1
    scans = saved(noise(3_000, 3_000), "JPEG", progressive=True)
    last = scans.rindex(b"\xff\xda")
    assert make(saved(noise(8, 8), "PNG")) is None
    process = make.process()
    assert f"code -{signal.SIGXCPU}" in (make(scans[:-2] + scans[last:-2] * 3_000 + scans[-2:]) or "")
    assert not process.is_running()
    assert make(saved(noise(8, 8), "PNG")) is None


def test_the_time_is_counted_for_each_picture(make: Makes, settings: Any) -> None:
    settings.PREVIEW_SECONDS = 1
    data = saved(noise(2_500, 2_500), "PNG")
    assert make(data) is None
    process = make.process()
    while seconds(process) < 3:
        assert make(data) is None
    assert make.process() == process


def test_a_process_that_hangs_is_ended(make: Makes, settings: Any) -> None:
    settings.PREVIEW_WAIT_SECONDS = 60
    assert make(saved(noise(8, 8), "PNG")) is None
    stopped = make.process()
    stopped.suspend()
    settings.PREVIEW_WAIT_SECONDS = 0.5
    assert "it gave no answer" in (make(saved(noise(8, 8), "PNG")) or "")
    assert not stopped.is_running()
    settings.PREVIEW_WAIT_SECONDS = 60
    assert make(saved(noise(8, 8), "PNG")) is None


def test_a_process_that_died_has_a_successor(make: Makes) -> None:
    assert make(saved(noise(8, 8), "PNG")) is None
    dead = make.process()
    os.kill(dead.pid, signal.SIGKILL)
    assert [make(saved(noise(8, 8), "PNG")) for _ in range(2)][-1] is None
    assert make.process() != dead


def test_it_knows_nothing_of_the_server(make: Makes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "what nobody may know")
    assert make(saved(noise(8, 8), "PNG")) is None
    assert "SECRET_KEY" not in make.process().environ()
    assert make.process().nice() >= 10
    assert make.process().num_fds() <= 5
    assert not [file.path for file in make.process().memory_maps() if "ssl" in file.path or "sqlite" in file.path]


def test_it_ends_when_its_parent_is_gone(make: Makes) -> None:
    assert make(saved(noise(8, 8), "PNG")) is None
    process = make.process()
    assert make.child._process is not None
    assert make.child._process.stdin is not None
    make.child._process.stdin.close()  # as the kernel does for a parent that was killed
    assert process.wait(60) == 0
