"""Which addresses a webhook may have, and where a connection to one goes.

The name of a host is looked up once for each request, what it says is checked, and the connection goes to an address
that was checked: a name that says something else a moment later leads nowhere else.
"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import quote, urlsplit

Ip = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
SAFE = "!$%&'()*+,/:;=?@[]~"  # what an address has already is not quoted again
# Addresses of IPv6 that stand for one of IPv4 in their last 32 bits, which decides: mapped ones, and those of NAT64.
STAND_FOR = [ip_network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96")]
# Further ones that hide one of IPv4, what older versions of Python call global, and an address of Azure that answers
# its own machines.
NEVER = [
    ip_network(each)
    for each in (
        *("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16", "3fff::/20", "5f00::/16"),
        *("fec0::/10", "192.0.0.0/24", "168.63.129.16/32"),
    )
]
LOW_BITS = 2**32


class Unreachable(Exception):
    """A webhook's address is none, or may not be connected to. Its text is a fault as in faults.py."""


class Address(NamedTuple):
    """An address of http or https, in its parts; `path` has the query, too."""

    tls: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host and the port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


Resolve = Callable[[str, int], list[Ip]]


def parse(url: str) -> Address:
    """Raises Unreachable for what is no address of http or https."""
    if not url.isprintable() or " " in url:
        raise Unreachable("blanks")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode()
    except ValueError:
        raise Unreachable("unread") from None
    if parts.scheme not in PORTS:
        raise Unreachable("scheme")
    if not host or "%" in host or "\\" in url or port == 0:
        raise Unreachable("host")
    if "@" in parts.netloc:
        raise Unreachable("login")
    path = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
    return Address(parts.scheme == "https", host, port or PORTS[parts.scheme], path)


def resolved(host: str, port: int) -> list[Ip]:
    """What the name says now. An address in figures, decimal ones too, is what the system reads in it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"name {host}, {getattr(error, 'strerror', None) or error}") from None
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))


def checked(address: Address, *, private: bool, resolve: Resolve = resolved) -> list[Ip]:
    """The addresses to which a connection may go. Raises Unreachable if there is none."""
    found = resolve(address.host, address.port)
    allowed = [ip for ip in found if private or is_public(ip)]
    if not allowed:
        raise Unreachable(f"inside {address.host} ({', '.join(map(str, found[:3]))})")
    return allowed


def is_public(ip: Ip) -> bool:
    """False for this machine, private networks, link-local ones (which have the metadata of clouds) and the like."""
    if _is_in(ip, STAND_FOR):
        return is_public(IPv4Address(int(ip) % LOW_BITS))
    if _is_in(ip, NEVER):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local)


def _is_in(ip: Ip, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(ip in network for network in networks if network.version == ip.version)
