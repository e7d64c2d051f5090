"""Gives each WebSocket's view a thread of its own, and the server's thread back to the server. Knows no chat.

The server's thread waits until the view has answered or, with its first use of the socket, taken the connection over;
from then on the view's thread alone has the request and the connection.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from websockets.frames import CloseCode

logger = logging.getLogger("django.request")

View = Callable[..., HttpResponseBase | None]


def own_thread(admit: Callable[[HttpRequest], AbstractContextManager[Any]]) -> Callable[[View], View]:
    """A decorator over dwebsocket's, for views that keep their socket: the server's threads are left to requests.

    `admit(request)` is entered first, in the server's thread, and left when the view has answered or taken the
    connection over. It gives the request that the view gets, and may raise what the view might raise.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
            with admit(request) as admitted:
                if not request.is_websocket():
                    return view(admitted, *args, **kwargs)
                return ViewThread(request).run(view, admitted, args, kwargs)

        return run

    return decorate


class ViewThread:
    """One view in a thread of its own. Keeps the socket, but not the server's request."""

    def __init__(self, request: HttpRequest) -> None:
        self._websocket = request.websocket
        self._path = request.path
        self._language = translation.get_language()
        self._decided: threading.Event | None = None
        self._response: HttpResponseBase | None = None
        self._error: Exception | None = None

    def run(self, view: View, request: Any, args: Any, kwargs: Any) -> HttpResponseBase:
        """The view's response, or its exception. Once the view has taken the connection over: an empty response."""
        decided = self._decided = threading.Event()
        self._websocket.has_thread = True
        self._websocket.on_accept = self._decide
        run = copy_context().run  # with the request's id, for the log
        work = threading.Thread(target=run, args=(self._work, view, request, args, kwargs), name="socket")
        work.start()
        decided.wait()
        if self._error is not None:
            raise self._error
        return self._response or HttpResponse(status=HTTPStatus.SWITCHING_PROTOCOLS)

    def _decide(self) -> None:
        decided, self._decided = self._decided, None
        if decided is not None:
            decided.set()

    def _work(self, view: View, request: Any, args: Any, kwargs: Any) -> None:
        websocket = self._websocket
        try:
            with translation.override(self._language):
                response = view(request, *args, **kwargs)
            if not websocket.accepted:
                self._response = response
        except Exception as error:
            if websocket.accepted:
                websocket.close(CloseCode.INTERNAL_ERROR)
                logger.exception("Internal Server Error: %s", self._path)
            else:
                self._error = error
        finally:
            connections.close_all()
            websocket.end()
            self._decide()
