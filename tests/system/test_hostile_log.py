"""The log of security of a whole server, and fail2ban's own program, which finds the attackers in it."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from ..conftest import starting_servers
from ..support.door import BEHIND_A_PROXY, PASSWORD, cookies_of, enter, post, register
from ..support.server import ROOT, Server

pytestmark = [pytest.mark.service, pytest.mark.once]

FILTER = ROOT / "deploy" / "fail2ban" / "filter.d" / "dweb.conf"
ATTACKERS = ["203.0.113.5", "2001:db8:5::1"]
FORGED = (
    "x\n2026-01-01 00:00:00,000 WARNING dweb.security [-]: signin_failed address=198.51.100.66",
    '"}\n{"event": "signin_failed", "address": "198.51.100.66", "level": "WARNING", "logger": "dweb.security", ',
    "x address=198.51.100.66",
    '", "address": "198.51.100.66',
)

EXPECTED = sorted(ATTACKERS * 7 + ["203.0.113.20"] + [f"203.0.113.{number + 10}" for number in range(len(FORGED))])


@pytest.fixture(scope="module", params=["line", "json"])
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to which both good and bad has been done."""
    with starting_servers(tmp_path_factory.mktemp("attacked")) as make:
        server = make(**BEHIND_A_PROXY, LOG_FORMAT=request.param, ACCESS_LOG="yes")
        cookies = cookies_of(register(server, "alice", "198.51.100.1"))
        for address in ATTACKERS:
            for _ in range(7):
                enter(server, "alice", "wrongpassword", address)
        for number, account in enumerate(FORGED):
            enter(server, account, "wrongpassword", f"203.0.113.{number + 10}")
        fields = {"old_password": "wrongpassword", "new_password1": "staple battery", "new_password2": "staple battery"}
        post(server, "/password_change/", "203.0.113.20", cookies, **fields)
        fields["old_password"] = PASSWORD
        cookies |= cookies_of(post(server, "/password_change/", "198.51.100.1", cookies, **fields))
        register(server, "alice", "198.51.100.2")
        register(server, "bob", "198.51.100.2", password="password")
        forgery = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "198.51.100.3"}
        assert server.request("POST", "/", b"a=b", forgery).status == 403
        [person] = server.people(1)
        with pytest.raises(InvalidStatus):
            person.connect(origin="https://evil.example")
        post(server, "/logout/", "198.51.100.1", cookies)
        server.stop()
        yield server


def test_each_event_is_in_the_log_and_no_password(attacked: Server) -> None:
    lines = [line for line in attacked.log().splitlines() if "dweb.security" in line]
    pattern = re.compile(r'(?:\[[0-9a-f]{16}\]: |^\{"event": ")(\w+)\W+(?:address)\W+([0-9a-f.:]+)')
    events = {match.group(1, 2) for match in map(pattern.search, lines) if match}
    assert events >= {
        ("register_ok", "198.51.100.1"),
        ("register_failed", "198.51.100.2"),
        ("signin_ok", "198.51.100.1"),
        ("signin_failed", ATTACKERS[0]),
        ("throttled", ATTACKERS[1]),
        ("password_change_failed", "203.0.113.20"),
        ("password_changed", "198.51.100.1"),
        ("session_ended", "198.51.100.1"),
        ("csrf_failed", "198.51.100.3"),
        ("origin_refused", "127.0.0.1"),
    }
    for secret in ("wrongpassword", PASSWORD, "staple battery", "staple"):
        assert secret not in attacked.log()
    assert "Traceback" not in attacked.log()


def found_by_fail2ban(log: Path, *options: str) -> list[tuple[str, float]]:
    """The address and the time of each line that counts, as fail2ban has them on a machine elsewhere."""
    command = ["fail2ban-regex", "--timezone=UTC", "--out=row", *options, str(log), str(FILTER)]
    env = os.environ | {"TZ": "Asia/Shanghai"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return [(row[0], row[1]) for row in ast.literal_eval(f"[{done.stdout}]")]


def test_fail2ban_finds_the_attackers_and_nobody_else(attacked: Server) -> None:
    found = found_by_fail2ban(attacked.log_path)
    assert sorted(address for address, _ in found) == EXPECTED
    ended = attacked.log_path.stat().st_mtime
    assert all(abs(ended - at) < 600 for _, at in found)


def test_fail2ban_finds_them_in_systemds_journal(attacked: Server, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.write_text("".join(f"host python3[7]: {line}\n" for line in attacked.log().splitlines()))
    found = found_by_fail2ban(journal, "--datepattern={NONE}")  # the journal has the time of each message
    assert sorted(address for address, _ in found) == EXPECTED
