"""Parses what the peers tell each other: which users they have, and which tokens these took."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from ..live.person import Move, Moves
from .bus import Message, Shape, check
from .seal import Rejected


def parsed(message: Message) -> Message:
    """Returns a message of a peer with ids that are numbers. Raises Rejected."""
    kind = message["type"]
    if kind not in SHAPES:
        raise Rejected(f"there are no messages {kind!r}")
    check(message, SHAPES[kind])
    if kind in PARSERS:
        return {**message, kind: PARSERS[kind](message[kind])}
    return message


def as_moves(users: Mapping[str, Any]) -> Moves:
    try:
        moves = {int(user_id): Move(*move) for user_id, move in users.items()}
    except (TypeError, ValueError) as error:
        raise Rejected(f"a list of users is none: {error}") from None
    if not all(tuple(map(type, move)) == (str, int, bool) for move in moves.values()):
        raise Rejected("a user in a list has a wrong name or number of connections")
    return moves


def as_counts(taken: Mapping[str, Any]) -> dict[int, float]:
    if not all(
        user_id.isdecimal() and type(count) in (int, float) and isfinite(count) for user_id, count in taken.items()
    ):
        raise Rejected("a count of tokens is none")
    return {int(user_id): count for user_id, count in taken.items()}


SHAPES: Mapping[str, Shape] = {
    "taken": {"taken": dict},
    "people": {"people": dict, "version": int},
    "bye": {},
    "peers": {},
}
PARSERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {"taken": as_counts, "people": as_moves}
