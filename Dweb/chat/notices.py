"""Notices: tell in a room's log what is done to it or to its members. A deed and its notices are one transaction."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..live.wire import Kind
from ..log.entry import Deed, Draft, Entry
from ..log.standing import Check
from ..models import Record, Room, User
from . import messages

if TYPE_CHECKING:
    from ..runtime import Runtime


def do(runtime: "Runtime", user: User, room: Room, check: Check, deed: Deed) -> None:
    """Has a deed done in the committer's transaction, and told. Raises Refusal; then nothing was done."""
    messages.commit(runtime, Draft(Entry(Kind.NOTICE, room=room.name), room.pk, room.name, user, check, deed))


def record(
    user: User, deed: str, room: str, whom: User | None = None, reason: str = "", about: Mapping[str, Any] | None = None
) -> None:
    """Writes the record of a deed, in its transaction."""
    Record.objects.create(by=user, deed=deed, room=room, whom=whom, reason=reason, about=about and dict(about))
