"""Finds users by the beginning of their names, users who are online first. Writes nothing, and decides no rights."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ..models import User, name_key
from ..search.terms import LAST
from . import prices
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

PEOPLE_AT_ONCE = 64
SHOWN = ("account", "username", "shows_account")


def find(runtime: "Runtime", user: User, start: str) -> tuple[list[dict[str, Any]], bool]:
    """Users whose names begin with `start` (empty: users online), at most PEOPLE_FOUND, and whether there are more."""
    check_rate(runtime, user, prices.PEOPLE)
    online, limit, start = runtime.hub.people(), settings.PEOPLE_FOUND, name_key(start)
    here = sorted((key, id) for id, name in online.items() if (key := name_key(name)).startswith(start))
    found = list(islice(_active([id for _, id in here]), limit + 1))
    if start and len(found) <= limit:
        named = User.objects.filter(is_active=True, name_key__gte=start, name_key__lt=start + LAST)
        others = named.exclude(pk__in=[user.pk for user in found]).order_by("name_key", "pk")
        found += others.only(*SHOWN)[: limit + 1 - len(found)]
    people = [{"userid": user.pk, "username": user.shown_name, "online": user.pk in online} for user in found[:limit]]
    return people, len(found) > limit


def _active(ids: Sequence[int]) -> Iterator[User]:
    """These users in this order, without closed accounts."""
    for at in range(0, len(ids), PEOPLE_AT_ONCE):
        part = ids[at : at + PEOPLE_AT_ONCE]
        users = User.objects.filter(is_active=True).only(*SHOWN).in_bulk(part)
        yield from (users[id] for id in part if id in users)
