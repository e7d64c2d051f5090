"""Do not disturb: a time that is kept for all of a user's sockets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from Dweb.chat import greeting, prices
from Dweb.chat.quiet import MISSED, choose, on_quiet
from Dweb.models import User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, connected, talk

HELLO = {"type": "hello"}
LATER = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
LATER_TEXT = LATER.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def until(time: object) -> dict[str, Any]:
    return {"type": "quiet", "until": time}


def greeted(live: Runtime, user: User) -> object:
    """What a greeting says to somebody who has just come."""
    return talk(live, User.objects.get(pk=user.pk), HELLO)[0].get("quiet")


@pytest.fixture
def others(live: Runtime, alice: User, bob: User) -> Iterator[list[FakeWebSocket]]:
    """Another tab of Alice's, and one of Bob's."""
    there = [connected(live, user) for user in (alice, bob)]
    yield there
    for each in there:
        each.end()


def test_all_of_ones_tabs_get_it_and_nobody_else(live: Runtime, alice: User, others: list[FakeWebSocket]) -> None:
    for wanted, shown in (
        (LATER_TEXT, LATER_TEXT),
        ("2020-01-01T00:00:00+08:00", None),
        (None, None),
    ):
        assert talk(live, alice, HELLO, until(wanted))[1:] == [until(shown)]
        assert [each.frames() for each in others] == [[until(shown)], []]


def test_a_greeting_has_it_until_it_is_over(live: Runtime, alice: User, bob: User) -> None:
    talk(live, alice, HELLO, until(LATER_TEXT))
    assert (greeted(live, alice), greeted(live, bob)) == (LATER_TEXT, None)
    talk(live, alice, HELLO, until(None))
    assert greeted(live, alice) is None
    User.objects.filter(pk=alice.pk).update(quiet_until=timezone.now() - timedelta(seconds=1))
    assert greeted(live, alice) is None


def test_a_greeting_again_has_what_was_chosen_since_the_socket_was_opened(live: Runtime, alice: User) -> None:
    first, shown, again = talk(live, alice, HELLO, until(LATER_TEXT), HELLO)
    assert (first.get("quiet"), shown, again["quiet"]) == (None, until(LATER_TEXT), LATER_TEXT)


@pytest.mark.parametrize("wanted", ["", "soon", 1, True, [], "2026-01-31T09:00:00", "9999-12-31T00:00:00Z", "\0"])
def test_other_times_are_refused(live: Runtime, alice: User, wanted: object) -> None:
    assert talk(live, alice, HELLO, until(wanted))[-1].get("error", "none") == ("none" if wanted == "" else "bad_input")
    assert User.objects.get(pk=alice.pk).quiet_until is None


def test_it_has_its_price(live: Runtime, alice: User) -> None:
    live.rates._burst, live.rates._rate = prices.HELLO + prices.QUIET, 1e-9
    *_, first, second = talk(live, alice, HELLO, until(LATER_TEXT), until(None))
    assert (first, second["error"]) == (until(LATER_TEXT), "too_fast")


def test_another_process_shows_what_is_stored(live: Runtime, alice: User, others: list[FakeWebSocket]) -> None:
    User.objects.filter(pk=alice.pk).update(quiet_until=LATER)
    on_quiet(live, {"type": "quiet", "user": alice.pk})
    on_quiet(live, {"type": "quiet", "user": 999})
    assert [each.frames() for each in others] == [[until(LATER_TEXT)], []]


def test_one_that_is_chosen_during_a_greeting_comes_after_it(
    live: Runtime, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = greeting.describe

    def disturbed(*args: Any) -> list[dict[str, Any]]:
        monkeypatch.setattr(greeting, "describe", describe)
        choose(live, alice, LATER)
        choose(live, alice, None)
        choose(live, alice, LATER)
        return describe(*args)

    monkeypatch.setattr(greeting, "describe", disturbed)
    *_, last = talk(live, alice, HELLO)
    assert last == until(LATER_TEXT)


def test_a_greeting_has_what_another_process_stored(live: Runtime, alice: User) -> None:
    talk(live, alice, HELLO, until(LATER_TEXT))
    User.objects.filter(pk=alice.pk).update(quiet_until=None)
    assert greeted(live, alice) is None
    User.objects.filter(pk=alice.pk).update(quiet_until=LATER)
    assert greeted(live, alice) == LATER_TEXT


def test_no_room_has_the_name_that_stands_for_it(live: Runtime, alice: User) -> None:
    assert talk(live, alice, HELLO, {"type": "join", "room": MISSED})[-1]["error"] == "bad_input"
