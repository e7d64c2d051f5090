"""What goes around every request: the client's address behind a proxy, the security policy, the database connection."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from ..log.activity import at_work
from ..models import give_connection_back

# Scripts, styles and sockets from this server alone; nothing inline, nothing evaluated.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ClientAddressMiddleware(MiddlewareMixin):
    """REMOTE_ADDR is the last address of X-Forwarded-For that is no proxy of ours; others' words do not count."""

    def process_request(self, request: HttpRequest) -> None:
        addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while addresses and request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES:
            address = addresses.pop().strip()
            if address:
                request.META["REMOTE_ADDR"] = address


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class WorkMiddleware:
    """Counts the request as work; gives the database connection back before the answer is written.

    A client may take its time to read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with at_work():
            response = self._get_response(request)
        give_connection_back()
        return response
