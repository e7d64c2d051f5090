"""The settings of the place: kept in memory, changed by admins, and pinned by the variable PLACE.

A change reaches the other processes by a bus message; the regular job finds what a message missed, and what other
programs did.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..databases.release import releasing
from ..models import Place, Record, User, fault_of
from ..refusal import Refusal

if TYPE_CHECKING:
    from ..runtime import Runtime


class PlaceSettings:
    """The settings as this process knows them."""

    def __init__(self, ask: Callable[[Callable[[], None]], None]) -> None:
        self._ask = ask  # calls where one may query: the query pool's
        self._lock = threading.Lock()  # of two readings at once, the later one stays
        self._current: Place | None = None

    @property
    def current(self) -> Place:
        """The settings that hold, pinned ones among them. Shared by all threads: nobody changes it."""
        if self._current is None:
            self._ask(partial(releasing, self.load))
        assert self._current is not None
        return self._current

    def load(self) -> None:
        """Reads the settings from the database."""
        with self._lock:
            place = Place.stored()
            for name, value in settings.PLACE.items():
                setattr(place, name, value)
            self._current = place


def pinned() -> Collection[str]:
    """The names of the settings that the variable PLACE pins."""
    return settings.PLACE.keys()


def change(runtime: "Runtime", admin: User, **wanted: str | bool) -> None:
    """Changes settings, by their names in SETTINGS, and records it. Raises Refusal.

    A pinned setting may be among them with the value that it has.
    """
    with transaction.atomic():
        place = Place.locked()
        check_admin(admin)
        write(place, admin, wanted)
    announce(runtime)


def check_admin(user: User) -> None:
    """Looks in the caller's transaction. Raises Refusal for everyone but admins."""
    if not User.objects.filter(pk=user.pk, is_superuser=True, is_active=True).exists():
        raise Refusal("forbidden", _("Only admins may change the settings of the place."))


def write(place: Place, by: User, wanted: Mapping[str, str | bool]) -> None:
    """Stores what is wanted in the locked row, and records it, in the caller's transaction. Raises Refusal."""
    about = {}
    for name, value in wanted.items():
        before = settings.PLACE.get(name, getattr(place, name))
        if value == before:
            continue
        if name in settings.PLACE:
            detail = _("%(setting)s: this is fixed by the variable PLACE of the server.")
            raise Refusal("forbidden", detail % {"setting": Place._meta.get_field(name).verbose_name})
        setattr(place, name, value)
        about[name] = {"from": before, "to": value}
    if about:
        _check(place)
        place.save()
        Record.objects.create(by=by, deed="place", about=about)


def announce(runtime: "Runtime") -> None:
    """Has all processes read the settings that were just stored."""
    runtime.place.load()
    runtime.bus.send({"type": "place"})


def _check(place: Place) -> None:
    """Raises Refusal for values that no setting has."""
    try:
        place.clean_fields()
    except ValidationError as error:
        raise Refusal("bad_input", " ".join(error.messages)) from None
    if fault := fault_of(place.name):
        raise Refusal("bad_input", fault)
