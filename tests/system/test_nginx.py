"""deploy/nginx.conf in a real nginx: what it passes on, what it keeps away, and the chat behind it."""

import gzip
import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode
from websockets.sync.client import ClientConnection

from Dweb.views.middleware import CONTENT_SECURITY_POLICY, TRUSTED_TYPES

from ..support import nginx
from ..support.nginx import NAME, Nginx
from ..support.server import CSRF, Answer, Server, receive
from ..support.uploads import TYPE, form
from ..support.upstream import PAGE, Upstream
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

PATIENCE = 60
LIMIT = 256 * 1024
BEHIND = {"HTTPS": "yes", "TRUSTED_PROXIES": "127.0.0.1"}
ENDS = (PAGE, b'Wait a moment."}')
OF_NGINX = ["nosniff"], ["default-src 'none'; frame-ancestors 'none'"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Callable[..., Nginx]]:
    """Starts nginx in front of one or two ports."""
    nginx.needed()
    started: list[Nginx] = []

    def start(first: int, second: int | None = None, **changed: str) -> Nginx:
        folder = tmp_path / f"nginx{len(started)}"
        folder.mkdir()
        started.append(Nginx(folder, first, second or first, changed))
        return started[-1].start()

    yield start
    for each in started:
        each.close()


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port at which nobody listens, nor can: a free one could be another test's server by the time it is asked."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    yield made
    made.close()


@pytest.fixture
def broken() -> Iterator[tuple[Upstream, Upstream]]:
    """Two app servers that break every connection."""
    made = Upstream(willing=False), Upstream(willing=False)
    yield made
    for each in made:
        each.close()


class Pinged(ClientConnection):
    """Counts the pings it answers."""

    pings = 0

    def process_event(self, event: Any) -> None:
        if getattr(event, "opcode", None) is Opcode.PING:
            self.pings += 1
        super().process_event(event)


# --- What goes through, seen by an app server ------------------------------------------------------


def test_the_client_has_no_say_in_what_is_said_about_it(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    front = proxy(upstream.port)
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "X_Forwarded_For": "203.0.113.8"}
    forged["X-Request-ID"] = "mine"
    assert front.get("/", forged).status == 200
    [asked] = upstream.asked
    assert asked.headers.get_all("X-Forwarded-For") == ["127.0.0.1"]
    assert asked.headers.get_all("X-Forwarded-Proto") == ["https"]
    assert asked.headers.get_all("Host") == [f"{NAME}:{front.port}"]
    assert "X_Forwarded_For" not in asked.headers
    [request_id] = asked.headers.get_all("X-Request-ID")
    assert re.fullmatch("[0-9a-f]{32}", request_id)


