"""Lists users, those who are online first: by the words of their names, or those of a room. Writes nothing."""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import reduce
from heapq import nsmallest
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from ..live.direct import direct_users
from ..models import User, is_of_word, name_key, normalize_account
from ..search.terms import LAST
from . import guests, membership, permissions, prices, users
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

PEOPLE_AT_ONCE = 64
BEFORE_WORDS = " -._'(/"  # signs after which a word of a name begins
SHOWN = ("account", "username", "shows_account", "bot")


def find(runtime: "Runtime", user: User, start: str) -> tuple[list[dict[str, Any]], bool]:
    """Users with a word in their name that begins with `start` (empty: users online); whose name begins so, come first.

    Behind them come those whose account begins so. At most PEOPLE_FOUND, and whether there are more.
    """
    check_rate(runtime, user, prices.PEOPLE)
    account = _of_account(start)
    online, limit, start = runtime.hub.people(), settings.PEOPLE_FOUND, name_key(start)
    seen = guests.seen_by(user.pk) if user.is_guest else None
    if seen is not None:
        online = {id: name for id, name in online.items() if id in seen}
    later = _later(start)
    keys = ((not (key := name_key(name)).startswith(start), key, id) for id, name in online.items())
    here = sorted(each for each in keys if not each[0] or any(word in each[1] for word in later))
    found = list(islice(_active([id for *_, id in here]), limit + 1))
    begins, inside = _begins(start), _inside(later)
    ways = (begins, inside & ~begins, *(() if user.is_guest else (account,)))  # guests are told no accounts
    for way in ways if start else ():
        if len(found) <= limit:  # the second way looks through the index, some milliseconds for 10,000 names
            among = users.all_shown() if seen is None else User.objects.filter(pk__in=seen)
            named = among.filter(way, is_active=True).exclude(pk__in=[user.pk for user in found])
            found += named.order_by("name_key", "pk").only(*SHOWN)[: limit + 1 - len(found)]
    return listed(found[:limit], online), len(found) > limit


def matching(words: str) -> Q:
    """Users with a word in their name that begins so, or with an account that does."""
    start = name_key(words)
    return _begins(start) | _inside(_later(start)) | _of_account(words)


def members(runtime: "Runtime", user: User, name: str) -> tuple[list[dict[str, Any]], int]:
    """The members of a room that this user may read: at most PEOPLE_FOUND, and how many there are. Raises Refusal."""
    check_rate(runtime, user, prices.PEOPLE)
    room = permissions.room_to_read(user, name)
    online, limit = runtime.hub.people(), settings.PEOPLE_FOUND
    ids = membership.those_in(name, online.keys()) if room else {*(direct_users(name) or ())}
    among = (membership.users(room) if room else User.objects.filter(pk__in=ids)).filter(is_active=True)
    count = among.count()
    runtime.rates.charge(user.pk, count // prices.EXTRA_MEMBERS)
    here = nsmallest(limit, ((name_key(online[id]), id) for id in ids & online.keys()))
    found = [*_active([id for _, id in here])]
    if len(found) < limit:
        others = among.exclude(pk__in=[user.pk for user in found]).order_by("name_key", "pk")
        found += others.only(*SHOWN)[: limit - len(found)]
    return listed(found, online), count


def _later(start: str) -> list[str]:
    """The parts of which a name has one if a word of it beyond the first begins so."""
    return [f"{sign}{start}" for sign in BEFORE_WORDS] if is_of_word(start[:1]) else [start]


def _begins(start: str) -> Q:
    return Q(name_key__gte=start, name_key__lt=start + LAST)


def _of_account(start: str) -> Q:
    account = normalize_account(start)
    return Q(account__gte=account, account__lt=account + LAST)


def _inside(later: Iterable[str]) -> Q:
    return reduce(or_, (Q(name_key__contains=word) for word in later))


def listed(people: Iterable[User], online: Container[int]) -> list[dict[str, Any]]:
    """People as the lists of them have them."""
    return [
        {"userid": user.pk, "username": user.shown_name, "online": user.pk in online, **user.bot_mark}
        for user in people
    ]


def _active(ids: Sequence[int]) -> Iterator[User]:
    """These users in this order, without closed accounts."""
    for at in range(0, len(ids), PEOPLE_AT_ONCE):
        part = ids[at : at + PEOPLE_AT_ONCE]
        users = User.objects.filter(is_active=True).only(*SHOWN).in_bulk(part)
        yield from (users[id] for id in part if id in users)
