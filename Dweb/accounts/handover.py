"""Signing in on a further device with a code, which the user's first device shows as a QR code.

The further device asks with the code; then the user sees what it is and lets it in, or not. A code is for one device,
for HANDOVER_SECONDS. It is void once the password has changed or a session of the user was ended.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from ..live.wire import iso
from ..models import Handover, User
from ..operations.security import record
from ..refusal import Refusal
from .sessions import address_of
from .throttle import guarded_code
from .user_agents import Device, device_of

SECRET_BYTES = 16
OVER = "over"
State = Handover.State


class Code(NamedTuple):
    handover: Handover
    code: str


# --- The user's first device --------------------------------------------------------------------------


def make(request: HttpRequest) -> Code:
    """Makes a code for the request's user, in place of an earlier one."""
    user, code = request.user, secrets.token_urlsafe(SECRET_BYTES)
    Handover.objects.filter(user=user).delete()
    made = Handover.objects.create(
        user_id=user.pk,
        digest=_digest(code),
        auth_hash=user.get_session_auth_hash(),
        expires=timezone.now() + timedelta(seconds=settings.HANDOVER_SECONDS),
    )
    record("handover_made", request)
    return Code(made, code)


def state_of(user: User, handover_id: int) -> dict[str, Any]:
    """What has become of a code of the user, as JSON has it: with the device, once one has asked."""
    handover = Handover.objects.filter(pk=handover_id, user_id=user.pk).select_related("user").first()
    if handover is None or not _is_valid(handover):
        return {"state": OVER}
    found = {"state": State(handover.state).name.lower(), "expires": iso(handover.expires)}
    if handover.state != State.WAITING:
        found |= {"device": str(_device(handover)), "address": handover.address}
    return found


def let_in(request: HttpRequest, handover_id: int) -> None:
    """Lets the device in that has asked with a code of the request's user. Raises Refusal, not_found."""
    asked = _of(request.user, handover_id).filter(state=State.ASKED, expires__gt=timezone.now())
    if not asked.update(state=State.ALLOWED):
        raise Refusal("not_found", _("No device waits with this code any more: show a new one."))
    record("handover_allowed", request)


def refuse(request: HttpRequest, handover_id: int) -> None:
    """Makes a code of the request's user void, whether a device has asked with it or not."""
    asked = _of(request.user, handover_id).filter(state__in=(State.ASKED, State.ALLOWED))
    if asked.update(state=State.REFUSED):
        record("handover_refused", request)
    _of(request.user, handover_id).filter(state=State.WAITING).delete()


# --- The further device -------------------------------------------------------------------------------


def find(request: HttpRequest, code: str, token: str) -> Handover:
    """Finds a valid code for a device: once one has asked, for the one with its token. Raises Refusal."""

    def look() -> Handover | None:
        return Handover.objects.filter(digest=_digest(code)).select_related("user").first()

    found = guarded_code(request, look)
    if found is None or not _is_valid(found) or found.state == State.USED:
        raise Refusal("not_found", _("This code is not valid any more: show a new one on your other device."))
    if found.state != State.WAITING and not constant_time_compare(found.asker, _digest(token)):
        raise _taken()
    if found.state == State.REFUSED:
        raise Refusal("forbidden", _("This was refused on your other device."))
    return found


def ask(request: HttpRequest, handover: Handover) -> str:
    """Asks to be let in, on behalf of the device. Returns its token. Raises Refusal if another device was first."""
    token, device = secrets.token_urlsafe(SECRET_BYTES), device_of(request)
    values = {"asker": _digest(token), "browser": device.browser, "system": device.system}
    waiting = Handover.objects.filter(pk=handover.pk, state=State.WAITING)
    if not waiting.update(state=State.ASKED, address=address_of(request), **values):
        raise _taken()
    record("handover_asked", request, **{"user": handover.user_id, "device": str(device)})
    return token


def use(request: HttpRequest, handover: Handover) -> bool:
    """Uses a code up. False: its user has not let the device in."""
    allowed = Handover.objects.filter(pk=handover.pk, state=State.ALLOWED)
    is_used = bool(allowed.update(state=State.USED))
    if is_used:
        record("handover_used", request, user=handover.user_id)
    return is_used


def forget_expired() -> None:
    for handover in Handover.objects.filter(expires__lte=timezone.now()):
        if handover.delete()[0] and handover.state not in (State.USED, State.REFUSED):
            record("handover_expired", user=handover.user_id)


def _taken() -> Refusal:
    return Refusal("forbidden", _("Another device uses this code: show a new one on your other device."))


def _of(user: User, handover_id: int) -> QuerySet[Handover]:
    return Handover.objects.filter(pk=handover_id, user_id=user.pk)


def _is_valid(handover: Handover) -> bool:
    user = handover.user
    is_same = constant_time_compare(handover.auth_hash, user.get_session_auth_hash())
    return user.is_active and is_same and handover.expires > timezone.now()


def _device(handover: Handover) -> Device:
    return Device(handover.browser, handover.system)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
