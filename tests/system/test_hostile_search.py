"""Searches that are made to last: an old log with texts that unfold, and many searches at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest

from ..support import chronicle
from ..support.server import Server, Visitor

TEXT = "a" * 24 + "x " + "\ufdfa" * 3_970  # U+FDFA unfolds to 18 characters, so this has 71,486
SEARCH = "/search/?q=" + "a" * 24 + "y"  # the index has the first 24 characters only: each text must be compared
MESSAGES = 300


pytestmark = [pytest.mark.service, pytest.mark.once]


@pytest.fixture(scope="module")
def everyone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Visitor]]:
    """Members of a room whose log is as an older version may have taken it."""
    server = Server(tmp_path_factory.mktemp("search"), HTTP_THREADS=8, SEARCHES_WAITING=3).start()
    everyone = server.people(40)
    chronicle.repeat(server, "plant", TEXT, MESSAGES, everyone)
    yield everyone
    assert server.faults() == []
    server.close()


@pytest.fixture
def people(everyone: list[Visitor]) -> list[Visitor]:
    """Four of them who have done nothing yet."""
    return [everyone.pop() for _ in range(4)]


@contextmanager
def cpu_seconds(server: Server, most: float) -> Iterator[None]:
    """The server's own time, which a busy machine does not change."""
    before = sum(server.worker.cpu_times()[:2])
    yield
    used = sum(server.worker.cpu_times()[:2]) - before
    print(f"{used:.2f} s of the server's processor")
    assert used < most


def test_a_search_through_texts_that_unfold_ends_soon_and_says_that_there_is_more(people: list[Visitor]) -> None:
    with cpu_seconds(people[0].server, 1.2):
        answer = people[0].get(SEARCH)
    assert answer.status == 200
    assert answer.json() == {"events": [], "more": True}


def test_searches_of_one_person_come_one_after_the_other_and_others_are_not_held_up(people: list[Visitor]) -> None:
    attacker, _, *others = people
    with cpu_seconds(attacker.server, 4), ThreadPoolExecutor(16) as pool:
        searches = [pool.submit(attacker.get, SEARCH) for _ in range(48)]
        times = []
        while not all(search.done() for search in searches):
            began = monotonic()
            others[0].say("not held up", room="plant")
            times.append(monotonic() - began)
    statuses = [search.result().status for search in searches]
    assert set(statuses) == {200, 429}
    assert all(int(search.result().headers["Retry-After"]) >= 1 for search in searches if search.result().status == 429)
    print(f"{statuses.count(200)} of 48 searches done, others waited {max(times):.2f} s at most")
    assert others[1].get("/search/?q=held").json()["events"]


def test_searches_of_many_people_leave_threads_for_others(everyone: list[Visitor], people: list[Visitor]) -> None:
    with ThreadPoolExecutor(20) as pool:
        searches = [pool.submit(person.get, SEARCH) for person in everyone[:20]]
        people[0].say("there is a thread for this")
        statuses = {search.result().status for search in searches}
    assert statuses <= {200, 429}


def test_nobody_else_finds_what_is_in_the_room(people: list[Visitor]) -> None:
    server = people[0].server
    stranger = server.people(1)[0]
    assert server.get(SEARCH).status == 401
    assert stranger.get(f"{SEARCH}&room=plant").status == 403
    assert stranger.get(SEARCH).json() == {"events": [], "more": False}


def test_a_message_that_unfolds_is_refused_and_a_word_of_one_character_is_not(people: list[Visitor]) -> None:
    refused = people[0].post(type="1", txt=TEXT)
    assert (refused.status, refused.json()["error"]) == (400, "bad_input")
    people[0].say("محمد \ufdfa")
    people[0].say("\ufdfa")
    people[0].say("㍿㌔…½")
    assert people[0].post(type="edit", room="lobby", seq="1", txt=TEXT).status == 400
