"""The limits of the machine, as they are read when the server starts."""

import resource
from pathlib import Path
from unittest import mock

import pytest

from Dweb.server.capacity import UNLIMITED, bounded_sockets, cgroup_limits

pytestmark = pytest.mark.once


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, settings: object) -> mock.Mock:
    """`files` and `threads` are what this process may have; `raised` is what it asked the system for."""
    made = mock.Mock(files=(20_000, 20_000), threads=(UNLIMITED, UNLIMITED), raised={})

    def get(which: int) -> tuple[int, int]:
        return made.files if which == resource.RLIMIT_NOFILE else made.threads

    monkeypatch.setattr("Dweb.server.capacity.resource.getrlimit", get)
    monkeypatch.setattr("Dweb.server.capacity.resource.setrlimit", made.raised.__setitem__)
    monkeypatch.setattr("Dweb.server.capacity.os.geteuid", lambda: 1_000)
    monkeypatch.setattr("Dweb.server.capacity.cgroup_limits", lambda *_: [UNLIMITED])
    settings.SPARE_FILES, settings.SPARE_THREADS = 1_000, 50  # type: ignore[attr-defined]
    settings.HTTP_THREADS, settings.DB_MAX_CONNECTIONS = 64, 5  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("files", "sockets"), [(256, 128), (1_024, 512), (4_096, 3_096), (20_000, 10_000), (UNLIMITED, 10_000), (1, 1)]
)
def test_each_socket_takes_a_file(machine: mock.Mock, files: int, sockets: int) -> None:
    machine.files = (files, files)
    assert bounded_sockets(10_000, 11_000, 1) == sockets


def test_fewer_sockets_than_wanted_are_said(machine: mock.Mock, caplog: pytest.LogCaptureFixture) -> None:
    machine.files = (4_096, 4_096)
    bounded_sockets(10_000, 11_000, 1)
    [line] = caplog.messages
    assert "at most 3096 sockets, not MAX_SOCKETS = 10000, because it may open 4096 files" in line


@pytest.mark.parametrize(("threads", "workers", "wanted"), [(118, 1, 119), (200, 2, 238)])
def test_too_few_threads_bound_no_sockets_and_are_said(
    machine: mock.Mock, caplog: pytest.LogCaptureFixture, threads: int, workers: int, wanted: int
) -> None:
    machine.threads = (threads, threads)
    assert bounded_sockets(10_000, 11_000, workers) == 10_000
    [line] = caplog.messages
    assert f"The server may have {threads} threads, and takes up to {wanted}" in line


def test_nothing_is_said_where_there_is_room(machine: mock.Mock, caplog: pytest.LogCaptureFixture) -> None:
    assert bounded_sockets(10_000, 11_000, 1) == 10_000
    assert caplog.messages == []


def test_a_soft_limit_is_raised_as_far_as_it_is_of_use(machine: mock.Mock) -> None:
    machine.files, machine.threads = (1_024, 524_288), (100, 200)
    assert bounded_sockets(10_000, 11_000, 1) == 10_000
    assert machine.raised == {resource.RLIMIT_NOFILE: (22_000, 524_288), resource.RLIMIT_NPROC: (119, 200)}


def test_root_has_as_many_threads_as_it_likes(machine: mock.Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.threads = (100, 100)
    monkeypatch.setattr("Dweb.server.capacity.os.geteuid", lambda: 0)
    assert bounded_sockets(10_000, 11_000, 1) == 10_000


@pytest.mark.parametrize(
    ("own", "limits", "found"),
    [
        pytest.param("0::/a/b\n", {"a/b/pids.max": "100\n", "a/pids.max": "max\n"}, [100], id="version 2"),
        pytest.param("0::/a/b\n", {"a/b/pids.max": "max\n", "a/pids.max": "70\n"}, [70], id="the group above"),
        pytest.param("0::/\n", {"pids.max": "50\n"}, [50], id="in a container"),
        pytest.param("8:pids:/a\n0::/\n", {"pids/a/pids.max": "60\n"}, [60], id="version 1"),
        pytest.param("9:cpu,pids:/docker/x\n", {"pids/pids.max": "40\n"}, [40], id="version 1 in a container"),
        pytest.param("7:memory:/a\n", {"a/pids.max": "30\n", "pids/a/pids.max": "30\n"}, [], id="another controller"),
        pytest.param("0::/a\n", {}, [], id="no limit"),
    ],
)
def test_the_limits_of_cgroups_are_read(tmp_path: Path, own: str, limits: dict[str, str], found: list[int]) -> None:
    for name, value in limits.items():
        file = tmp_path / "fs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value)
    (tmp_path / "own").write_text(own)
    assert [each for each in cgroup_limits(tmp_path / "fs", tmp_path / "own") if each != UNLIMITED] == found


def test_a_system_without_cgroups_has_no_such_limit(tmp_path: Path) -> None:
    assert cgroup_limits(tmp_path, tmp_path / "missing") == [UNLIMITED]
