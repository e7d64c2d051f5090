"""GET /users/ and GET /members/: people by how their names begin, and of a room; those who are online first, and nobody
whose account is closed.
"""

import re
from typing import Any
from unittest import mock

from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from Dweb.chat import people, prices
from Dweb.chat.rates import Rates
from Dweb.models import Membership, User

from ..support.cases import ViewTestCase, ViewTransactionTestCase
from ..support.fakes import make_room, make_user, sign_in
from ..support.plan import explain

Found = tuple[list[tuple[str, bool]], bool]


def ask(browser: Browser, **fields: Any) -> Found:
    """Names and whether they are online, and whether there are more."""
    answer = browser.get("/users/", fields)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert set(found) == {"users", "more"}
    return [(user["username"], user["online"]) for user in found["users"]], found["more"]


class PeopleTestCase(ViewTestCase):
    def online(self, *users: User) -> None:
        """Each gets a connection."""
        for user in users:
            self.connected(user)

    def ask(self, **fields: Any) -> Found:
        return ask(self.browser, **fields)

    def names(self, **fields: Any) -> list[str]:
        return [name for name, _ in self.ask(**fields)[0]]


class Order(PeopleTestCase):
    def test_who_is_online_comes_first_then_by_name(self) -> None:
        users = {name: make_user(name, username=name) for name in ("Alf", "alma", "Al", "ALIX", "Bobby", "Zoe")}
        self.online(users["alma"], users["Zoe"], users["Al"], users["Al"])
        expected = [("Al", True), ("alma", True), ("Alf", False), ("Alice", False), ("ALIX", False)]
        self.assertEqual(self.ask(q="al"), (expected, False))
        self.assertEqual(self.ask(q=" AL "), (expected, False))
        zoe = {"userid": users["Zoe"].pk, "username": "Zoe", "online": True}
        self.assertEqual(self.browser.get("/users/", {"q": "z"}).json()["users"], [zoe])

    def test_without_a_name_all_who_are_online_are_found(self) -> None:
        users = {name: make_user(name, username=name) for name in ("alma", "Al", "Zoe")}
        self.online(users["alma"], users["Zoe"], users["Al"], users["Al"])
        self.assertEqual(self.ask(), ([("Al", True), ("alma", True), ("Zoe", True)], False))
        self.assertEqual(self.ask(q=""), self.ask())

    def test_nobody_online_and_nobody_of_that_name(self) -> None:
        self.assertEqual(self.ask(), ([], False))
        self.assertEqual(self.ask(q="nobody"), ([], False))

    def test_at_most_50(self) -> None:
        users = [make_user(f"person{number:02}") for number in range(50)]
        self.online(*users[10:20])
        expected = [f"Person{number:02}" for number in [*range(10, 20), *range(10), *range(20, 50)]]
        self.assertEqual((self.names(q="person"), self.ask(q="person")[1]), (expected, False))
        users.append(make_user("person50"))
        self.assertEqual((self.names(q="person"), self.ask(q="person")[1]), (expected, True))
        self.online(*users)
        first = [f"Person{number:02}" for number in range(50)]
        self.assertEqual((self.names(), self.ask()[1]), (first, True))


class Words(PeopleTestCase):
    def test_any_word_of_a_name_is_found_and_beginnings_come_first(self) -> None:
        for account, name in (
            ("a", "Mary Ann Lee"), ("b", "Ann Young"), ("c", "Joann"), ("d", "Hans-Peter Anner"), ("e", "王小芳"),
            ("f", "小芳"), ("g", "50%_off Ann"),
        ):  # fmt: skip
            make_user(account, username=name)
        self.assertEqual(self.names(q="ann"), ["Ann Young", "50%_off Ann", "Hans-Peter Anner", "Mary Ann Lee"])
        self.assertEqual(self.names(q="ann lee"), ["Mary Ann Lee"])
        self.assertEqual(self.names(q="小芳"), ["小芳", "王小芳"])
        self.assertEqual(self.names(q="芳"), ["小芳", "王小芳"])
        for q, found in (("%", ["50%_off Ann"]), ("_", ["50%_off Ann"]), ("n y", []), ("oung", []), ("n%", [])):
            with self.subTest(q=q):
                self.assertEqual(self.names(q=q), found)

    def test_a_word_begins_after_a_space_or_a_sign(self) -> None:
        for name in ("Hans-Peter", "mary.peter", "O'Peter", "Ann (Peter)", "Sir Peter", "Ann/Peter", "Salpeter"):
            make_user(name.lower().replace(" ", ""), username=name)
        self.assertEqual(len(self.names(q="peter")), 6)

    def test_who_is_online_comes_first_by_any_word(self) -> None:
        users = [
            make_user(account, username=name) for account, name in (("a", "Mary Ann"), ("b", "Ann"), ("c", "Anna"))
        ]
        self.online(users[0], users[2])
        self.assertEqual(self.ask(q="ann"), ([("Anna", True), ("Mary Ann", True), ("Ann", False)], False))


