"""Names that look alike: nobody takes another one's name or room unseen, over HTTP or on the socket."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest

from ..conftest import starting_servers
from ..support.server import CSRF, Server, Visitor, receive

PASSWORD = "correct horse"
UNSEEN = ["\u3164", "\u202eAnna\u200b\n Boss", "Anna\u200bBoss", "Anna\u2028Boss", "Anna\ufe0f"]
MIXED = ["\u0410nna Boss", "Anna B\u043ess"]
ROOMS = ["lobby\ufe0f", "l\u043ebby", "Lobby", "LOBBY", "Iobby", "l0bby", "ｌｏｂｂｙ", "lobby\u3164", "\u3164"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("names")) as make:
        made = make()
        made.people(1)
        yield made


def register(server: Server, account: str, username: str) -> Visitor | None:
    """A new person; None if the form came back."""
    headers = {"Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
    fields = {"account": account, "username": username, "password": PASSWORD}
    answer = server.request("POST", "/register/", urlencode(fields).encode(), headers)
    if answer.status == 200:
        assert b'class="error"' in answer.body
        return None
    assert answer.status == 302
    session = re.search(r"sessionid=(\w+)", str(answer.headers))
    assert session
    page = server.get("/news_chat/", {"Cookie": session[0]}).body.decode()
    userid = re.search(r'data-userid="(\d+)"', page)
    assert userid
    return Visitor(server, int(userid[1]), username, session[1])


def named(server: Server, account: str, username: str) -> Visitor:
    person = register(server, account, username)
    assert person is not None
    return person


@pytest.mark.parametrize("name", UNSEEN + MIXED, ids=ascii)
def test_a_name_that_deceives_is_refused(server: Server, name: str) -> None:
    assert register(server, f"deceiver{abs(hash(name))}", name) is None


def test_an_account_that_deceives_is_refused(server: Server) -> None:
    named(server, "marymiller0", "Mary Miller")
    for account in ("m\u0430rymiller0", "rnaryrniller0", "marymi11er0", "marymillerO", "marymiller0\u3164"):
        assert register(server, account, "Someone Else") is None, ascii(account)


@pytest.mark.parametrize("room", ROOMS, ids=ascii)
def test_a_room_that_looks_like_another_one_is_not_made(server: Server, room: str) -> None:
    [person] = server.people(1)
    assert person.get(f"/news_chat/?group_id={quote(room)}").status == 400
    socket = person.greeted()
    socket.send(json.dumps({"type": "join", "room": room, "cid": "j"}))
    refused = receive(socket, "error")
    assert (refused["error"], refused["cid"], refused["stored"]) == ("bad_input", "j", False)
    for path in (f"/history/?room={quote(room)}", f"/search/?q=x&room={quote(room)}"):
        assert person.get(path).status in (400, 404)
    assert person.post(type="1", txt="hi", room=room).status in (400, 404)


def test_of_rooms_that_look_alike_one_is_made_however_many_try_at_once(server: Server) -> None:
    people = server.people(8)
    names = ["Tea", "tea", "TEA", "t\u0435\u0430", "\u0442\u0435\u0430", "teA", "Tea", "tEa"]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(
            pool.map(lambda person, name: person.get(f"/news_chat/?num={quote(name)}").status, people, names)
        )
    assert set(answers) == {200, 400}
    made = {name for name, status in zip(names, answers, strict=True) if status == 200}
    assert len(made - {"\u0442\u0435\u0430"}) == 1  # all in Cyrillic it may look the same, or not: the font decides


def test_people_of_one_name_are_told_apart_everywhere(server: Server) -> None:
    anna, other = named(server, "anna", "Anna Boss"), named(server, "bob", "Bob")
    reader, writer = other.greeted(), anna.greeted()
    assert shown_in_list(other, "anna") == {anna.userid: "Anna Boss"}
    before = anna.say("before")["seq"]
    assert receive(reader, 1)["data"]["user"] == "Anna Boss"
    second = named(server, "mallory", "anna  boss")  # browsers show two spaces as one
    # Who is connected gets the new name with the user list, and nobody has to come back for it.
    shown = {"username": "Anna Boss (anna)", "userid": anna.userid}
    while shown not in receive(reader, "presence")["joined"]:
        pass
    writer.send(json.dumps({"type": "1", "txt": "after", "cid": "a"}))
    assert receive(reader, 1)["data"]["user"] == "Anna Boss (anna)"
    second.say("I am Anna")
    assert receive(reader, 1)["data"]["user"] == "anna  boss (mallory)"
    # What is read later has the accounts, too.
    events = other.get(f"/history/?after={before - 1}").json()["events"]
    assert [event["data"]["user"] for event in events] == ["Anna Boss (anna)"] * 2 + ["anna  boss (mallory)"]
    found = other.get("/search/?q=before").json()["events"]
    assert found[0]["data"]["user"] == "Anna Boss (anna)"
    assert shown_in_list(other, "anna") == {
        anna.userid: "Anna Boss (anna)",
        second.userid: "anna  boss (mallory)",
    }
    direct = anna.say("hi", type="0", userto=other.userid)["room"]
    second.say("hi", type="0", userto=other.userid)
    socket = other.connect()
    socket.send(json.dumps({"type": "hello", "last": {"lobby": before - 1}}))
    greeting = receive(socket, 0)
    titles = {room["room"]: room["name"] for room in greeting["rooms"]}
    assert titles[direct] == "Anna Boss (anna)"
    assert "anna  boss (mallory)" in titles.values()
    assert shown in greeting["userlist"]
    assert receive(socket, 1)["data"]["user"] == "Anna Boss (anna)"  # replayed, though written under the old one
    assert 'data-username="Anna Boss (anna)"' in anna.get("/news_chat/").body.decode()


def test_an_account_in_brackets_is_no_other_name(server: Server) -> None:
    """Or a person would be shown as one who shares a name is shown."""
    named(server, "carol", "Carol"), named(server, "mallory2", "Carol (carol)")
    [reader] = server.people(1)
    assert set(shown_in_list(reader, "carol").values()) == {"Carol (carol)", "Carol (carol) (mallory2)"}


def test_two_who_register_at_once_are_told_apart(server: Server) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: named(server, f"liwei{number}", "李伟"), range(4)))
    [reader] = server.people(1)
    assert set(shown_in_list(reader, "李伟").values()) == {f"李伟 (liwei{number})" for number in range(4)}


def test_accounts_are_shown_to_nobody_else(server: Server) -> None:
    person = named(server, "secretaccount", "Only One")
    [reader] = server.people(1)
    assert shown_in_list(reader, "only") == {person.userid: "Only One"}
    assert server.get("/users/?q=only").status == 401


def shown_in_list(reader: Visitor, start: str = "") -> dict[int, str]:
    users = reader.get(f"/users/?q={quote(start)}").json()["users"]
    return {user["userid"]: user["username"] for user in users}
