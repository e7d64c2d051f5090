"""Registration: who may make an account."""

from django.conf import settings
from django.utils.translation import gettext as _

from ..refusal import Refusal


def check_open() -> None:
    """Raises Refusal, forbidden, if only the admin makes accounts."""
    if not settings.REGISTRATION_OPEN:
        raise Refusal("forbidden", _("Registration is closed here: ask the people who run this server for an account."))
