"""Languages: the person's choice, or else their browser's; pages, errors, sockets and scripts speak it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.utils import translation
from websockets.sync.client import connect

from Dweb.models import User

from ..support.fakes import sign_in
from ..support.server import Server, Visitor, receive

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
SIGN_IN = {"en": "Sign in", "zh-hans": "登录"}


@pytest.fixture(autouse=True)
def thread_without_language() -> Iterator[None]:
    """As new threads are: Django leaves the last request's language in the thread that served it."""
    yield
    translation.deactivate()


def spoken(browser: Browser, path: str = "/", **options: Any) -> str:
    """The language that a page says it is in, and is in."""
    page = browser.get(path, **options).content.decode()
    language = page.split('<html lang="', 1)[1].split('"', 1)[0]
    assert SIGN_IN[language] in page
    return language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr,zh;q=0.5", "zh-hans"),
        ("fr", "en"),
        ("", "en"),
        (";;q=x,\0,*" * 100, "en"),
    ],
)
def test_the_page_speaks_the_browsers_language(db: None, accepted: str, language: str) -> None:
    assert spoken(Browser(), headers={"Accept-Language": accepted}) == language


def test_the_choice_of_a_person_is_kept_for_a_year_and_comes_first(db: None) -> None:
    browser = Browser(headers=CHINESE)
    assert spoken(browser) == "zh-hans"
    response = browser.post("/i18n/setlang/", {"language": "en", "next": "/register/"})
    assert (response.status_code, response["Location"]) == (302, "/register/")
    cookie = response.cookies["django_language"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"], cookie["path"]) == ("en", 31_536_000, "Lax", "/")
    assert spoken(browser) == "en"


@pytest.mark.parametrize("language", ["xx", "", "\0", "../en", "x" * 5_000])
def test_a_language_that_is_not_there_changes_nothing(db: None, language: str) -> None:
    browser = Browser(headers=CHINESE)
    assert browser.post("/i18n/setlang/", {"language": language, "next": "//evil.example/"})["Location"] == "/"
    browser.cookies["django_language"] = language.replace("\0", "")
    assert spoken(browser) == "zh-hans"


def test_a_page_of_this_site_alone_may_choose(db: None) -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post("/i18n/setlang/", {"language": "zh-hans"}).status_code == 403
    token = browser.get("/").cookies["csrftoken"].value
    assert browser.post("/i18n/setlang/", {"language": "zh-hans", "csrfmiddlewaretoken": token}).status_code == 302
    assert spoken(browser) == "zh-hans"


@pytest.mark.parametrize("path", ["/", "/register/", "/nothing"])
def test_the_form_leads_back_to_the_page_on_which_it_stands(db: None, path: str) -> None:
    assert f'name="next" value="{path}?a=1"' in Browser().get(f"{path}?a=1").content.decode()


def test_after_a_refused_post_it_leads_to_the_start(alice: User) -> None:
    page = sign_in(alice, enforce_csrf_checks=True).post("/logout/").content.decode()
    assert 'name="next" value="/"' in page


@pytest.mark.parametrize(
    ("theme", "attribute"), [("light", ' data-theme="light"'), ("dark", ' data-theme="dark"'), ('x"y', ""), ("", "")]
)
def test_the_theme_is_the_one_of_the_cookie(db: None, theme: str, attribute: str) -> None:
    browser = Browser()
    browser.cookies["theme"] = theme
    assert f'<html lang="en"{attribute}>' in browser.get("/").content.decode()


# --- Errors ---------------------------------------------------------------------------------------------


def test_json_errors_are_in_the_language_of_the_request_and_their_codes_are_not(alice: User) -> None:
    answers = []
    for headers in (CHINESE, {}):
        answer = Browser(headers=headers).get("/history/").json()
        answers.append((answer["error"], answer["detail"]))
    assert answers == [("not_signed_in", "请先登录。"), ("not_signed_in", "Sign in first.")]
    answer = sign_in(alice, headers=CHINESE).post("/msg_send/", {"type": "1", "txt": "x" * 4_001}).json()
    assert answer["detail"] == "消息最多 4000 个字符，这条有 4001 个。"


def test_pages_of_errors_are_in_the_language_of_the_request(alice: User) -> None:
    def fail(*call: object) -> None:
        raise OperationalError("gone away")

    browser = sign_in(alice, headers=CHINESE, enforce_csrf_checks=True)
    assert "这个地址没有内容。" in browser.get("/nothing").content.decode()
    assert "表单已过期" in browser.post("/logout/").content.decode()
    with connection.execute_wrapper(fail):
        assert "数据库没有响应" in browser.get("/news_chat/").content.decode()


@pytest.mark.parametrize("https", [False, True])
def test_what_is_refused_before_the_language_is_known_is_in_it_all_the_same(
    db: None, settings: Any, https: bool
) -> None:
    """With https SecurityMiddleware asks for the host first of all, in a thread that spoke to somebody else before."""
    settings.SECURE_SSL_REDIRECT = https
    for headers, words in ((CHINESE, "服务器不使用"), ({}, "This server does not go by"), (CHINESE, "服务器不使用")):
        page = Browser(headers=headers).get("/", HTTP_HOST="evil.example").content.decode()
        assert words in page


@pytest.mark.once
def test_a_socket_speaks_the_language_of_its_handshake_to_its_end(server: Server, two: tuple[Visitor, Visitor]) -> None:
    """Even when others are served in another language between its frames."""
    url = f"ws://127.0.0.1:{server.port}/chat/"
    sockets = []
    for person, headers in zip(two, (CHINESE, {}), strict=True):
        cookie = {"Cookie": person.headers["Cookie"]}
        sockets.append(connect(url, additional_headers=cookie | headers, legacy=True))
        server.opened.append(sockets[-1])
    for _ in range(3):
        details = []
        for socket in sockets:
            for frame in ("[]", json.dumps({"type": "nothing"})):
                socket.send(frame)
                details.append(receive(socket, "error")["detail"])
        assert details == [
            "帧必须是带有 type 的 JSON 对象。",
            "没有这种类型的帧。",
            "A frame is a JSON object with a type.",
            "There is no frame of this type.",
        ]
        assert server.get("/history/", CHINESE).json()["detail"] == "请先登录。"
        assert server.get("/history/").json()["detail"] == "Sign in first."


def test_waits_are_in_numbers_and_units(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"userNameOrEmailAddress": "alice", "password": "x"}
    for seconds, english, chinese in (
        (1, "1 second.", "1 秒"),
        (60, "60 seconds.", "60 秒"),
        (61, "2 minutes.", "2 分钟"),
    ):
        monkeypatch.setattr("Dweb.accounts.forms.waiting_seconds", lambda *pair, wait=seconds: wait)
        assert f"try again in {english}" in Browser().post("/", fields).content.decode()
        assert f"请在 {chinese}后重试" in Browser(headers=CHINESE).post("/", fields).content.decode()


# --- What the scripts say, and the account pages -------------------------------------------------------------


def test_the_scripts_catalogue_is_asked_for_each_time_and_sent_when_it_changed(db: None) -> None:
    first = Browser().get("/jsi18n/", headers=CHINESE)
    assert (first.status_code, first["Content-Type"].split(";")[0]) == (200, "text/javascript")
    assert '"大厅"' in first.content.decode()
    assert "no-cache" in first["Cache-Control"]
    assert {"Accept-Language", "Cookie"} <= {*first["Vary"].split(", ")}
    again = {"If-None-Match": first["ETag"]}
    assert Browser().get("/jsi18n/", headers=CHINESE | again).status_code == 304
    english = Browser().get("/jsi18n/", headers=again)
    assert (english.status_code, english["ETag"] == first["ETag"]) == (200, False)


def test_the_scripts_catalogue_has_our_sentences_alone(db: None) -> None:
    """The admin's would double the first load."""
    catalogue = Browser().get("/jsi18n/", headers=CHINESE).content.decode()
    assert "Lobby" in catalogue
    assert "Available %s" not in catalogue


def test_the_rules_beside_a_password_are_those_of_the_server(db: None) -> None:
    """password_rules.html and forms.js know three; that it is a common one, the server alone can say."""
    validators = {type(each).__name__: each for each in get_default_password_validators()}
    assert validators.keys() == {
        "MinimumLengthValidator",
        "NumericPasswordValidator",
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
    }
    length = validators["MinimumLengthValidator"]
    assert isinstance(length, MinimumLengthValidator)
    page = Browser().get("/register/").content.decode()
    assert f"At least {length.min_length} characters" in page
    assert page.count("data-rule=") == len(validators) - 1
