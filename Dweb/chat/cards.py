"""The card of a person: what everybody who sees them is told of them, and the group rooms of both. Writes nothing."""

from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..live.wire import iso
from ..models import Block, BotKind, User
from . import guests, hooks, membership, prices, users
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def card(runtime: "Runtime", user: User, other_id: int) -> dict[str, Any]:
    """A person as this user sees them, as JSON has it. Raises Refusal: not_found also for whom a guest does not see.

    Guests read the account and the role of nobody else: no list shows these to them. The author of a webhook has a card
    for the people of its room, without either.
    """
    check_rate(runtime, user, prices.CARD)
    other = hooks.author(user, other_id)
    if other is None:
        if not guests.sees(user, other_id):
            raise users.nobody(other_id)
        other = users.active(other_id)
    is_told = (not user.is_guest or other.pk == user.pk) and other.bot != BotKind.HOOK
    most = settings.ROOMS_IN_COMMON
    shared = membership.shared(user.pk, other.pk)
    if user.only is not None:
        shared = shared.filter(name__in=user.only)
    rooms = list(shared.order_by("title_key", "pk")[: most + 1])
    return {
        "msg": "success",
        "userid": other.pk,
        "username": other.shown_name,
        "account": other.account if is_told else None,
        "since": iso(other.date_joined),
        "online": other.pk in runtime.hub.people(),
        "role": other.role.value if is_told else None,
        **other.bot_mark,
        **({"hook": True} if other.bot == BotKind.HOOK else {}),
        "blocked": user.only is None and Block.objects.filter(user=user, other=other).exists(),
        "timezone": other.time_zone,
        "rooms": [{"room": room.name, "title": room.title} for room in rooms[:most]],
        "more": len(rooms) > most,
    }
