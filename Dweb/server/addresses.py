"""The addresses of clients, as they are compared and counted."""

from ipaddress import IPv6Address, IPv6Network, ip_address

MAPPED = "::ffff:"
IPV6_NETWORK_BITS = 64  # a provider gives each customer at least so many addresses


def unmapped(address: str) -> str:
    """Returns the IPv4 address of a client of a socket for both families, which has it as ::ffff:192.0.2.1."""
    return address.removeprefix(MAPPED) if "." in address else address


def network_of(address: str) -> str:
    """Returns the address, or of an IPv6 address its network: a customer of a provider has all addresses of one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), IPV6_NETWORK_BITS), strict=False))
