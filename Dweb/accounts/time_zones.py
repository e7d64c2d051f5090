"""The time zones of people, which their browsers name when they sign in: others then see what time it is there."""

import zoneinfo
from functools import cache

from django.http import HttpRequest

from ..models import ZONE_CHARS, User

FIELD = "timezone"  # of a form; a script fills it


def note(request: HttpRequest, user: User) -> None:
    """Stores the zone of a form with which a user signs in, if it is another one. What names no zone is ignored."""
    zone = request.POST.get(FIELD)
    if zone and zone != user.time_zone and len(zone) <= ZONE_CHARS and zone in _names():
        User.objects.filter(pk=user.pk).update(time_zone=zone)  # no event: sockets have nothing to learn of it


@cache
def _names() -> frozenset[str]:
    """The names of all zones. They are read from a thousand files, so once."""
    return frozenset(zoneinfo.available_timezones())
