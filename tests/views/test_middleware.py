"""Which proxies are trusted with the client's address, and what pages may load."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from Dweb.views.middleware import ClientAddressMiddleware


def address(forwarded: str, remote: str) -> str:
    """REMOTE_ADDR as the views see it."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ClientAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "remote", "client"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("198.51.100.9", "127.0.0.1", "198.51.100.9"),
        ("203.0.113.7, 198.51.100.9", "127.0.0.1", "198.51.100.9"),
        ("198.51.100.9, 10.0.0.2", "127.0.0.1", "198.51.100.9"),
        ("198.51.100.9", "203.0.113.7", "203.0.113.7"),
        (" , ", "127.0.0.1", "127.0.0.1"),
    ],
    ids=["no proxy", "one proxy", "a forged first address", "two proxies", "a stranger's header", "blanks"],
)
def test_only_a_trusted_proxy_is_believed(settings: object, forwarded: str, remote: str, client: str) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.2"]
    assert address(forwarded, remote) == client


def test_pages_load_nothing_from_elsewhere_and_nothing_inline(client: Client, db: None) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
