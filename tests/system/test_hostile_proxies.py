"""A program of this machine that claims to be a proxy, and a neighbouring host that plants cookies."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie

import pytest

from tests.conftest import starting_servers

from ..support.server import CSRF, ROOT, Server

pytestmark = pytest.mark.once

CLAIMED = "203.0.113.9"
OVER_TLS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": CLAIMED}


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("tls")) as make:
        server = make(HTTPS="yes", TRUSTED_PROXIES="127.0.0.1")
        server.people(1)
        yield server


def test_nothing_is_a_proxy_unless_it_is_named(make_server: Callable[..., Server]) -> None:
    server = make_server(METRICS_ALLOWED=CLAIMED)
    answer = server.get("/metrics", {"X-Forwarded-For": CLAIMED, "X-Request-ID": "claimed"})
    assert answer.status == 404
    assert answer.headers["X-Request-ID"] != "claimed"
    named = make_server(METRICS_ALLOWED=CLAIMED, TRUSTED_PROXIES="127.0.0.1")
    answer = named.get("/metrics", {"X-Forwarded-For": CLAIMED, "X-Request-ID": "claimed"})
    assert (answer.status, answer.headers["X-Request-ID"]) == (200, "claimed")


def test_strangers_behind_a_proxy_that_is_not_named_are_not_this_machine(make_server: Callable[..., Server]) -> None:
    server = make_server()
    assert server.get("/metrics").status == 200
    assert server.get("/metrics", {"X-Forwarded-For": CLAIMED}).status == 404


@pytest.mark.service
def test_cookies_are_for_this_host_alone(behind_tls: Server) -> None:
    server = behind_tls
    first = server.get("/register/", OVER_TLS)
    assert first.headers["Strict-Transport-Security"] == "max-age=31536000"
    token, *_ = re.findall(rb'name="csrfmiddlewaretoken" value="(\w+)"', first.body)
    cookies = SimpleCookie("; ".join(each.partition(";")[0] for each in first.headers.get_all("Set-Cookie", [])))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://127.0.0.1:{server.port}"}
    form["Cookie"] = f"__Host-csrftoken={cookies['__Host-csrftoken'].value}"
    fields = b"account=anna&username=Anna&password=correct+horse+9&csrfmiddlewaretoken=" + token
    second = server.request("POST", "/register/", fields, OVER_TLS | form)
    assert second.status == 302, second.body
    made = first.headers.get_all("Set-Cookie", []) + second.headers.get_all("Set-Cookie", [])
    assert {each.partition("=")[0] for each in made} == {"__Host-csrftoken", "__Host-sessionid", "__Host-device"}
    assert all("Secure" in each and "Path=/" in each and "Domain" not in each for each in made)


@pytest.mark.service
def test_a_cookie_that_a_neighbouring_host_may_set_is_none(behind_tls: Server) -> None:
    server = behind_tls
    [person] = server.people(1)
    page = server.get("/news_chat/", OVER_TLS | person.headers)
    assert page.status == 200
    assert b'data-csrf-cookie="__Host-csrftoken"' in page.body
    planted = {"Cookie": f"sessionid={person.session}; csrftoken={CSRF}"}
    assert server.get("/news_chat/", OVER_TLS | planted).status == 302


@pytest.mark.service
@pytest.mark.parametrize("command", [["serve", "--host", "0.0.0.0"], ["runserver", "--noreload", "0.0.0.0:8123"]])
def test_debug_pages_are_for_this_machine_alone(make_server: Callable[..., Server], command: list[str]) -> None:
    server = make_server(start=False, DEBUG="yes")
    full = [sys.executable, "manage.py", *command]
    done = subprocess.run(full, cwd=ROOT, env=server.env, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "DEBUG is yes: everyone who reaches 0.0.0.0 could read" in done.stderr
