"""Do not disturb: until when a user wants no alerts. The server keeps it; clients act on it."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ..cluster.bus import Message
from ..live import wire
from ..live.client import Client
from ..models import User
from ..refusal import Refusal
from . import prices
from .rates import check_rate
from .selves import self_of

if TYPE_CHECKING:
    from ..runtime import Runtime

MISSED = ""  # stands for it among the rooms of which something was to be sent; no room has this name

_showing = threading.Lock()  # held from the reading of a time until it is sent


def choose(runtime: "Runtime", user: User, until: datetime | None) -> None:
    """Keeps a time, None for none, and shows it to all of the user's sockets. Raises Refusal."""
    check_rate(runtime, user, prices.QUIET)
    if user.only is not None:
        raise Refusal("forbidden", _("This token is for some rooms only."))
    if until and until > timezone.now() + timedelta(days=settings.QUIET_DAYS):
        raise Refusal("bad_input", _("until is at most %(days)d days ahead.") % {"days": settings.QUIET_DAYS})
    User.objects.filter(pk=user.pk).update(quiet_until=until)
    _show(runtime, user.pk)
    runtime.bus.send({"type": "quiet", "user": user.pk})


def on_quiet(runtime: "Runtime", message: Message) -> None:
    if runtime.hub.connections(message["user"]):
        _show(runtime, message["user"])


def show(user_id: int, clients: Callable[[], Iterable[Client]]) -> None:
    """Sends the time that is stored to clients of the user: of two changes at once, the one that holds goes last."""
    with _showing:
        frame = wire.quiet_frame(self_of(user_id).quiet_until)
        for client in clients():
            client.send(frame)


def _show(runtime: "Runtime", user_id: int) -> None:
    show(user_id, partial(runtime.hub.greeted, user_id, MISSED))
