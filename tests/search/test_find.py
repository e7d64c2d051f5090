"""Finding messages: it finds what a plain filter finds, by ranges of the index's key, on every database."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from Dweb.models import LOBBY, Event, Posting, Room, User, event_id
from Dweb.search import find as module
from Dweb.search import index
from Dweb.search.find import Narrowed, find

from ..support.fakes import make_room, make_user, sign_in
from ..support.plan import explain
from ..support.said import START, hits, write
from ..support.server import Server

# Against a plain filter of all texts, in the scripts of SYLLABLES.

UNSPACED = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
SYLLABLES = ["ab", "abc", "abcd", "b", "é", "E\u0301", "ß", "Ａ", "1", "中", "国", "人", "が", "ガ", "ไ", "한", "_"]
SPACES = [" ", "…", "%", "'", "👍", "\n"]
TEXTS = st.lists(st.sampled_from(SYLLABLES * 3 + SPACES), max_size=9).map("".join) | st.text(
    st.characters(max_codepoint=0x24F), max_size=12
)
QUERIES = st.lists(st.sampled_from([*SYLLABLES, " "]), min_size=1, max_size=3).map("".join) | TEXTS
SMALL_STEPS = {"BLOCK": 4, "ROOMS_AT_ONCE": 2, "BLOCKS_AT_ONCE": 4, "TEXTS_AT_ONCE": 2, "FEW": 0}


def parts(text: str) -> tuple[str, list[str], list[str]]:
    """A folded text, its words and its runs of scripts without spaces, a character at a time."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in folded if not 0x300 <= ord(c) < 0x370))
    kinds = ["run" if unicodedata.name(c, "").startswith(UNSPACED) else "word" if c.isalnum() else "" for c in folded]
    pieces: list[tuple[str, str]] = []
    for at, (character, kind) in enumerate(zip(folded, kinds, strict=True)):
        if at and kinds[at - 1] == kind:
            pieces[-1] = (kind, pieces[-1][1] + character)
        else:
            pieces.append((kind, character))
    return folded, [text for kind, text in pieces if kind == "word"], [text for kind, text in pieces if kind == "run"]


def plainly_matches(text: str, query: str) -> bool:
    folded, have, _ = parts(text)
    _, words, runs = parts(query)
    found = [word in have or (len(word) >= 3 and any(each.startswith(word) for each in have)) for word in words]
    found += [run in folded for run in runs]
    return bool(found) and all(found)


