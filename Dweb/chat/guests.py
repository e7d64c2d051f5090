"""Guests: they see the people of the rooms that they were invited to, and nobody else."""

from collections.abc import Set

from ..databases.lookup import Lookup
from . import membership

SEEN = Lookup(membership.companions)


def seen_by(guest_id: int) -> Set[int]:
    """The users whom a guest sees."""
    return SEEN.find(guest_id) or frozenset()


def seen_by_each(guest_ids: Set[int]) -> dict[int, frozenset[int]]:
    """The same for several guests, asked of the database here."""
    return membership.companions(guest_ids)
