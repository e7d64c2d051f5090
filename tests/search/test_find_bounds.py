"""A search ends: at its deadline, and when it has compared so many characters; the next one goes on from there."""

from collections.abc import Sequence
from itertools import count
from math import inf
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from Dweb.models import LOBBY, Posting, Room, User, event_id
from Dweb.search import find as module
from Dweb.search.find import find
from Dweb.search.terms import Query, fold, unfolded

from ..support.fakes import make_room
from ..support.said import write

SALLA = "\ufdfa"  # unfolds to 18 characters


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """Each look at the clock takes a second."""
    clock = mock.Mock()
    clock.monotonic.side_effect = count(1_000)
    monkeypatch.setattr(module, "time", clock)
    return clock


def paged(rooms: Sequence[Room], query: str, seconds: float) -> list[str]:
    seen, more, found = [], True, []
    while more:
        events, more = find(rooms, query, seen[-1] if seen else None, 50, seconds)
        assert events or not more
        assert not {event.id for event in events} & set(seen)
        seen += [event.id for event in events]
        found += [event.text for event in events]
    return found


def test_at_the_deadline_it_answers_what_it_has_found_and_the_next_goes_on(alice: User, ticking: mock.Mock) -> None:
    rooms = [Room.objects.get(name=LOBBY), make_room("x", alice)]
    for number in range(30):
        write(rooms[number % 2], alice, [f"word {number}"])
    events, more = find(rooms, "word", None, 50, 8)
    assert 0 < len(events) < 30
    assert more
    assert sorted(paged(rooms, "word", 8)) == sorted(f"word {number}" for number in range(30))


def test_characters_that_were_compared_count(alice: User, settings: object) -> None:
    room = make_room("x", alice)
    write(room, alice, [f"word {number} {SALLA * 222}" for number in range(20)])  # 4,000 characters each
    settings.SEARCH_MAX_CANDIDATES = 100  # texts of 200; each of these counts for 21
    events, more = find([room], "word", None, 50)
    assert (len(events), more) == (4, True)
    assert len(paged([room], "word", 10)) == 20


def test_the_entries_of_one_look_are_counted_and_no_more_are_read_than_are_left(alice: User, settings: object) -> None:
    room = make_room("x", alice)
    texts = [f"{number} other " + " ".join(f"word{n}" for n in range(60)) for number in range(10)]
    write(room, alice, texts)
    settings.SEARCH_MAX_CANDIDATES = 10  # 400 entries, of 600
    index = module._Index(Query("word").ranges(), inf)
    with CaptureQueriesContext(connection) as captured:
        candidates = index.candidates([event_id(room.pk, 1) // Posting.BLOCK_EVENTS])
    assert {event_id(room.pk, seq) for seq in range(1, 11)} <= {*candidates}
    assert index._budget == 400 - 201
    assert captured[0]["sql"].endswith("LIMIT 201")
    for query in ("word", "word other", "other word"):
        assert paged([room], query, 10) == texts[::-1]


def test_the_time_is_looked_at_between_the_parts_of_a_query(alice: User, ticking: mock.Mock) -> None:
    room = make_room("x", alice)
    write(room, alice, [f"some words {number}" for number in range(2 * module.FEW)])
    index = module._Index(Query("some words").ranges(), 0)
    with CaptureQueriesContext(connection) as captured:
        assert len([*index.candidates([event_id(room.pk, 1) // Posting.BLOCK_EVENTS])]) == 2 * module.FEW
    assert len(captured) == 1


def test_others_get_the_interpreter_now_and_then(alice: User, ticking: mock.Mock) -> None:
    room = make_room("x", alice)
    write(room, alice, [f"word {SALLA * 222}"] * 10)
    find([room], "word", None, 50)
    assert ticking.sleep.call_count == 3  # in 40,000 characters


def test_of_an_old_text_that_unfolds_to_more_only_the_beginning_is_compared(alice: User) -> None:
    room = make_room("x", alice)
    write(room, alice, [f"first {SALLA * 3_900} last"])
    assert len(find([room], "first", None, 50)[0]) == 1
    assert find([room], "last", None, 50) == ([], False)


@pytest.mark.parametrize("text", ["Plain ASCII", "中国 ｶﾞ é ß", "한국어", SALLA])
def test_no_more_is_folded_than_asked_for(text: str) -> None:
    assert fold(text, 10_000) == fold(text)
    assert len(fold(text, 4)) <= 8  # ß becomes two
    assert len(unfolded(text)) <= (18 if text == SALLA else 4 * len(text))
