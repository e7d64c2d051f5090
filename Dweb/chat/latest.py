"""Latest: the beginning of the last message of each of a user's rooms, for a list that shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from ..live import wire
from ..log import history as log
from ..models import User
from . import prices
from .heads import heads as heads_of
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def latest(runtime: "Runtime", user: User) -> Sequence[wire.Event]:
    """Of the rooms in which something came last, LATEST_ROOMS at most. Raises Refusal."""
    check_rate(runtime, user, prices.LATEST)
    heads = [head for head in heads_of(user.pk) if head.seq and user.reaches(head.room)][: settings.LATEST_ROOMS]
    events = log.latest({head.id: (head.room, head.seq) for head in heads})
    return [event._replace(text=event.text[: settings.LATEST_CHARS]) for event in events]