class Names(PeopleTestCase):
    def test_case_and_width_do_not_matter(self) -> None:
        for name, q in (
            ("Ｗｉｄｅ", "wide"),
            ("wide", "ＷＩ"),
            ("STRASSE", "straße"),
            ("王小明", "王"),
            ("王小明", "王小明"),
            ("ｶﾀｶﾅ", "カタ"),
            ("Ünal", "ü"),
            ("Ünal", "U\u0308N"),
            ("%wild_", "%"),
            ("_under", "_"),
            ("o'neil; --", "O'N"),
            ("😀 smile", "😀"),
            ("\U0010fffd last", "\U0010fffd"),
        ):
            with self.fresh_subtest(name=name, q=q):
                user = make_user("someone", username=name)
                make_user("other", username="another one")
                self.assertEqual(self.ask(q=q), ([(name, False)], False))
                self.online(user)
                self.assertEqual(self.ask(q=q), ([(name, True)], False))

    def test_only_the_beginning_of_a_word_counts(self) -> None:
        for name, q in (("Bob", "o"), ("Bob", "%b"), ("Bob", "bobb"), ("Bob", "_ob")):
            with self.subTest(name=name, q=q):
                self.assertEqual(self.ask(q=q), ([], False))

    def test_the_key_follows_the_name(self) -> None:
        user = make_user("someone", username="Ｏld")
        user.username = "New"
        user.save()
        User.objects.bulk_create([User(account="many", username="Ｎext", password="!")])
        self.assertEqual(self.names(q="ne"), ["New", "Ｎext"])
        self.assertEqual(self.names(q="old"), [])
        long = make_user("long", username="ﷺ" * 60)  # each of these becomes 18 characters
        self.assertEqual(len(long.name_key), 60)
        self.assertEqual(self.names(q="ﷺ"), [long.username])

    def test_closed_accounts_are_left_out(self) -> None:
        users = [make_user(f"person{number}") for number in range(60)]
        self.online(*users[:56])
        User.objects.filter(pk__in=[user.pk for user in users[1:59]]).update(is_active=False)
        self.assertEqual(self.ask(q="person"), ([("Person0", True), ("Person59", False)], False))
        self.assertEqual(self.ask(), ([("Person0", True)], False))


class Accounts(PeopleTestCase):
    def test_who_has_such_an_account_comes_last(self) -> None:
        make_user("liwei", username="李伟")
        make_user("x", username="Lisa")
        self.assertEqual(self.names(q="LI"), ["Lisa", "李伟"])
        self.assertEqual(self.names(q="liwei"), ["李伟"])

    def test_a_guest_finds_nobody_by_it(self) -> None:
        guest, known = make_user("guest", username="Guest", is_guest=True), make_user("secret", username="Vic")
        make_room("team", guest, known)
        self.assertEqual(ask(sign_in(guest), q="secret"), ([], False))
        self.assertEqual(ask(sign_in(guest), q="vic"), ([("Vic", False)], False))


