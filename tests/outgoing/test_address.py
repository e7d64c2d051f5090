"""The addresses of webhooks: which are read, and to which a connection may go."""

from collections.abc import Callable
from ipaddress import ip_address

import pytest

from Dweb.outgoing.address import Address, Ip, Unreachable, checked, is_public, parse, resolved

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("http://example.org", Address(False, "example.org", 80, "/"), "example.org"),
        ("https://Example.org:8443/a b?c=d e".replace(" ", "%20"),
         Address(True, "example.org", 8443, "/a%20b?c=d%20e"), "example.org:8443"),
        ("https://example.org/ü?ö#part", Address(True, "example.org", 443, "/%C3%BC?%C3%B6"), "example.org"),
        ("http://bücher.example/", Address(False, "xn--bcher-kva.example", 80, "/"), "xn--bcher-kva.example"),
        ("http://[2606:2800::1]:81/", Address(False, "2606:2800::1", 81, "/"), "[2606:2800::1]:81"),
    ],
)  # fmt: skip
def test_an_address(url: str, address: Address, authority: str) -> None:
    assert parse(url) == address
    assert address.authority == authority


@pytest.mark.parametrize(
    "url",
    ["", "example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1:70/", "http://", "http:///x",
     "http://:80/", "http://me:secret@example.org/", "http://a@b@c/", "http://example.org:99999/", "http://[::1/",
     "http://example.org:0/", "http://example.org\\@127.0.0.1/", "http://exa mple.org/", "http://a\nb/", "http://a\r\n/",
     "http://[fe80::1%25eth0]/", "http://" + "a" * 64 + ".org/", "http://a..b/", "javascript:alert(1)",
     "http://example.org/\u202e", "http://\u0000/"],
)  # fmt: skip
def test_no_address(url: str) -> None:
    with pytest.raises(Unreachable):
        parse(url)


INSIDE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.9.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16",
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1", "3fff::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::1",
    "2001:0:808:808:0:0:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("ip", INSIDE)
def test_what_is_inside(ip: str) -> None:
    assert not is_public(ip_address(ip))


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "169.253.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_outside(ip: str) -> None:
    assert is_public(ip_address(ip))


def saying(*ips: str) -> Callable[[str, int], list[Ip]]:
    return lambda host, port: [*map(ip_address, ips)]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_this_machine_in_all_its_spellings(host: str) -> None:
    address = parse(f"http://{host}/")
    with pytest.raises(Unreachable):
        checked(address, private=False)
    assert checked(address, private=True)


def test_of_several_the_public_ones_count() -> None:
    address = parse("http://both.example/")
    both = saying("169.254.169.254", "8.8.8.8", "::1")
    assert checked(address, private=False, resolve=both) == [ip_address("8.8.8.8")]
    assert len(checked(address, private=True, resolve=both)) == 3
    with pytest.raises(Unreachable, match=r"inside both\.example"):
        checked(address, private=False, resolve=saying())


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(Unreachable, match="name nowhere"):
        resolved("nowhere.invalid", 80)
