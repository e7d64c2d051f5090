"""Which proxies are trusted with the client's address, and what pages may load."""

from collections.abc import Mapping
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings

from Dweb.models import User
from Dweb.views.middleware import ClientAddressMiddleware, ReleaseMiddleware

from ..support.cases import ViewTestCase
from ..support.fakes import sign_in


@override_settings(TRUSTED_PROXIES=["127.0.0.1", "10.0.0.2"])
class ClientAddress(SimpleTestCase):
    def test_only_a_trusted_proxy_is_believed(self) -> None:
        for case, forwarded, remote, client in (
            ("no proxy", "", "127.0.0.1", "127.0.0.1"),
            ("one proxy", "198.51.100.9", "127.0.0.1", "198.51.100.9"),
            ("a forged first address", "203.0.113.7, 198.51.100.9", "127.0.0.1", "198.51.100.9"),
            ("two proxies", "198.51.100.9, 10.0.0.2", "127.0.0.1", "198.51.100.9"),
            ("a stranger's header", "198.51.100.9", "203.0.113.7", "203.0.113.7"),
            ("blanks", " , ", "127.0.0.1", "127.0.0.1"),
        ):
            with self.subTest(case):
                self.assertEqual(self.address(forwarded, remote), client)

    def address(self, forwarded: str, remote: str) -> str:
        """REMOTE_ADDR as the views see it."""
        seen = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(request.META["REMOTE_ADDR"])
            return HttpResponse()

        ClientAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded))
        return seen[0]


class Release(ViewTestCase):
    def test_a_request_holds_no_database_connection_while_its_client_reads(self) -> None:
        response = HttpResponse()
        with mock.patch("Dweb.views.middleware.release_connections") as release:

            def view(request: HttpRequest) -> HttpResponse:
                release.assert_not_called()
                return response

            self.assertIs(ReleaseMiddleware(view)(RequestFactory().get("/")), response)
            release.assert_called_once_with()


class ContentSecurityPolicy(ViewTestCase):
    def test_pages_load_nothing_from_elsewhere_and_nothing_inline(self) -> None:
        policy = self.client.get("/").headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)

    def headers(self, path: str) -> Mapping[str, str]:
        response = self.client.get(path)
        response.getvalue()  # a static file is closed at its end; close() would end the test's transaction
        return response.headers

    def test_scripts_make_no_markup_of_text(self) -> None:
        for path in ("/", "/healthz", "/static/icon.svg", "/nothing/"):
            with self.subTest(path=path):
                policy = self.headers(path)["Content-Security-Policy"]
                self.assertIn("require-trusted-types-for 'script'; trusted-types 'none'", policy)

    def test_the_scripts_of_the_admin_may(self) -> None:
        policy = self.client.get("/admin/login/").headers["Content-Security-Policy"]
        self.assertIn("script-src 'self'", policy)
        self.assertNotIn("trusted-types", policy)

    def test_nothing_is_for_other_sites_and_no_device_for_the_pages(self) -> None:
        for path in ("/", "/healthz", "/chat/", "/static/icon.svg", "/static/js/main.js", "/nothing/", "/admin/login/"):
            with self.subTest(path=path):
                headers = self.headers(path)
                self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
                self.assertIn("camera=(), ", headers["Permissions-Policy"])
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])


class SigningOut(ViewTestCase):
    def test_the_browser_forgets_what_it_keeps(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(is_staff=True)
        for path in ("/logout/", "/admin/logout/"):
            for secure, header in ((True, '"cache", "storage"'), (False, None)):
                with self.subTest(path=path, secure=secure):
                    response = sign_in(self.alice).post(path, secure=secure)
                    self.assertEqual(response.headers.get("Clear-Site-Data"), header)

    def test_no_link_of_another_site_makes_it_forget(self) -> None:
        self.assertNotIn("Clear-Site-Data", sign_in(self.alice).get("/logout/", secure=True).headers)
