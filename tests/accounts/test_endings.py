"""Sessions and accounts that ended are remembered, and not for long."""

import pytest

from Dweb.accounts import endings
from Dweb.accounts.endings import Endings


def test_what_was_noted_is_known_with_what_is_left_of_it() -> None:
    noted = Endings()
    noted.note("a session")
    noted.note(7, "half")
    noted.note(7, "a quarter")
    assert noted.among("a session", 7, 8) == {"a session": None, 7: "a quarter"}


def test_what_is_old_is_forgotten_with_the_next_note(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(endings.time, "monotonic", lambda: now)
    noted = Endings()
    for each in range(10):
        now = each * endings.REMEMBERED_SECONDS / 4
        noted.note(each)
        noted.note("always")
    assert [*noted.among(*range(10), "always")] == [5, 6, 7, 8, 9, "always"]
