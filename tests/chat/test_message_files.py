"""Messages with files: everyone sees them wherever messages are read, and the last one takes its file along."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client as Browser
from django.test import override_settings

from Dweb.chat import deletion, files
from Dweb.models import LOBBY, Attachment, Event, File, Membership, Posting, Record, Role, Room, User
from Dweb.runtime import Runtime

from ..support.attached import PICTURE, attached, kept, make_file, send, shown
from ..support.fakes import FakeWebSocket, make_room, make_user, say, sign_in, talk
from ..support.said import hits
from .test_messages import delete, edit, everything_stored, hello, history

TEXT = {"name": "notes.txt", "size": 12, "type": "text/plain", "width": None, "height": None}


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.get(name=LOBBY)


def data(browser: Browser, **fields: Any) -> list[dict[str, Any]]:
    return [event["data"] for event in history(browser, **fields)]


def test_everyone_gets_them_at_once_later_and_on_coming_back(
    live: Runtime, browser: Browser, alice: User, bob: User, lobby: Room, connect: Callable[[User], FakeWebSocket]
) -> None:
    tab = connect(bob)
    make_file(alice)
    make_file(alice, "notes", **TEXT)
    answer = send(browser, "notes", "picture", text="of today", cid="c").json()
    row = Event.objects.get()
    assert answer == {"msg": "success", "room": LOBBY, "seq": 1, "id": row.pk}
    notes = {"id": "notes", "name": "notes.txt", "size": 12, "type": "text/plain"}
    assert row.data == {"files": [notes, {"id": "picture", **PICTURE}]}
    assert attached(lobby.pk) == {1: ["notes", "picture"]}
    expected = [notes, *shown("picture")]
    [frame] = tab.frames()
    assert (frame["type"], frame["data"]["msg"], frame["data"]["files"]) == (1, "of today", expected)
    assert "deleted" not in frame["data"]
    [event] = history(browser)
    assert event["data"] == frame["data"] | {"cid": "c"}
    [replayed] = [each for each in talk(live, bob, hello(lobby=0)) if each["type"] == 1]
    assert replayed == frame
    assert sign_in(bob).get("/latest/").json()["events"] == [frame]


def test_without_a_word_it_is_a_message_all_the_same(live: Runtime, browser: Browser, alice: User, bob: User) -> None:
    make_file(alice)
    assert browser.post("/msg_send/", {"type": "1", "files": "picture"}).status_code == 200
    assert send(browser, "picture", text="  \n").status_code == 200
    make_room("team", alice, bob)
    frames = talk(live, alice, {"type": "1", "room": "team", "files": ["picture"], "cid": "c"})
    assert [(frame["type"], frame["cid"], frame["seq"]) for frame in frames] == [("ack", "c", 1)]
    for room in (LOBBY, "team"):
        for message in data(browser, room=room):
            assert (message["msg"], message["files"]) == ("", shown("picture"))
            assert "deleted" not in message
    assert [each["data"]["files"] for each in browser.get("/latest/").json()["events"]] == [shown("picture")] * 2
    greeting = talk(live, bob, {"type": "hello"})[0]
    assert {room["room"]: room["unread"] for room in greeting["rooms"]}["team"] == 1


def test_the_search_finds_it_by_a_name_until_it_is_deleted(browser: Browser, alice: User) -> None:
    make_file(alice, "plan", name="Sitzplan_Klasse-7.pdf")
    make_file(alice, "picture", name="日本の海.png")
    send(browser, "plan", "picture", text="for tomorrow")
    say(browser, "Sitzplan in words")
    for query in ("sitzplan klasse", "tomorrow", "日本 tomorrow", "7.pdf"):
        assert hits(browser, query) == ["for tomorrow"]
    assert hits(browser, "sitzplan") == ["Sitzplan in words", "for tomorrow"]
    [found] = browser.get("/search/", {"q": "klasse"}).json()["events"]
    assert [file["id"] for file in found["data"]["files"]] == ["plan", "picture"]
    edit(browser, 1, "for today")
    assert hits(browser, "sitzplan today") == ["for today"]
    assert hits(browser, "tomorrow") == []
    delete(browser, 1)
    assert hits(browser, "klasse") == hits(browser, "日本") == []
    assert {*Posting.objects.values_list("term", flat=True)} == {"sitzplan", "in", "words"}


def test_a_reported_one_shows_its_files(browser: Browser, alice: User, bob: User) -> None:
    make_room("team", alice, bob)
    Membership.objects.filter(user=alice).update(role=Role.MODERATOR)
    make_file(bob)
    send(sign_in(bob), "picture", room="team")
    assert browser.post("/reports/", {"room": "team", "seq": 1, "reason": "rude"}).status_code == 200
    [report] = browser.get("/reports/").json()["reports"]
    assert report["events"][0]["data"]["files"] == shown("picture")


def test_an_edit_keeps_them_and_needs_a_text(browser: Browser, alice: User, lobby: Room) -> None:
    make_file(alice)
    send(browser, "picture")
    assert edit(browser, 1, "").status_code == 400
    assert edit(browser, 1, "a caption", files="other").status_code == 200
    message, change = data(browser)
    assert (message["msg"], message["files"], message["edited"]) == ("a caption", shown("picture"), change["time"])
    assert change.keys() == {"room", "seq", "of", "msg", "time"}
    assert change["msg"] == "a caption"
    assert attached(lobby.pk) == {1: ["picture"]}
    assert not Record.objects.exists()


def test_a_deletion_takes_them_along(live: Runtime, browser: Browser, alice: User, lobby: Room) -> None:
    make_file(alice)
    make_file(alice, "notes", **TEXT)
    send(browser, "picture", "notes", text="words")
    send(browser, "notes")
    with patch.object(live.files.cleaner, "wake") as wake:
        say(browser, "more words")
        edit(browser, 1, "other words")
        wake.assert_not_called()
        assert delete(browser, 1).status_code == 200
        wake.assert_called_once_with()
    message = data(browser)[0]
    assert (message["msg"], message["deleted"]) == ("", True)
    assert not {"files", "by", "byname", "reason"} & message.keys()
    assert Event.objects.get(seq=1).data is None
    assert attached(lobby.pk) == {2: ["notes"]}
    assert kept() == (["notes"], ["ab/picture"])
    assert "Sunset" not in everything_stored()
    for again in (edit(browser, 1), delete(browser, 1)):
        assert (again.status_code, again.json()["detail"]) == (404, "This message was deleted.")


def test_of_two_messages_with_one_file_the_last_takes_it_along(
    browser: Browser, alice: User, bob: User, lobby: Room
) -> None:
    team = make_room("team", alice, bob)
    make_file(alice)
    send(browser, "picture")
    send(sign_in(bob), "picture", room="team")
    delete(browser, 1)
    assert (attached(team.pk), kept()) == ({1: ["picture"]}, (["picture"], []))
    assert files.readable(bob, "picture").name == PICTURE["name"]
    assert delete(sign_in(bob), 1, room="team").status_code == 200
    assert (Attachment.objects.count(), kept()) == (0, ([], ["ab/picture"]))


@pytest.mark.parametrize("text", ["", "an insult"])
def test_a_moderator_deletes_them_too(browser: Browser, alice: User, bob: User, text: str) -> None:
    make_room("team", alice, bob)
    Membership.objects.filter(user=alice).update(role=Role.MODERATOR)
    make_file(bob)
    send(sign_in(bob), "picture", text=text, room="team")
    assert delete(sign_in(make_user("eve")), 1, room="team").status_code == 403
    assert kept() == (["picture"], [])
    assert delete(browser, 1, room="team", reason="rude").status_code == 200
    told = {"by": alice.pk, "byname": "Alice", "reason": "rude"}
    message, event = data(sign_in(bob), room="team")
    assert message.items() >= {"msg": "", "deleted": True, **told}.items()
    assert event.items() >= {"of": 1, **told}.items()
    assert "files" not in message.keys() | event.keys()
    assert kept() == ([], ["ab/picture"])
    assert [(record.whom, record.deed) for record in Record.objects.all()] == [(bob, "delete")]


def test_what_is_sent_twice_is_there_once(live: Runtime, browser: Browser, alice: User, lobby: Room) -> None:
    make_file(alice)
    first = send(browser, "picture", cid="c").json()
    assert send(browser, "picture", cid="c").json() == first
    assert attached(lobby.pk) == {1: ["picture"]}
    delete(browser, 1)
    assert send(browser, "picture", cid="c").json() == first  # though the file is gone by now
    frames = talk(live, alice, {"type": "1", "files": "picture", "cid": "c"})
    assert [(frame["type"], frame["seq"]) for frame in frames] == [("ack", 1)]
    assert send(browser, "picture", cid="d").status_code == 404
    assert Event.objects.count() == 2


def test_a_file_that_goes_between_check_and_commit_is_none(browser: Browser, alice: User) -> None:
    make_file(alice)
    make_file(alice, "other")
    found = files.to_send

    def gone(user: User, ids: Any) -> list[File]:
        checked = found(user, ids)
        File.objects.filter(pk="picture").delete()
        return checked

    with patch.object(files, "to_send", gone):
        answer = send(browser, "other", "picture", text="look", cid="c")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert answer.json()["detail"] == "There is no such file."
    assert (Event.objects.count(), Attachment.objects.count()) == (0, 0)
    assert send(browser, "other", text="look", cid="c").json()["seq"] == 1


def test_a_page_of_many_files_has_fewer(browser: Browser, alice: User) -> None:
    ids = [make_file(alice, f"file{number}", name="x" * 150).pk for number in range(10)]
    for _ in range(4):
        send(browser, *ids)
    with override_settings(HISTORY_MAX_CHARS=10 * 150 + 1):
        assert [message["seq"] for message in data(browser)] == [4]
        assert [message["seq"] for message in data(browser, after=0)] == [1]


def test_long_names_cost_what_long_texts_do(live: Runtime, browser: Browser, alice: User) -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 1_500)))  # of which no two are the same
    names = [letters[start : start + 150] for start in range(0, 1_500, 150)]
    ids = [make_file(alice, f"file{number}", name=name).pk for number, name in enumerate(names)]
    with patch.object(live.rates, "charge") as charge:
        send(browser, *ids[:1])
        charge.assert_not_called()
        send(browser, *ids)
        charge.assert_called_once_with(alice.pk, 7)


def test_a_room_that_is_deleted_takes_its_files_along(live: Runtime, browser: Browser, alice: User, bob: User) -> None:
    team = make_room("team", alice, bob)
    for id in ("picture", "both", "own"):
        make_file(alice, id)
    send(browser, "picture", room="team")
    send(browser, "picture", "both", room="team")
    send(browser, "both")
    deletion.delete(live, make_user("root", is_superuser=True), team, "")
    assert kept() == (["both", "own", "picture"], [])
    with override_settings(DELETED_AT_ONCE=1), patch.object(live.files.cleaner, "wake") as wake:
        deletion.clear(live)
    wake.assert_called_with()
    assert kept() == (["both", "own"], ["ab/picture"])
    assert list(Attachment.objects.values_list("file", flat=True)) == ["both"]
