"""Which errors are the machine's, and how often the log has them."""

import errno
import logging

import pytest

from Dweb.server import shortage
from Dweb.server.shortage import is_shortage, note


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EMFILE, "x"), OSError(errno.ENFILE, "x"), MemoryError(), RuntimeError("can't start new thread")],
)
def test_files_threads_and_memory_run_out(error: Exception) -> None:
    assert is_shortage(error)


@pytest.mark.parametrize(
    "error", [OSError(errno.EPIPE, "x"), FileNotFoundError(), RuntimeError("generator ignored"), ValueError()]
)
def test_other_errors_are_faults(error: Exception) -> None:
    assert not is_shortage(error)


def test_the_log_has_a_line_once_in_a_while(
    settings: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shortage, "_noted", float("-inf"))
    settings.SHORTAGE_LOG_SECONDS = 3_600  # type: ignore[attr-defined]
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            note(MemoryError())
        assert [message for message in caplog.messages if "MemoryError" in message] == caplog.messages
        assert len(caplog.messages) == 1
        settings.SHORTAGE_LOG_SECONDS = 0  # type: ignore[attr-defined]
        note(OSError(errno.EMFILE, "Too many open files"))
    assert "Too many open files" in caplog.messages[1]
