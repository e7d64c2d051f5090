"""The minimum speed of a transfer."""

from Dweb.server.pace import Pace


def test_a_window_needs_its_bytes() -> None:
    pace = Pace(100, 10, moved=7, now=0)
    assert pace.due == 10
    assert pace.keeps_up(1_007, 10)
    assert pace.due == 20
    assert not pace.keeps_up(2_006, 20)


def test_nobody_saves_time_up() -> None:
    pace = Pace(100, 10, moved=0, now=0)
    assert pace.keeps_up(1_000_000, 10)
    assert not pace.keeps_up(1_000_000, 20)
