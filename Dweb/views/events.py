"""GET /events/: what comes in a user's rooms, for clients without a WebSocket: as a stream, or as long polls."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from random import randint
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from .. import runtime
from ..chat import denials, membership, permissions, polling, prices
from ..chat.greeting import Hello, Unseen
from ..chat.rates import check_rate
from ..live import sse
from ..models import User
from ..refusal import Refusal
from ..runtime import Runtime
from ..ws.open_answer import OpenAnswer
from . import posted
from .api import require_user, session_key_of
from .connection import left_to_people, require_capacity
from .errors import wrong_method
from .fields import clean_hello, clean_room
from .listener import Poll, Stream, Wanted
from .operation import JSON, operation, operations
from .schemas import EVENTS, NUMBER, ROOM, ROOM_LIST, TEXT, between, by_key, many, maybe, noted, shape
from .values import clean_between, given

RETRY_MILLISECONDS = 1_000, 5_000  # after which a browser comes back: not all at once after a restart
BUSY_SECONDS = 10  # with too many connections; each may last for days


PLACE = noted(TEXT, gettext_noop("the place from which the next request goes on"))


@operation(
    gettext_noop("What comes in one's rooms, as a stream of server-sent events; with wait, as a long poll."),
    fields=shape(
        rooms=maybe(ROOM_LIST),
        last=maybe(TEXT, gettext_noop("the numbers last seen in rooms, as JSON")),
        epoch=maybe(TEXT),
        page=maybe(TEXT),
        cid=maybe(TEXT),
        wait=maybe(between(0, settings.POLL_MAX_SECONDS), gettext_noop("seconds: a long poll")),
    ),
    headers={"Last-Event-ID": PLACE},
    answer=shape(events=EVENTS, last=by_key(NUMBER), epoch=TEXT, id=PLACE, reset=maybe(many(ROOM))),
    kinds={"text/event-stream": TEXT},
    errors=("not_found",),
)
def listen(request: HttpRequest) -> HttpResponseBase:
    live, user = runtime.get(), require_user(request)
    require_capacity(live.hub.refusal())
    _require_place(live, user)
    check_rate(live, user, prices.SOCKET)
    wanted = clean_wanted(request, live.epoch)
    _require_rooms(live, user, wanted)
    if wanted.wait is not None:
        return _poll(request, live, wanted)
    retry = b"retry: %d\n\n" % randint(*RETRY_MILLISECONDS)  # noqa: S311
    run = Stream(request, session_key_of(request), wanted).run
    return OpenAnswer(request, run, sse.CONTENT_TYPE, first=retry)


@operations(GET=listen, POST=posted.frame)
@never_cache
def events(request: HttpRequest) -> HttpResponseBase:
    """Clients without a WebSocket listen here, and post their frames."""
    if request.method == "POST":
        return posted.frame(request)
    if request.method != "GET":
        return wrong_method(request, ("GET", "POST"))
    return listen(request)


def _poll(request: HttpRequest, live: Runtime, wanted: Wanted) -> HttpResponseBase:
    """Answers at once if there is something, and else once there is."""
    found = polling.gather(live, request.user, wanted.rooms, wanted.hello)
    gathered = found.gathered()
    if wanted.wait == 0 or gathered.events or gathered.reset:
        return HttpResponse(gathered.as_json(live.epoch), content_type=JSON)
    hello = Hello(gathered.last, unseen=wanted.hello.unseen)
    waiting = Wanted(wanted.rooms, hello, wanted.wait)
    return OpenAnswer(request, Poll(request, session_key_of(request), waiting).run, JSON)


def clean_wanted(request: HttpRequest, epoch: str) -> Wanted:
    """The fields of the address. A `Last-Event-ID` counts more than `last`: a browser sends both. Raises Refusal."""
    fields = request.GET.dict()
    rooms = _clean_rooms(fields)
    last_id = request.headers.get("Last-Event-ID", "").strip()
    hello = _hello_of(last_id, epoch) if last_id else clean_hello(_parse_last(fields))
    if rooms is not None:
        hello = _only(hello, rooms)
    wait = None if given(fields, "wait") is None else clean_between(fields, "wait", 0, settings.POLL_MAX_SECONDS, 0)
    return Wanted(rooms, hello, wait)


def _hello_of(last_id: str, epoch: str) -> Hello:
    """What is no id, or one of another epoch, resets all rooms."""
    place = sse.place_of(last_id)
    if place is None or place.epoch != epoch:
        return Hello({}, unseen=Unseen.RESET)
    try:
        seen = {clean_room(room): seq for room, seq in place.cursors.items()}
    except Refusal:
        return Hello({}, unseen=Unseen.RESET)
    return Hello(seen, unseen=Unseen.NEW if place.is_whole else Unseen.RESET)


def _parse_last(fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a hello, of which `last` is JSON."""
    hello: dict[str, Any] = {name: fields[name] for name in ("epoch", "page", "cid") if fields.get(name)}
    try:
        hello["last"] = json.loads(fields.get("last") or "{}")
    except (ValueError, RecursionError):
        raise Refusal("bad_input", _("last must be JSON, such as %(example)s.") % {"example": '{"lobby":41}'}) from None
    if isinstance(hello["last"], dict) and len(hello["last"]) > settings.STREAM_ROOMS:
        raise _too_many("last")
    return hello


def _clean_rooms(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    names = given(fields, "rooms")
    if names is None:
        return None
    rooms = [name.strip() for name in names.split(",", settings.STREAM_ROOMS)]
    if len(rooms) > settings.STREAM_ROOMS:
        raise _too_many("rooms")
    return tuple(clean_room(name) for name in rooms if name)


def _too_many(field: str) -> Refusal:
    detail = _("%(field)s has at most %(most)d rooms.") % {"field": field, "most": settings.STREAM_ROOMS}
    return Refusal("bad_input", detail)


def _only(hello: Hello, rooms: Collection[str]) -> Hello:
    return replace(hello, seen={room: seq for room, seq in (hello.seen or {}).items() if room in rooms})


def _require_rooms(live: Runtime, user: User, wanted: Wanted) -> None:
    """Raises Refusal, not_found or forbidden, for a room that this user does not read."""
    own = membership.room_names(user.pk) if wanted.rooms else ()
    for room in wanted.rooms or ():
        if denials.reached(user, room) not in own:
            live.query_pool.ask(partial(permissions.room_to_read, user, room))


def _require_place(live: Runtime, user: User) -> None:
    with live.registry.lock:
        connections = live.registry.connections_of(user.pk)
    most = max(1, settings.MAX_SOCKETS_PER_USER - left_to_people(user))
    if connections >= most:
        detail = _("You have %(most)d open connections, and no more are possible: close one first.")
        raise Refusal("too_fast", detail % {"most": most}, BUSY_SECONDS)
