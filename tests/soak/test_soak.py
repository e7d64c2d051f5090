"""`manage.py soak`: it passes on this server, and its verdict fails whatever deserves it."""

import os
import re
import subprocess
import sys

import pytest

from Dweb.soak.report import cross_server_delay, judge
from Dweb.soak.servers import OwnServers

from ..conftest import LONG
from ..support.server import ROOT, Server

SHORT = ["--clients", "10", "--senders", "4", "--seconds", "10", "--rate", "40"]
SAID = [(1, "a"), (2, "b"), (3, "c")]


def soak(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "soak", *SHORT, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=240)


def test_so_many_people_as_are_wanted_register_at_servers_of_its_own() -> None:
    with OwnServers(ROOT, {}, 0, 1) as own:
        command = [sys.executable, "-c", "from django.conf import settings; print(settings.REGISTRATIONS_PER_HOUR)"]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | own._settings(), capture_output=True, text=True)
    assert done.stdout.strip() == "1000000"


@pytest.mark.service
@pytest.mark.database
@pytest.mark.parametrize(
    ("seconds", "kill_every", "kills", "messages"),
    [
        pytest.param(5, 2, 1, 10, id="short", marks=pytest.mark.mariadb),  # on SQLite masters are killed, below
        pytest.param(60, 4, 4, 500, id="long", marks=LONG),
    ],
)
def test_a_server_of_its_own_is_killed_and_loses_nothing(
    seconds: int, kill_every: int, kills: int, messages: int
) -> None:
    """Restarts take their time on a busy machine; the first kill comes whatever that is."""
    done = soak("--seconds", f"{seconds}", "--kill-every", f"{kill_every}")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {
        name: int(value) for name, value in re.findall(r"^(\w[\w ]*?)  +(\d+)(?: times)?$", done.stdout, re.MULTILINE)
    }
    assert rows["acknowledged"] == rows["received by every receiver"] > messages
    assert rows["lost"] == rows["repeated"] == rows["out of order"] == 0
    assert rows["server killed"] >= kills


@pytest.mark.service
@pytest.mark.once
@pytest.mark.long
@pytest.mark.alone
def test_several_servers_lose_nothing_while_workers_die_and_redis_is_away() -> None:
    hurt = ["--kill-every", "4", "--redis-stops", "1", "--seconds", "60"]
    done = soak("--servers", "2", "--workers", "2", *hurt)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^lost +0$", done.stdout, re.MULTILINE)
    killed = re.search(r"^server killed +(\d+) times$", done.stdout, re.MULTILINE)
    assert killed
    assert int(killed[1]) >= 4
    assert re.search(r"^Redis stopped +1 times$", done.stdout, re.MULTILINE)
    assert re.search(r"^later at another server +-?\d+\.\d ms$", done.stdout, re.MULTILINE)


@pytest.mark.service
@pytest.mark.once
@pytest.mark.long
@pytest.mark.alone
def test_a_master_that_is_killed_alone_leaves_nobody_behind() -> None:
    done = soak("--seconds", "60", "--kill-every", "0", "--master-kills", "6")
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ("lost", "repeated", "out of order"):
        assert re.search(rf"^{row} +0$", done.stdout, re.MULTILINE)
    assert re.search(r"^master killed alone +6 times$", done.stdout, re.MULTILINE)


@pytest.mark.service
@pytest.mark.once
@pytest.mark.long
@pytest.mark.alone
@pytest.mark.parametrize("via", ["client", "sse", "poll"])
def test_the_python_client_loses_nothing_either(via: str) -> None:
    done = soak("--via", via, "--seconds", "40", "--kill-every", "8")
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ("lost", "repeated", "out of order", "of these wrong"):
        assert re.search(rf"^{row} +0$", done.stdout, re.MULTILINE)
    found = dict(re.findall(r"^(acknowledged|server killed|with a file) +(\d+)", done.stdout, re.MULTILINE))
    assert int(found["acknowledged"]) > 50
    assert int(found["server killed"]) >= 2
    assert int(found["with a file"]) > 5


@pytest.mark.once
@pytest.mark.long
def test_a_server_that_runs_already_is_not_killed(server: Server) -> None:
    done = soak("--url", server.url, "--seconds", "2")
    assert done.returncode != 0
    assert "the server is not set up, or registration is closed" in done.stderr
    server.people(1)
    done = soak("--url", server.url, "--seconds", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^server killed +0 times$", done.stdout, re.MULTILINE)
    assert server.healthy()
    assert server.faults() == []


@pytest.mark.service
@pytest.mark.parametrize("servers", [["--url", "http://127.0.0.1:1"], []])
def test_a_redis_that_there_is_not_cannot_be_stopped(servers: list[str]) -> None:
    done = soak("--redis-stops", "1", *servers)
    assert done.returncode != 0
    assert "There is no Redis to stop" in done.stderr


@pytest.mark.service
def test_the_master_of_a_server_that_runs_already_is_not_killed() -> None:
    done = soak("--master-kills", "1", "--url", "http://127.0.0.1:1")
    assert done.returncode != 0
    assert "is not killed" in done.stderr


def test_all_is_well_when_everyone_saw_everything_in_order() -> None:
    report = judge(SAID, [SAID, [*SAID, (4, "not acknowledged in time")]], [1.0, 1.5, 4.0])
    assert report.good
    assert (report.acknowledged, report.received, report.longest_gap) == (3, 3, 2.5)


@pytest.mark.parametrize(
    ("seen", "flaw"),
    [
        ([(1, "a"), (3, "c")], "lost"),
        ([], "lost"),
        ([(1, "a"), (2, "other text"), (3, "c")], "lost"),
        ([(1, "a"), (2, "b"), (2, "b"), (3, "c")], "repeated"),
        ([(1, "a"), (3, "c"), (2, "b")], "out_of_order"),
    ],
)
def test_what_one_receiver_did_not_see_once_and_in_order_fails(seen: list[tuple[int, str]], flaw: str) -> None:
    report = judge(SAID, [SAID, seen], [])
    assert not report.good
    assert getattr(report, flaw) > 0


def test_a_number_given_to_two_messages_fails() -> None:
    said = [*SAID, (3, "another")]
    assert judge(said, [said], []).repeated > 0


def test_how_much_later_a_message_comes_at_other_servers() -> None:
    arrivals = [{1: (10.0, 0), 2: (20.0, 0)}, {1: (10.5, 1), 2: (19.0, 1)}, {1: (10.7, 1), 3: (30.0, 1)}]
    assert cross_server_delay({1: 0, 2: 1, 3: 0}, arrivals) == pytest.approx((0.6 + 1.0) / 2)
    assert cross_server_delay({3: 0}, arrivals) is None