class Everyone(PeopleTestCase):
    def pages(self, browser: Browser) -> list[list[str]]:
        pages: list[list[str]] = []
        after, more = None, True
        while more:
            found = browser.get("/users/", {"all": 1} | ({"after": after} if after else {})).json()
            pages.append([user["username"] for user in found["users"]])
            after, more = found["users"][-1]["userid"], found["more"]
        return pages

    @override_settings(PEOPLE_FOUND=2)
    def test_all_come_once_by_name(self) -> None:
        for account, name in (("b", "bea"), ("z", "Zoe"), ("c", "Cem"), ("d", "Cem")):
            make_user(account, username=name)
        make_user("gone", username="Gone", is_active=False)
        everyone = [name for page in self.pages(self.browser) for name in page]
        self.assertEqual(everyone, sorted(everyone, key=str.casefold))
        self.assertEqual(len(everyone), User.objects.filter(is_active=True).count())
        self.assertNotIn("Gone", everyone)

    def test_a_guest_browses_those_whom_they_see(self) -> None:
        guest = make_user("guest", username="Guest", is_guest=True)
        make_room("team", guest, self.bob)
        make_user("other", username="Other")
        self.assertEqual(self.pages(sign_in(guest)), [["Bob", "Guest"]])

    def test_it_goes_on_behind_nobody_who_is_not_listed(self) -> None:
        guest, hidden = make_user("guest", username="Aa", is_guest=True), make_user("h", username="Zz")
        gone = make_user("gone", username="Zzz", is_active=False)
        for browser, after in ((sign_in(guest), hidden), (self.browser, gone)):
            found = [browser.get("/users/", {"all": 1, "after": id}).json() for id in (after.pk, 10**9)]
            self.assertEqual(found[0], found[1])
            self.assertTrue(found[0]["users"])

    def test_what_is_wrong_is_bad_input(self) -> None:
        for fields in ({"all": "2"}, {"all": "1", "after": "x"}):
            self.assert_error(self.browser.get("/users/", fields), 400, "bad_input")
        self.assert_error(self.client.get("/users/", {"all": 1}), 401, "not_signed_in")


class Refusals(PeopleTestCase):
    def test_what_is_wrong_is_bad_input(self) -> None:
        for q in ("a\0b", "a" * 61):
            with self.subTest(q=q):
                self.assert_error(self.browser.get("/users/", {"q": q}), 400, "bad_input")

    def test_who_may_ask(self) -> None:
        self.assert_error(self.client.get("/users/"), 401, "not_signed_in")
        self.assert_error(self.browser.post("/users/"), 405, "bad_input")

    def test_asking_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(0.01, 1)
        self.assertEqual(self.names(q="a"), ["Alice"])
        self.assert_error(self.browser.get("/users/", {"q": "a"}), 429, "too_fast")


class Queries(PeopleTestCase):
    def test_of_a_crowd_only_a_page_is_looked_up(self) -> None:
        crowd = [User(account=f"p{n}", username=f"Person {n:04}", password="!") for n in range(2_000)]
        User.objects.bulk_create(crowd)
        online = dict(User.objects.filter(account__startswith="p").values_list("pk", "username"))
        with mock.patch.object(self.live.hub, "people", return_value=online), self.assertNumQueries(1):
            found, more = people.find(self.live, self.alice, "pers")
        names = [person["username"] for person in found]
        self.assertEqual(names, [f"Person {number:04}" for number in range(50)])
        self.assertTrue(more)


class Plan(ViewTransactionTestCase):
    def test_names_are_read_by_a_range_of_their_index(self) -> None:
        browser = sign_in(make_user("alice"))
        User.objects.bulk_create([User(account=f"p{n}", username=f"Person {n}", password="!") for n in range(5_000)])
        if connection.vendor == "mysql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE TABLE user")  # as the server does by itself, some seconds later
                cursor.fetchall()
        for q in ("person", "person 12"):
            with self.subTest(q=q):
                with CaptureQueriesContext(connection) as captured:
                    self.assertEqual(len(ask(browser, q=q)[0]), 50)
                [sql] = [each["sql"] for each in captured if re.search("name_key.? >=", each["sql"])]
                self.assert_range(sql)

    def assert_range(self, sql: str) -> None:
        [plan] = explain(sql)
        if connection.vendor == "sqlite":
            index = r"^SEARCH user USING INDEX user_name_key_\w+ \(name_key>\? AND name_key<\?\)"
            self.assertRegex(plan["detail"], index)
        else:
            self.assertEqual(plan["type"], "range", plan)
            self.assertTrue(plan["key"].startswith("user_name_key"), plan)
            self.assertNotIn("filesort", plan["Extra"], plan)


