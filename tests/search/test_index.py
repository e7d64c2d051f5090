"""The index: it holds the terms of every message that has a text, and nothing of a text that was changed."""

from typing import Any

import pytest
from django.db import connection

from Dweb.models import LOBBY, Posting, Room, User, event_id
from Dweb.search import index

from ..support.said import write


def test_what_is_indexed_already_is_left_as_it_is(alice: User) -> None:
    lobby = Room.objects.get(name=LOBBY)
    write(lobby, alice, ["one two"])
    index.add([(event_id(lobby.pk, 1), "two three")])
    assert sorted(Posting.objects.values_list("term", flat=True)) == ["one", "three", "two"]
    index.replace([(event_id(lobby.pk, 1), "one two three", "two four"), (event_id(lobby.pk, 2), "", "")])
    assert sorted(Posting.objects.values_list("term", flat=True)) == ["four", "two"]


@pytest.mark.parametrize("limits", [(100, 1), (1, 100)])
def test_nothing_is_left_of_an_old_text_though_the_limit_has_changed(
    alice: User, settings: Any, limits: tuple[int, int]
) -> None:
    lobby = Room.objects.get(name=LOBBY)
    old = " ".join(f"secret{number}" for number in range(1_200))
    settings.SEARCH_MAX_TERMS = limits[0]
    write(lobby, alice, [old, old, "other"])
    settings.SEARCH_MAX_TERMS = limits[1]
    ids = [event_id(lobby.pk, seq) for seq in (1, 2)]
    index.replace([(ids[0], old, ""), (ids[1], old, "secret7 word")])
    left = {(key % index.BLOCK, term) for key, term in Posting.objects.values_list("place", "term")}
    assert left == {(ids[1] % index.BLOCK, term) for term in ["secret7", "word"][: limits[1]]} | {(3, "other")}


def test_the_index_is_its_key(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name = 'posting' AND sql LIKE '%WITHOUT ROWID'")
        else:
            cursor.execute("SHOW INDEX FROM posting WHERE Key_name <> 'PRIMARY'")
        assert cursor.fetchall() == ([("posting",)] if connection.vendor == "sqlite" else ())
