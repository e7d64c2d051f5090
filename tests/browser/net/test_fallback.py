"""WebSocket does not get through to the server, and HTTP does."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import WebSocket, expect

from ...support import nginx
from ...support.nginx import STRIPPED, Nginx
from ...support.server import Server, Visitor, receive
from ...support.waiting import wait_until
from ..tab import Tab, attempts

pytestmark = pytest.mark.browser

HINT = "WebSocket does not get through here"
PROBE = 31_000  # milliseconds after which a socket is tried again


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    nginx.needed()
    made = Server(tmp_path, HTTPS="yes", TRUSTED_PROXIES="127.0.0.1")
    yield made.start()
    made.close()


@pytest.fixture
def front(tmp_path: Path, server: Server) -> Iterator[Nginx]:
    """A proxy that strips Upgrade."""
    proxy = Nginx(tmp_path, server.port, server.port, STRIPPED)
    yield proxy.start()
    proxy.close()


@pytest.fixture
def other(server: Server) -> Visitor:
    return server.people(1)[0]


@pytest.fixture
def tab(front: Nginx, other: Visitor, visit: Callable[..., Tab]) -> Tab:
    """Of a person whose socket is refused again and again."""
    made = visit(front, path="/register/", ignore_https_errors=True)
    made.may_lose_connection()
    made.page.clock.install()
    made.register("anna", "Anna")
    made.greeted()
    expect(made.status).to_contain_text(HINT)
    return made


def say(front: Nginx, person: Visitor, text: str, **fields: object) -> None:
    answer = front.post(person, **({"type": "1", "txt": text} | fields))
    assert answer.status == 200, answer.body


def test_the_page_falls_back_to_a_stream_and_returns_to_a_socket(
    tab: Tab, front: Nginx, server: Server, other: Visitor
) -> None:
    expect(tab.status).not_to_have_attribute("data-bad", "")
    tab.say("from the page")
    tab.said("from the page")
    say(front, other, "to the page")
    tab.said("to the page")
    sockets: list[WebSocket] = []
    tab.page.on("websocket", lambda socket: sockets.append(socket))
    tab.page.clock.fast_forward(PROBE)
    for _ in attempts(tab.page, "a socket that fails"):
        if sockets and sockets[-1].is_closed():
            break
    say(front, other, "still there")
    tab.said("still there")
    expect(tab.status).to_contain_text(HINT)
    front.change()
    tab.page.clock.fast_forward(2 * PROBE)
    expect(tab.status).to_be_hidden()
    tab.greeted()
    say(front, other, "over the socket")
    tab.said("over the socket")
    texts = ["from the page", "to the page", "still there", "over the socket"]
    assert tab.stored("") == [f"{seq} {text}" for seq, text in enumerate(texts, 1)]


@pytest.mark.long
def test_marks_and_typing_go_over_http(tab: Tab, front: Nginx, other: Visitor) -> None:
    userid = int(tab.page.evaluate("document.body.dataset.userid"))
    with other.connect(headers={"X-Forwarded-Proto": "https"}) as socket:
        socket.send(json.dumps({"type": "hello"}))
        assert receive(socket, 0)
        say(front, other, "in private", type="0", userto=userid)
        tab.direct(other).click()
        tab.said("in private")
        assert receive(socket, "read")["userid"] == userid
        tab.field.press_sequentially("an answer")
        assert receive(socket, "typing")["userid"] == userid


@pytest.mark.long
def test_a_stream_resumes_after_a_restart(tab: Tab, front: Nginx, server: Server, other: Visitor) -> None:
    say(front, other, "before")
    tab.said("before")
    tab.may_say("status of 502")
    server.kill()
    expect(tab.status).to_contain_text("The connection is lost.")
    tab.say("meanwhile")
    server.start()
    wait_until(lambda: front.get("/healthz").status == 200)  # nginx leaves a server alone that was away
    say(front, other, "after")
    tab.page.clock.fast_forward(PROBE)
    tab.said("after")
    tab.said("meanwhile")
    tab.greeted()
    assert sorted(line.split(" ", 1)[1] for line in tab.stored("")) == ["after", "before", "meanwhile"]
    assert [int(line.split()[0]) for line in tab.stored("")] == [1, 2, 3]
