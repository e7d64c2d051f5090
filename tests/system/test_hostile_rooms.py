"""What one person can make others hold, at the real server: rooms, private chats, and the list of them."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from ..conftest import LONG
from ..support import chronicle
from ..support.server import Server, Visitor, receive

SMALL = {"OUTBOX_MAX_BYTES": 128 * 1024, "GREETING_PART_BYTES": 16 * 1024}  # a tenth of the chats fills them likewise
LARGE = {"OUTBOX_MAX_BYTES": 1024 * 1024}


def until_listed(socket: ClientConnection, most_bytes: int) -> Iterator[dict[str, Any]]:
    """The frames of a greeting, up to the end of the list of rooms."""
    more = True
    while more:
        text = socket.recv(timeout=60)
        assert len(text) < most_bytes
        frame = json.loads(text)
        more = frame.get("more", more)
        yield frame


@pytest.mark.parametrize(("chats", "limits"), [(320, SMALL), pytest.param(2_550, LARGE, marks=LONG)])
def test_a_person_in_many_private_chats_of_long_names_connects_and_resumes(
    make_server: Callable[..., Server], chats: int, limits: dict[str, int]
) -> None:
    """Such rooms may be in the database from earlier times."""
    server, outbox = make_server(**limits), limits["OUTBOX_MAX_BYTES"]
    [person, other] = server.people(2)
    names = chronicle.fill_strangers(server, chats, person)
    with person.connect() as socket:
        socket.send('{"type":"hello"}')
        frames = list(until_listed(socket, outbox // 2))
        rooms = [room for frame in frames if "rooms" in frame for room in frame["rooms"]]
        assert [room["room"] for room in rooms] == ["lobby", *reversed(names)]
        assert len(json.dumps(frames)) > outbox
        assert {room["unread"] for room in rooms[1:]} == {1}
        assert frames[0]["type"] == 0
        for name in (names[0], "lobby", names[-1]):  # those of the last part are live, too
            said = person.say("live", **addressed(name, person))
            assert receive(socket, 1)["data"]["seq"] == said["seq"]
    missed = {name: person.say("missed", **addressed(name, person))["seq"] for name in names[:: chats // 10]}
    assert other.say("hello")["seq"] == 2
    last = {room["room"]: room["seq"] for room in rooms} | {names[0]: 2, "lobby": 1, names[-1]: 2}
    with person.connect() as socket:
        socket.send(json.dumps({"type": "hello", "last": last}))
        list(until_listed(socket, outbox // 2))
        replayed = {}
        while (frame := json.loads(socket.recv(timeout=30)))["type"] != "ready":
            if frame["type"] == 1:
                assert frame["data"]["room"] not in replayed
                replayed[frame["data"]["room"]] = frame["data"]["seq"]
        assert replayed == missed | {"lobby": 2}
        person.say("live again", **addressed(names[0], person))
        assert receive(socket, 1)["data"]["msg"] == "live again"
    assert server.faults() == []


COUNT = "from Dweb.models import Room; print(Room.objects.count())"


@pytest.mark.once
def test_joining_and_leaving_makes_no_more_rooms_than_a_day_has(make_server: Callable[..., Server]) -> None:
    """20 rooms were made so, with a limit of 3. A restart forgets nothing, and no room is left."""
    server = make_server(ROOMS_PER_DAY=3, MAX_ROOMS_PER_USER=3)
    [person, other] = server.people(2)
    other.get("/news_chat/?num=theirs")

    def made(count: int) -> list[str]:
        rooms = []
        with person.greeted() as socket:
            for number in range(count):
                socket.send(json.dumps({"type": "join", "room": f"room{number}"}))
                answer = json.loads(socket.recv(timeout=10))
                while answer["type"] == "presence":
                    answer = json.loads(socket.recv(timeout=10))
                if answer["type"] == "room":
                    rooms.append(answer["room"])
                    socket.send(json.dumps({"type": "leave", "room": f"room{number}"}))
                    assert not receive(socket, "room")["joined"]
                else:
                    assert answer["error"] == "too_fast"
                    assert 0 < answer["wait"] <= 86_400 / 3
        return rooms

    assert made(20) == ["room0", "room1", "room2"]
    server.stop()
    server.start()
    assert made(1) == []
    answer = person.get("/news_chat/?num=another")
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400 / 3
    assert person.get("/news_chat/?num=theirs").status == 200  # to join is to make nothing
    assert server.get("/news_chat/?num=another").status == 302  # to the sign-in page
    assert server.run("manage.py", "shell", "--no-imports", "-c", COUNT).strip() == "2"  # the lobby, and theirs
    assert server.faults() == []


@pytest.mark.mariadb
@pytest.mark.long
def test_a_person_begins_so_many_private_chats_and_answers_in_all_of_them(make_server: Callable[..., Server]) -> None:
    server = make_server(PRIVATE_CHATS_PER_HOUR=5)
    [person, *others] = server.people(12)
    answers = [person.post(type="0", txt="psst", userto=other.userid) for other in others]
    assert [answer.status for answer in answers] == [200] * 5 + [429] * 6
    assert answers[-1].json()["error"] == "too_fast"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3_600 / 5
    server.stop()
    server.start()
    assert person.post(type="0", txt="psst", userto=others[-1].userid).status == 429
    assert person.say("on", type="0", userto=others[0].userid)["seq"] == 2
    assert others[-1].say("psst", type="0", userto=person.userid)["seq"] == 1
    assert person.say("an answer", type="0", userto=others[-1].userid)["seq"] == 2
    assert [room["room"] for room in greeting(others[6])["rooms"]] == ["lobby"]  # nothing came of what was refused
    assert server.faults() == []


def greeting(person: Visitor) -> Any:
    with person.connect() as socket:
        socket.send('{"type":"hello"}')
        return receive(socket, 0)


ROUNDS = 12


def left(socket: ClientConnection, name: str) -> bool:
    """Leaves a room. False: the last owner stays while others are there."""
    socket.send(json.dumps({"type": "leave", "room": name}))
    while True:
        frame = json.loads(socket.recv(timeout=10))
        if frame["type"] == "error":
            assert frame["error"] == "forbidden"
            return False
        if frame["type"] == "room" and not frame["joined"]:
            return True


def test_a_room_ends_while_people_join_it_and_write_into_it(make_server: Callable[..., Server]) -> None:
    """Its last member leaves; at the same moment somebody joins, and the member says something in another tab."""
    server = make_server(ROOMS_PER_DAY=1_000, SEND_RATE=100_000, SEND_BURST=100_000)
    [member, joining] = server.people(2)
    with member.greeted() as leaving, ThreadPoolExecutor(3) as pool:
        for number in range(ROUNDS):
            name, at_work = f"race{number}", []
            assert member.get(f"/news_chat/?num={name}").status == 200
            assert receive(leaving, "room")["joined"]
            at_work.append(pool.submit(joining.get, f"/news_chat/?num={name}"))
            at_work.append(pool.submit(member.at(server).post, type="1", txt="hello", room=name, cid=name))
            pool.submit(left, leaving, name).result(30)
            joined, written = [each.result(30) for each in at_work]
            assert joined.status == 200
            assert written.status in (200, 403, 404, 503), written.body  # the room, or the membership, may be gone
            said = joining.say("I am in", room=name)["seq"]
            assert said == (2 if written.status == 200 else 1)
            events = joining.get(f"/history/?room={name}").json()["events"]
            assert [event["data"]["seq"] for event in events] == list(range(1, said + 1))
    assert server.faults() == []


def test_the_last_two_members_leave_at_once(make_server: Callable[..., Server]) -> None:
    server = make_server(ROOMS_PER_DAY=1_000)
    people = server.people(2)
    with people[0].greeted() as owner, people[1].greeted() as other, ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            name = f"pair{number}"
            for person in people:
                assert person.get(f"/news_chat/?num={name}").status == 200
            first, second = [pool.submit(left, socket, name) for socket in (owner, other)]
            assert second.result(30)
            assert first.result(30) or left(owner, name)
    assert server.run("manage.py", "shell", "--no-imports", "-c", COUNT).strip() == "1"
    assert server.faults() == []


def addressed(room: str, person: Visitor) -> dict[str, object]:
    if room == "lobby":
        return {"type": "1"}
    return {"type": "0", "userto": next(user for user in room[1:].split(".") if user != str(person.userid))}
