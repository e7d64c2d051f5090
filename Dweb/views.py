"""The doors: parse a request, call the rules, answer. What goes wrong is raised and answered by errors.py."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe
from dwebsocket import accept_websocket

from . import chat as rules
from . import history as log
from .errors import wrong_method
from .forms import RegisterForm, SignInForm, clean_message, clean_number, clean_room
from .frames import converse
from .models import LOBBY, Epoch, User
from .refusal import Refusal
from .runtime import get

HISTORY_EVENTS = 50
HISTORY_MAX_EVENTS = 200
FULL_RETRY_SECONDS = 10

View = Callable[[HttpRequest], HttpResponseBase]


def json_view(method: str) -> Callable[[Callable[[HttpRequest], dict[str, Any]]], View]:
    """A view for people who are signed in, that takes one method and returns what is answered as JSON."""

    def decorate(view: Callable[[HttpRequest], dict[str, Any]]) -> View:
        @wraps(view)
        @never_cache
        def answer(request: HttpRequest) -> HttpResponseBase:
            if request.method != method:
                return wrong_method(request, (method,))
            _require_user(request)
            return JsonResponse(view(request))

        return answer

    return decorate


class SignIn(LoginView):
    """`/`: the sign-in page; people who are signed in go on to the chat."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {"registration_open": settings.REGISTRATION_OPEN}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait:
            response.status_code = 429
            response["Retry-After"] = str(form.wait)
        return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("sign_in")
    if not settings.REGISTRATION_OPEN:
        raise Refusal("forbidden", "Registration is closed here: ask the people who run this server for an account.")
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.save())
        return redirect("sign_in")
    return render(request, "register.html", {"form": form})


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
    event = rules.send_message(request.user, clean_message(request.POST.dict(), request.user.pk))
    return {"msg": "success", "room": event.room, "seq": event.seq, "id": event.id}


@json_view("GET")
def history(request: HttpRequest) -> dict[str, Any]:
    """A page of a room's log: the last events, or those before or after a number."""
    fields = request.GET.dict()
    limit = min(clean_number(fields, "limit", HISTORY_EVENTS), HISTORY_MAX_EVENTS)
    if not limit:
        raise Refusal("bad_input", "limit must be 1 or more.")
    before, after = (clean_number(fields, name) if fields.get(name) else None for name in ("before", "after"))
    if before is not None and after is not None:
        raise Refusal("bad_input", "Give before or after, not both.")
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
        "epoch": Epoch.current(),
        "events": [event.as_json(request.user.pk) for event in events],
        "more": more,
    }


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; without it the error is 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"msg": "success"})


@never_cache
@accept_websocket
def chat(request: HttpRequest) -> HttpResponse | None:
    """The socket. Without an upgrade: why a socket would be refused, or 426."""
    user = _require_user(request)
    hub = get().hub
    if reason := hub.refusal():
        raise Refusal("unavailable", reason, FULL_RETRY_SECONDS)
    if not request.is_websocket():
        raise Refusal("upgrade_required", "This address speaks WebSocket.")
    if not hub.reserve():
        raise Refusal("unavailable", hub.refusal() or "", FULL_RETRY_SECONDS)
    try:
        converse(get(), request.websocket, user, request.session.session_key or "")
    finally:
        hub.release()
    return None


def _require_user(request: HttpRequest) -> User:
    if not request.user.is_authenticated:
        raise Refusal("not_signed_in", "Sign in first.")
    return request.user
