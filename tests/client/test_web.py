"""The client's HTTP: connections are kept and may be cut; a token goes to its own server alone."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from dweb_client import Unreachable
from dweb_client.steps import Answer, Request
from dweb_client.transfers import download
from dweb_client.web import Credentials, Stream, Web

from ..support.waiting import SECONDS, in_thread, wait_until

Respond = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Stub"

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        self.server.connections.add(self.client_address[1])
        self.server.respond(self)

    def answer(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        """With another `length` than the body has, the answer is cut."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None

    def log_message(self, *arguments: Any) -> None:
        pass


class Stub(ThreadingHTTPServer):
    """A server that answers each GET as `respond` says."""

    daemon_threads = True

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond = respond
        self.asked: list[dict[str, str]] = []
        self.connections: set[int] = set()
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def serve() -> Iterator[Callable[[Respond], Stub]]:
    running: list[Stub] = []

    def serve(respond: Respond) -> Stub:
        running.append(Stub(respond))
        threading.Thread(target=running[-1].serve_forever, args=[0.01], daemon=True).start()
        return running[-1]

    yield serve
    for stub in running:
        stub.shutdown()
        stub.server_close()


Serve = Callable[[Respond], Stub]
GET = Request("GET", "/x", timeout=SECONDS)


def web_of(stub: Stub, **credentials: Any) -> Web:
    return Web(stub.url, Credentials(**({"token": "dweb_secret"} | credentials)), None)


def test_a_connection_is_kept_and_one_that_was_closed_is_opened_again(serve: Serve) -> None:
    stub = serve(lambda handler: handler.answer(200, b"{}"))
    web = web_of(stub)
    assert [web.ask(GET).status for _ in range(3)] == [200] * 3
    assert len(stub.connections) == 1
    web.cut()
    assert web.ask(GET).status == 200
    assert len(stub.connections) == 2
    web.close()


def test_a_token_and_cookies_stay_with_their_server(serve: Serve) -> None:
    bucket = serve(lambda handler: handler.answer(200, b"bytes", Set_Cookie="foreign=1"))
    moved = {"Location": f"{bucket.url}/x?signed", "Set_Cookie": "own=1; Path=/"}
    home = serve(lambda handler: handler.answer(302, b"", **moved))
    for credentials in ({}, {"token": None, "cookies": {"sessionid": "s", "csrftoken": "c"}}):
        web, into = web_of(home, **credentials), BytesIO()
        steps = download("f", "x", into, 10)
        request = next(steps)
        while True:
            try:
                assert isinstance(request, Request)
                request = steps.send(web.ask(request))
            except StopIteration:
                break
        assert into.getvalue() == b"bytes"
        web.close()
    assert [asked.get("Authorization") for asked in home.asked] == ["Bearer dweb_secret", None]
    assert home.asked[1]["Cookie"] == "sessionid=s; csrftoken=c"
    assert home.asked[1]["X-CSRFToken"] == "c"
    assert all(not {"Authorization", "Cookie", "X-CSRFToken", "Referer"} & asked.keys() for asked in bucket.asked)
    assert web.credentials.cookies == {"sessionid": "s", "csrftoken": "c", "own": "1"}
    assert "secret" not in repr(web_of(home).credentials)


def test_an_answer_that_is_cut_is_none(serve: Serve) -> None:
    stub = serve(lambda handler: handler.answer(200, b"0123", length=10))
    into = BytesIO()
    for request in (GET, Request("GET", "/x", timeout=SECONDS, into=into)):
        with pytest.raises(Unreachable) as cut:
            web_of(stub).ask(request)
        assert cut.value.was_sent
    assert into.getvalue() == b"0123"


def test_who_waits_is_woken_by_a_cut(serve: Serve) -> None:
    over = threading.Event()

    def hang(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b": here\n")
        handler.wfile.flush()
        over.wait(SECONDS)
        handler.close_connection = True

    stub = serve(hang)
    for ask in (lambda web: web.ask(GET), lambda web: web.stream(GET)):
        web = web_of(stub)
        waiting = in_thread(lambda web=web, ask=ask: read_on(ask(web)))
        wait_until(lambda: stub.asked)
        stub.asked.clear()
        wait_until(lambda web=web, waiting=waiting: web.cut() or waiting.done())
        with pytest.raises(Unreachable):
            waiting.result(SECONDS)
    over.set()


def read_on(found: Answer | Stream) -> None:
    """Reads lines until there is none; a stream ends with an exception."""
    if isinstance(found, Answer):
        raise Unreachable("an answer whose end did not come")
    try:
        while True:
            found.line()
    finally:
        found.close()
