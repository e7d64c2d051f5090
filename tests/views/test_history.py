"""GET /history/: pages of a room's log, for its members, read straight from the key's order."""

import re
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from Dweb.models import LOBBY, Epoch, Event, Room, User, event_id

from ..support.cases import ViewTestCase, ViewTransactionTestCase
from ..support.fakes import make_room, make_user, sign_in
from ..support.plan import explain

LAST = 2**63 - 1


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
    """The numbers of the events on a page, and whether there are more."""
    answer = browser.get("/history/", fields)
    assert answer.status_code == 200, answer.content
    return [event["data"]["seq"] for event in answer.json()["events"]], answer.json()["more"]


class Pages(ViewTestCase):
    def assert_page(self, numbers: list[int], more: bool, **fields: Any) -> None:
        self.assertEqual(page(self.browser, **fields), (numbers, more), fields)

    def test_without_numbers_the_last_50_come_ascending(self) -> None:
        fill(Room.objects.get(name=LOBBY), 60, self.alice)
        self.assert_page(list(range(11, 61)), True)

    def test_before_is_exclusive(self) -> None:
        fill(Room.objects.get(name=LOBBY), 20, self.alice)
        self.assert_page([1, 2, 3, 4], False, before=5)
        self.assert_page([3, 4], True, before=5, limit=2)
        self.assert_page([1, 2, 3, 4], False, before=5, limit=4)
        self.assert_page([], False, before=1)
        self.assert_page([], False, before=0)
        self.assert_page([18, 19, 20], True, before=LAST, limit=3)

    def test_a_page_of_long_messages_has_fewer(self) -> None:
        fill(Room.objects.get(name=LOBBY), 20, self.alice)
        with self.settings(HISTORY_MAX_CHARS=4):
            self.assert_page([19, 20], True)
            self.assert_page([1, 2, 3, 4], True, after=0)
            self.assert_page([20], False, after=19)

    def test_after_is_exclusive(self) -> None:
        fill(Room.objects.get(name=LOBBY), 20, self.alice)
        self.assert_page([18, 19, 20], False, after=17)
        self.assert_page([6, 7], True, after=5, limit=2)
        self.assert_page([19, 20], False, after=18, limit=2)
        self.assert_page([1], True, after=0, limit=1)
        self.assert_page([], False, after=20)
        self.assert_page([], False, after=LAST)

    def test_a_page_has_at_most_200_events(self) -> None:
        fill(Room.objects.get(name=LOBBY), 205, self.alice)
        self.assert_page(list(range(6, 206)), True, limit=1_000)
        self.assert_page(list(range(1, 201)), True, limit=1_000, after=0)

    def test_a_room_ends_where_the_next_one_begins(self) -> None:
        rooms = [make_room(name, self.alice) for name in ("one", "two", "three")]
        for number, room in enumerate(rooms, 1):
            fill(room, number, self.alice)
        self.assert_page([1, 2], False, room="two")
        self.assert_page([1, 2], False, room="two", after=0)
        self.assert_page([], False, room="two", after=2**32)
        self.assert_page([1, 2], False, room="two", before=2**32 + 9)


class Events(ViewTestCase):
    def test_an_event_is_as_on_the_socket(self) -> None:
        self.say("question")
        self.say("你好", cid="c1", reply=1)
        answer = self.browser.get("/history/").json()
        row = Event.objects.select_related("user").get(seq=2)
        self.assertEqual(answer["events"][1], row.as_wire(LOBBY).as_json(self.alice.pk))
        self.assertEqual(
            answer["events"][1]["data"],
            {
                "msg": "你好",
                "user": "Alice",
                "userid": self.alice.pk,
                "room": LOBBY,
                "seq": 2,
                "id": row.pk,
                "time": row.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "cid": "c1",
                "reply": 1,
            },
        )
        self.assertEqual((answer["room"], answer["epoch"]), (LOBBY, Epoch.current()))

    def test_the_cid_is_only_for_its_sender(self) -> None:
        self.say(cid="secret")
        self.assertIn("secret", self.browser.get("/history/").content.decode())
        self.assertNotIn("secret", sign_in(self.bob).get("/history/").content.decode())


class DirectRooms(ViewTestCase):
    def test_both_people_read_it_by_each_others_id(self) -> None:
        self.say("psst", type="0", userto=self.bob.pk)
        for reader, other in ((self.browser, self.bob), (sign_in(self.bob), self.alice)):
            with self.subTest(other=other.account):
                answer = reader.get("/history/", {"userto": other.pk}).json()
                self.assertEqual(answer["room"], f"@{self.alice.pk}.{self.bob.pk}")
                self.assertEqual([event["data"]["userto"] for event in answer["events"]], [self.bob.pk])
                self.assertEqual(reader.get("/history/", {"room": answer["room"]}).json(), answer)

    def test_one_in_which_nothing_was_said_is_empty_and_not_made(self) -> None:
        empty = {
            "room": f"@{self.alice.pk}.{self.bob.pk}",
            "epoch": Epoch.current(),
            "events": [],
            "more": False,
        }
        self.assertEqual(self.browser.get("/history/", {"userto": self.bob.pk}).json(), empty)
        self.assertEqual(self.browser.get("/history/", {"userto": self.bob.pk, "after": 0}).json(), empty)
        self.assertEqual(Room.objects.count(), 1)

    def test_userto_of_nobody_is_an_empty_room(self) -> None:
        self.assertEqual(self.browser.get("/history/", {"userto": 999_999}).json()["events"], [])


class Refusals(ViewTestCase):
    def test_only_members_read(self) -> None:
        carol = make_user("carol")
        make_room("foreign", self.bob)
        direct = make_room(f"@{self.bob.pk}.{carol.pk}", self.bob, carol)
        for room, status, code in (
            ("foreign", 403, "forbidden"),
            (direct.name, 403, "forbidden"),
            ("nowhere", 404, "not_found"),
            ("@900001.900002", 403, "forbidden"),
        ):
            with self.subTest(room=room):
                self.assert_error(self.browser.get("/history/", {"room": room}), status, code)

    def test_who_is_not_signed_in_gets_401(self) -> None:
        self.assert_error(self.client.get("/history/"), 401, "not_signed_in")

    def test_other_methods_get_405(self) -> None:
        self.assert_error(self.browser.post("/history/"), 405, "bad_input")

    def test_what_is_wrong_is_bad_input(self) -> None:
        for fields in (
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
        ):
            with self.subTest(str(fields)[:40]):
                self.assert_error(self.browser.get("/history/", fields), 400, "bad_input")


class Plan(ViewTransactionTestCase):
    def test_a_page_of_a_large_room_is_a_range_of_the_key(self) -> None:
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
            with self.subTest(fields):
                with CaptureQueriesContext(connection) as captured:
                    self.assertEqual(len(page(browser, room="large", **fields)[0]), 50)
                for query in captured:
                    if "FROM `event`" in query["sql"] or 'FROM "event"' in query["sql"]:
                        self.assert_range(query["sql"])

    def assert_range(self, sql: str) -> None:
        """The database reads the log by its primary key: it neither scans nor sorts."""
        [plan] = explain(sql)
        if connection.vendor == "sqlite":
            # With a third bound it would seek by one and scan for the other.
            self.assertEqual(len(re.findall(r'"id" [<>]', sql)), 2)
            self.assertRegex(plan["detail"], r"^SEARCH event USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)")
        else:
            self.assertEqual((plan["table"], plan["type"], plan["key"]), ("event", "range", "PRIMARY"), plan)
            self.assertEqual(plan["Extra"], "Using where", plan)
