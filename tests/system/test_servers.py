"""Several processes, one chat: two servers of two workers each, over Redis. What asks the database, on both engines."""

import json
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.conftest import starting_servers
from tests.support.door import cookies_of, post
from tests.support.flow import Flow, Reader, returning, seqs_of, speaking, trying
from tests.support.redis import RedisServer
from tests.support.server import Answer, Server, Visitor, receive
from tests.support.waiting import wait_until

LEASE = 2

Within = Callable[[float], AbstractContextManager[None]]


class Cluster:
    """The servers, their Redis, and the same people at each of them."""

    def __init__(self, servers: list[Server], redis: RedisServer) -> None:
        self.servers = servers
        self.redis = redis

    def people(self, count: int) -> list[list[Visitor]]:
        return [[one.at(server) for server in self.servers] for one in self.servers[0].people(count)]


def make_cluster(redis: RedisServer, make_server: Callable[..., Server], **given: object) -> Cluster:
    env: dict[str, object] = {"REDIS_URL": redis.url, "WEB_CONCURRENCY": 2}
    env |= {"PRESENCE_LEASE_SECONDS": LEASE, "PRESENCE_GRACE_SECONDS": 0.5}
    env |= {"SEND_RATE": 10_000, "SEND_BURST": 10_000}  # the tests ask again and again who is online
    env |= given
    first = make_server(**env)
    return Cluster([first, make_server(beside=first, **env)], redis)


@contextmanager
def starting_cluster(folder: Path) -> Iterator[Cluster]:
    redis = RedisServer()
    try:
        with starting_servers(folder) as make:
            yield make_cluster(redis, make)
    finally:
        redis.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """For all who do it no harm."""
    with starting_cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with starting_cluster(tmp_path_factory.mktemp("hurt")) as started:
        yield started


@pytest.fixture
def frail(hurt: Cluster) -> Cluster:
    """One that may be hurt: whole again, and nobody is there."""
    for server in hurt.servers:
        wait_until(lambda server=server: len(server.processes()) == 2, 30)
        server.wait(lambda server=server: server.healthy() and "degraded" not in server.get("/healthz").json())
    [someone] = hurt.people(1)
    wait_until(lambda: not any(visitor.sees_online() for visitor in someone for _ in range(4)), 30)
    return hurt


