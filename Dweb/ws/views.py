"""Runs the view of each WebSocket outside of the server's thread, which serves other requests meanwhile.

A view that is marked as parked() runs in a greenlet of the loop (loop.py): it must not block but by what parks. Every
other view of dwebsocket runs in a thread of its own, and may block as it likes.

The server's thread waits until the view has answered, or has taken the connection over with its first use of the
socket. From then on, the view alone has the request and the connection.
"""

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from websockets.frames import CloseCode

from ..parking import loop
from ..parking.wakeup import Wakeup

logger = logging.getLogger("django.request")

View = Callable[..., HttpResponseBase | None]


def parked(admit: Callable[[HttpRequest], Any]) -> Callable[[View], View]:
    """Decorates a view, above dwebsocket's decorator, so that it runs in the loop if the request is a WebSocket's.

    `admit(request)` is called first, in the server's thread. It returns the request for the view, or raises.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
            admitted = admit(request)
            if not request.is_websocket():
                return view(admitted, *args, **kwargs)
            return ViewRun(request).run(loop.get().spawn, view, admitted, args, kwargs)

        run.parks = True  # type: ignore[attr-defined]
        return run

    return decorate


def own_thread(view: View) -> View:
    """Decorates a view so that it runs in a thread of its own if the request is a WebSocket's."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
        if not request.is_websocket():
            return view(request, *args, **kwargs)
        return ViewRun(request).run(_start_thread, view, request, args, kwargs)

    return run


def _start_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=copy_context().run, args=(work,), name="socket").start()


class ViewRun:
    """One view at work. Keeps the socket, but not the server's request."""

    def __init__(self, request: HttpRequest) -> None:
        self._websocket = request.websocket
        self._path = request.path
        self._language = translation.get_language()
        self._decided: Wakeup | None = Wakeup()
        self._response: HttpResponseBase | None = None
        self._error: Exception | None = None

    def run(
        self, start: Callable[[Callable[[], None]], None], view: View, request: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase:
        """Returns the view's response, or raises its error; an empty one once the view took the connection over."""
        decided = self._decided
        assert decided is not None
        self._websocket.is_kept = True
        self._websocket.on_accept = self._decide
        start(lambda: self._work(view, request, args, kwargs))
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
