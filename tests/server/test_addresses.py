"""Which addresses of clients are the same, and which count as one."""

import pytest

from Dweb.server.addresses import network_of, unmapped


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_addresses_of_one_customer_are_one(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:1", "::ffff:1"),
        ("::ffff:0:c000:201", "::ffff:0:c000:201"),
        ("fe80::1%eth0.1", "fe80::1%eth0.1"),
        ("::1", "::1"),
    ],
)
def test_a_mapped_address_is_the_one_of_ipv4(address: str, plain: str) -> None:
    assert unmapped(address) == plain
