"""Devices that have signed in to an account before. A signed cookie says so, also when nobody is signed in.

It signs nobody in: an attacker's failures do not stop such a device (see throttle). The cookie has a digest for each
account, made with the hash of its password, so another password makes it void.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from ..models import User, normalize_account

MAX_ACCOUNTS = 8  # of one device: the cookie stays below 400 bytes


def remember(request: HttpRequest, user: User) -> None:
    """The answer to this request will make its device known to the account."""
    request.device_user = user


def store(request: HttpRequest, response: HttpResponseBase) -> None:
    user = getattr(request, "device_user", None)
    if user is not None:
        digests = dict.fromkeys([_digest(user), *_digests(request)])
        response.set_signed_cookie(
            settings.DEVICE_COOKIE_NAME,
            ".".join([*digests][:MAX_ACCOUNTS]),
            max_age=settings.DEVICE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def is_known(request: HttpRequest, account: str) -> bool:
    """True if this device has signed in to the account since its password was set."""
    digests = _digests(request)
    user = User.objects.filter(account=normalize_account(account)).first() if digests else None
    return user is not None and _digest(user) in digests


def _digests(request: HttpRequest) -> list[str]:
    found = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, "", max_age=settings.DEVICE_COOKIE_AGE)
    return found.split(".") if found else []


def _digest(user: User) -> str:
    return salted_hmac("Dweb.accounts.devices", f"{user.pk} {user.password}", algorithm="sha256").hexdigest()[:32]
