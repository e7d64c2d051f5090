"""Blocks: one who is blocked writes no private message to who blocks them, and their messages are folded there."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from ..cluster.bus import Message
from ..live import wire
from ..live.client import Client
from ..models import Block, User
from ..refusal import Refusal
from . import guests, membership, prices, users
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

MISSED = " "  # stands for them, as quiet.MISSED does for another choice

_showing = threading.Lock()  # held from the reading of the blocks until they are sent


def blocked_by(user_id: int) -> list[int]:
    """The ids of those whom a user blocks."""
    return sorted(Block.objects.filter(user=user_id).values_list("other_id", flat=True))


def listed(runtime: "Runtime", user: User) -> list[dict[str, Any]]:
    """The people whom a user blocks, with their names. Raises Refusal."""
    check_rate(runtime, user, prices.CHOICE)
    ids = blocked_by(user.pk)
    names = membership.shown_names(ids)
    return [{"userid": id, "username": names.get(id, "")} for id in ids]


def block(runtime: "Runtime", user: User, other_id: int, *, on: bool) -> None:
    """Blocks another user, or not any more, and shows it to all of the user's sockets. Raises Refusal."""
    check_rate(runtime, user, prices.CHOICE)
    if not on:  # also of nobody: a guest is not told who has an account
        Block.objects.filter(user=user, other=other_id).delete()
    else:
        if not guests.sees(user, other_id):  # or a list of blocks would tell a guest everybody's names
            raise users.nobody(other_id)
        other = users.known(other_id)
        if other.pk == user.pk:
            raise Refusal("bad_input", _("You cannot block yourself."))
        if Block.objects.filter(user=user).exclude(other=other).count() >= settings.MAX_BLOCKS:
            detail = _("You block %(most)d people, and no more are possible.")
            raise Refusal("forbidden", detail % {"most": settings.MAX_BLOCKS})
        Block.objects.get_or_create(user=user, other=other)
    _show(runtime, user.pk)
    runtime.bus.send({"type": "blocked", "user": user.pk})


def on_blocked(runtime: "Runtime", message: Message) -> None:
    if runtime.hub.connections(message["user"]):
        _show(runtime, message["user"])


def show(user_id: int, clients: Callable[[], Iterable[Client]]) -> None:
    """Sends whom a user blocks to clients of theirs: of two changes at once, the one that holds goes last."""
    with _showing:
        frame = wire.blocked_frame(blocked_by(user_id))
        for client in clients():
            client.send(frame)


def _show(runtime: "Runtime", user_id: int) -> None:
    show(user_id, partial(runtime.hub.greeted, user_id, MISSED))
