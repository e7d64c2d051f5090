"""The doors: parse a request, call the rules, answer. What goes wrong is raised and answered by errors.py."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe
from dwebsocket import accept_websocket

from ..accounts.forms import RegisterForm, SignInForm
from ..chat import messages as rules
from ..chat import people
from ..live.wire import is_text
from ..log import history as log
from ..models import LOBBY, NAME_CHARS, User
from ..operations import metrics as figures
from ..refusal import Refusal
from ..runtime import get
from ..search import index as messages
from ..ws.threads import own_thread
from .errors import wrong_method
from .fields import clean_number, clean_room
from .frames import converse

HISTORY_EVENTS = 50
HISTORY_MAX_EVENTS = 200
SEARCH_EVENTS = 50
SEARCH_MAX_CHARS = 200
PEOPLE = 50
FULL_RETRY_SECONDS = 10

View = Callable[[HttpRequest], HttpResponseBase]


def json_view(method: str) -> Callable[[Callable[[HttpRequest], dict[str, Any]]], View]:
    """A view for people who are signed in, that takes one method and returns what is answered as JSON."""

    def decorate(view: Callable[[HttpRequest], dict[str, Any]]) -> View:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponseBase:
            if request.method != method:
                return wrong_method(request, (method,))
            _require_user(request)
            return JsonResponse(view(request))

        return never_cache(answer) if method == "GET" else answer  # what a POST answers, nobody keeps

    return decorate


class SignIn(LoginView):
    """`/`: the sign-in page; people who are signed in go on to the chat."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"registration_open": settings.REGISTRATION_OPEN}

    def get_redirect_url(self) -> str:
        """`next`; but not this page itself, which would lead around in a circle."""
        url: str = super().get_redirect_url()
        return "" if url == self.request.path else url

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait:
            response.status_code = 429
            response["Retry-After"] = str(form.wait)
        return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    next_page = request.POST.get("next", request.GET.get("next", ""))
    home = reverse("sign_in", query={"next": next_page} if next_page else None)  # it checks where that leads
    if request.user.is_authenticated:
        return redirect(home)
    if not settings.REGISTRATION_OPEN:
        raise Refusal("forbidden", _("Registration is closed here: ask the people who run this server for an account."))
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.save())
        return redirect(home)
    return render(request, "register.html", {"form": form, "next": next_page})


@require_safe
@login_required
@ensure_csrf_cookie
@never_cache
def news_chat(request: HttpRequest) -> HttpResponse:
    """The chat page; `group_id` or `num` names the room it opens with."""
    wanted = request.GET.get("group_id") or request.GET.get("num")
    room = rules.join(request.user, clean_room(wanted)).name if wanted else LOBBY
    return render(request, "chat.html", {"room": room, "max_chars": settings.MESSAGE_MAX_CHARS})


@json_view("POST")
def msg_send(request: HttpRequest) -> dict[str, Any]:
    event = rules.submit(request.user, request.POST.dict())
    return {"msg": "success", "room": event.room, "seq": event.seq, "id": event.id}


@json_view("GET")
def history(request: HttpRequest) -> dict[str, Any]:
    """A page of a room's log: the last events, or those before or after a number."""
    fields = request.GET.dict()
    limit = min(clean_number(fields, "limit", HISTORY_EVENTS), HISTORY_MAX_EVENTS)
    if not limit:
        raise Refusal("bad_input", _("limit must be 1 or more."))
    before, after = (clean_number(fields, name) if fields.get(name) else None for name in ("before", "after"))
    if before is not None and after is not None:
        raise Refusal("bad_input", _("Give before or after, not both."))
    if fields.get("userto"):
        name = rules.direct_name(request.user, clean_number(fields, "userto"))
    else:
        name = clean_room(fields.get("room") or LOBBY)
    room = rules.room_to_read(request.user, name)
    if after is not None:
        events = log.since(name, after, limit + 1) if room else []
        events, more = events[:limit], len(events) > limit
    else:
        events = log.before(room, before, limit + 1) if room else []
        events, more = events[-limit:], len(events) > limit
    return {
        "room": name,
        "epoch": get().epoch,
        "events": [event.as_json(request.user.pk) for event in events],
        "more": more,
    }


@json_view("GET")
def search(request: HttpRequest) -> dict[str, Any]:
    """Messages of one's own rooms, or of one of them, newest first; `before` is the id of an event."""
    rules.slow_down(request.user)
    fields = request.GET.dict()
    query = _clean_query(fields, SEARCH_MAX_CHARS)
    if not query:
        raise Refusal("bad_input", _("q must say what to look for."))
    before = clean_number(fields, "before") if fields.get("before") else None
    if fields.get("room"):
        room = rules.room_to_read(request.user, clean_room(fields["room"]))
        rooms = [room] if room else []
    else:
        rooms = messages.rooms_of(request.user.pk)
    events, more = messages.find(rooms, query, before, SEARCH_EVENTS)
    return {"events": [event.as_json(request.user.pk) for event in events], "more": more}


@json_view("GET")
def users(request: HttpRequest) -> dict[str, Any]:
    """People whose names begin with `q`; without it, who is online."""
    rules.slow_down(request.user)
    found, more = people.find(_clean_query(request.GET.dict(), NAME_CHARS), get().hub.people(), PEOPLE)
    return {"users": found, "more": more}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; without it the error is 503. Without Redis, much comes later: degraded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"msg": "success"} if get().bus.well else {"msg": "success", "degraded": True})


@csrf_exempt  # or strangers would learn by a POST that there is something
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, at the addresses in METRICS_ALLOWED; for everyone else there is nothing here."""
    if request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOWED:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return wrong_method(request, ("GET", "HEAD"))
    return HttpResponse(figures.page(), content_type=figures.CONTENT_TYPE)


@contextmanager
def _door(request: HttpRequest) -> Iterator[None]:
    """A few at a time come in: a crowd at once would only be in each other's way, and in everybody's.

    Why somebody gets no socket is told before there is a thread for it.
    """
    with get().arrivals:
        _require_user(request)
        _require_place(get().hub.refusal())
        yield


@never_cache
@own_thread(_door)
@accept_websocket
def chat(request: HttpRequest) -> None:
    """The socket. Without an upgrade: why a socket would be refused, or 426."""
    if not request.is_websocket():
        raise Refusal("upgrade_required", _("This address speaks WebSocket."))
    hub = get().hub
    _require_place(hub.reserve())
    try:
        # The user, not Django's lazy one, which keeps the request; a socket may last for days.
        websocket, user, session_key = request.websocket, copy(request.user), request.session.session_key or ""
        vars(request).clear()
        request.websocket, request.is_websocket = websocket, True.__bool__
        converse(get(), websocket, user, session_key)
    finally:
        hub.release()


def _clean_query(fields: dict[str, str], most: int) -> str:
    query = fields.get("q", "").strip()
    if not is_text(query) or "\0" in query or len(query) > most:
        raise Refusal("bad_input", _("q must be text of at most %(most)d characters.") % {"most": most})
    return query


def _require_place(refusal: str | None) -> None:
    if refusal is not None:
        raise Refusal("unavailable", _(refusal), FULL_RETRY_SECONDS)


def _require_user(request: HttpRequest) -> User:
    if not request.user.is_authenticated:
        raise Refusal("not_signed_in", _("Sign in first."))
    return request.user
