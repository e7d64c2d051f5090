"""Edits, deletions and replies: who may make them, what they leave behind, and what everyone is sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from Dweb import runtime
from Dweb.chat import messages
from Dweb.live.hub import Hub
from Dweb.live.wire import Kind
from Dweb.log.entry import Entry
from Dweb.models import LOBBY, Epoch, Event, Membership, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, say, sign_in, talk
from ..support.fold import DELETED, fold

STATUS = {"bad_input": 400, "forbidden": 403, "not_found": 404, "too_large": 413}


def edit(browser: Browser, seq: object, text: str = "new", **fields: Any) -> Any:
    return browser.post("/msg_send/", {"type": "edit", "room": LOBBY, "seq": seq, "txt": text} | fields)


def delete(browser: Browser, seq: object, **fields: Any) -> Any:
    return browser.post("/msg_send/", {"type": "delete", "room": LOBBY, "seq": seq} | fields)


def write(sender: User, *texts: str, room: str = LOBBY) -> None:
    for text in texts:
        messages.submit(runtime.get(), sender, Entry(Kind.MESSAGE, text=text, room=room))


def change(sender: User, seq: int, text: str = "", room: str = LOBBY) -> None:
    """An edit; without a text, a deletion."""
    kind = Kind.EDIT if text else Kind.DELETION
    messages.submit(runtime.get(), sender, Entry(kind, text=text, room=room, of=seq))


def history(browser: Browser, **fields: Any) -> list[dict[str, Any]]:
    return list(browser.get("/history/", fields).json()["events"])


def hello(**last: int) -> dict[str, Any]:
    return {"type": "hello", "epoch": Epoch.current(), "last": last}


def everything_stored() -> str:
    """Every value of every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(found)


def test_an_edit_is_an_event_and_its_text_is_the_messages(browser: Browser, alice: User) -> None:
    say(browser, "old")
    answer = edit(browser, 1, "new").json()
    row = Event.objects.get(seq=2)
    assert answer == {"msg": "success", "room": LOBBY, "seq": 2, "id": row.pk}
    assert (row.kind, row.of, row.text, row.user) == (Kind.EDIT, 1, "", alice)
    message, change = history(browser)
    time = change["data"]["time"]
    assert (message["data"]["msg"], message["data"]["edited"]) == ("new", time)
    assert change == {"type": "edit", "data": {"room": LOBBY, "seq": 2, "of": 1, "msg": "new", "time": time}}
    assert "deleted" not in message["data"]


def test_a_deletion_is_an_event_and_leaves_a_message_without_text(browser: Browser) -> None:
    say(browser, "secret", cid="c")
    assert delete(browser, 1).json()["seq"] == 2
    message, change = history(browser)
    assert (message["type"], message["data"]["msg"], message["data"]["deleted"]) == (1, "", True)
    assert message["data"]["cid"] == "c"
    time = change["data"]["time"]
    assert change == {"type": "delete", "data": {"room": LOBBY, "seq": 2, "of": 1, "time": time}}


def test_what_was_edited_away_or_deleted_is_nowhere_in_the_database(browser: Browser) -> None:
    say(browser, "Ichthyosaurus Plesiosaurus")
    say(browser, "石炭紀恐龍")
    assert "Ichthyosaurus" in everything_stored()
    assert "石炭紀" in everything_stored()
    edit(browser, 1, "Archaeopteryx Pterodactylus")
    stored = everything_stored().lower()
    assert "saurus" not in stored
    assert stored.count("archaeopteryx pterodactylus") == 1
    delete(browser, 1)
    delete(browser, 2)
    stored = everything_stored().lower()
    assert not any(word in stored for word in ("saurus", "archaeop", "pterod", "石炭", "炭紀", "恐龍"))