class Members(PeopleTestCase):
    def members(self, room: str, browser: Browser | None = None) -> tuple[list[tuple[str, bool]], int, bool]:
        answer = (browser or self.browser).get("/members/", {"room": room})
        self.assertEqual(answer.status_code, 200, answer.content)
        found = answer.json()
        self.assertEqual((found["room"], set(found)), (room, {"room", "members", "count", "more"}))
        return [(each["username"], each["online"]) for each in found["members"]], found["count"], found["more"]

    def test_who_is_online_comes_first_then_by_name(self) -> None:
        users = [make_user(name, username=name) for name in ("zoe", "Bea", "al", "Out")]
        make_room("111", self.alice, *users[:3])
        self.online(users[0], users[3])
        expected = [("zoe", True), ("al", False), ("Alice", False), ("Bea", False)]
        self.assertEqual(self.members("111"), (expected, 4, False))
        everyone = [("Out", True), ("zoe", True), ("al", False), ("Alice", False), ("Bea", False), ("Bob", False)]
        self.assertEqual(self.members("lobby"), (everyone, 6, False))

    def test_a_private_chat_has_two_before_anything_was_said(self) -> None:
        bea = make_user("bea")
        room = f"@{self.alice.pk}.{bea.pk}"
        both = ([("Alice", False), ("Bea", False)], 2, False)
        self.assertEqual(self.members(room), both)
        make_room(room, self.alice, bea)
        self.assertEqual(self.members(room), both)

    def test_at_most_50_and_no_closed_accounts(self) -> None:
        users = [make_user(f"person{number:02}") for number in range(51)]
        make_room("111", self.alice, *users)
        User.objects.filter(pk=users[0].pk).update(is_active=False)
        self.online(*users[40:])
        found, count, more = self.members("111")
        self.assertEqual((len(found), count, more), (50, 51, True))
        self.assertEqual(found[:12], [*((f"Person{number}", True) for number in range(40, 51)), ("Alice", False)])

    def test_of_a_crowd_that_is_online_only_some_are_looked_up(self) -> None:
        crowd = User.objects.bulk_create(
            User(account=f"p{n}", username=f"P {n:04}", password="!") for n in range(2_500)
        )
        room = make_room("111", self.alice, *crowd)
        online = {user.pk: user.username for user in crowd}
        with mock.patch.object(self.live.hub, "people", return_value=online), self.assertNumQueries(5):
            # the room, the membership, its members, their count, a page of them
            found, count = people.members(self.live, self.alice, room.name)
        self.assertEqual(([each["username"] for each in found], count), ([f"P {n:04}" for n in range(50)], 2_501))

    def test_of_a_small_room_few_are_looked_up_however_many_are_online(self) -> None:
        bea = make_user("bea")
        make_room("111", self.alice, bea)
        online = {bea.pk: "Bea", **{10**9 + n: f"P {n:04}" for n in range(2_500)}}
        with mock.patch.object(self.live.hub, "people", return_value=online), self.assertNumQueries(6):
            found, count = people.members(self.live, self.alice, "111")
        self.assertEqual(
            ([(each["username"], each["online"]) for each in found], count), ([("Bea", True), ("Alice", False)], 2)
        )

    def test_a_large_room_costs_more(self) -> None:
        crowd = User.objects.bulk_create(User(account=f"p{n}", username=f"P {n}", password="!") for n in range(50))
        make_room("111", self.alice, *crowd)
        self.live.rates = Rates(0.01, 10)
        with mock.patch.object(prices, "EXTRA_MEMBERS", 10):
            self.members("111")
            self.members("111")
            self.assert_error(self.browser.get("/members/", {"room": "111"}), 429, "too_fast")

    def test_who_may_ask(self) -> None:
        bea, out = make_user("bea"), make_user("out")
        private = make_room(f"@{self.alice.pk}.{bea.pk}", self.alice, bea).name
        make_room("111", self.alice, bea)
        self.assert_error(self.client.get("/members/", {"room": "111"}), 401, "not_signed_in")
        self.assert_error(self.browser.post("/members/", {"room": "111"}), 405, "bad_input")
        for room, status, error in (("111", 403, "forbidden"), (private, 403, "forbidden"), ("no", 404, "not_found")):
            with self.subTest(room):
                self.assert_error(sign_in(out).get("/members/", {"room": room}), status, error)
        Membership.objects.filter(user=bea, room__name="111").delete()
        self.assert_error(sign_in(bea).get("/members/", {"room": "111"}), 403, "forbidden")
        for fields in ({}, {"room": ""}, {"room": "a b"}, {"room": "@1"}, {"room": "a" * 65}):
            with self.subTest(fields):
                self.assert_error(self.browser.get("/members/", fields), 400, "bad_input")

    def test_asking_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(0.01, 1)
        self.members("lobby")
        self.assert_error(self.browser.get("/members/", {"room": "lobby"}), 429, "too_fast")
