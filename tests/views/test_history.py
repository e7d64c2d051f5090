"""GET /history/: pages of a room's log, for its members, read straight from the key's order."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from Dweb.models import LOBBY, Epoch, Event, Room, User, event_id

from ..support.fakes import make_room, make_user, say, sign_in
from ..support.plan import explain


def fill(room: Room, count: int, *senders: User) -> None:
    """Events 1 to `count`, the text of each its number."""
    now = timezone.now()
    rows = (
        Event(id=event_id(room.pk, seq), room=room, seq=seq, user=senders[seq % len(senders)], text=str(seq), time=now)
        for seq in range(1, count + 1)
    )
    Event.objects.bulk_create(rows, batch_size=2_000)
    Room.objects.filter(pk=room.pk).update(seq=count)


def page(browser: Browser, **fields: Any) -> tuple[list[int], bool]:
    answer = browser.get("/history/", fields)
    assert answer.status_code == 200, answer.content
    return [event["data"]["seq"] for event in answer.json()["events"]], answer.json()["more"]


def error(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json"
    assert set(response.json()) == {"msg", "error", "detail"}
    return response.status_code, response.json()["error"]


def test_without_numbers_the_last_50_come_ascending(browser: Browser, alice: User) -> None:
    fill(Room.objects.get(name=LOBBY), 60, alice)
    assert page(browser) == (list(range(11, 61)), True)


def test_before_and_after_are_exclusive(browser: Browser, alice: User) -> None:
    fill(Room.objects.get(name=LOBBY), 20, alice)
    assert page(browser, before=5) == ([1, 2, 3, 4], False)
    assert page(browser, before=5, limit=2) == ([3, 4], True)
    assert page(browser, before=5, limit=4) == ([1, 2, 3, 4], False)
    assert page(browser, before=1) == ([], False)
    assert page(browser, before=0) == ([], False)
    assert page(browser, before=2**63 - 1, limit=3) == ([18, 19, 20], True)
    assert page(browser, after=17) == ([18, 19, 20], False)
    assert page(browser, after=5, limit=2) == ([6, 7], True)
    assert page(browser, after=18, limit=2) == ([19, 20], False)
    assert page(browser, after=0, limit=1) == ([1], True)
    assert page(browser, after=20) == ([], False)
    assert page(browser, after=2**63 - 1) == ([], False)


def test_a_page_has_at_most_200_events(browser: Browser, alice: User) -> None:
    fill(Room.objects.get(name=LOBBY), 205, alice)
    assert page(browser, limit=1_000) == (list(range(6, 206)), True)
    assert page(browser, limit=1_000, after=0) == (list(range(1, 201)), True)


def test_a_room_ends_where_the_next_one_begins(browser: Browser, alice: User) -> None:
    rooms = [make_room(name, alice) for name in ("one", "two", "three")]
    for number, room in enumerate(rooms, 1):
        fill(room, number, alice)
    assert page(browser, room="two") == ([1, 2], False)
    assert page(browser, room="two", after=0) == ([1, 2], False)
    assert page(browser, room="two", after=2**32) == ([], False)
    assert page(browser, room="two", before=2**32 + 9) == ([1, 2], False)


def test_an_event_is_as_on_the_socket(browser: Browser, alice: User) -> None:
    say(browser, "question")
    say(browser, "你好", cid="c1", reply=1)
    answer = browser.get("/history/").json()
    row = Event.objects.select_related("user").get(seq=2)
    assert answer["events"][1] == row.as_wire(LOBBY).as_json(alice.pk)
    assert answer["events"][1]["data"] == {
        "msg": "你好",
        "user": "Alice",
        "userid": alice.pk,
        "room": LOBBY,
        "seq": 2,
        "id": row.pk,
        "time": row.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "cid": "c1",
        "reply": 1,
    }
    assert (answer["room"], answer["epoch"]) == (LOBBY, Epoch.current())


def test_the_cid_is_only_for_its_sender(browser: Browser, bob: User) -> None:
    say(browser, cid="secret")
    assert "secret" not in sign_in(bob).get("/history/").content.decode()


def test_both_people_of_a_direct_room_read_it_by_each_others_id(browser: Browser, alice: User, bob: User) -> None:
    say(browser, "psst", type="0", userto=bob.pk)
    for reader, other in ((browser, bob), (sign_in(bob), alice)):
        answer = reader.get("/history/", {"userto": other.pk}).json()
        assert answer["room"] == f"@{alice.pk}.{bob.pk}"
        assert [event["data"]["userto"] for event in answer["events"]] == [bob.pk]
        assert reader.get("/history/", {"room": answer["room"]}).json() == answer


def test_a_direct_room_in_which_nothing_was_said_is_empty_and_not_made(
    browser: Browser, alice: User, bob: User
) -> None:
    answer = browser.get("/history/", {"userto": bob.pk}).json()
    assert answer == {"room": f"@{alice.pk}.{bob.pk}", "epoch": Epoch.current(), "events": [], "more": False}
    assert browser.get("/history/", {"userto": bob.pk, "after": 0}).json() == answer
    assert Room.objects.count() == 1


def test_userto_of_nobody_is_an_empty_room(browser: Browser) -> None:
    assert browser.get("/history/", {"userto": 999_999}).json()["events"] == []


def test_only_members_read(browser: Browser, bob: User) -> None:
    carol = make_user("carol")
    make_room("foreign", bob)
    direct = make_room(f"@{bob.pk}.{carol.pk}", bob, carol)
    assert error(browser.get("/history/", {"room": "foreign"})) == (403, "forbidden")
    assert error(browser.get("/history/", {"room": direct.name})) == (403, "forbidden")
    assert error(browser.get("/history/", {"room": "nowhere"})) == (404, "not_found")
    assert error(browser.get("/history/", {"room": "@900001.900002"})) == (403, "forbidden")
    assert error(Browser().get("/history/")) == (401, "not_signed_in")
    assert error(browser.post("/history/")) == (405, "bad_input")


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": "1e9"},
        {"limit": "9" * 5_000},
        {"before": "x"},
        {"before": "-1"},
        {"before": str(2**63)},
        {"after": "1.5"},
        {"after": "\0"},
        {"before": "5", "after": "2"},
        {"room": "a b"},
        {"room": "\0"},
        {"room": "@"},
        {"room": "@1.2.3"},
        {"userto": "me"},
        {"userto": str(2**63)},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_what_is_wrong_is_bad_input(browser: Browser, fields: dict[str, str]) -> None:
    assert error(browser.get("/history/", fields)) == (400, "bad_input")


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_large_room_is_a_range_of_the_key() -> None:
    alice = make_user("alice")
    browser = sign_in(alice)
    people = [make_user(f"person{number}") for number in range(50)]
    fill(make_room("large", alice), 20_000, *people)
    fill(make_room("behind", alice), 2_000, *people)
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE event, user")  # as the server does by itself, some seconds later
            cursor.fetchall()
    for fields in ({}, {"before": 10_000}, {"after": 10_000}):
        with CaptureQueriesContext(connection) as captured:
            assert len(page(browser, room="large", **fields)[0]) == 50
        for query in captured:
            if "FROM `event`" in query["sql"] or 'FROM "event"' in query["sql"]:
                assert_range(query["sql"])


def assert_range(sql: str) -> None:
    """The database reads the log by its primary key: it neither scans nor sorts."""
    [plan] = explain(sql)
    if connection.vendor == "sqlite":
        assert len(re.findall(r'"id" [<>]', sql)) == 2  # with a third bound it would seek by one and scan for the other
        assert re.match(r"SEARCH event USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)", plan["detail"])
    else:
        assert (plan["table"], plan["type"], plan["key"]) == ("event", "range", "PRIMARY"), plan
        assert plan["Extra"] == "Using where", plan
