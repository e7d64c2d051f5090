"""Passwords are guessed and accounts are made by the thousand, at a server that is started as users start it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from Dweb.accounts.hashers import PROCESSORS

from ..conftest import starting_servers
from ..support.door import BEHIND_A_PROXY, PASSWORD, cookies_of, enter, post, register, rows
from ..support.server import Answer, Server
from ..support.waiting import wait_until
from .test_weather import changed

pytestmark = [pytest.mark.service, pytest.mark.once]

Maker = Callable[..., Server]

ACCOUNTS = """
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from Dweb.models import User
User.objects.create_superuser("root", "correct horse", "Root")
User.objects.create(account="old", username="Old", password=make_password("correct horse", hasher="pbkdf2_sha256"))
helper = User.objects.create_user("helper", "correct horse", "Helper", is_staff=True)
helper.user_permissions.set(Permission.objects.filter(content_type__model="user"))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for many tests: Alice and others have accounts, Root is the admin, Helper may change people,
    and Old's password was hashed by an earlier version. Each test has addresses of its own."""
    with starting_servers(tmp_path_factory.mktemp("place")) as make:
        server = make(**BEHIND_A_PROXY, HASH_WAIT_SECONDS=60)  # a busy machine hashes slowly
        server.run("manage.py", "shell", "-c", ACCOUNTS)
        for account in ("alice", "owner", "pupil", "mover", "robbed"):
            assert register(server, account, "192.0.2.1").status == 302
        yield server


def tries(attempt: Callable[[int], Answer], most: int) -> list[int]:
    """The statuses of attempts, up to the first that is refused."""
    statuses: list[int] = []
    while len(statuses) < most and 429 not in statuses:
        statuses.append(attempt(len(statuses)).status)
    return statuses


def is_wait(answer: Answer, most: int) -> bool:
    return answer.status == 429 and 1 <= int(answer.headers["Retry-After"]) <= most


def test_the_addresses_of_one_ipv6_network_are_one(place: Server) -> None:
    statuses = tries(lambda n: enter(place, "victim", "wrong", f"2001:db8:1:1:{n}::{n + 1:x}"), 8)
    assert statuses == [200] * 5 + [429]
    assert enter(place, "victim", "wrong", "2001:db8:1:2::1").status == 200


def test_an_address_that_tries_many_accounts_is_refused(place: Server) -> None:
    statuses = tries(lambda n: enter(place, f"victim{n % 8}", "wrong", f"2001:db8:2:1::{n + 1:x}"), 40)
    assert statuses == [200] * 30 + [429]
    refused = enter(place, "somebody else", "wrong", "2001:db8:2:1::ffff")
    assert is_wait(refused, 600)
    assert b"Too many failed attempts" in refused.body


def test_an_account_of_ones_own_empties_no_bucket(place: Server) -> None:
    def guess(n: int) -> Answer:
        assert n % 4 or enter(place, "alice", PASSWORD, "198.51.100.1").status in (302, 429)
        return enter(place, f"target{n % 20}", "wrong", "198.51.100.1")

    assert tries(guess, 40) == [200] * 30 + [429]


def test_an_account_is_tried_from_many_addresses_and_its_owner_is_not_locked_out(place: Server) -> None:
    device = cookies_of(enter(place, "owner", PASSWORD, "198.51.100.3"))
    device.pop("sessionid")  # nobody is signed in on it any more
    assert device
    addresses = (f"203.0.{n // 250}.{n % 250 + 1}" for n in count())
    statuses = tries(lambda n: enter(place, "owner", "wrong", next(addresses)), 80)
    assert statuses == [200] * 50 + [429]
    assert is_wait(enter(place, "owner", PASSWORD, next(addresses)), 3_600)
    assert enter(place, "owner", PASSWORD, next(addresses), device).status == 302
    forged = {name: f"x{value}" for name, value in device.items()}
    assert enter(place, "owner", PASSWORD, next(addresses), forged).status == 429
    of_another = cookies_of(enter(place, "alice", PASSWORD, next(addresses)))
    of_another.pop("sessionid")
    assert enter(place, "owner", PASSWORD, next(addresses), of_another).status == 429


