"""The minimum speed of a transfer."""

from Dweb.server.pace import Pace


def test_each_window_needs_its_bytes() -> None:
    pace = Pace(1_000, moved=7)
    assert pace.keeps_up(1_007)
    assert not pace.keeps_up(2_006)


def test_nobody_saves_time_up() -> None:
    pace = Pace(1_000, moved=0)
    assert pace.keeps_up(1_000_000)
    assert not pace.keeps_up(1_000_000)
