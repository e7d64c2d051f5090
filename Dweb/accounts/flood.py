"""Floods: an address that is refused again and again gets a line of text, not a page that takes three times as long."""

from django.conf import settings
from django.http import HttpRequest

from ..cluster.buckets import Bucket
from ..server.addresses import network_of

MINUTE = 60


def is_flood(request: HttpRequest) -> bool:
    """True: the address has been refused REFUSED_PAGES times in a minute."""
    return _bucket(request).wait() > 0


def count(request: HttpRequest) -> bool:
    """Counts a refusal, and tells whether it is one of a flood."""
    return _bucket(request).take() > 0


def _bucket(request: HttpRequest) -> Bucket:
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    return Bucket(f"refusals of address {network}", settings.REFUSED_PAGES, MINUTE)
