"""Guests: they see the people of the rooms that they were invited to, and nobody else."""

from collections.abc import Collection, Set

from ..databases.lookup import Lookup
from ..models import Membership, RoomKind, User


def _seen(guest_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The users who are in a room with each of these guests, the guest among them."""
    found: dict[int, set[int]] = {guest_id: {guest_id} for guest_id in guest_ids}
    own = Membership.objects.filter(user__in=guest_ids, banned=False).values_list("user_id", "room_id", "room__kind")
    guests: dict[int, list[int]] = {}
    for guest_id, room_id, kind in own:
        guests.setdefault(room_id, []).append(guest_id)
        if kind == RoomKind.LOBBY:
            found[guest_id].update(User.objects.filter(is_guest=False).values_list("pk", flat=True))
    for room_id, user_id in Membership.objects.filter(room__in=guests, banned=False).values_list("room_id", "user_id"):
        for guest_id in guests[room_id]:
            found[guest_id].add(user_id)
    return {guest_id: frozenset(users) for guest_id, users in found.items()}


SEEN = Lookup(_seen)


def seen_by(guest_id: int) -> Set[int]:
    """The users whom a guest sees."""
    return SEEN.find(guest_id) or frozenset()


def seen_by_each(guest_ids: Set[int]) -> dict[int, frozenset[int]]:
    """The same for several guests, asked of the database here."""
    return _seen(guest_ids)
