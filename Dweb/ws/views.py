"""Runs the view of each WebSocket outside of the server's thread, which serves other requests meanwhile.

A view that is marked as parked() runs in a greenlet of the loop (parking/loop.py): it must not block but by what parks.
Every other view of dwebsocket runs in a thread of its own, and may block as it likes.

The handshake waits until the view has answered, or has taken the connection over with its first use of the
socket. From then on, the view alone has the request and the connection.
"""

import logging
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial, wraps
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
Work = Callable[[], None]

_contexts: dict[str | None, Context] = {}  # by language; the loop's thread's own


def parked(admit: Callable[[HttpRequest], Any]) -> Callable[[View], View]:
    """Decorates a view, below dwebsocket's decorator, so that it runs in the loop if the request is a WebSocket's.

    `admit(request)` is called first, in the thread that answers the handshake: that of the server, or the loop's if the
    server's worker has its address among the `parked`. It returns the request for the view, or raises.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
            admitted = admit(request)
            if not request.is_websocket():
                return view(admitted, *args, **kwargs)
            return ViewRun(request, _bound(view, args, kwargs), admitted).run(spawn)

        run.parks = True  # type: ignore[attr-defined]
        return run

    return decorate


def own_thread(view: View) -> View:
    """Decorates a view so that it runs in a thread of its own if the request is a WebSocket's."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
        if not request.is_websocket():
            return view(request, *args, **kwargs)
        return ViewRun(request, _bound(view, args, kwargs), request).run(_start_thread)

    return run


def _bound(view: View, args: Any, kwargs: Any) -> View:
    """A view that takes nothing but its request. Without a wrapper, less of the stack is kept while it is parked."""
    return partial(_call, view, args, kwargs) if args or kwargs else view


def _call(view: View, args: Any, kwargs: Any, request: Any) -> HttpResponseBase | None:
    return view(request, *args, **kwargs)


def spawn(work: Work) -> None:
    """Has the loop do work, in a greenlet with the language of this thread."""
    loop.get().spawn(work, partial(_context_of, translation.get_language()))


def _context_of(language: str | None) -> Context:
    """A context in which this language is active. Copies share what they have in common."""
    if language not in _contexts:
        _contexts[language] = Context()
        _contexts[language].run(_activate, language)
    return _contexts[language].copy()


def _activate(language: str | None) -> None:
    if language is None:
        translation.deactivate_all()
    else:
        translation.activate(language)


def _start_thread(work: Work) -> None:
    def run() -> None:
        _activate(language)  # Django's copy of it is not for other threads
        work()

    language = translation.get_language()
    threading.Thread(target=copy_context().run, args=(run,), name="socket").start()


class ViewRun:
    """One view at work. Keeps the socket, but not the server's request."""

    __slots__ = ("_decided", "_error", "_path", "_request", "_response", "_view", "_websocket")

    def __init__(self, request: HttpRequest, view: View, admitted: Any) -> None:
        self._view = view
        self._request = admitted
        self._websocket = request.websocket
        self._path = request.path
        self._decided: Wakeup | None = Wakeup()
        self._response: HttpResponseBase | None = None
        self._error: Exception | None = None

    def run(self, start: Callable[[Work], None]) -> HttpResponseBase:
        """Returns the view's response, or raises its error; an empty one once the view took the connection over."""
        decided = self._decided
        assert decided is not None
        self._websocket.is_kept = True
        self._websocket.on_accept = self._decide
        start(self._work)
        decided.wait()
        if self._error is not None:
            raise self._error
        return self._response or HttpResponse(status=HTTPStatus.SWITCHING_PROTOCOLS)

    def _decide(self) -> None:
        self._websocket.on_accept = None
        decided, self._decided = self._decided, None
        if decided is not None:
            decided.set()

    def _work(self) -> None:
        websocket = self._websocket
        try:
            response = self._view(self._request)
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
