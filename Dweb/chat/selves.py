"""What a greeting tells a user of themselves: until when they want no alerts, whether they are an admin or a guest."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from ..databases.lookup import Lookup
from ..models import Block, User


class Self(NamedTuple):
    quiet_until: datetime | None = None  # a time to come
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    blocks: Sequence[int] = ()  # the ids of those from whom they want no private messages


def _find(ids: Collection[int]) -> dict[int, Self]:
    now = timezone.now()
    rows = User.objects.filter(pk__in=ids).values_list("pk", "quiet_until", "is_superuser", "is_guest", "bot")
    blocks: dict[int, list[int]] = {}
    for user_id, other_id in Block.objects.filter(user__in=ids).order_by("other").values_list("user_id", "other_id"):
        blocks.setdefault(user_id, []).append(other_id)
    return {
        pk: Self(until if until and until > now else None, admin, guest, bool(bot), blocks.get(pk, ()))
        for pk, until, admin, guest, bot in rows
    }


_OF = Lookup(_find)


def self_of(user_id: int) -> Self:
    return _OF.find(user_id) or Self()
