"""Pieces of SQL that several files write. Runs none."""

from collections.abc import Collection


def placeholders(values: Collection[object]) -> str:
    """One for each value, as in IN (%s, %s)."""
    return ", ".join(["%s"] * len(values))
