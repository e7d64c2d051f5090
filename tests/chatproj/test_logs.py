"""The log: whose request a line belongs to, in lines or in JSON, and what is never in it."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.test import Client as Browser

from chatproj.logs import Json
from Dweb.chat import messages
from Dweb.models import User

from ..support.fakes import say, sign_in
from ..support.server import CSRF, Server, receive

pytestmark = pytest.mark.once

FRESH = re.compile(r"[0-9a-f]{16}")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What our handlers write."""
    stream = StringIO()
    names = [None, *configured.LOGGING["loggers"]]
    found = {handler for name in names for handler in logging.getLogger(name).handlers}
    handlers = [handler for handler in found if type(handler) is logging.StreamHandler]
    streams = [handler.setStream(stream) for handler in handlers]
    assert len(handlers) == 3
    yield stream
    for handler, before in zip(handlers, streams, strict=True):
        if before is not None:
            handler.setStream(before)


@pytest.fixture
def access(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """As with ACCESS_LOG=yes."""
    with caplog.at_level(logging.INFO, "dweb.access"):
        yield


@pytest.fixture(autouse=True)
def trusted(settings: Any) -> None:
    """The test client is at the address of a proxy."""
    settings.TRUSTED_PROXIES = ["127.0.0.1"]


def test_each_answer_has_an_id_of_its_own(db: None) -> None:
    ids = [Browser().get(path)["X-Request-ID"] for path in ("/healthz", "/nothing", "/", "/register/")]
    assert all(FRESH.fullmatch(each) for each in ids)
    assert len(set(ids)) == 4


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64])
def test_a_trusted_proxys_id_is_taken(db: None, given: str) -> None:
    assert Browser().get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\nb", "a/b", "é", 'a"', "a\n"])