@pytest.fixture(autouse=True)
def all_leave(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in {"cluster", "hurt"} & {*request.fixturenames}:
        for server in request.getfixturevalue(name).servers:
            server.leave()


def texts(socket: ClientConnection, count: int) -> list[tuple[int, str]]:
    messages = [receive(socket, 1)["data"] for _ in range(count)]
    return [(message["seq"], message["msg"]) for message in messages]


def test_everyone_gets_everything_once_and_in_one_order(cluster: Cluster) -> None:
    people = cluster.people(8)
    sockets = [person[number % 2].greeted() for number, person in enumerate(people)]
    said = [people[number % 8][number // 2 % 2].say(f"m{number}")["seq"] for number in range(40)]
    assert [len(server.processes()) for server in cluster.servers] == [2, 2]
    assert said == list(range(said[0], said[0] + 40))
    for socket in sockets:
        assert texts(socket, 40) == [(seq, f"m{number}") for number, seq in enumerate(said)]


def test_a_private_chat_begins_between_two_servers(cluster: Cluster) -> None:
    alice, bob = cluster.people(2)
    socket = bob[1].greeted()
    for number in (1, 2):
        answer = alice[0].post(type="0", userto=bob[0].userid, txt=f"hello {number}")
        assert answer.status == 200
        assert receive(socket, 1)["data"]["seq"] == number


@pytest.mark.once
def test_who_is_online_and_who_has_left(frail: Cluster) -> None:
    alice, bob = frail.people(2)
    watcher = alice[0].greeted()
    here, there = bob[0].greeted(), bob[1].greeted()
    joined: set[int] = set()
    while bob[0].userid not in joined:
        joined |= {one["userid"] for one in receive(watcher, "presence")["joined"]}
    wait_until(lambda: alice[0].sees_online() == alice[1].sees_online() == {alice[0].userid, bob[0].userid})
    here.close()  # a tab on another server is still open
    again = bob[0].greeted()
    again.close()
    assert "gone" not in seen_until(watcher, alice[0], {"gone": bob[0].userid})
    there.close()
    left = next_to_leave(watcher, alice, bob)
    assert [one["userid"] for one in left["left"]] == [bob[0].userid]
    assert left["online"] == 1
    wait_until(lambda: alice[0].sees_online() == alice[1].sees_online() == {alice[0].userid})


def next_to_leave(socket: ClientConnection, *people: list[Visitor]) -> dict[str, Any]:
    """The next presence frame in which one of these people left. That others left before may be told late."""
    ids = {one[0].userid for one in people}
    while True:
        frame = receive(socket, "presence", 20)
        if left := [one for one in frame["left"] if one["userid"] in ids]:
            return {**frame, "left": left}


def seen_until(socket: ClientConnection, speaker: Visitor, wanted: dict[str, int]) -> set[str]:
    """What came before something that was said now: who had left, by what is wanted."""
    seq = speaker.say("now")["seq"]
    seen = set()
    while True:
        frame = json.loads(socket.recv(timeout=10))
        if frame["type"] == "presence":
            seen |= {word for word, id in wanted.items() if id in {one["userid"] for one in frame["left"]}}
        if frame["type"] == 1 and frame["data"]["seq"] == seq:
            return seen


@pytest.mark.once
def test_the_people_of_a_killed_worker_are_gone_within_two_leases(frail: Cluster, within: Within) -> None:
    alice, bob = frail.people(2)
    watcher = alice[0].greeted()
    bob[1].greeted()
    wait_until(lambda: alice[0].sees_online() == {alice[0].userid, bob[0].userid})
    for worker in frail.servers[1].processes():
        worker.kill()
    with within(2 * LEASE):
        assert [one["userid"] for one in next_to_leave(watcher, alice, bob)["left"]] == [bob[0].userid]


@pytest.mark.once
def test_who_is_online_is_the_truth_within_two_leases_after_every_kill(
    frail: Cluster, within: Within, in_time: bool
) -> None:
    sockets = [(one, one[number % 2].greeted()) for number, one in enumerate(frail.people(12))]
    sockets += [(one, one[1].greeted()) for one, _ in sockets[:4:2]]  # and a tab on the other server
    for kill in range(50 if in_time else 2):
        server = frail.servers[kill % 2]
        worker = random.choice(server.processes())
        with within(2 * LEASE):
            worker.kill()
            worker.wait(10)
            wait_until(lambda server=server: len(server.processes()) == 2)
            there = [pair for pair in sockets if answers(pair[1])]
            away = [one for one, _ in sockets if one not in [pair[0] for pair in there]]
            there += [(one, one[(kill + 1) % 2].greeted()) for one in away[::2]]  # the others come back later
            truth = {one[0].userid for one, _ in there}
            askers = [visitor for visitor in there[0][0] for _ in range(4)]  # whichever worker answers
            wait_until(lambda askers=askers, truth=truth: all(each.sees_online() == truth for each in askers), 30)
        sockets = there + [(one, one[kill % 2].greeted()) for one in away[1::2]]


@pytest.mark.once
def test_signing_out_ends_the_sockets_on_every_server(cluster: Cluster) -> None:
    [alice] = cluster.people(1)
    sockets = [visitor.greeted() for visitor in alice for _ in range(3)]
    assert alice[0].post("/logout/").status == 302
    for socket in sockets:
        assert closed_with(socket) == 4001


@pytest.mark.once
def test_another_password_ends_the_sockets_on_every_server(cluster: Cluster) -> None:
    [alice] = cluster.people(1)
    sockets = [visitor.greeted() for visitor in alice for _ in range(3)]
    new = dict.fromkeys(("new_password1", "new_password2"), "another long one")
    assert alice[0].post("/password_change/", old_password="unused", **new).status == 302
    for socket in sockets:
        assert closed_with(socket) == 4002


@pytest.mark.once
def test_a_device_is_let_in_and_ended_whichever_server_it_meets(cluster: Cluster) -> None:
    """Whichever worker answers, too."""
    [alice] = cluster.people(1)
    here, there = cluster.servers
    made = alice[0].post("/handover/").json()
    path = urlsplit(made["url"]).path
    token = cookies_of(post(there, path, "127.0.0.1"))
    assert alice[1].post("/handover/", id=made["id"], answer="yes").status == 200
    entered = cookies_of(post(here, path, "127.0.0.1", token))
    phones = [Visitor(server, alice[0].userid, alice[0].username, entered["sessionid"]) for server in cluster.servers]
    assert post(there, path, "127.0.0.1", token).status == 404
    sockets = [visitor.greeted() for visitor in phones for _ in range(3)]
    mine = alice[0].greeted()
    assert alice[1].post("/sessions/", end="others").json()["ended"] == 1
    for socket in sockets:
        assert closed_with(socket) == 4001
    assert answers(mine)


# What an owner does to a member, or an admin to a person: the path, with {room} and {userid} for theirs, and fields.
DEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "removed": ("/rooms/{room}/members/", {"remove": 1}),
    "banned": ("/rooms/{room}/members/", {"remove": 1, "ban": 1}),
    "muted": ("/rooms/{room}/members/", {"mute": 5}),
    "frozen": ("/rooms/{room}/", {"frozen": 1}),
    "suspended": ("/manage/people/{userid}/", {"deed": "suspend"}),
}


def test_what_is_done_to_a_member_holds_everywhere_while_messages_flow(cluster: Cluster, in_time: bool) -> None:
    """Removed and banned ones are sent nothing behind the event, and of what they write nothing is stored behind it."""
    owner, *others = cluster.people(1 + len(DEEDS))
    speaker = [one.at(one.server) for one in owner]  # the same person, with other connections
    make_admin(cluster.servers[0], owner[0])
    victims = dict(zip(DEEDS, others, strict=True))
    rooms = {deed: make_room(owner[0], deed, victim[0]) for deed, victim in victims.items()}
    sockets = {deed: [at.greeted() for at in victim for _ in range(4)] for deed, victim in victims.items()}
    readers = {deed: [Reader(socket) for socket in those] for deed, those in sockets.items()}
    returns: list[list[dict[str, Any]]] = []
    works = [speaking(speaker, [*rooms.values()]), *(trying(sockets[deed], room) for deed, room in rooms.items())]
    works += [returning(at, rooms["removed"], returns) for at in victims["removed"]]
    with Flow(*works):
        wait_until(lambda: all(len(each.seqs(rooms[deed])) > 3 for deed, those in readers.items() for each in those))
        done = {deed: do(owner[0], deed, rooms[deed], victim[0]) for deed, victim in victims.items()}
        count = len(returns)
        wait_until(lambda: time.time() > max(done.values()) + 1.5 and len(returns) > count + 2, 30)
        heads = {room: history(owner[0], room)[-1]["data"]["seq"] for room in rooms.values()}
        wait_until(
            lambda: all(history(owner[0], room)[-1]["data"]["seq"] > head + 3 for room, head in heads.items()), 30
        )
    for deed, room in rooms.items():
        events = history(owner[0], room)
        told = [event["data"]["seq"] for event in events if event["type"] == "notice"]
        mine = [event["data"] for event in events if event["data"].get("userid") == victims[deed][0].userid]
        written = [data for data in mine if "msg" in data]
        assert written
        if deed == "suspended":
            assert told == []
            assert [data for data in written if seconds(data["time"]) > done[deed] + 1] == []
            wait_until(lambda deed=deed: all(reader.closed for reader in readers[deed]))
            assert {reader.closed[1] for reader in readers[deed]} <= {4001, 4002}  # type: ignore[index]
            assert not in_time or max(reader.closed[0] for reader in readers[deed]) <= done[deed] + 1  # type: ignore[index]
            continue
        [last] = told
        assert max(data["seq"] for data in written) < last
        head = events[-1]["data"]["seq"]
        assert head > last + 3
        for reader in readers[deed]:
            if deed in ("removed", "banned"):
                wait_until(lambda reader=reader: any(not frame["joined"] for frame in reader.of("room")))
                *before, _last = [frame["joined"] for frame in reader.of("room")]
                assert all(before)  # that they were added may come late to a socket of another server
                head = last
            else:
                wait_until(lambda reader=reader, head=head, room=room: reader.seqs(room)[-1] == head)
            assert reader.seqs(room) == list(range(reader.seqs(room)[0], head + 1))
    [last] = [event["data"]["seq"] for event in history(owner[0], rooms["removed"]) if event["type"] == "notice"]
    for frames in returns:
        seqs = seqs_of(frames, rooms["removed"])
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) <= last
    assert seqs_of(returns[-1], rooms["removed"]) == []


def make_admin(server: Server, visitor: Visitor) -> None:
    code = f"from Dweb.models import User; User.objects.filter(pk={visitor.userid}).update(is_superuser=True)"
    server.run("manage.py", "shell", "-c", code)


def make_room(owner: Visitor, title: str, *members: Visitor) -> str:
    people = ",".join(str(each.userid) for each in members)
    return str(owner.post("/rooms/", title=title, kind="private", members=people).json()["room"])


def do(owner: Visitor, deed: str, room: str, victim: Visitor) -> float:
    """When it was answered."""
    path, fields = DEEDS[deed]
    answer = owner.post(path.format(room=room, userid=victim.userid), userid=victim.userid, **fields)
    assert answer.status in (200, 302), answer.body
    return time.time()


def history(visitor: Visitor, room: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while True:
        after = events[-1]["data"]["seq"] if events else 0
        page = visitor.get(f"/history/?room={room}&after={after}&limit=200").json()
        events += page["events"]
        if not page["more"]:
            return events


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


@pytest.mark.parametrize("fields", [{"role": "member"}, {"remove": 1}], ids=["demote", "remove"])
def test_two_owners_at_two_servers_who_turn_on_each_other_at_once_leave_one(
    cluster: Cluster, fields: dict[str, Any]
) -> None:
    one, other = cluster.people(2)
    room = make_room(one[0], "ours", other[0])
    assert one[0].post(f"/rooms/{room}/members/", userid=other[0].userid, role="owner").status == 200
    begin = Barrier(2)

    def turn(who: Visitor, whom: Visitor) -> int:
        begin.wait(10)
        return who.post(f"/rooms/{room}/members/", userid=whom.userid, **fields).status

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(turn, one[0], other[0]), pool.submit(turn, other[1], one[1])]
    statuses = sorted(each.result() for each in asked)
    assert statuses[0] == 200
    assert statuses[1] in (403, 404)
    pages = [who[0].get(f"/rooms/{room}/") for who in (one, other)]
    roles = [each["role"] for page in pages if page.status == 200 for each in page.json()["people"]]
    assert roles.count("owner") == len([page for page in pages if page.status == 200])


def answers(socket: ClientConnection) -> bool:
    try:
        socket.send('{"type":"ping"}')
        return bool(receive(socket, "pong"))
    except ConnectionClosed:
        return False


def closed_with(socket: ClientConnection, timeout: float = 10) -> int | None:
    try:
        while True:
            socket.recv(timeout=timeout)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@pytest.mark.once
def test_the_send_rate_holds_for_all_servers_together(redis: RedisServer, make_server: Callable[..., Server]) -> None:
    env = {"REDIS_URL": redis.url, "SEND_RATE": 0.1, "SEND_BURST": 5}
    first = make_server(**env)
    [alice] = Cluster([first, make_server(beside=first, **env)], redis).people(1)
    for number in range(5):
        alice[0].say(f"m{number}")
    answers: list[Answer] = []

    def is_refused() -> bool:
        answers.append(alice[1].post(type="1", txt="one more"))
        return answers[-1].status == 429

    wait_until(is_refused)
    assert answers[-1].json()["error"] == "too_fast"


@pytest.mark.once
def test_a_user_has_so_many_sockets_on_all_servers_together(
    redis: RedisServer, make_server: Callable[..., Server]
) -> None:
    env = {"REDIS_URL": redis.url, "MAX_SOCKETS_PER_USER": 3}
    first = make_server(**env)
    alice, bob = Cluster([first, make_server(beside=first, **env)], redis).people(2)
    sockets = [alice[0].greeted() for _ in range(3)]
    wait_until(lambda: alice[0].userid in bob[1].sees_online())
    sockets.append(alice[1].connect())  # if the other server does not know of all of them yet, one of the four goes
    wait_until(lambda: sum(map(answers, sockets)) == 3)
    assert [closed_with(socket) for socket in sockets if not answers(socket)] == [4003]
    assert bob[1].greeted()


@pytest.mark.once
def test_failed_sign_ins_count_for_all_servers_together(cluster: Cluster) -> None:
    """The first waits of 1, 2, 4 seconds may be over before a slow machine has tried again; one of them is not."""
    answers = [sign_in(cluster.servers[number % 2]) for number in range(5)]
    assert answers == [200] * 5
    while answers[-2:] != [429, 429]:
        answers.append(sign_in(cluster.servers[len(answers) % 2]))
    assert answers.count(200) < 2 * 5  # so many would be free if each server counted alone


def sign_in(server: Server) -> int:
    body = b"userNameOrEmailAddress=nobody&password=wrong&csrfmiddlewaretoken=" + b"c" * 32
    headers = {"Cookie": "csrftoken=" + "c" * 32, "Content-Type": "application/x-www-form-urlencoded"}
    return server.request("POST", "/", body, headers).status


@pytest.mark.once
def test_rooms_typing_and_read_marks_reach_the_other_server(cluster: Cluster) -> None:
    alice, bob = cluster.people(2)
    for person in (alice, bob):
        assert person[0].get("/news_chat/?group_id=111").status == 200
    socket = alice[1].greeted()
    other = alice[0].greeted()
    other.send(json.dumps({"type": "join", "room": "222"}))
    expected = {"type": "room", "room": "222", "name": "222", "joined": True, "seq": 0, "role": "owner"}
    assert receive(socket, "room").items() >= expected.items()
    alice[0].say("in 222", room="222")
    assert receive(socket, 1)["data"]["room"] == "222"
    other.send(json.dumps({"type": "leave", "room": "222"}))
    assert receive(socket, "room")["joined"] is False
    writer = bob[0].greeted()
    writer.send(json.dumps({"type": "typing", "room": "111"}))
    assert receive(socket, "typing") == {"type": "typing", "room": "111", "userid": bob[0].userid}
    seq = bob[0].say("hello", room="111")["seq"]
    assert receive(socket, 1)["data"]["seq"] == seq
    other.send(json.dumps({"type": "read", "room": "111", "seq": seq}))
    assert receive(socket, "read") == {"type": "read", "room": "111", "userid": alice[0].userid, "seq": seq}


def test_without_redis_messages_still_cross_and_all_is_well_when_it_is_back(frail: Cluster, within: Within) -> None:
    alice, bob = frail.people(2)
    socket = alice[1].greeted()
    frail.redis.stop()
    wait_until(lambda: all(server.get("/healthz").json().get("degraded") for server in frail.servers))
    for number in range(3):
        with within(3):  # a reading of the log that was not announced
            seq = bob[0].say(f"m{number}")["seq"]
            assert receive(socket, 1)["data"]["seq"] == seq
    assert bob[0].post(type="0", userto=alice[0].userid, txt="a new private chat").status == 200
    assert receive(socket, 1)["data"]["msg"] == "a new private chat"
    frail.redis.start()  # empty
    wait_until(lambda: not any("degraded" in server.get("/healthz").json() for server in frail.servers), 30)
    bob[0].greeted()
    both = {alice[0].userid, bob[0].userid}
    wait_until(lambda: all(visitor.sees_online() == both for visitor in alice for _ in range(4)), 30)
    seq = bob[0].say("again")["seq"]
    assert receive(socket, 1)["data"]["seq"] == seq


@pytest.mark.once
def test_a_redis_that_hangs_delays_no_sender(frail: Cluster) -> None:
    alice, bob = frail.people(2)
    socket = alice[1].greeted()
    frail.redis.hang()
    try:
        said = [bob[0].say(f"m{number}")["seq"] for number in range(20)]
        assert [seq for seq, _ in texts(socket, 20)] == said
    finally:
        frail.redis.go_on()


@pytest.mark.once
def test_a_worker_that_is_killed_costs_its_people_a_moment(frail: Cluster) -> None:
    alice, bob = frail.people(2)
    socket = alice[1].greeted()
    first = bob[0].say("before")["seq"]
    assert receive(socket, 1)["data"]["seq"] == first
    for worker in frail.servers[1].processes():
        worker.send_signal(signal.SIGKILL)
    assert closed_with(socket) is None
    second = bob[0].say("meanwhile")["seq"]
    frail.servers[1].wait(frail.servers[1].healthy)
    socket = alice[1].greeted(last={"lobby": first})
    assert receive(socket, 1)["data"]["seq"] == second


@pytest.mark.once
def test_several_processes_without_redis_are_refused(make_server: Callable[..., Server]) -> None:
    with pytest.raises(RuntimeError, match="REDIS_URL is not set"):
        make_server(WEB_CONCURRENCY=2)