def test_everyone_who_is_there_gets_changes_and_only_the_sender_the_cid(live: Runtime, alice: User, bob: User) -> None:
    make_room("111", alice, bob)
    other = connected(live, bob)
    frames = talk(
        live,
        alice,
        {"type": "hello"},
        {"type": "1", "room": "111", "txt": "old"},
        {"type": "edit", "room": "111", "seq": 1, "txt": "new", "cid": "c2"},
        {"type": "delete", "room": "111", "seq": 1, "cid": "c3"},
    )
    theirs = other.frames()
    other.end()
    edited, deleted = theirs[1:]
    time = edited["data"]["time"]
    assert edited == {"type": "edit", "data": {"room": "111", "seq": 2, "of": 1, "msg": "new", "time": time}}
    assert deleted == {"type": "delete", "data": {"room": "111", "seq": 3, "of": 1, "time": deleted["data"]["time"]}}
    own = [frame for frame in frames if frame["type"] in ("edit", "delete")]
    assert [frame["data"].pop("cid") for frame in own] == ["c2", "c3"]
    assert own == theirs[1:]
    acks = [frame for frame in frames if frame["type"] == "ack"]
    assert [(ack["cid"], ack["room"], ack["seq"]) for ack in acks[1:]] == [("c2", "111", 2), ("c3", "111", 3)]
    assert [ack["id"] for ack in acks] == list(Event.objects.order_by("seq").values_list("pk", flat=True))


def test_changes_of_one_message_come_one_after_the_other(browser: Browser) -> None:
    say(browser, "a")
    assert [edit(browser, 1, text).json()["seq"] for text in ("b", "c", "c")] == [2, 3, 4]
    assert fold(history(browser)) == {1: "c"}
    assert delete(browser, 1).json()["seq"] == 5
    assert fold(history(browser)) == {1: DELETED}
    for again in (edit(browser, 1), delete(browser, 1)):
        assert (again.status_code, again.json()["detail"]) == (404, "This message was deleted.")
    assert Event.objects.count() == 5


def test_an_edit_from_the_log_has_the_text_that_the_message_has_now(browser: Browser, alice: User) -> None:
    make_room("111", alice)
    say(browser, "another room's first", room="111")
    say(browser, "a")
    say(browser, "x")
    edit(browser, 1, "b")
    edit(browser, 2, "y")
    edit(browser, 1, "c")
    delete(browser, 2)
    assert [(event["type"], event["data"].get("msg")) for event in history(browser, after=2)] == [
        ("edit", "c"),
        ("edit", ""),
        ("edit", "c"),
        ("delete", None),
    ]
    assert fold(history(browser, after=2)) == fold(history(browser)) == {1: "c", 2: DELETED}