def test_what_is_unfit_for_a_log_is_not(db: None, given: str) -> None:
    assert FRESH.fullmatch(Browser().get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-ID"])


def test_a_strangers_id_is_not_taken(db: None) -> None:
    answer = Browser().get("/healthz", HTTP_X_REQUEST_ID="forged", REMOTE_ADDR="203.0.113.7")
    assert FRESH.fullmatch(answer["X-Request-ID"])


def test_what_a_request_has_logged_carries_its_id(alice: User, log: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the view, and by Django once the answer has left the middleware."""

    def fault(*call: object) -> None:
        logging.getLogger("Dweb.chat.messages").warning("on the way")
        raise LookupError

    monkeypatch.setattr(messages, "submit", fault)
    browser = sign_in(alice, raise_request_exception=False)
    emptied(log)
    answer = browser.post("/msg_send/", {"type": "1", "txt": "hello"}, HTTP_X_REQUEST_ID="mine")
    assert (answer.status_code, answer["X-Request-ID"]) == (500, "mine")
    logging.getLogger("Dweb").warning("afterwards")
    browser.get("/chat/", **SOCKET, HTTP_X_REQUEST_ID="late")
    lines = [line for line in log.getvalue().splitlines() if re.match(r"\d{4}-", line)]
    heads = [re.sub(r"^\S+ \S+ ", "", line) for line in lines]
    assert heads == [
        "WARNING Dweb.chat.messages [mine]: on the way",
        "ERROR django.request [mine]: Internal Server Error: /msg_send/",
        "WARNING Dweb [-]: afterwards",
        "ERROR django.request [late]: Not Implemented: /chat/",
    ]


SOCKET = {  # a handshake; Django's test client has no connection to hand over, which is answered by 501
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "x3JJHMbDL1EzLkh9GBhXDw==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


def emptied(log: StringIO) -> str:
    text = log.getvalue()
    log.seek(0)
    log.truncate()
    return text


def test_who_does_what_is_not_logged_unless_asked_for(alice: User, log: StringIO) -> None:
    browser = sign_in(alice)
    emptied(log)
    assert say(browser, "hello").status_code == 200
    assert browser.get("/history/", {"room": "lobby"}).status_code == 200
    assert log.getvalue() == ""


def test_the_access_log_has_a_line_for_each_request(alice: User, log: StringIO, access: None) -> None:
    def line() -> str:
        text = re.sub(r"^.* INFO dweb.security .*\n", "", emptied(log), flags=re.MULTILINE)
        assert text.endswith("\n")
        assert text.count("\n") == 1
        found = re.fullmatch(r"\S+ \S+ INFO dweb.access \[\S+\]: (.*), \d+\.\d ms, (.*)\n", text)
        assert found, text
        return f"{found[1]}, {found[2]}"

    browser = sign_in(alice)
    browser.get("/history/", {"room": "lobby"}, HTTP_X_FORWARDED_FOR="198.51.100.9")
    assert line() == f"GET /history/ 200, user {alice.pk}, 198.51.100.9"
    browser.get("/nothing%0AGET%20/forged%20200")
    assert line() == "GET /nothing%0AGET%20/forged%20200 404, user None, 127.0.0.1"
    browser.get("/healthz")
    assert line() == "GET /healthz 200, user None, 127.0.0.1"
    browser.post("/logout/")
    assert line() == "POST /logout/ 302, user None, 127.0.0.1"


def test_json_is_an_object_a_line(log: StringIO) -> None:
    record = logging.LogRecord("dweb.access", logging.INFO, "", 1, "%(path)s", ({"path": "/爱\n", "level": "x"},), None)
    record.request_id = "mine"
    text = Json().format(record)
    assert "\n" not in text
    entry = json.loads(text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", entry.pop("time"))
    expected = {"message": "/爱\n", "path": "/爱\n", "level": "INFO", "logger": "dweb.access", "request_id": "mine"}
    assert entry == expected
    try:
        raise LookupError("a fault")
    except LookupError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    assert json.loads(Json().format(record))["exception"].endswith("LookupError: a fault")


SECRETS = ["wordsofamessage", "wordsofaframe", "rightpassword", "wrongpassword", "wantedbysearch", CSRF, "sessionid"]


def test_nothing_that_anybody_wrote_is_logged(make_server: Callable[..., Server]) -> None:
    """Whatever is done, and however it fails; what is logged can be read by a machine, and says who and where."""
    server = make_server(LOG_FORMAT="json", ACCESS_LOG="yes", MESSAGE_MAX_CHARS=100, REQUEST_MAX_BYTES=10_000)
    alice, bob = server.people(2)
    socket = alice.greeted()
    _do_everything(alice, bob)
    _say_everything(socket)
    server.run(
        "manage.py", "shell", "-c", "from django.db import connection as c; c.cursor().execute('DROP TABLE posting')"
    )
    assert alice.post(type="1", txt="wordsofamessage").status == 503
    socket.send(json.dumps({"type": "1", "txt": "wordsofaframe", "room": "lobby", "cid": "late"}))
    assert receive(socket, "error")["error"] == "unavailable"
    socket.close()
    server.stop()
    log = server.log()
    for secret in [*SECRETS, alice.session, bob.session]:
        assert secret not in log
    entries = [json.loads(line) for line in log.splitlines() if not line.startswith(("The chat is at ", "Set up "))]
    assert all(entry["request_id"] for entry in entries)
    assert any(entry["level"] == "ERROR" for entry in entries)
    requests = [entry for entry in entries if "path" in entry]
    assert {200, 302, 400, 403, 404, 405, 413, 503} <= {entry["status"] for entry in requests}
    assert not any("?" in entry["path"] for entry in requests)
    [opened] = [entry for entry in requests if entry["status"] == 101]
    [closed] = [entry for entry in entries if "code" in entry]
    assert (opened["path"], opened["user"], opened["address"]) == ("/chat/", alice.userid, "127.0.0.1")
    assert (closed["code"], closed["user"], closed["request_id"]) == (1000, alice.userid, opened["request_id"])
    assert closed["seconds"] >= 0


def _do_everything(alice: Any, bob: Any) -> None:
    """Over HTTP: what works, and what is refused in every way."""
    server = alice.server
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    good = form | {"Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF}
    account = {"account": "carol", "username": "Carol", "password": "rightpassword"}
    assert server.request("POST", "/register/", urlencode(account).encode(), good).status == 302
    for password, status in (("wrongpassword", 200), ("rightpassword", 302)):
        fields = urlencode({"userNameOrEmailAddress": "carol", "password": password}).encode()
        assert server.request("POST", "/", fields, good).status == status
        assert server.request("POST", "/", fields, form | {"Cookie": "csrftoken=" + "d" * 32}).status == 403
    said = alice.say("wordsofamessage")
    for fields, status in (
        ({"type": "1", "txt": "wordsofamessage" * 10}, 413),
        ({"type": "1", "txt": "wordsofamessage", "cid": "wordsofamessage" * 10}, 400),
        ({"type": "1", "txt": "wordsofamessage", "room": "nowhere"}, 404),
        ({"type": "edit", "txt": "wordsofamessage", "room": "lobby", "seq": said["seq"]}, 403),
        ({"type": "1", "txt": "wordsofamessage" * 1_000}, 413),
    ):
        assert bob.post(**fields).status == status
    assert alice.post("/search/?q=wantedbysearch", txt="wordsofamessage").status == 405
    assert alice.get("/search/?q=wantedbysearch").status == 200
    assert alice.get("/nothing/?q=wantedbysearch").status == 404
    assert server.get("/history/?room=wantedbysearch", {"Cookie": f"sessionid={'e' * 32}"}).status == 401
    assert server.get("/?q=wantedbysearch", alice.headers | {"Host": "foreign.example"}).status == 400
    assert bob.post("/logout/").status == 302


def _say_everything(socket: Any) -> None:
    """On a socket."""
    for frame in (
        '{"type":"1","txt":"wordsofaframe',
        json.dumps({"type": "wordsofaframe"}),
        json.dumps({"type": "1", "txt": "wordsofaframe" * 10, "room": "lobby"}),
        json.dumps({"type": "1", "txt": "wordsofaframe", "room": "nowhere"}),
        b"wordsofaframe",
    ):
        socket.send(frame)
        assert receive(socket, "error")
    socket.send(json.dumps({"type": "1", "txt": "wordsofaframe", "room": "lobby", "cid": "early"}))
    assert receive(socket, "ack")
