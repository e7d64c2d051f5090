"""The chat: its page, its socket, and the POST that sends a message."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from dwebsocket import accept_websocket
from dwebsocket.websocket import WebSocket

from .. import runtime
from ..accounts import approval
from ..chat import invitations, messages, permissions, pictures, prices, rooms
from ..chat.rates import check_rate
from ..live.direct import is_direct
from ..models import LOBBY, REASON_CHARS, User
from ..operations.trace import request_id
from ..refusal import Refusal
from ..ws.views import parked
from .api import json_view, require_user, session_key_of
from .connection import connected, require_capacity
from .errors import method_refusal
from .fields import clean_entry, clean_room
from .operation import operation
from .schemas import (
    CID,
    EVENT_ID,
    FILE_LIST,
    NUMBER,
    ROOM,
    SEQ,
    SUCCESS,
    like,
    maybe,
    noted,
    shape,
    text,
    words,
)

ELSEWHERE = ("cross-site", "same-site")  # of Sec-Fetch-Site: the link is on a page of another host or port


@require_safe
@login_required
@ensure_csrf_cookie
@never_cache
def news_chat(request: HttpRequest) -> HttpResponse:
    """The chat page; `group_id` or `num` names the room it opens with.

    A page of another site can make nobody join or make a room: there, one is asked first.
    """
    wanted = request.GET.get("group_id") or request.GET.get("num")
    check_rate(runtime.get(), request.user, prices.PAGE)
    room = clean_room(wanted) if wanted else LOBBY
    if request.headers.get("Sec-Fetch-Site") in ELSEWHERE and not is_direct(room):
        try:
            permissions.room_of(request.user, room)
        except Refusal as why_not:  # the page that says so links here, and is of this site
            return render(request, "join.html", {"room": room, "detail": why_not.detail})
    status = 200
    if wanted:
        try:
            room = rooms.join(runtime.get(), request.user, room).name
        except Refusal as refusal:
            if refusal.code != "not_found":
                raise
            status = 404  # the page says that there is no such room, and leads to those that there are
    invites = invitations.may_invite_to_place(runtime.get(), request.user)
    context = {
        "room": room,
        "invites": invites,
        "welcome": request.session.pop("welcome", False),
        "max_chars": settings.MESSAGE_MAX_CHARS,
        "files": {
            "most": settings.MESSAGE_FILES,
            "bytes": settings.FILE_MAX_BYTES,
            "piece": settings.FILE_PIECE_BYTES,
        },
        "pictures": pictures.any_chosen(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "version": settings.PAGE_VERSION,
        "waiting": approval.waiting().count() if request.user.is_admin else 0,
    }
    return render(request, "chat.html", context, status=status)


TEXT = like(text(settings.MESSAGE_MAX_CHARS), "hello")
CHANGED = {"room": ROOM, "seq": noted(SEQ, _("the number of the message")), "cid": maybe(CID)}
MESSAGE = {
    "txt": maybe(TEXT, _("may be missing if there are files")),
    "cid": maybe(CID),
    "reply": maybe(SEQ, _("the number of the message that it answers")),
    "files": maybe(FILE_LIST),
    "userfrom": maybe(NUMBER, _("the sender's id, if the program knows it")),
}


@json_view("POST")
@operation(
    _("Sends a message to a room (1) or to a user (0); edits one, or deletes it."),
    fields=(
        shape(type=words("1"), room=maybe(ROOM, _("without it the lobby")), **MESSAGE),
        shape(type=words("0"), userto=NUMBER, **MESSAGE),
        shape(type=words(["edit"]), txt=TEXT, **CHANGED),
        shape(type=words(["delete"]), reason=maybe(text(REASON_CHARS), _("by a moderator")), **CHANGED),
    ),
    answer=shape(msg=SUCCESS, room=ROOM, seq=SEQ, id=EVENT_ID),
    errors=("not_found", "frozen", "muted", "conflict", "no_space"),
)
def msg_send(request: HttpRequest) -> dict[str, Any]:
    event = messages.submit(runtime.get(), request.user, clean_entry(request.POST.dict()))
    return {"msg": "success", "room": event.room, "seq": event.seq, "id": event.id}


class SocketRequest:
    """The parts of a request that a socket's view keeps: a socket may last for days."""

    __slots__ = ("auth_hash", "is_guest", "session_key", "trace_id", "user", "websocket")

    def __init__(self, websocket: WebSocket, user: User, session_key: str) -> None:
        self.websocket = websocket
        self.user = user.essentials()
        self.auth_hash = user.get_session_auth_hash()
        self.is_guest = user.is_guest
        self.session_key = session_key
        self.trace_id = request_id.get()

    def is_websocket(self) -> bool:
        return True


def admitted(request: HttpRequest) -> HttpRequest | SocketRequest:
    """Admits a handshake, before its view runs; session and user are looked up here. Raises Refusal."""
    live = runtime.get()
    if request.method != "GET":
        raise method_refusal(("GET",))
    require_user(request)
    require_capacity(live.hub.refusal())
    check_rate(live, request.user, prices.SOCKET)
    if not request.is_websocket():
        return request
    return SocketRequest(request.websocket, request.user, session_key_of(request))


@operation(
    _("The socket, see docs/wire.md; without an upgrade, why there would be none."),
    statuses={101: _("the socket is open")},
    errors=("upgrade_required",),
)
@never_cache
@accept_websocket
@parked(admitted)
def chat(request: HttpRequest | SocketRequest) -> None:
    """The socket. Without an upgrade: why a socket would be refused, or 426."""
    with connected(request) as connection:
        while (message := request.websocket.wait()) is not None:
            connection.answer(message)
