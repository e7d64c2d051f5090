"""The middleware around every request: its trace, its database connection, the client's address behind a proxy,
the policy, the device.
"""

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from .. import runtime
from ..accounts import devices
from ..databases.release import release_connections
from ..operations.trace import choose_id, log_request, request_id

TRACE_HEADER = "X-Request-ID"
NO_VIEW = "none"  # static files, unknown addresses, requests that a middleware refused

# Scripts, styles and sockets from this server alone; nothing inline, nothing evaluated. Files may be in a bucket. A
# picture that is yet to be sent is a blob.
FILES = f"'self' {settings.FILES_ORIGIN}".strip()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {FILES} data: blob:; media-src {FILES}; "
    f"font-src 'self'; connect-src {FILES}; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# No script makes HTML or a script out of text. The scripts of Django's admin do.
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'"
# What no page of this server uses, no script that came into one may use either.
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",  # pages of other sites show and load nothing from here
}


class TraceMiddleware:
    """The outermost middleware: records that are logged inside carry the id. It must see the peer's own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        request.trace_id = trace_id = choose_id(request.META)  # for what Django logs after this
        token = request_id.set(trace_id)
        try:
            response = self._get_response(request)
            response.headers[TRACE_HEADER] = trace_id
            seconds = perf_counter() - began
            match = request.resolver_match
            runtime.get().counters.count_request(match.view_name if match else NO_VIEW, response.status_code, seconds)
            log_request(request, response.status_code, seconds)
        finally:
            request_id.reset(token)
        return response


class ClientAddressMiddleware(MiddlewareMixin):
    """Sets REMOTE_ADDR to the last address in a trusted proxy's X-Forwarded-For that is no trusted proxy's.

    The header stays with a request of any other peer, which claims it, or is a proxy that TRUSTED_PROXIES lacks.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.META.get("REMOTE_ADDR") not in settings.TRUSTED_PROXIES:
            return
        addresses = request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",")
        while addresses and request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES:
            address = addresses.pop().strip()
            if address:
                request.META["REMOTE_ADDR"] = address


class PolicyMiddleware(MiddlewareMixin):
    """Tells browsers what a page may do, that other sites may not use the answer, and what to forget at a sign-out."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_admin = request.resolver_match is not None and request.resolver_match.app_name == "admin"
        policy = CONTENT_SECURITY_POLICY if is_admin else CONTENT_SECURITY_POLICY + TRUSTED_TYPES
        for name, value in {"Content-Security-Policy": policy, **HEADERS}.items():
            response.headers.setdefault(name, value)
        if getattr(request, "signed_out", False) and request.is_secure():  # over plain HTTP, browsers ignore it
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class DeviceMiddleware(MiddlewareMixin):
    """Makes the device of someone who has just signed in known to the account, and notes that a session was used."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        devices.store(request, response)
        runtime.get().seen.note(request)
        return response


class ReleaseMiddleware:
    """Releases the request's database connection before its client reads the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        release_connections()
        return response
