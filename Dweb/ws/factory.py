"""Makes the WebSocket of a request, after checking its handshake (the setting WEBSOCKET_FACTORY_CLASS)."""

import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _
from dwebsocket.factory import WebSocketFactory as DwebsocketFactory
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.server import ServerProtocol

from ..refusal import Refusal
from .websocket import WebSocket

SOCKET_KEY = "gunicorn.socket"  # gunicorn puts the connection into the environ under this key, and so does runserver

origin_refused = Signal()  # with the request


class WebSocketFactory(DwebsocketFactory):
    def create_websocket(self) -> WebSocket | None:
        """Returns the request's WebSocket, or None for an ordinary request. Raises Refusal."""
        if not self.is_websocket():
            return None
        handshake = self._check_handshake()
        if not origin_allowed(self.request):
            origin_refused.send(sender=type(self), request=self.request)
            raise Refusal("forbidden", _("This page's origin may not open a WebSocket here."))
        return WebSocket(
            self._socket(),
            handshake,
            max_size=settings.WEBSOCKET_MAX_MESSAGE_BYTES,
            ping_seconds=settings.WEBSOCKET_PING_SECONDS,
            close_seconds=settings.WEBSOCKET_CLOSE_SECONDS,
            control_frames=settings.CONTROL_FRAMES_PER_SECOND,
        )

    def _socket(self) -> socket.socket:
        try:
            return self.request.META[SOCKET_KEY]
        except KeyError:
            detail = _("This server hands over no socket: use scripts/serve or manage.py runserver.")
            raise Refusal("unavailable", detail, status=501) from None

    def _check_handshake(self) -> bytes:
        """Checks the handshake (RFC 6455 section 4.2) and returns the response, as bytes. Raises Refusal."""
        meta = self.request.META
        if meta.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in meta:
            raise Refusal("bad_input", _("A WebSocket handshake has no body."))
        if meta.get("HTTP_SEC_WEBSOCKET_VERSION", "13") != "13":
            raise Refusal(
                "bad_input",
                _("WebSocket version 13 is spoken here."),
                status=426,
                headers={"Sec-WebSocket-Version": "13"},
            )
        request = Request(self.request.path, _headers(meta), meta["REQUEST_METHOD"], meta["SERVER_PROTOCOL"])
        response = ServerProtocol().accept(request)
        if response.status_code != 101:
            detail = response.body.decode().strip() if response.body else _("This is no WebSocket handshake.")
            keep = {key: value for key, value in response.headers.raw_items() if key in ("Allow", "Upgrade")}
            raise Refusal("bad_input", detail, status=response.status_code, headers=keep)
        return response.serialize()


def origin_allowed(request: HttpRequest) -> bool:
    """True if the page that opens the socket is from this server, or from an origin in CSRF_TRUSTED_ORIGINS.

    A request without an Origin is not from a browser, and is allowed.
    """
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return True
    try:
        if origin == f"{request.scheme}://{request.get_host()}":
            return True
        ours = urlsplit(origin)
    except (DisallowedHost, ValueError):
        return False
    return any(
        ours.scheme == trusted.scheme and is_same_domain(ours.netloc, trusted.netloc.removeprefix("*"))
        for trusted in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS)
    )


def _headers(meta: dict[str, Any]) -> Headers:
    headers = Headers()
    for key, value in meta.items():
        if key.startswith("HTTP_"):
            headers[key[5:].replace("_", "-").title()] = value
    return headers
