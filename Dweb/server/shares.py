"""The share that each address has of the unfinished requests."""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Generic, TypeVar

from .addresses import network_of

Item = TypeVar("Item")


class Shares(Generic[Item]):
    """Counts unfinished requests by address, and says which one must go when there are too many."""

    def __init__(self, most: int, most_for_address: int, excepted: Collection[str]) -> None:
        self._most = most
        self._most_for_address = most_for_address
        self._excepted = {str(ip_address(each)) for each in excepted}
        self._groups: dict[str, dict[Item, None]] = {}  # of each address, the oldest first
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, address: str, item: Item) -> Item | None:
        """Counts an item. Returns the one that must go: the oldest of this address, or of the one that has most."""
        if address in self._excepted:
            return None
        group = self._groups.setdefault(network_of(address), {})
        group[item] = None
        self._count += 1
        if len(group) > self._most_for_address:
            return next(iter(group))
        if self._count > self._most:
            largest = max(self._groups, key=lambda key: len(self._groups[key]))
            return next(iter(self._groups[largest]))
        return None

    def remove(self, address: str, item: Item) -> None:
        key = network_of(address)
        group = self._groups.get(key, {})
        if item in group:
            del group[item]
            self._count -= 1
            if not group:
                del self._groups[key]