@pytest.mark.parametrize("steps", [{}, SMALL_STEPS], ids=["", "small steps"])
def test_it_finds_what_a_plain_filter_of_all_texts_finds(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, steps: dict[str, int]
) -> None:
    rooms = [Room.objects.get(name=LOBBY), *(make_room(name, alice) for name in "xyz")]
    foreign = make_room("foreign", bob)
    everywhere = [*rooms, foreign]
    for name, size in steps.items():
        monkeypatch.setattr(module, name, size)
    monkeypatch.setattr(index, "BLOCK", module.BLOCK)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @example(
        written=[(0, "中国人"), (1, "中国…国人"), (4, "中国人"), (0, "国人中国"), (2, "x中国人x")],
        changed=[],
        query="中国人",
        narrowing=(None, None, None),
    )
    @example(
        written=[(n % 5, "abc") for n in range(25)],
        changed=[(0, "b"), (1, ""), (7, "abcd")],
        query="ABC",
        narrowing=(1, 2, 6),
    )
    @given(
        written=st.lists(st.tuples(st.integers(0, 4), TEXTS), max_size=25),
        changed=st.lists(st.tuples(st.integers(0, 24), TEXTS), max_size=5),
        query=QUERIES,
        narrowing=st.tuples(*(st.none() | st.integers(0, most) for most in (1, 9, 9))),
    )
    def check(
        written: list[tuple[int, str]],
        changed: list[tuple[int, str]],
        query: str,
        narrowing: tuple[int | None, int | None, int | None],
    ) -> None:
        Event.objects.all().delete()
        Posting.objects.all().delete()
        for room in everywhere:
            room.seq = 0
        for number, (where, text) in enumerate(written):  # three at a time, as if committed together
            write(everywhere[where], (alice, bob)[number % 2], [text], START + timedelta(seconds=number // 3))
        for number, new in changed:
            for event in Event.objects.order_by("time", "pk")[number : number + 1]:
                index.replace([(event.pk, event.text, new)])
                Event.objects.filter(pk=event.pk).update(text=new)
        rows = Event.objects.exclude(room=foreign).order_by("-time", "-pk")
        who, *times = narrowing
        since, until = (seconds if seconds is None else START + timedelta(seconds=seconds) for seconds in times)
        narrowed = Narrowed(None if who is None else (alice.pk, bob.pk)[who], since, until)
        if narrowed.user_id is not None:
            rows = rows.filter(user=narrowed.user_id)
        inside = [row for row in rows if (not since or row.time >= since) and (not until or row.time < until)]
        expected = [row.pk for row in inside if plainly_matches(row.text, query)]
        assert [event.id for event in find(rooms, query, None, 100, narrowed=narrowed)[0]] == expected
        assert paged(rooms, query, narrowed) == expected
        for room in rooms:
            assert paged([room], query, narrowed) == [id for id in expected if id >> 32 == room.pk]

    check()


def paged(rooms: Sequence[Room], query: str, narrowed: Narrowed) -> list[int]:
    """All that is found, two at a time."""
    seen: list[int] = []
    more = True
    while more:
        events, more = find(rooms, query, seen[-1] if seen else None, 2, narrowed=narrowed)
        assert events or not more
        assert not {event.id for event in events} & set(seen)
        seen += [event.id for event in events]
    return seen


# How it is done.


def test_the_index_is_read_by_ranges_of_its_key(transactional_db: None) -> None:
    alice = make_user("alice")
    browser = sign_in(alice)
    rooms = [make_room(name, alice) for name in ("large", "other")]
    for room in rooms:
        write(room, alice, [f"common word{n} 中国人 {'rare' if n == 7 else ''}" for n in range(6_000)])
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE event, posting, user")  # as the server does by itself, some seconds later
            cursor.fetchall()
    for query, fields in (
        ("common", {}),
        ("rare", {}),
        ("rare", {"room": "large"}),
        ("comm rare", {}),
        ("中国", {}),
        ("国", {"room": "other", "before": event_id(rooms[1].pk, 3_000)}),
        ("common word11", {"before": event_id(rooms[1].pk, 3_000)}),
    ):
        with CaptureQueriesContext(connection) as captured:
            assert hits(browser, query, **fields)
        asked = [each["sql"] for each in captured if re.search('FROM [`"]?(posting|event)', each["sql"])]
        assert any("posting" in sql for sql in asked)
        assert len(asked) < 40
        for sql in asked:
            assert_by_key(sql)


def assert_by_key(sql: str) -> None:
    [plan] = explain(sql)
    if connection.vendor == "sqlite":
        assert re.match(
            r"SEARCH posting USING PRIMARY KEY \(block=\? AND term>\? AND term<\?\)"
            r"|SEARCH event USING INTEGER PRIMARY KEY \(rowid=\?\)",
            plan["detail"],
        ), (plan, sql)
    else:
        assert plan["key"] == "PRIMARY", plan
        assert plan["type"] in {"range", "ref", "const"}, plan
        assert "filesort" not in (plan["Extra"] or ""), plan


@pytest.mark.long
def test_while_people_write_others_find_what_was_acknowledged(make_server: Callable[..., Server]) -> None:
    server = make_server(SEND_BURST=1_000)
    people = server.people(4)

    def talk(person: Any) -> list[str]:
        mine = []
        for number in range(20):
            mine.append(f"number{number} of{person.userid} 同时")
            person.say(mine[-1])
            found = person.get(f"/search/?q=number{number}+of{person.userid}").json()["events"]
            assert [event["data"]["msg"] for event in found] == mine[-1:]
        return mine

    with ThreadPoolExecutor(len(people)) as pool:
        said = [text for texts in pool.map(talk, people) for text in texts]
    first = people[0].get("/search/?q=%E5%90%8C%E6%97%B6").json()
    rest = people[0].get(f"/search/?q=%E5%90%8C%E6%97%B6&before={first['events'][-1]['data']['id']}").json()
    assert sorted(event["data"]["msg"] for event in first["events"] + rest["events"]) == sorted(said)
