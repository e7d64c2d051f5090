"""Moderators delete others' messages: who did that and why is told in the event, in the message, and in the record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from Dweb.models import LOBBY, Event, Membership, Record, Role, User
from Dweb.runtime import Runtime

from ..support.fakes import FakeWebSocket, make_room, make_user, say, sign_in, talk
from ..support.said import hits

ROOM = "team"


@pytest.fixture
def moderator(live: Runtime, alice: User, bob: User) -> Browser:
    """Bob's, who moderates a room in which Alice has written twice."""
    room = make_room(ROOM, alice, bob)
    Membership.objects.filter(room=room, user=bob).update(role=Role.MODERATOR)
    for text in ("an insult", "a greeting"):
        say(sign_in(alice), text, room=ROOM)
    return sign_in(bob)


def delete(browser: Browser, seq: int = 1, room: str = ROOM, **fields: Any) -> Any:
    return browser.post("/msg_send/", {"type": "delete", "room": room, "seq": seq, **fields})


def history(browser: Browser) -> list[dict[str, Any]]:
    return [event["data"] for event in browser.get("/history/", {"room": ROOM}).json()["events"]]


def test_everyone_reads_who_did_it_and_why(
    live: Runtime, moderator: Browser, alice: User, bob: User, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(alice)
    assert delete(moderator, reason="  rude   words ").status_code == 200
    told = {"by": bob.pk, "byname": "Bob", "reason": "rude words"}
    [frame] = tab.frames()
    assert frame["type"] == "delete"
    assert frame["data"].items() >= {"room": ROOM, "seq": 3, "of": 1, **told}.items()
    message, other, event = history(sign_in(alice))
    assert message.items() >= {"seq": 1, "msg": "", "deleted": True, **told}.items()
    assert "deleted" not in other
    assert event.items() >= {"seq": 3, "of": 1, **told}.items()
    resumed = talk(live, alice, {"type": "hello", "last": {ROOM: 0}})
    assert [frame["data"].get("reason") for frame in resumed if "data" in frame] == ["rude words", None, "rude words"]
    [record] = Record.objects.all()
    assert (record.by, record.whom, record.room, record.reason) == (bob, alice, ROOM, "rude words")
    assert (record.deed, record.about) == ("delete", {"seq": 1})
    assert hits(moderator, "insult") == []


def test_the_name_is_the_one_of_the_day(moderator: Browser, alice: User, bob: User) -> None:
    delete(moderator)
    User.objects.filter(pk=bob.pk).update(username="Robert")
    assert [data.get("byname") for data in history(sign_in(alice))] == ["Robert", None, "Robert"]
    assert Event.objects.get(room__name=ROOM, seq=1).data == {"by": bob.pk}  # there was no reason


def test_an_author_deletes_without_a_word(moderator: Browser, alice: User) -> None:
    """Whatever they say: it is nobody else's affair."""
    assert delete(sign_in(alice), reason="I was wrong").status_code == 200
    message, _, event = history(moderator)
    assert message["deleted"] is True
    assert not {"by", "byname", "reason"} & {*message, *event}
    assert not Record.objects.exists()


def test_over_the_socket_too(live: Runtime, moderator: Browser, alice: User, bob: User) -> None:
    frames = talk(live, bob, {"type": "delete", "room": ROOM, "seq": 1, "reason": "rude", "cid": "c"})
    assert [(frame["type"], frame["cid"]) for frame in frames] == [("ack", "c")]
    assert history(moderator)[0]["reason"] == "rude"
    again, late = talk(
        live,
        bob,
        {"type": "delete", "room": ROOM, "seq": 1, "reason": "again", "cid": "c"},
        {"type": "delete", "room": ROOM, "seq": 1, "reason": "again"},
    )
    assert (again["type"], late["error"]) == ("ack", "not_found")
    assert history(moderator)[0]["reason"] == "rude"


def test_admins_do_it_in_the_lobby(live: Runtime, alice: User, bob: User) -> None:
    say(sign_in(alice), "an insult")
    assert delete(sign_in(bob), room=LOBBY).status_code == 403
    assert delete(sign_in(make_user("root", is_superuser=True)), room=LOBBY).status_code == 200


@pytest.mark.parametrize("reason", ["x" * 251, "\0", "a\x1bb"])
def test_a_reason_is_a_line(moderator: Browser, reason: str) -> None:
    assert delete(moderator, reason=reason).status_code == 400
    assert history(moderator)[0]["msg"] == "an insult"
