"""Who goes when there are too many unfinished requests."""

from Dweb.server.shares import Shares


def test_the_oldest_of_an_address_goes() -> None:
    shares: Shares[int] = Shares(100, 2, ())
    assert [shares.add("192.0.2.1", item) for item in (1, 2)] == [None, None]
    assert shares.add("192.0.2.2", 3) is None
    assert shares.add("192.0.2.1", 4) == 1
    shares.remove("192.0.2.1", 1)
    assert len(shares) == 3


def test_of_too_many_the_address_that_has_most_loses_its_oldest() -> None:
    shares: Shares[int] = Shares(4, 10, ())
    for item, address in enumerate(("192.0.2.2", "192.0.2.1", "192.0.2.1", "192.0.2.1")):
        assert shares.add(address, item) is None
    assert shares.add("192.0.2.3", 4) == 1


def test_trusted_proxies_do_not_count() -> None:
    shares: Shares[int] = Shares(1, 1, ["127.0.0.1", "2001:DB8::1"])
    assert [shares.add(address, 1) for address in ("127.0.0.1", "2001:db8::1") * 2] == [None] * 4
    shares.remove("127.0.0.1", 1)
    assert len(shares) == 0


def test_what_is_not_counted_may_be_removed() -> None:
    shares: Shares[int] = Shares(1, 1, ())
    shares.remove("192.0.2.1", 1)
    assert shares.add("192.0.2.1", 1) is None
    shares.remove("192.0.2.1", 2)
    shares.remove("192.0.2.1", 1)
    assert len(shares) == 0
