"""Errors: JSON at the addresses that speak JSON, a page elsewhere, never a traceback."""

from errno import EMFILE
from typing import Any
from unittest import mock

from django.db import OperationalError, connection
from django.test import Client as Browser

from Dweb.chat import permissions, rooms

from ..support.cases import CSRF_TOKEN, ViewTestCase
from ..support.fakes import sign_in

FORM = "application/x-www-form-urlencoded"
JSON_PATHS = ("/history/", "/msg_send/", "/chat/", "/healthz")


def database_is_gone(*call: object) -> None:
    raise OperationalError("gone away")


class ErrorTestCase(ViewTestCase):
    def assert_page(self, response: Any, status: int, sentence: str) -> None:
        """An error as a page, with this sentence on it."""
        self.assertEqual(response["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual([template.name for template in response.templates][:2], ["error.html", "base.html"])
        self.assertEqual((response.status_code, response.context["refusal"].detail), (status, sentence))


class UnknownAddress(ErrorTestCase):
    def test_it_is_a_page(self) -> None:
        for path in ("/nothing", "/nothing/", "/news_chat/x", "/static/nothing.css", "/%00", "/admin.php"):
            with self.subTest(path=path):
                response = self.client.get(path)
                self.assert_page(response, 404, "There is nothing at this address.")
                self.assertIn('href="/"', response.content.decode())

    def test_below_a_json_address_it_is_json(self) -> None:
        for path in ("/msg_send/x", "/history/1/2", "/chat/x"):
            with self.subTest(path=path):
                self.assert_error(self.client.get(path), 404, "not_found")

    def test_a_target_that_is_no_path_is_a_page(self) -> None:
        """`OPTIONS * HTTP/1.1` is a request line like others."""
        for path in ("*", "foo", ""):
            with self.subTest(path=path):
                response = self.client.generic("OPTIONS", "/", PATH_INFO=path)
                self.assertLess(response.status_code, 500)


class ForeignHost(ErrorTestCase):
    def test_a_page_says_what_to_do_and_has_no_link(self) -> None:
        """Every link on this host would fail likewise."""
        for path in ("/", "/news_chat/", "/register/"):
            with self.subTest(path=path):
                response = self.client.get(path, HTTP_HOST="evil.example")
                sentence = response.context["refusal"].detail
                self.assertIn("ALLOWED_HOSTS", sentence)
                self.assert_page(response, 400, sentence)
                for element in ("<a ", "<form "):
                    self.assertNotIn(element, response.content.decode())

    def test_it_is_json_where_json_is_spoken(self) -> None:
        for path in JSON_PATHS:
            with self.subTest(path=path):
                self.assert_error(self.client.get(path, HTTP_HOST="evil.example"), 400, "bad_input")

    def test_unknown_addresses_below_one_that_speaks_json(self) -> None:
        for path in ("/people/-1/", "/people/x", "/reports/0x1/", "/files/a/b/c", "/rooms/a/b/", "/chat/x"):
            with self.subTest(path=path):
                self.assert_error(self.browser.get(path), 404, "not_found")


class Unreadable(ErrorTestCase):
    """Bodies, queries and cookies that make no sense."""

    def test_too_many_fields_are_bad_input(self) -> None:
        fields = "&".join(f"f{number}=1" for number in range(101))
        self.assert_error(self.browser.post("/msg_send/", fields, FORM), 400, "bad_input")
        self.assert_error(self.browser.get(f"/history/?{fields}"), 400, "bad_input")
        self.assert_page(self.client.post("/", fields, FORM), 400, "This request could not be read.")
        self.assert_page(self.browser.get(f"/news_chat/?{fields}"), 400, "This request could not be read.")

    def test_a_broken_multipart_body_is_bad_input(self) -> None:
        base64 = (
            b'--b\r\nContent-Disposition: form-data; name="txt"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n=\r\n--b--\r\n"
        )
        bodies = (
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=", b"x"),
            ("multipart/form-data; boundary=\xe9", b"x"),
            ("multipart/form-data; boundary=b", base64),
        )
        for checks in (False, True):
            browser = sign_in(self.alice, enforce_csrf_checks=checks)
            browser.cookies["csrftoken"] = CSRF_TOKEN
            for kind, body in bodies:
                with self.subTest(kind=kind, enforce_csrf_checks=checks):
                    response = browser.post("/msg_send/", body, kind, headers={"X-CSRFToken": CSRF_TOKEN})
                    self.assert_error(response, 400, "bad_input")

    def test_bytes_that_are_no_text_do_no_harm(self) -> None:
        for body in (b"type=1&txt=%ED%A0%80", b"type=1&txt=\xff\xfe", b"%&=%=&&;", b"type=1&txt=%"):
            with self.subTest(body=body):
                response = self.browser.post("/msg_send/", body, FORM)
                self.assertIn(response.status_code, (200, 400))
                self.assertEqual(response["Content-Type"], "application/json")

    def test_an_unknown_charset_does_no_harm(self) -> None:
        response = self.browser.generic("POST", "/msg_send/", b"type=1&txt=x", f"{FORM}; charset=nonsense")
        self.assertIn(response.status_code, (200, 400))
        self.assertEqual(response["Content-Type"], "application/json")

    def test_a_broken_session_cookie_is_no_session(self) -> None:
        for cookie in ("x", "é" * 10, "a" * 5_000, "\\000"):
            with self.subTest(cookie=cookie[:20]):
                browser = Browser()
                browser.cookies["sessionid"] = cookie
                self.assert_error(browser.get("/history/"), 401, "not_signed_in")


class Failures(ErrorTestCase):
    def test_a_csrf_failure_is_json_at_json_addresses_and_a_page_elsewhere(self) -> None:
        browser = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_error(browser.post("/msg_send/"), 403, "forbidden")
        for path in ("/logout/", "/password_change/", "/register/", "/"):
            with self.subTest(path=path):
                sentence = "This form is out of date: load the page again and retry."
                self.assert_page(browser.post(path), 403, sentence)

    def test_a_failed_database_is_503_everywhere(self) -> None:
        browser = self.browser
        with connection.execute_wrapper(database_is_gone):
            for path in ("/history/", "/chat/", "/healthz"):
                with self.subTest(path=path):
                    self.assert_error(browser.get(path), 503, "unavailable")
            self.assert_error(browser.post("/msg_send/", {"type": "1", "txt": "x"}), 503, "unavailable")
            for path in ("/", "/news_chat/", "/register/", "/admin/", "/password_change/"):
                with self.subTest(path=path):
                    sentence = "The database does not answer: try again in a moment."
                    self.assert_page(browser.get(path), 503, sentence)

    def test_a_fault_of_ours_is_answered_without_a_traceback(self) -> None:
        browser = sign_in(self.alice, raise_request_exception=False)
        fault = ZeroDivisionError("secret")
        for path, kind in (("/history/", "application/json"), ("/news_chat/", "text/html")):
            with (
                self.subTest(path=path),
                mock.patch.object(permissions, "room_to_read", side_effect=fault),
                mock.patch.object(rooms, "join", side_effect=fault),
            ):
                response = browser.get(f"{path}?num=1")
                self.assertEqual(response.status_code, 500)
                self.assertTrue(response["Content-Type"].startswith(kind))
                self.assertIn("The server made a mistake", response.content.decode())
                self.assertNotIn("secret", response.content.decode())

    def test_a_shortage_of_the_machine_is_503(self) -> None:
        """No fault of this server: others may give back what is missing."""
        for shortage in (MemoryError(), OSError(EMFILE, "too many"), RuntimeError("can't start new thread")):
            with self.subTest(shortage=shortage), mock.patch.object(permissions, "room_to_read", side_effect=shortage):
                response = self.browser.get("/history/?num=1")
                self.assert_error(response, 503, "unavailable")
                self.assertEqual(response["Retry-After"], "10")

    def test_errors_are_not_kept_by_caches(self) -> None:
        for path in ("/nothing", "/history/", "/chat/"):
            with self.subTest(path=path):
                self.assertIn("no-store", self.client.get(path)["Cache-Control"])