def test_a_known_device_passes_its_address_and_still_waits_itself(place: Server) -> None:
    device = cookies_of(enter(place, "pupil", PASSWORD, "198.51.100.4"))
    device.pop("sessionid")
    assert 429 in tries(lambda n: enter(place, f"other{n}", "wrong", "198.51.100.4"), 40)
    assert enter(place, "alice", PASSWORD, "198.51.100.4").status == 429
    assert tries(lambda n: enter(place, "pupil", "wrong", "198.51.100.4", device), 10) == [200] * 5 + [429]


def test_a_stranger_at_the_same_address_makes_no_known_device_wait(place: Server) -> None:
    assert register(place, "neighbour", "192.0.2.2").status == 302
    device = cookies_of(enter(place, "neighbour", PASSWORD, "198.51.100.7"))
    device.pop("sessionid")
    assert tries(lambda n: enter(place, "neighbour", "wrong", "198.51.100.7"), 10) == [200] * 5 + [429]
    assert enter(place, "neighbour", PASSWORD, "198.51.100.7", device).status == 302


def test_right_passwords_are_counted_too(place: Server) -> None:
    assert register(place, "busy", "192.0.2.3").status == 302
    assert tries(lambda n: enter(place, "busy", PASSWORD, f"198.51.102.{n}"), 40) == [302] * 30 + [429]
    assert enter(place, "alice", PASSWORD, "198.51.102.99").status == 302


def test_another_password_makes_old_devices_strangers(place: Server) -> None:
    old = cookies_of(enter(place, "mover", PASSWORD, "198.51.100.5"))
    new_password = "staple battery"
    fields = {"old_password": PASSWORD, "new_password1": new_password, "new_password2": new_password}
    done = post(place, "/password_change/", "198.51.100.5", old, **fields)
    assert done.status == 302
    new = cookies_of(done)
    old.pop("sessionid")
    new.pop("sessionid")
    assert 429 in tries(lambda n: enter(place, f"other{n}", "wrong", "198.51.100.5"), 40)
    assert enter(place, "mover", new_password, "198.51.100.5", old).status == 429
    assert enter(place, "mover", new_password, "198.51.100.5", new).status == 302


def test_a_stolen_session_does_not_become_the_password(place: Server) -> None:
    stolen = cookies_of(enter(place, "robbed", PASSWORD, "198.51.100.6"))
    fields = {"new_password1": "staple battery", "new_password2": "staple battery"}

    def guess(number: int) -> Answer:
        return post(
            place, "/password_change/", f"198.51.101.{number}", stolen, old_password=f"guess {number}", **fields
        )

    assert tries(guess, 10) == [200] * 5 + [429]
    assert is_wait(post(place, "/password_change/", "198.51.100.6", stolen, old_password=PASSWORD, **fields), 900)
    assert enter(place, "robbed", PASSWORD, "198.51.100.7").status == 302  # the owner does not wait


def test_the_admins_sign_in_counts_too(place: Server) -> None:
    def guess(number: int) -> Answer:
        return enter(place, "root", "wrong", "198.51.100.8", path=("/admin/login/", "/")[number % 2])

    assert tries(guess, 10) == [200] * 5 + [429]
    assert is_wait(enter(place, "root", PASSWORD, "198.51.100.8", path="/admin/login/"), 900)
    assert "device" in cookies_of(enter(place, "root", PASSWORD, "198.51.100.9", path="/admin/login/"))


def test_a_class_registers_and_signs_in_at_once_behind_one_address_and_a_crowd_does_not(place: Server) -> None:
    with ThreadPoolExecutor(40) as pool:
        registered = pool.map(lambda n: register(place, f"child{n}", "198.51.100.10").status, range(40))
        assert [*registered] == [302] * 40
        signed_in = pool.map(lambda n: enter(place, f"child{n}", PASSWORD, "198.51.100.10").status, range(40))
        assert [*signed_in] == [302] * 40
    statuses = tries(lambda n: register(place, f"crowd{n}", "198.51.100.10"), 30)
    assert statuses == [302] * 20 + [429]
    assert is_wait(register(place, "latecomer", "198.51.100.10"), 3_600)
    assert register(place, "elsewhere", "198.51.100.11").status == 302