@pytest.mark.parametrize("way", ["post", "frame"])
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"seq": None}, "bad_input"),
        ({"seq": ""}, "bad_input"),
        ({"seq": "x"}, "bad_input"),
        ({"seq": -1}, "bad_input"),
        ({"seq": "1.0"}, "bad_input"),
        ({"seq": "²"}, "bad_input"),
        ({"seq": 2**63}, "bad_input"),
        ({"seq": "9" * 5_000}, "bad_input"),
        ({"seq": 0}, "not_found"),
        ({"seq": 4}, "not_found"),
        ({"seq": 2**31}, "not_found"),
        ({"seq": 2**32 + 1}, "not_found"),
        ({"seq": 2**63 - 1}, "not_found"),
        ({"seq": 3}, "not_found"),
        ({"seq": 2}, "forbidden"),
        ({"room": None}, "bad_input"),
        ({"room": ""}, "bad_input"),
        ({"room": "a b"}, "bad_input"),
        ({"room": "@"}, "bad_input"),
        ({"room": "nowhere"}, "not_found"),
        ({"room": "foreign"}, "forbidden"),
        ({"room": "@900001.900002"}, "forbidden"),
        ({"txt": ""}, "bad_input"),
        ({"txt": None}, "bad_input"),
        ({"txt": " \n"}, "bad_input"),
        ({"txt": "a\0b"}, "bad_input"),
        ({"txt": "x" * 4_001}, "too_large"),
        ({"cid": "x" * 65}, "bad_input"),
        ({"cid": "\0"}, "bad_input"),
        ({"userfrom": 999_999}, "forbidden"),
        ({"type": "Edit"}, "bad_input"),
        ({"type": "delete", "seq": 2}, "forbidden"),
        ({"type": "delete", "seq": 3}, "not_found"),
        ({"type": "delete", "seq": 0}, "not_found"),
        ({"type": "delete", "seq": None}, "bad_input"),
        ({"type": "delete", "room": None}, "bad_input"),
        ({"type": "delete", "room": "foreign"}, "forbidden"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_changed_is_refused_both_ways(
    live: Runtime, browser: Browser, alice: User, bob: User, way: str, fields: dict[str, Any], code: str
) -> None:
    """1 is Alice's message, 2 is Bob's, 3 is an edit of 1."""
    write(bob, "theirs", room=make_room("foreign", bob).name)
    write(alice, "mine")
    write(bob, "theirs")
    change(alice, 1, "edited")
    whole = {"type": "edit", "room": LOBBY, "seq": 1, "txt": "x"} | fields
    given = {name: value for name, value in whole.items() if value is not None}
    if way == "post":
        answer = browser.post("/msg_send/", given)
        assert answer.status_code == STATUS[code]
        error = answer.json()
    else:
        error, greeting = talk(live, alice, given, {"type": "hello"})
        assert (error["type"], error["stored"], greeting["type"]) == ("error", False, 0)
    assert error["error"] == code
    assert error["detail"].endswith(".")
    assert list(Event.objects.order_by("id").values_list("text", flat=True)) == ["edited", "theirs", "", "theirs"]


@pytest.mark.parametrize("value", [True, 1.0, [1], {}, {"a": 1}])
@pytest.mark.parametrize("field", ["seq", "room", "txt", "cid"])
def test_values_that_only_json_has_are_refused(live: Runtime, alice: User, field: str, value: object) -> None:
    write(alice, "mine")
    error, ack = talk(
        live,
        alice,
        {"type": "edit", "room": LOBBY, "seq": 1, "txt": "x", field: value},
        {"type": "edit", "room": LOBBY, "seq": 1, "txt": "x"},
    )
    assert (error["type"], error["error"], ack["type"]) == ("error", "bad_input", "ack")


def test_a_room_that_was_left_is_out_of_reach(browser: Browser, alice: User) -> None:
    room = make_room("111", alice)
    say(browser, room="111")
    first = edit(browser, 1, room="111", cid="c").json()
    Membership.objects.filter(room=room).delete()
    assert edit(browser, 1, room="111").status_code == delete(browser, 1, room="111").status_code == 403
    assert edit(browser, 1, room="111", cid="c").json() == first  # its answer may have been lost


def test_the_same_cid_gets_the_first_answer_and_changes_nothing(browser: Browser) -> None:
    said = say(browser, "a", cid="said").json()
    edited = edit(browser, 1, "b", cid="edited").json()
    edit(browser, 1, "c")
    assert edit(browser, 1, "b", cid="edited").json() == edited
    assert edit(browser, 1, "d", cid="said").json() == said
    assert fold(history(browser)) == {1: "c"}
    deleted = delete(browser, 1, cid="deleted").json()
    assert delete(browser, 1, cid="deleted").json() == deleted
    assert delete(browser, 1, cid="another").status_code == 404
    assert [deleted["seq"], Event.objects.count()] == [4, 4]


def test_a_private_message_is_its_senders_to_change(live: Runtime, alice: User, bob: User) -> None:
    room = f"@{alice.pk}.{bob.pk}"
    frames = talk(
        live,
        alice,
        {"type": "hello"},
        {"type": "0", "userto": bob.pk, "txt": "psst"},
        {"type": "edit", "room": room, "seq": 1, "txt": "hush"},
    )
    assert fold(frames, room) == {1: "hush"}
    [error] = talk(live, bob, {"type": "delete", "room": room, "seq": 1})
    assert (error["error"], error["detail"]) == ("forbidden", "Only your own messages can be changed.")
    assert "1 in this room to change" in talk(live, bob, {"type": "delete", "room": LOBBY, "seq": 1})[0]["detail"]


def test_a_reply_names_a_message_be_it_deleted_but_no_change(browser: Browser) -> None:
    say(browser, "question")
    delete(browser, 1)
    assert say(browser, "answer", reply=1).status_code == 200
    assert say(browser, "answer", reply=2).status_code == 404
    assert history(browser)[-1]["data"]["reply"] == 1


def test_changes_count_for_the_send_rate(live: Runtime, browser: Browser) -> None:
    live.rates._burst, live.rates._rate = 3.0, 0.01  # slow machines must not earn a further one meanwhile
    assert [say(browser).status_code, edit(browser, 1).status_code, delete(browser, 1).status_code] == [200] * 3
    response = edit(browser, 1)
    assert (response.status_code, response.json()["error"]) == (429, "too_fast")
    assert 90 < int(response["Retry-After"]) <= 100


@pytest.mark.parametrize("statement", ["rows.CHANGE", "transaction.MOVE"])
def test_without_a_database_nothing_is_changed(
    browser: Browser, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(browser, "old")
    with monkeypatch.context() as patch:
        patch.setattr(f"Dweb.log.{statement}", "it fails here")
        assert edit(browser, 1, "lost", cid="c").status_code == 503
    assert fold(history(browser)) == {1: "old"}
    assert edit(browser, 1, "again", cid="c").json()["seq"] == 2
    assert fold(history(browser)) == {1: "again"}


# Resuming.


def test_who_was_away_gets_the_changes(live: Runtime, alice: User, bob: User) -> None:
    write(bob, "a", "b", "c")
    change(bob, 1, "a2")
    change(bob, 2)
    frames = talk(live, alice, hello(lobby=3))
    assert [frame["type"] for frame in frames] == [0, "edit", "delete", "ready"]
    assert fold(frames) == {1: "a2", 2: DELETED}
    assert fold(talk(live, alice, hello(lobby=0))) == {1: "a2", 2: DELETED, 3: "c"}


def test_changes_that_were_not_published_are_read_from_the_log(
    live: Runtime, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room("111", alice, bob)
    here = connected(live, alice)
    write(bob, "a", "b", room="111")
    with monkeypatch.context() as patch:
        patch.setattr(live.bus, "publish", lambda room, events: None)
        change(bob, 1, "a2", room="111")
        change(bob, 2, room="111")
    write(bob, "c", room="111")
    frames = here.frames()
    here.end()
    assert [frame["data"]["seq"] for frame in frames] == [1, 2, 3, 4, 5]
    assert fold(frames, "111") == {1: "a2", 2: DELETED, 5: "c"}


def test_what_is_changed_while_a_resume_runs_is_right_in_the_end(
    live: Runtime, browser: Browser, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes come before the first page, between pages, and after the last; of messages read already and not yet."""
    live.rates._burst = 10_000.0
    write(bob, *(f"text {number}" for number in range(1, 451)))
    since, greet = live.subscriptions.since, Hub.greet
    after_page: list[Callable[[], None]] = [
        lambda: [change(bob, seq, f"between {seq}") for seq in (1, 200, 201, 450)],
        lambda: [change(bob, seq) for seq in (2, 199, 210, 449, 450)],
    ]

    def read_and_change(room: str, seq: int) -> Any:
        page = since(room, seq)
        if after_page:
            after_page.pop(0)()
        return page

    def greet_and_change(hub: Hub, *args: Any) -> set[str]:
        missed = greet(hub, *args)
        for seq in (3, 300, 440):
            change(bob, seq, f"early {seq}")
        return missed

    monkeypatch.setattr(live.subscriptions, "since", read_and_change)
    monkeypatch.setattr(Hub, "greet", greet_and_change)
    frames = talk(live, alice, hello(lobby=0), lambda: change(bob, 1, "late"))
    assert not after_page
    seqs = [frame["data"]["seq"] for frame in frames if "data" in frame]
    assert seqs == list(range(1, 450 + 3 + 4 + 5 + 1 + 1))
    expected: dict[int, str | None] = {number: f"text {number}" for number in range(1, 451)}
    expected |= {1: "late", 3: "early 3", 200: "between 200", 201: "between 201", 300: "early 300", 440: "early 440"}
    expected |= dict.fromkeys((2, 199, 210, 449, 450), DELETED)
    assert fold(frames) == expected
    pages = history(browser, after=0, limit=200) + history(browser, after=200, limit=200)
    assert fold(pages + history(browser, after=400, limit=200)) == expected


def test_another_persons_view_is_the_same(live: Runtime, browser: Browser, alice: User) -> None:
    carol = make_user("carol")
    say(browser, "a", cid="said")
    edit(browser, 1, "b", cid="edited")
    delete(browser, 1, cid="deleted")
    own = history(browser)
    assert [event["data"].pop("cid") for event in own] == ["said", "edited", "deleted"]
    assert history(sign_in(carol)) == own
