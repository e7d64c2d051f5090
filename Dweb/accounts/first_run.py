"""The first run: while there is no account, an address with a code makes the first one, which is an admin's.

The code is made of the SECRET_KEY and the epoch, so that all servers of one chat have the same one, whichever of them a
proxy asks. A file in VAR_DIR has it until it is used, for operators who have not seen it when the server started.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from ..models import Epoch, Place, Record, User
from ..operations.security import record
from ..refusal import Refusal
from . import place
from .throttle import guarded_code

if TYPE_CHECKING:
    from ..runtime import Runtime

FILE = "setup_code"


class FirstRun:
    """Whether this process knows of an account."""

    def __init__(self) -> None:
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """True once there is an account, whoever made it; from then on the database is not asked again."""
        self._is_over = self._is_over or User.objects.exists()
        return self._is_over


def prepare() -> str | None:
    """For a server that starts: the code, which is kept in its file; None if there is an account. Raises OSError."""
    if User.objects.exists():
        _path().unlink(missing_ok=True)
        return None
    code = code_of(Epoch.current())
    draft = _path().with_name(f"{FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{code}\n")
    draft.replace(_path())
    return code


def code_of(epoch: str) -> str:
    return salted_hmac("Dweb.accounts.first_run", epoch, algorithm="sha256").hexdigest()[:32]


def check_code(runtime: "Runtime", request: HttpRequest, code: str) -> None:
    """Raises Refusal: not_found for a wrong code, and once there is an account; too_fast after many wrong ones."""
    if runtime.first_run.is_over:
        raise Refusal("not_found", _("There is nothing at this address."))
    right = code_of(runtime.epoch)
    if guarded_code(request, lambda: constant_time_compare(code, right) or None) is None:
        record("setup_failed", request)
        raise Refusal("not_found", _("There is nothing at this address."))


def set_up(runtime: "Runtime", user: User, name: str) -> User:
    """Stores the first account, as an admin's, and names the place. Raises Refusal, not_found, if there is one by now.

    The password is hashed before: the transaction waits for no turn.
    """
    with transaction.atomic():
        row = Place.locked()  # of two at once, the second one sees the first one's account
        if User.objects.exists():
            raise Refusal("not_found", _("Somebody else has set this place up: sign in, or make an account."))
        user.is_staff = user.is_superuser = True
        user.save(force_insert=True)
        Record.objects.create(by=user, deed="role", whom=user, about={"from": "member", "to": "admin"})
        place.write(row, user, {"name": name})
    _path().unlink(missing_ok=True)
    place.announce(runtime)
    return user


def _path() -> Path:
    return Path(settings.VAR_DIR) / FILE
