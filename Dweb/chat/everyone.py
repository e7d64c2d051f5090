"""All people of the place, to be browsed in the order of their names. Writes nothing."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from ..models import User
from . import guests, prices, users
from .people import SHOWN, listed
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime


def browse(runtime: "Runtime", user: User, after: int | None) -> tuple[list[dict[str, Any]], bool]:
    """A page of everyone whom this user sees, online or not, and whether there are more. Raises Refusal.

    `after` is the id of the last one of the page before; one who is no more begins the list.
    """
    check_rate(runtime, user, prices.PEOPLE)
    people = users.all_shown().filter(is_active=True)
    if user.is_guest:
        people = people.filter(pk__in=guests.seen_by(user.pk))
    if last := people.filter(pk=after).only("name_key").first():
        people = people.filter(Q(name_key__gt=last.name_key) | Q(name_key=last.name_key, pk__gt=last.pk))
    found = list(people.order_by("name_key", "pk").only(*SHOWN)[: settings.PEOPLE_FOUND + 1])
    return listed(found[: settings.PEOPLE_FOUND], runtime.hub.people()), len(found) > settings.PEOPLE_FOUND
