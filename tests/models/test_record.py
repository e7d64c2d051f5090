"""The record: rows are added, and never changed."""

from collections.abc import Callable

import pytest

from Dweb.models import Record, User

CHANGES: dict[str, Callable[[Record], object]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "update": lambda row: Record.objects.filter(pk=row.pk).update(reason="another"),
    "update all": lambda row: Record.objects.update(reason="another"),
    "delete some": lambda row: Record.objects.filter(pk=row.pk).delete(),
    "bulk_update": lambda row: Record.objects.bulk_update([row], ["reason"]),
    "update_or_create": lambda row: Record.objects.update_or_create(pk=row.pk, defaults={"reason": "another"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_that_is_there_cannot_be_changed(alice: User, bob: User, change: str) -> None:
    row = Record.objects.create(by=alice, deed="suspended", whom=bob, reason="adverts")
    row.reason = "another"
    with pytest.raises(NotImplementedError):
        CHANGES[change](row)
    assert [*Record.objects.values_list("deed", "reason")] == [("suspended", "adverts")]
