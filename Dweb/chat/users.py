"""Users by their ids: whom a request means."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..models import BotKind, User
from ..refusal import Refusal


def active(user_id: int) -> User:
    """An account that is not suspended. Raises Refusal, not_found."""
    user = known(user_id)
    if not user.is_active:
        raise nobody(user_id)
    return user


def known(user_id: int) -> User:
    """An account, suspended or not. Raises Refusal, not_found."""
    user = all_shown().filter(pk=user_id).first()
    if user is None:
        raise nobody(user_id)
    return user


def find_active(user_ids: Collection[int]) -> list[User]:
    """These accounts, none of which is suspended. Raises Refusal, not_found."""
    users = list(all_shown().filter(pk__in=user_ids, is_active=True))
    for missing in {*user_ids} - {user.pk for user in users}:
        raise nobody(missing)
    return users


def all_shown() -> QuerySet[User]:
    """People and bots. The authors of webhooks are known from their messages alone: a room may be private."""
    return User.objects.exclude(bot=BotKind.HOOK)


def nobody(user_id: int) -> Refusal:
    """What is said of a user who does not exist."""
    return Refusal("not_found", _("There is no user %(userid)d.") % {"userid": user_id})