def test_hashing_leaves_the_rest_of_the_server_alone(make_server: Maker) -> None:
    """So many hash at once as there are processors, a few wait; others are told to come again."""
    server = make_server(**BEHIND_A_PROXY, HASH_QUEUE=PROCESSORS + 1)
    server.people(1)
    people = 16 * PROCESSORS
    began = threading.Barrier(people)

    def attempt(number: int) -> Answer:
        began.wait(30)
        if number % 2:
            return register(server, f"somebody{number}", f"2001:db8:{number:x}::1")
        return enter(server, f"nobody{number}", "wrong", f"2001:db8:{number:x}::1")

    with ThreadPoolExecutor(people) as pool:
        answers = [*pool.map(attempt, range(people))]
    busy = [answer for answer in answers if answer.status == 429]
    assert busy
    assert all(int(answer.headers["Retry-After"]) >= 1 and b"in a moment" in answer.body for answer in busy)
    statuses = {answer.status for answer in answers}
    assert {429} < statuses <= {200, 302, 429}
    assert register(server, "latecomer", "2001:db8::1").status == 302


def test_an_old_hash_is_taken_over_at_the_next_sign_in(place: Server) -> None:
    def stored() -> str:
        [(password,)] = rows(place, "SELECT password FROM user WHERE account = 'old'")
        return str(password)

    assert stored().startswith("pbkdf2_sha256$")
    assert enter(place, "old", "wrong", "198.51.100.12").status == 200
    assert stored().startswith("pbkdf2_sha256$")
    assert enter(place, "old", PASSWORD, "198.51.100.12").status == 302
    assert stored().startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert enter(place, "old", PASSWORD, "198.51.100.12").status == 302


TWO_CLOCKS = """
import pathlib
import time
real, moved = time.time, pathlib.Path(__file__).with_name("moved")
time.time = lambda: real() - (86_400 if moved.exists() else 0)
"""


def test_a_clock_that_goes_back_a_day_keeps_nobody_waiting_for_a_day(make_server: Maker, tmp_path: Path) -> None:
    folder = tmp_path / "clock"
    server = make_server(**BEHIND_A_PROXY, **changed(folder, TWO_CLOCKS))
    register(server, "late", "203.0.113.2")
    assert 429 in tries(lambda _: enter(server, "late", "wrong", "203.0.113.1"), 10)
    (folder / "moved").touch()
    refused = enter(server, "late", PASSWORD, "203.0.113.1")
    assert refused.status == 302 or is_wait(refused, 4)
    wait_until(lambda: enter(server, "late", PASSWORD, "203.0.113.1").status == 302, 30)


EXPIRED = """
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.utils import timezone
yesterday = timezone.now() - timedelta(1)
Session.objects.bulk_create(Session(f"old{number}", "", yesterday) for number in range(1_500))
"""


def test_expired_sessions_go(make_server: Maker) -> None:
    server = make_server(SESSION_CLEAR_SECONDS=0.2)
    [alice] = server.people(1)
    server.run("manage.py", "shell", "-c", EXPIRED)
    wait_until(lambda: rows(server, "SELECT session_key FROM django_session") == [(alice.session,)], 60)
    assert alice.get("/history/").status == 200


def test_staff_do_not_make_themselves_superuser(place: Server) -> None:
    people = dict(rows(place, "SELECT account, user_id FROM user"))
    cookies = cookies_of(enter(place, "helper", PASSWORD, "198.51.100.13"))
    everything = {"account": "helper", "username": "helper", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    post(place, f"/admin/Dweb/user/{people['helper']}/change/", "198.51.100.13", cookies, **everything)
    passwords = {"password1": "staple battery", "password2": "staple battery", "usable_password": "true"}
    assert (
        post(place, f"/admin/Dweb/user/{people['root']}/password/", "198.51.100.13", cookies, **passwords).status == 403
    )
    assert rows(place, "SELECT account FROM user WHERE is_superuser") == [("root",)]
    assert enter(place, "root", PASSWORD, "198.51.100.14").status == 302
