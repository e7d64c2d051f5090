"""The share that each address has of the unfinished requests."""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from typing import Generic, TypeVar

IPV6_NETWORK_BITS = 64  # a line or a computer gets a /64, and may use every address in it

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
        group = self._groups.setdefault(network(address), {})
        group[item] = None
        self._count += 1
        if len(group) > self._most_for_address:
            return next(iter(group))
        if self._count > self._most:
            largest = max(self._groups, key=lambda key: len(self._groups[key]))
            return next(iter(self._groups[largest]))
        return None

    def remove(self, address: str, item: Item) -> None:
        key = network(address)
        group = self._groups.get(key, {})
        if item in group:
            del group[item]
            self._count -= 1
            if not group:
                del self._groups[key]


def network(address: str) -> str:
    """The address for which a client counts: of IPv6, the first half alone."""
    if ":" not in address:
        return address
    ip = ip_address(address.partition("%")[0])
    assert isinstance(ip, IPv6Address)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(IPv6Address(int(ip) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS))
