"""One's own profile: the name that others see."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import Quota, User
from ..refusal import Refusal
from . import prices, quotas
from .rates import check_rate

if TYPE_CHECKING:
    from ..runtime import Runtime

OF_A_NAME = ("username", "name_key", "skeleton")  # the keys follow the name


def rename(runtime: "Runtime", user: User, name: str) -> None:
    """Gives a user another name, which is shown everywhere from then on. Raises Refusal, too_fast."""
    check_rate(runtime, user, prices.ACCOUNT)
    if name == user.username:
        return
    most = settings.NAME_CHANGES_PER_HOUR
    if wait := quotas.use(user, Quota.Kind.NAME, most, quotas.HOUR):
        detail = _("Too many new names: at most %(most)d an hour.") % {"most": most}
        raise Refusal("too_fast", detail, wait, event="quota_refused", about={"name": name})
    user.username = name
    user.save(update_fields=OF_A_NAME)
