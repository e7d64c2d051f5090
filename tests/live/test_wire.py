"""The JSON that the server sends: what each frame looks like."""

from datetime import timedelta, timezone

from Dweb.live import wire
from Dweb.live.wire import Event, Kind

from ..support.log import TIME

EVENT = Event("lobby", 7, 70, 1, "Alice", "你好 😀", TIME)
EDIT = EVENT._replace(seq=8, kind=Kind.EDIT, of=7, cid="abc")


def test_a_message_looks_as_the_wire_says() -> None:
    assert EVENT.as_json() == {
        "type": 1,
        "data": {
            "msg": "你好 😀",
            "user": "Alice",
            "userid": 1,
            "room": "lobby",
            "seq": 7,
            "id": 70,
            "time": "2024-02-29T12:30:15.678Z",
        },
    }


def test_the_time_is_utc_whatever_zone_it_was_given_in() -> None:
    elsewhere = TIME.astimezone(timezone(timedelta(hours=8)))
    assert EVENT._replace(time=elsewhere).as_json() == EVENT.as_json()


def test_what_a_message_has_is_said_and_what_it_has_not_is_left_out() -> None:
    data = EVENT._replace(userto=2, reply=3).as_json()["data"]
    assert (data["userto"], data["reply"]) == (2, 3)
    assert not {"userto", "reply", "cid"} & EVENT.as_json()["data"].keys()


def test_the_cid_is_for_the_sender_alone() -> None:
    event = EVENT._replace(cid="abc")
    assert event.as_json(reader=1)["data"]["cid"] == "abc"
    assert "cid" not in event.as_json(reader=2)["data"]
    assert "cid" not in event.as_json()["data"]


def test_a_message_says_when_it_was_edited_and_whether_it_was_deleted() -> None:
    later = TIME + timedelta(seconds=1)
    assert EVENT._replace(edited=later).as_json()["data"]["edited"] == "2024-02-29T12:30:16.678Z"
    deleted = EVENT._replace(text="").as_json()
    assert (deleted["type"], deleted["data"]["msg"], deleted["data"]["deleted"]) == (1, "", True)
    assert not {"edited", "deleted"} & EVENT.as_json()["data"].keys()


def test_a_message_shows_its_files_and_is_there_without_a_text() -> None:
    notes = {"id": "n-1", "name": "notes.txt", "size": 12, "type": "text/plain"}
    picture = {"id": "p_2", "name": "海.png", "size": 9, "type": "image/png", "width": 4, "height": 3}
    for text in ("", "a caption"):
        event = EVENT._replace(text=text, data={"files": [notes, picture]})
        assert event.as_json()["data"] == EVENT.as_json()["data"] | {
            "msg": text,
            "files": [notes, picture | {"preview": "/files/p_2/preview"}],
        }
        assert not event.is_deleted
        assert event.chars > 400 + len(text)
    assert "preview" not in picture  # the log has no addresses
    assert (EVENT.files, EVENT.chars) == ((), 4)
    deleted = EVENT._replace(text="", data={"by": 2, "byname": "Bob"})
    assert deleted.is_deleted
    assert deleted.as_json()["data"].items() >= {"deleted": True, "by": 2, "byname": "Bob"}.items()


def test_an_edit_and_a_deletion_look_as_the_wire_says() -> None:
    data = {"room": "lobby", "seq": 8, "of": 7, "time": "2024-02-29T12:30:15.678Z"}
    assert EDIT.as_json() == {"type": "edit", "data": data | {"msg": "你好 😀"}}
    assert EDIT._replace(text="").as_json(2) == {"type": "edit", "data": data | {"msg": ""}}
    assert EDIT._replace(text="", kind=Kind.DELETION).as_json() == {"type": "delete", "data": data}
    assert EDIT.as_json(1)["data"]["cid"] == EDIT._replace(kind=Kind.DELETION).as_json(1)["data"]["cid"] == "abc"


def test_a_frame_is_unmasked_text_of_utf8_without_escapes() -> None:
    frame = wire.encode({"text": "你"})
    assert frame == b'\x81\x0e{"text":"\xe4\xbd\xa0"}'


def test_members_that_are_json_already_go_in_as_they_are() -> None:
    assert wire.encode({"a": 1}, b="[2]", c='{"d":3}') == wire.encode({"a": 1, "b": [2], "c": {"d": 3}})


def test_an_event_of_a_kind_that_a_later_version_wrote_moves_the_cursor_and_says_nothing_else() -> None:
    assert EVENT._replace(kind=99).as_json() == {
        "type": "event",
        "data": {"room": "lobby", "seq": 7, "time": "2024-02-29T12:30:15.678Z"},
    }
