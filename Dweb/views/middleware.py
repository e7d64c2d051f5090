"""The middleware around every request: the client's address behind a proxy, the security policy, the activity."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from .. import runtime
from ..databases.release import release_connections

# Scripts, styles and sockets from this server alone; nothing inline, nothing evaluated.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ClientAddressMiddleware(MiddlewareMixin):
    """Sets REMOTE_ADDR to the last address in a trusted proxy's X-Forwarded-For that is no trusted proxy's."""

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


class ActivityMiddleware:
    """Counts the request as work, and releases its database connection before a slow client reads the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with runtime.get().activity.at_work():
            response = self._get_response(request)
        release_connections()
        return response
