"""Chat: messages, history, rooms, people and files, against a whole server; and what it raises."""

from pathlib import Path

import pytest
from dweb_client import BadInput, Chat, File, Forbidden, NotFound, NotSignedIn, PlaceError, Unreachable

from ..support.mariadb import free_port
from ..support.programs import Program, program_of
from ..support.server import Server, Visitor
from .conftest import ONCE

pytestmark = ONCE


def texts(chat: Chat, room: str) -> list[str]:
    return [event.text for event in chat.history(room)]


def test_messages_are_sent_answered_changed_and_deleted(chat: Chat, ann: Visitor, room: str) -> None:
    assert chat.me().userid == ann.userid
    first = chat.send("hello", room)
    second = chat.send("an answer", room, reply=first)
    assert (first, second, second.room) == (1, 2, room)
    chat.edit(first, "hello, all")
    chat.delete(2, room)
    one, two, edit, deletion = chat.history(room)
    assert (one.text, one.type, one.userid, one.is_own) == ("hello, all", "message", ann.userid, True)
    assert (two.is_deleted, two.text, two.reply) == (True, "", 1)
    assert (edit.type, edit.of, edit.text, deletion.type, deletion.of) == ("edit", 1, "hello, all", "delete", 2)
    assert [event.seq for event in chat.latest(room, 2)] == [3, 4]
    assert [event.seq for event in chat.history(room, after=3)] == [4]


def test_without_a_room_the_lobby_is_meant(chat: Chat) -> None:
    sent = chat.send("hello, lobby")
    assert sent.room == "lobby"
    assert chat.latest(count=1)[0].text == "hello, lobby"


def test_a_message_that_is_sent_again_with_its_cid_is_stored_once(chat: Chat, room: str) -> None:
    assert chat.send("once", room, cid="c1") == chat.send("once", room, cid="c1") == 1
    assert texts(chat, room) == ["once"]


def test_private_messages_go_to_one_user(chat: Chat, server: Server) -> None:
    [bob] = server.people(1)
    sent = chat.send("for you", to=bob.userid)
    assert [event["data"]["msg"] for event in bob.get(f"/history/?room={sent.room}").json()["events"]] == ["for you"]
    chat.edit(sent, "for you alone")
    assert texts(chat, sent.room)[0] == "for you alone"
    with pytest.raises(ValueError, match="or to a user"):
        chat.send("x", "lobby", to=bob.userid)


def test_rooms_are_made_listed_and_joined(chat: Chat, server: Server) -> None:
    [bob] = server.people(1)
    made = chat.make_room("The plant", "plant", topic="pumps")
    assert (made.name, made.kind) == ("plant", "open")
    assert {room.name: room.joined for room in chat.rooms("plant")} == {"plant": True}
    assert chat.room("plant").topic == "pumps"
    with Chat(server.url, program_of(bob).token) as other:
        with pytest.raises(Forbidden, match=r"plant.*join it first"):
            next(other.events("plant"))
        other.join("plant")
        other.send("here", "plant")
        assert [person.name for person in other.people()] == [person.name for person in chat.people()]
        assert [person.userid for person in other.people(bob.username)] == [bob.userid]
        with pytest.raises(NotFound):
            other.join("~abcdefghij")
    assert "here" in texts(chat, "plant")
    assert chat.get("/members/", room="plant")["count"] == 2


def test_a_token_for_some_rooms_knows_whose_it_is(chat: Chat, ann: Visitor, room: str) -> None:
    with Chat(chat.url, program_of(ann, rooms=room).token) as other:
        assert other.me() == chat.me()
        assert other.send("here", room) == 1
        with pytest.raises(NotFound):
            other.send("here", "lobby")
        assert next(other.events()).text == "here"


def test_a_long_history_comes_page_by_page(chat: Chat, ann: Visitor, room: str) -> None:
    for number in range(450):
        ann.say(f"{number}", room=room)
    assert texts(chat, room) == [f"{number}" for number in range(450)]
    assert [event.text for event in chat.latest(room, 230)] == [f"{number}" for number in range(220, 450)]


@pytest.mark.parametrize("size", [5, 3 * 1024 * 1024 + 7])
def test_files_go_and_come_whole(chat: Chat, room: str, tmp_path: Path, size: int) -> None:
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    (tmp_path / "pump ü.bin").write_bytes(data)
    chat.send("look", room, files=[tmp_path / "pump ü.bin", chat.upload(b"by its bytes", "note.txt")])
    [event] = chat.history(room)
    assert [file.name for file in event.files] == ["pump ü.bin", "note.txt"]
    assert chat.download(event.files[0]) == data
    chat.download(event.files[1], tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"by its bytes"


def test_one_signs_in_with_a_password(server: Server) -> None:
    server.people(1)
    make = "from Dweb.models import User; User.objects.create_user('eve', password='correct horse')"
    server.run("manage.py", "shell", "--no-imports", "-c", make)
    with Chat.sign_in(server.url, "eve", "correct horse") as chat:
        sent = chat.send("hello from a session")
        assert next(chat.events("lobby", start={"lobby": sent - 1})).text == "hello from a session"
        assert chat.download(chat.upload(b"x" * 3_000_000, "x.bin")) == b"x" * 3_000_000
    with pytest.raises(NotSignedIn):
        Chat.sign_in(server.url, "eve", "wrong")


def test_what_is_wrong_says_what(server: Server, program: Program, chat: Chat, tmp_path: Path) -> None:
    with Chat(server.url, program.token[:-3]) as cut:
        for call in (lambda: cut.send("x"), lambda: next(cut.events()), cut.me):
            with pytest.raises(NotSignedIn, match="copied only in part"):
                call()
    with pytest.raises(NotFound):
        chat.send("x", "no-such-room")
    with pytest.raises(NotFound, match="no-such-room"):
        next(chat.events(["lobby", "no-such-room"]))
    with pytest.raises(NotFound):
        chat.download(File("0" * 32, "x", 1, ""))
    for call in (lambda: chat.send("x" * 5_000), lambda: chat.send(""), lambda: chat.upload(b"", "empty")):
        with pytest.raises(BadInput):
            call()
    with Chat(server.url, program_of(server.people(1)[0], scopes="read").token) as reader, pytest.raises(Forbidden):
        reader.send("x")
    (tmp_path / "place").write_text("{}")
    with pytest.raises(PlaceError, match="delete it"):
        chat.events(place=tmp_path / "place")
    with pytest.raises(PlaceError, match="no folder"):
        chat.events(place=tmp_path / "none" / "place")
    assert program.token not in repr(vars(chat))
    assert server.faults() == []


@pytest.mark.parametrize("token", ["", " ", "dweb_ü", "two words"])
def test_what_is_no_token_is_refused_at_once(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Chat("http://127.0.0.1", token)


@pytest.mark.parametrize("url", ["", "chat.example.org", "ftp://x", "http://", "http://a:b@c", "http://x:port"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Chat(url, "dweb_x")


def test_a_server_that_is_not_there_is_named_after_the_timeout() -> None:
    chat = Chat(f"http://127.0.0.1:{free_port()}", "dweb_x", timeout=0.3)
    for call in (lambda: chat.send("x"), lambda: next(chat.events()), chat.me):
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1") as raised:
            call()
        assert type(raised.value) is Unreachable  # and not uncertain
