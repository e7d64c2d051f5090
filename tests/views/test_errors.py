"""Errors: JSON at the addresses that speak JSON, a page elsewhere, never a traceback."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser

from Dweb.chat import permissions, rooms
from Dweb.models import User

from ..support.fakes import sign_in

FORM = "application/x-www-form-urlencoded"


def error(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json"
    assert set(response.json()) == {"msg", "error", "detail"}
    return response.status_code, response.json()["error"]


def page(response: Any) -> tuple[int, str]:
    """The status, and the sentence on the page."""
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert [template.name for template in response.templates][:2] == ["error.html", "base.html"]
    return response.status_code, response.context["refusal"].detail


@pytest.mark.parametrize("path", ["/nothing", "/nothing/", "/news_chat/x", "/static/nothing.css", "/%00", "/admin.php"])
def test_an_unknown_address_is_a_page(db: None, path: str) -> None:
    response = Browser().get(path)
    assert page(response) == (404, "There is nothing at this address.")
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("path", ["/msg_send/x", "/history/1/2", "/chat/x"])
def test_an_unknown_address_below_a_json_one_is_json(db: None, path: str) -> None:
    assert error(Browser().get(path)) == (404, "not_found")


@pytest.mark.parametrize("path", ["/", "/news_chat/", "/register/"])
def test_a_foreign_host_is_400(db: None, path: str) -> None:
    """Every link on this host would fail likewise: the page has none, and says what to do instead."""
    response = Browser().get(path, HTTP_HOST="evil.example")
    status, sentence = page(response)
    assert (status, "ALLOWED_HOSTS" in sentence) == (400, True)
    for element in ("<a ", "<form "):
        assert element not in response.content.decode()


@pytest.mark.parametrize("path", ["/history/", "/msg_send/", "/chat/", "/healthz"])
def test_a_foreign_host_is_json_where_json_is_spoken(db: None, path: str) -> None:
    assert error(Browser().get(path, HTTP_HOST="evil.example")) == (400, "bad_input")


def test_too_many_fields_are_bad_input(alice: User) -> None:
    fields = "&".join(f"f{number}=1" for number in range(101))
    browser = sign_in(alice)
    assert error(browser.post("/msg_send/", fields, FORM)) == (400, "bad_input")
    assert error(browser.get(f"/history/?{fields}")) == (400, "bad_input")
    assert page(Browser().post("/", fields, FORM)) == (400, "This request could not be read.")
    assert page(browser.get(f"/news_chat/?{fields}")) == (400, "This request could not be read.")


@pytest.mark.parametrize("checks", [False, True])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=\xe9", b"x"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="txt"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n=\r\n--b--\r\n",
        ),
    ],
    ids=["none", "empty", "not ascii", "base64"],
)
def test_a_broken_multipart_body_is_bad_input(alice: User, kind: str, body: bytes, checks: bool) -> None:
    browser = sign_in(alice, enforce_csrf_checks=checks)
    browser.cookies["csrftoken"] = "c" * 32
    response = browser.post("/msg_send/", body, kind, headers={"X-CSRFToken": "c" * 32})
    assert error(response) == (400, "bad_input")


@pytest.mark.parametrize("body", [b"type=1&txt=%ED%A0%80", b"type=1&txt=\xff\xfe", b"%&=%=&&;", b"type=1&txt=%"])
def test_bytes_that_are_no_text_do_no_harm(alice: User, body: bytes) -> None:
    response = sign_in(alice).post("/msg_send/", body, FORM)
    assert response.status_code in (200, 400)
    assert response["Content-Type"] == "application/json"


def test_an_unknown_charset_does_no_harm(alice: User) -> None:
    response = sign_in(alice).generic("POST", "/msg_send/", b"type=1&txt=x", f"{FORM}; charset=nonsense")
    assert response.status_code in (200, 400)
    assert response["Content-Type"] == "application/json"


def test_a_csrf_failure_is_json_at_json_addresses_and_a_page_elsewhere(alice: User) -> None:
    browser = sign_in(alice, enforce_csrf_checks=True)
    assert error(browser.post("/msg_send/")) == (403, "forbidden")
    for path in ("/logout/", "/password_change/", "/register/", "/"):
        assert page(browser.post(path)) == (403, "This form is out of date: load the page again and retry.")


def test_a_failed_database_is_503_everywhere(alice: User) -> None:
    def fail(*call: object) -> None:
        raise OperationalError("gone away")

    browser = sign_in(alice)
    with connection.execute_wrapper(fail):
        for path in ("/history/", "/chat/", "/healthz"):
            assert error(browser.get(path)) == (503, "unavailable")
        assert error(browser.post("/msg_send/", {"type": "1", "txt": "x"})) == (503, "unavailable")
        for path in ("/", "/news_chat/", "/register/", "/admin/", "/password_change/"):
            status, sentence = page(browser.get(path))
            assert (status, sentence) == (503, "The database does not answer: try again in a moment.")


def test_a_broken_session_cookie_is_no_session(db: None) -> None:
    for cookie in ("x", "é" * 10, "a" * 5_000, "\\000"):
        browser = Browser()
        browser.cookies["sessionid"] = cookie
        assert error(browser.get("/history/")) == (401, "not_signed_in")


@pytest.mark.parametrize(("path", "kind"), [("/history/", "application/json"), ("/news_chat/", "text/html")])
def test_a_fault_of_ours_is_answered_without_a_traceback(
    alice: User, monkeypatch: pytest.MonkeyPatch, path: str, kind: str
) -> None:
    def fault(*args: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(permissions, "room_to_read", fault)
    monkeypatch.setattr(rooms, "join", fault)
    browser = sign_in(alice, raise_request_exception=False)
    response = browser.get(f"{path}?num=1")
    assert response.status_code == 500
    assert response["Content-Type"].startswith(kind)
    assert "The server made a mistake" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_errors_are_not_kept_by_caches(db: None) -> None:
    for path in ("/nothing", "/history/", "/chat/"):
        assert "no-store" in Browser().get(path)["Cache-Control"]
