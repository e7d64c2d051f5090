"""POST /events/: a frame of a client without a WebSocket, which does what a socket's would."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .. import runtime
from ..accounts import access
from ..accounts.access import Scope
from ..models import User
from ..refusal import Refusal
from ..runtime import Runtime
from .api import json_view
from .connection import FRAME_BYTES
from .fields import clean_cid, parse_frame
from .frames import FRAMES, READING, hello
from .operation import operation
from .schemas import SUCCESS, TEXT, like, many, noted, shape


class Posted:
    """Stands for the connection. `frames` are those with which a socket would be answered."""

    def __init__(self, live: Runtime, user: User) -> None:
        self.runtime = live
        self.user = user
        self.frames: list[Mapping[str, Any]] = []

    def send(self, frame: Mapping[str, Any]) -> None:
        self.frames.append(frame)


@json_view("POST")
@operation(
    gettext_noop("Does what a frame on a socket does, for a client without one; docs/wire.md has the frames."),
    fields=shape(
        frame=noted(like(TEXT, '{"type":"1","txt":"hello","room":"lobby"}'), gettext_noop("the frame, as JSON"))
    ),
    answer=shape(msg=SUCCESS, frames=many({"type": "object"})),
    errors=("not_found", "frozen", "muted", "conflict", "no_space"),
)
def frame(request: HttpRequest) -> dict[str, Any]:
    live, message = runtime.get(), request.POST.get("frame", "").encode(errors="replace")
    wait = live.frame_rates.take(request.user.pk, 1 + len(message) // FRAME_BYTES)
    if wait:
        raise Refusal("too_fast", _("Too many frames at once: wait a moment."), wait)
    said = parse_frame(message)
    clean_cid(said)
    answer = FRAMES.get(said["type"])
    if answer is None or answer is hello:
        raise Refusal("bad_input", _("There is no frame of this type."))
    access.require(request.user, Scope.READ if answer in READING else Scope.WRITE)
    posted = Posted(live, request.user)
    answer(posted, said)
    return {"msg": "success", "frames": posted.frames}
