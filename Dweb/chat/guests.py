"""Guests: they see the people of the rooms that they were invited to, and nobody else."""

from collections.abc import Set

from ..databases.lookup import Lookup
from ..models import User
from . import membership

SEEN = Lookup(membership.companions)


def seen_by(guest_id: int) -> Set[int]:
    """The users whom a guest sees."""
    return SEEN.find(guest_id) or frozenset()


def sees(user: User, other_id: int) -> bool:
    """False if another user does not exist for this one, who is a guest. Everyone else sees everybody."""
    return not user.is_guest or other_id in seen_by(user.pk)


def seen_by_each(guest_ids: Set[int]) -> dict[int, frozenset[int]]:
    """The same for several guests, asked of the database here."""
    return membership.companions(guest_ids)
