"""The share that each address has of the unfinished requests, and of the memory that they hold."""

from collections.abc import Collection
from ipaddress import ip_address
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings

from .addresses import network_of

Item = TypeVar("Item")


class Share(NamedTuple):
    """So many items, which hold so many bytes together."""

    items: int
    size: int


class Shares(Generic[Item]):
    """Counts unfinished requests and their bytes by address, and says which one must go when there are too many.

    Those of the excepted addresses do not count, nor those without an address.
    """

    def __init__(self, most: Share, most_for_address: Share, excepted: Collection[str]) -> None:
        self._most = most
        self._most_for_address = most_for_address
        self._excepted = {None, *(str(ip_address(each)) for each in excepted)}
        self._groups: dict[str, _Group[Item]] = {}
        self._all: _Group[Item] = _Group()

    def __len__(self) -> int:
        return self._all.count

    def add(self, address: str | None, item: Item, size: int) -> None:
        """Counts an item, or the bytes that it holds by now."""
        if address is not None and address not in self._excepted:
            self._groups.setdefault(network_of(address), _Group()).put(item, size)
            self._all.put(item, size)

    def remove(self, address: str | None, item: Item) -> None:
        if address is None or item not in self._all.sizes:
            return
        key = network_of(address)
        for group in (self._groups[key], self._all):
            group.drop(item)
        if not self._groups[key].sizes:
            del self._groups[key]

    def excess(self, address: str | None) -> Item | None:
        """Returns the item that must go: the oldest of this address, or of the one that has most. None if all fit."""
        group = self._groups.get(network_of(address)) if address is not None else None
        if group is not None and group.exceeds(self._most_for_address):
            return group.oldest
        if not self._all.exceeds(self._most):
            return None
        return self.first() if self._all.count > self._most.items else self._largest("size").oldest

    def first(self) -> Item | None:
        """Returns the oldest item of the address that has most. None if there are no items."""
        return self._largest("count").oldest if self._groups else None

    def _largest(self, measure: str) -> "_Group[Item]":
        return max(self._groups.values(), key=attrgetter(measure))


class _Group(Generic[Item]):
    """Items with their sizes, the oldest first."""

    __slots__ = ("size", "sizes")

    def __init__(self) -> None:
        self.sizes: dict[Item, int] = {}
        self.size = 0

    @property
    def count(self) -> int:
        return len(self.sizes)

    @property
    def oldest(self) -> Item:
        return next(iter(self.sizes))

    def exceeds(self, share: Share) -> bool:
        return self.count > share.items or self.size > share.size

    def put(self, item: Item, size: int) -> None:
        self.size += size - self.sizes.get(item, 0)
        self.sizes[item] = size

    def drop(self, item: Item) -> None:
        self.size -= self.sizes.pop(item)


def unfinished_shares() -> Shares[Any]:
    """The shares of unfinished requests, by this server's settings."""
    return Shares(
        Share(settings.UNFINISHED_REQUESTS, settings.UNFINISHED_BYTES),
        Share(settings.UNFINISHED_PER_ADDRESS, settings.UNFINISHED_PER_ADDRESS_BYTES),
        settings.TRUSTED_PROXIES,
    )
