"""Which proxies are trusted with the client's address, and what pages may load."""

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings

from Dweb.views.middleware import ClientAddressMiddleware

from ..support.cases import ViewTestCase


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


class ContentSecurityPolicy(ViewTestCase):
    def test_pages_load_nothing_from_elsewhere_and_nothing_inline(self) -> None:
        policy = self.client.get("/").headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
