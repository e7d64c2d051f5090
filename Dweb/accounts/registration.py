"""Registration: who may make an account, and how many an address may make in an hour."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..cluster.buckets import Bucket
from ..models import Registration, User
from ..operations.security import record
from ..refusal import Refusal
from ..server.addresses import network_of

if TYPE_CHECKING:
    from ..runtime import Runtime

HOUR = 3_600


def check_open(runtime: "Runtime", request: HttpRequest) -> None:
    """Raises Refusal, forbidden, if whoever asks may make no account."""
    if not runtime.first_run.is_over:
        detail = _(
            "This place is not set up yet. The address for it stands in the terminal where the server was started."
        )
        raise Refusal("forbidden", detail)
    mode = runtime.place.current.registration
    if mode == Registration.CLOSED:
        raise Refusal("forbidden", _("Registration is closed here: ask the people who run this server for an account."))
    if mode == Registration.INVITE:
        raise Refusal("forbidden", _("Accounts are made by invitation here: ask somebody who has one for a link."))


def check_rate(request: HttpRequest) -> None:
    """Raises Refusal, too_fast, if no more accounts can be made from the address for a while."""
    _refuse(request, _bucket_of(request).wait())


def register(request: HttpRequest, make: Callable[[], User], bucket: Bucket | None = None) -> User:
    """Makes an account that counts in a bucket, without one in that of the address. Raises Refusal if it is full."""
    if bucket is None:
        bucket = _bucket_of(request)
    _refuse(request, bucket.take())
    try:
        user = make()
    except Exception:
        bucket.give_back()
        raise
    record("register_ok", request, user=user.pk, account=user.account)
    return user


def _bucket_of(request: HttpRequest) -> Bucket:
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    return Bucket(f"registrations of address {network}", settings.REGISTRATIONS_PER_HOUR, HOUR)


def bucket_of_invitation(invitation: int) -> Bucket:
    """Those who bring an invitation count by themselves: a class behind one address may have used up the address's."""
    return Bucket(f"registrations of invitation {invitation}", settings.REGISTRATIONS_PER_HOUR, HOUR)


def _refuse(request: HttpRequest, wait: int) -> None:
    if wait:
        record("throttled", request, wait=wait)
        raise Refusal("too_fast", _("Too many accounts were made from this address: try again later."), wait)
