"""dwebsocket's middleware, for the current Django: answers refused handshakes, and closes each WebSocket."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from dwebsocket.middleware import WebSocketMiddleware as DwebsocketMiddleware
from websockets.frames import CloseCode

from ..refusal import Refusal
from .views import own_thread


class WebSocketMiddleware(MiddlewareMixin, DwebsocketMiddleware):
    def process_request(self, request: Any) -> HttpResponse | None:
        try:
            return super().process_request(request)
        except Refusal as refusal:
            request.websocket = None
            request.is_websocket = lambda: False
            return refusal.as_json()

    def process_response(self, request: Any, response: HttpResponseBase) -> HttpResponseBase:
        if request.is_websocket() and not request.websocket.is_kept:
            request.websocket.end()
        return response

    def process_exception(self, request: Any, exception: Exception) -> None:
        if request.is_websocket() and not request.websocket.is_kept:
            request.websocket.close(CloseCode.INTERNAL_ERROR)

    # dwebsocket answers a view that takes no WebSocket, or nothing else, with an empty 400; here the answer says why.
    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        answer = super().process_view(request, view, args, kwargs)
        if answer is not None:
            detail = _("There is no WebSocket at this address.")
            if not request.is_websocket():
                detail = _("This address speaks WebSocket.")
            return Refusal("bad_input", detail, status=answer.status_code).as_json()
        if request.is_websocket() and not getattr(view, "parks", False):
            return own_thread(view)(request, *args, **kwargs)  # it may block as it likes
        return None
