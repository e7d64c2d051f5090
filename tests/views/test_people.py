"""GET /users/: people by how their names begin, those who are online first, and nobody whose account is closed."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from Dweb.chat import people
from Dweb.chat.rates import Rates
from Dweb.models import User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, make_user, sign_in
from ..support.plan import explain


@pytest.fixture
def online(live: Runtime) -> Any:
    """Brings people online: each call a connection."""
    opened: list[FakeWebSocket] = []

    def come(*users: User) -> None:
        opened.extend(connected(live, user) for user in users)

    yield come
    for websocket in opened:
        websocket.end()


def ask(browser: Browser, **fields: Any) -> tuple[list[tuple[str, bool]], bool]:
    answer = browser.get("/users/", fields)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert set(found) == {"users", "more"}
    return [(user["username"], user["online"]) for user in found["users"]], found["more"]


def names(browser: Browser, **fields: Any) -> list[str]:
    return [name for name, _ in ask(browser, **fields)[0]]


def error(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json"
    return response.status_code, response.json()["error"]


def test_who_is_online_comes_first_then_by_name(browser: Browser, alice: User, online: Any) -> None:
    users = {name: make_user(name, username=name) for name in ("Alf", "alma", "Al", "ALIX", "Bob", "Zoe")}
    online(users["alma"], users["Zoe"], users["Al"], users["Al"])
    expected = [("Al", True), ("alma", True), ("Alf", False), ("Alice", False), ("ALIX", False)]
    assert ask(browser, q="al") == (expected, False)
    assert ask(browser, q=" AL ") == (expected, False)
    assert ask(browser) == ([("Al", True), ("alma", True), ("Zoe", True)], False)
    assert ask(browser, q="") == ask(browser)
    assert browser.get("/users/", {"q": "z"}).json()["users"] == [
        {"userid": users["Zoe"].pk, "username": "Zoe", "online": True}
    ]


def test_nobody_online_and_nobody_of_that_name(browser: Browser) -> None:
    assert ask(browser) == ask(browser, q="nobody") == ([], False)


@pytest.mark.parametrize(
    ("name", "q"),
    [
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
    ],
)
def test_case_and_width_do_not_matter(browser: Browser, online: Any, name: str, q: str) -> None:
    user = make_user("someone", username=name)
    make_user("other", username="another one")
    assert ask(browser, q=q) == ([(name, False)], False)
    online(user)
    assert ask(browser, q=q) == ([(name, True)], False)


@pytest.mark.parametrize(
    ("name", "q"), [("Bob", "o"), ("Bob", "%b"), ("Bob", "bobb"), ("王小明", "小"), ("Bob", "_ob")]
)
def test_only_the_beginning_counts(browser: Browser, name: str, q: str) -> None:
    make_user("someone", username=name)
    assert ask(browser, q=q) == ([], False)


def test_closed_accounts_are_left_out(browser: Browser, online: Any) -> None:
    users = [make_user(f"person{number}") for number in range(60)]
    online(*users[:56])
    User.objects.filter(pk__in=[user.pk for user in users[1:59]]).update(is_active=False)
    assert ask(browser, q="person") == ([("Person0", True), ("Person59", False)], False)
    assert ask(browser) == ([("Person0", True)], False)


def test_at_most_50(browser: Browser, online: Any) -> None:
    users = [make_user(f"person{number:02}") for number in range(50)]
    online(*users[10:20])
    expected = [f"Person{number:02}" for number in [*range(10, 20), *range(10), *range(20, 50)]]
    assert (names(browser, q="person"), ask(browser, q="person")[1]) == (expected, False)
    users.append(make_user("person50"))
    assert (names(browser, q="person"), ask(browser, q="person")[1]) == (expected, True)
    online(*users)
    assert (names(browser), ask(browser)[1]) == ([f"Person{number:02}" for number in range(50)], True)


def test_the_key_follows_the_name(browser: Browser) -> None:
    user = make_user("someone", username="Ｏld")
    user.username = "New"
    user.save()
    User.objects.bulk_create([User(account="many", username="Ｎext", password="!")])
    assert names(browser, q="ne") == ["New", "Ｎext"]
    assert names(browser, q="old") == []
    long = make_user("long", username="ﷺ" * 60)  # each of these becomes 18 characters
    assert len(long.name_key) == 60
    assert names(browser, q="ﷺ") == [long.username]


@pytest.mark.parametrize("q", ["a\0b", "a" * 61])
def test_what_is_wrong_is_bad_input(browser: Browser, q: str) -> None:
    assert error(browser.get("/users/", {"q": q})) == (400, "bad_input")


def test_who_may_ask(browser: Browser) -> None:
    assert error(Browser().get("/users/")) == (401, "not_signed_in")
    assert error(browser.post("/users/")) == (405, "bad_input")


def test_asking_without_end_is_slowed_down(browser: Browser, live: Runtime) -> None:
    live.rates = Rates(0.01, 1)
    assert names(browser, q="a") == ["Alice"]
    assert error(browser.get("/users/", {"q": "a"})) == (429, "too_fast")


def test_of_a_crowd_only_a_page_is_looked_up(browser: Browser, django_assert_max_num_queries: Any) -> None:
    User.objects.bulk_create([User(account=f"p{n}", username=f"Person {n:04}", password="!") for n in range(2_000)])
    crowd = dict(User.objects.values_list("pk", "username"))
    with django_assert_max_num_queries(1):
        found, more = people.find("pers", crowd, 50)
    assert [person["username"] for person in found] == [f"Person {number:04}" for number in range(50)]
    assert more


def test_names_are_read_by_a_range_of_their_index(transactional_db: None) -> None:
    browser = sign_in(make_user("alice"))
    User.objects.bulk_create([User(account=f"p{n}", username=f"Person {n}", password="!") for n in range(5_000)])
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE user")  # as the server does by itself, some seconds later
            cursor.fetchall()
    for q in ("person", "person 12"):
        with CaptureQueriesContext(connection) as captured:
            assert len(names(browser, q=q)) == 50
        [sql] = [each["sql"] for each in captured if re.search("name_key.? >=", each["sql"])]
        [plan] = explain(sql)
        if connection.vendor == "sqlite":
            assert re.match(
                r"SEARCH user USING INDEX user_name_key_\w+ \(name_key>\? AND name_key<\?\)", plan["detail"]
            )
        else:
            assert plan["type"] == "range", plan
            assert plan["key"].startswith("user_name_key"), plan
            assert "filesort" not in plan["Extra"], plan
