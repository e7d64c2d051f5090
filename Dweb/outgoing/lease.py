"""The lease of work that one process of several does. Asks the database; never the clocks of other servers."""

import secrets
import time

from django.db import IntegrityError, transaction
from django.db.models import F

from ..models import Lease


class Keeper:
    """This process's part in a lease: holds it if no other one does, or if the other one's beat stands still.

    One thread calls hold() and release().
    """

    def __init__(self, name: str, seconds: float, *, is_alone: bool) -> None:
        self._name = name
        self._seconds = seconds
        self._is_alone = is_alone  # there is no other process: a lease that is there is a dead one's
        self._me = secrets.token_hex(8)
        self._renewed = float("-inf")
        self._seen: tuple[str, int] = ("", -1)
        self._seen_at = 0.0

    def is_held_for(self, seconds: float) -> bool:
        """True if no other process takes over within so many seconds, as far as this one knows."""
        return time.monotonic() + seconds < self._renewed + self._seconds

    def hold(self) -> bool:
        """Takes the lease, or renews it; True if it is held."""
        if self.is_held_for(self._seconds * 3 / 4):
            return True
        now = time.monotonic()
        row = Lease.objects.filter(pk=self._name).first() or self._first()
        if row is None or not self._may_take(row, now):
            return False
        mine = Lease.objects.filter(pk=self._name, holder=row.holder, beat=row.beat)
        if mine.update(holder=self._me, beat=row.beat + 1):
            self._renewed = now
            return True
        return False

    def release(self) -> None:
        """Lets another process begin at once. Asks nothing if this one never had it."""
        if self._renewed == float("-inf"):
            return
        self._renewed = float("-inf")
        Lease.objects.filter(pk=self._name, holder=self._me).update(holder="", beat=F("beat") + 1)

    def _may_take(self, row: Lease, now: float) -> bool:
        if row.holder in ("", self._me) or self._is_alone:
            return True
        if self._seen != (row.holder, row.beat):
            self._seen, self._seen_at = (row.holder, row.beat), now
        return now - self._seen_at >= self._seconds

    def _first(self) -> Lease | None:
        try:
            with transaction.atomic():
                return Lease.objects.create(name=self._name, holder="")
        except IntegrityError:  # another process made it just now
            return None