def test_plain_http_is_sent_to_https_and_goes_no_further(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    answer = proxy(upstream.port).request("GET", "/news_chat/?num=7", plain=True)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/news_chat/?num=7")
    assert upstream.asked == []


def test_another_name_gets_no_redirect_no_certificate_and_no_answer(
    proxy: Callable[..., Nginx], upstream: Upstream
) -> None:
    front = proxy(upstream.port)
    with pytest.raises(http.client.RemoteDisconnected):
        front.request("GET", "/", headers={"Host": "evil.example"}, plain=True)
    with pytest.raises(ssl.SSLError):
        front.tcp("evil.example")
    assert front.get("/", {"Host": "evil.example"}).status == 421
    assert upstream.asked == []


def ask(connection: ssl.SSLSocket, count: int, path: str = "/") -> list[int]:
    """Sends requests one behind the other; the statuses of the answers."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode() * count)
    answers = b""
    while answers.count(b"HTTP/1.1 ") < count or not answers.endswith(ENDS):
        more_bytes = connection.recv(65_536)
        assert more_bytes, answers[-200:]
        answers += more_bytes
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d{3}) ", answers)]


def test_one_address_may_ask_as_much_as_a_school_does_and_no_more(
    proxy: Callable[..., Nginx], upstream: Upstream
) -> None:
    """Forty people load the page at once, each with its scripts, and their sockets connect."""
    front = proxy(upstream.port)
    with front.tcp() as connection:
        assert ask(connection, 40, "/chat/") == [200] * 40
    for _ in range(4):
        with front.tcp() as connection:
            assert ask(connection, 450) == [200] * 450
    small = proxy(upstream.port, **{"burst=5000": "burst=20", "burst=2000": "burst=20", "rate=300r/s": "rate=1r/m"})
    small.get("/msg_send/")
    with small.tcp() as connection:
        assert 429 in ask(connection, 100)
    refused = small.get("/msg_send/")
    assert (refused.status, refused.headers["Retry-After"], refused.json()["error"]) == (429, "1", "too_fast")
    assert policies(refused) == OF_NGINX
    assert small.get("/chat/").status == 200  # sockets have a limit of their own


def policies(answer: Answer) -> tuple[list[str] | None, list[str] | None]:
    return answer.headers.get_all("X-Content-Type-Options"), answer.headers.get_all("Content-Security-Policy")


def test_what_nginx_answers_itself_is_neither_sniffed_nor_framed(
    proxy: Callable[..., Nginx], broken: tuple[Upstream, Upstream]
) -> None:
    front = proxy(broken[0].port, broken[1].port)
    own = [front.get("/metrics"), front.get("/"), front.request("POST", "/", b"x" * (LIMIT + 1))]
    own += [front.request("POST", "/msg_send/", b"x" * (LIMIT + 1)), front.request("GET", "/", plain=True)]
    assert [answer.status for answer in own] == [404, 502, 413, 413, 301]
    assert [policies(answer) for answer in own] == [OF_NGINX] * len(own)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("oldest", "newest", "ciphers", "agreed"),
    [
        (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", None),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ALL:!AESGCM:!CHACHA20", None),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ALL", "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3, "ALL", "TLSv1.3"),
    ],
)
def test_old_versions_and_ciphers_of_tls_are_refused(
    proxy: Callable[..., Nginx],
    dead_port: int,
    oldest: ssl.TLSVersion,
    newest: ssl.TLSVersion,
    ciphers: str,
    agreed: str | None,
) -> None:
    front = proxy(dead_port)
    front.trust.minimum_version, front.trust.maximum_version = oldest, newest
    front.trust.set_ciphers(ciphers)
    if agreed is None:
        with pytest.raises(ssl.SSLError):
            front.tcp()
    else:
        with front.tcp() as connection:
            assert connection.version() == agreed


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/%6detrics?x=1", "/x/../metrics"])
def test_metrics_are_not_for_the_outside(proxy: Callable[..., Nginx], upstream: Upstream, path: str) -> None:
    assert proxy(upstream.port).get(path).status == 404
    assert upstream.asked == []


def test_text_is_compressed_for_who_can_read_it(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    front = proxy(upstream.port)
    packed = front.get("/", {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == PAGE
    assert front.get("/").body == PAGE


def test_browsers_get_http_2(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    front = proxy(upstream.port)
    front.trust.set_alpn_protocols(["h2", "http/1.1"])
    with front.tcp() as connection:
        assert connection.selected_alpn_protocol() == "h2"


def test_a_connection_to_the_app_server_is_used_again(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    front = proxy(upstream.port)
    with front.tcp() as connection:
        for _ in range(2):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while not answer.endswith(PAGE):
                answer += connection.recv(65_536)
    first, second = upstream.asked
    assert first.port == second.port


def test_a_slow_request_reaches_the_app_server_when_it_is_whole(
    proxy: Callable[..., Nginx], upstream: Upstream
) -> None:
    front = proxy(upstream.port)
    with front.tcp() as slow:
        slow.sendall(b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345")
        assert [front.request("POST", "/quick", b"whole").status for _ in range(10)] == [200] * 10
        assert set(upstream.begun) == {"/quick"}
        slow.sendall(b"67890")
        assert slow.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert (upstream.asked[-1].path, upstream.asked[-1].body) == ("/slow", b"1234567890")


def test_a_post_that_was_sent_is_not_sent_again_but_a_get_is(
    proxy: Callable[..., Nginx], broken: tuple[Upstream, Upstream]
) -> None:
    one, other = broken
    front = proxy(one.port, other.port)
    assert front.request("POST", "/msg_send/", b"txt=once", FORM).status == 502
    assert len(one.asked) + len(other.asked) == 1
    assert front.get("/history/").status == 502
    assert [asked.path for asked in one.asked].count("/history/") == 1
    assert [asked.path for asked in other.asked].count("/history/") == 1


def test_a_body_is_taken_up_to_the_limit_of_the_app_server(proxy: Callable[..., Nginx], upstream: Upstream) -> None:
    front = proxy(upstream.port)
    assert front.request("POST", "/msg_send/", b"x" * LIMIT, FORM).status == 200
    refused = front.request("POST", "/msg_send/", b"x" * (LIMIT + 1), FORM)
    assert (refused.status, refused.headers["Content-Type"]) == (413, "application/json")
    assert refused.json() == {"msg": "error", "error": "too_large", "detail": "This request is too large."}
    assert front.request("POST", "/register/", b"x" * (LIMIT + 1), FORM).status == 413
    assert [len(asked.body) for asked in upstream.asked] == [LIMIT]


# --- The chat behind it ---------------------------------------------------------------------------


def test_the_page_and_a_message_over_tls(proxy: Callable[..., Nginx], make_server: Callable[..., Server]) -> None:
    server = make_server(**BEHIND, WEBSOCKET_PING_SECONDS=0.5)
    front = proxy(server.port)
    page = front.get("/")
    assert page.status == 200
    once = ["nosniff"], [CONTENT_SECURITY_POLICY + TRUSTED_TYPES]
    assert policies(page) == once
    [style] = re.findall(rb'"(/static/css/base[^"]*)"', page.body)
    known = {"If-Modified-Since": front.get(style.decode()).headers["Last-Modified"]}
    kept = front.get(style.decode(), known)  # a 304 replaces the headers that the browser has
    assert (kept.status, policies(kept)) == (304, once)
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    assert "Secure" in page.headers["Set-Cookie"]

    alice, bob = server.people(2)
    with pytest.raises(InvalidStatus) as refused:
        front.connect(alice, origin="https://evil.example")
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        front.connect(alice, origin=front.origin.replace("https", "http"))
    assert refused.value.response.status_code == 403

    socket = front.connect(alice, create_connection=Pinged, ping_interval=None)
    socket.send(json.dumps({"type": "hello"}))
    assert receive(socket, 0, PATIENCE)["userid"] == alice.userid
    wait_until(lambda: socket.pings >= 3, PATIENCE)  # silent for three times the interval
    said = front.post(bob, type="1", txt="through nginx")
    assert said.status == 200, said.body
    data = receive(socket, 1, PATIENCE)["data"]
    assert (data["msg"], data["userid"], data["seq"]) == ("through nginx", bob.userid, said.json()["seq"])
    assert server.faults() == []


def test_sign_ins_wait_whatever_address_they_claim(
    proxy: Callable[..., Nginx], make_server: Callable[..., Server]
) -> None:
    front = proxy(make_server(**BEHIND, SIGNIN_FREE_FAILURES=2, SIGNIN_MAX_WAIT_SECONDS=900).port)
    cookie = {"Cookie": f"__Host-csrftoken={CSRF}", "X-CSRFToken": CSRF, "Origin": front.origin} | FORM

    def fail(address: str) -> int:
        body = b"userNameOrEmailAddress=nobody&password=wrong"
        return front.request("POST", "/", body, cookie | {"X-Forwarded-For": address}).status

    assert any(fail(f"203.0.113.{number}") == 429 for number in range(12))  # each wait is twice as long


def test_one_of_two_servers_is_dead_and_everything_is_answered(
    proxy: Callable[..., Nginx], make_server: Callable[..., Server], dead_port: int
) -> None:
    server = make_server(**BEHIND)
    front = proxy(dead_port, server.port)
    [person] = server.people(1)
    said = [front.post(person, type="1", txt=f"number {number}") for number in range(6)]
    assert [answer.status for answer in said] == [200] * 6, front.errors()
    assert [answer.json()["seq"] for answer in said] == [1, 2, 3, 4, 5, 6]
    socket = front.connect(person)
    socket.send("test")
    assert receive(socket, 0, PATIENCE)["online"] == 1
    assert "Connection refused" in front.errors()  # the dead one was asked, too


@pytest.mark.parametrize("sends", ["the server", "nginx"])
def test_files_through_nginx(proxy: Callable[..., Nginx], make_server: Callable[..., Server], sends: str) -> None:
    """However they are sent: whole and by ranges, with the policy of their kind, and only to who may read them."""
    server = make_server(**BEHIND, **({"FILES_URL": "nginx:/stored/"} if sends == "nginx" else {}))
    front = proxy(server.port, **{"/var/lib/dweb/files/": f"{server.env['VAR_DIR']}/files/"})
    alice, bob = server.people(2)
    text, film = b"some words " * 100_000, bytes(range(256)) * 20_000
    headers = alice.headers | {"Content-Type": TYPE, "Origin": front.origin}
    whole = front.request("POST", "/files/", form(text, "words.txt"), headers)
    assert whole.status == 200, whole.body
    begun = front.post(alice, "/files/", name="film.bin", size=len(film)).json()
    for start in range(0, len(film), 2 * 1024 * 1024):
        piece = film[start : start + 2 * 1024 * 1024]
        kind = alice.headers | {"Content-Type": "application/octet-stream", "Origin": front.origin}
        answer = front.request("POST", f"/files/{begun['id']}/?offset={start}", piece, kind)
        assert answer.status == 200, answer.body
    address = f"/files/{whole.json()['id']}/words.txt"
    assert front.get(address, bob.headers).status == 404
    assert front.get(address).status == 401
    assert front.get("/stored/").status == 404
    read = front.get(address, alice.headers)
    assert (read.status, read.body, read.headers["Content-Type"]) == (200, text, "text/plain; charset=utf-8")
    assert read.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert policies(read)[0] == ["nosniff"]
    assert read.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    part = front.get(f"/files/{begun['id']}/film.bin", alice.headers | {"Range": "bytes=1000-1999"})
    assert (part.status, part.body) == (206, film[1000:2000])
    assert part.headers["Content-Disposition"] == 'attachment; filename="film.bin"'
    assert not any(each.name == "client_body" and [*each.iterdir()] for each in front.folder.iterdir() if each.is_dir())
    assert server.faults() == []
