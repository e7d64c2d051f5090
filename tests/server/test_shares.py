"""Who goes when there are too many unfinished requests, or when they hold too much."""

from Dweb.server.shares import Share, Shares

MUCH = 1_000_000


def shares(most: int, most_for_address: int, *excepted: str) -> Shares[int]:
    return Shares(Share(most, MUCH), Share(most_for_address, MUCH), excepted)


def add(shares: Shares[int], address: str | None, item: int, size: int = 1) -> int | None:
    """Adds an item; which one must go."""
    shares.add(address, item, size)
    return shares.excess(address)


def test_the_oldest_of_an_address_goes() -> None:
    few = shares(100, 2)
    assert [add(few, "192.0.2.1", item) for item in (1, 2)] == [None, None]
    assert add(few, "192.0.2.2", 3) is None
    assert add(few, "192.0.2.1", 4) == 1
    few.remove("192.0.2.1", 1)
    assert few.excess("192.0.2.1") is None
    assert len(few) == 3


def test_of_too_many_the_address_that_has_most_loses_its_oldest() -> None:
    few = shares(4, 10)
    for item, address in enumerate(("192.0.2.2", "192.0.2.1", "192.0.2.1", "192.0.2.1")):
        assert add(few, address, item) is None
    assert add(few, "192.0.2.3", 4) == 1


def test_the_addresses_of_an_ipv6_network_are_one() -> None:
    few = shares(100, 1)
    assert add(few, "2001:db8::1", 1) is None
    assert add(few, "2001:db8::2", 2) == 1


def test_bytes_count_for_an_address_as_they_come() -> None:
    small: Shares[int] = Shares(Share(100, 1_000), Share(100, 10), ())
    assert add(small, "192.0.2.1", 1, 4) is None
    assert add(small, "192.0.2.1", 2, 6) is None
    assert add(small, "192.0.2.2", 3, 10) is None
    assert add(small, "192.0.2.1", 2, 7) == 1
    small.remove("192.0.2.1", 1)
    assert add(small, "192.0.2.1", 2, 11) == 2
    small.remove("192.0.2.1", 2)
    assert add(small, "192.0.2.1", 4, 10) is None


def test_of_too_many_bytes_the_address_that_holds_most_loses_its_oldest() -> None:
    small: Shares[int] = Shares(Share(100, 20), Share(100, 15), ())
    for item, (address, size) in enumerate([("192.0.2.2", 1), ("192.0.2.2", 1), ("192.0.2.1", 9), ("192.0.2.1", 5)]):
        assert add(small, address, item, size) is None
    assert add(small, "192.0.2.3", 4, 5) == 2
    assert small.first() == 0  # of the address that has most of them


def test_without_an_address_and_from_a_trusted_proxy_nothing_counts() -> None:
    none = shares(0, 0, "127.0.0.1", "2001:DB8::1")
    assert [add(none, address, 1) for address in ("127.0.0.1", "2001:db8::1", None) * 2] == [None] * 6
    none.remove("127.0.0.1", 1)
    none.remove(None, 1)
    assert (len(none), none.first()) == (0, None)


def test_what_is_not_counted_may_be_removed() -> None:
    one = shares(1, 1)
    one.remove("192.0.2.1", 1)
    assert add(one, "192.0.2.1", 1) is None
    one.remove("192.0.2.1", 2)
    one.remove("192.0.2.1", 1)
    assert len(one) == 0
