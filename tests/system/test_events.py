"""GET /events/ at a whole server: streams and polls get everything once and in order, and end when they should."""

import json
from collections.abc import Callable

import pytest

from Dweb.live.wire import CloseCode

from ..support.crowd import Crowd
from ..support.events import PollMember, StreamMember, poll, polled, stream
from ..support.programs import Program, program_of
from ..support.redis import RedisServer
from ..support.server import Server, receive
from ..support.waiting import in_thread, wait_until
from .test_servers import make_cluster

BEGINNING = {"last": {"lobby": 0, "ops": 0, "@1.2": 0}}
once = pytest.mark.once  # says nothing about the database
POLL = "/events/?wait=55"
FAST = {"SEND_RATE": 100_000, "SEND_BURST": 100_000}


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(STREAM_COMMENT_SECONDS=1, SESSION_CHECK_SECONDS=1, OUTBOX_MAX_BYTES=64 * 1024, **FAST)


def seqs(member: StreamMember, room: str = "lobby") -> list[int]:
    data = [frame.get("data") for _, frame in member.frames]
    return [each["seq"] for each in data if each and each.get("room") == room]


@once
def test_a_stream_has_what_a_socket_has(server: Server) -> None:
    ann, bob = server.people(2)
    with ann.greeted() as socket, stream(ann) as member:
        greeting, ready = (frame for _, frame in member.frames if frame["type"] in (0, "ready"))
        assert {"userid", "username", "epoch", "rooms", "userlist", "online"} <= greeting.keys()
        assert ready["epoch"] == greeting["epoch"]
        socket.send(json.dumps({"type": "hello", "last": {}}))
        assert receive(socket, 0).keys() == greeting.keys()
        bob.say("one")
        bob.say("two", type="0", userto=ann.userid)
        for text in ("one", "two"):
            event = member.read_until(1)
            assert event == receive(socket, 1)
            assert event["data"]["msg"] == text
        direct = event["data"]["room"]
        typing = bob.post("/events/", frame=json.dumps({"type": "typing", "room": direct}))
        assert typing.json() == {"msg": "success", "frames": []}
        assert member.read_until("typing") == receive(socket, "typing")
        frame = {"type": "1", "room": "lobby", "txt": "three", "cid": "c1"}
        [ack] = ann.post("/events/", frame=json.dumps(frame)).json()["frames"]
        assert (ack["type"], ack["cid"], ack["seq"]) == ("ack", "c1", 2)
        assert member.read_until(1)["data"]["cid"] == "c1"
        assert ann.post("/events/", frame=json.dumps({"type": "read", "room": direct, "seq": 1})).status == 200
        assert member.read_until("read")["seq"] == 1
        wait_until(lambda: member.receive() or member.comments >= 2)
        assert ann.userid in bob.sees_online()
        with stream(bob, rooms="lobby") as quiet:
            ann.say("four")
            quiet.read_until(1)
            assert {frame["type"] for _, frame in quiet.frames} == {0, "ready", 1}
    head = member.head.decode().lower()
    for header in ("content-type: text/event-stream", "no-cache", "no-store", "x-accel-buffering: no", "nosniff"):
        assert header in head
    assert server.faults() == []


def test_streams_and_polls_resume_exactly_once_though_the_server_is_killed(make_server: Callable[..., Server]) -> None:
    server = make_server(**FAST)
    ann, bob = server.people(2)
    ann.post("/rooms/", title="ops", room="ops")
    last_id = poll_id = None
    got: list[tuple[str, int]] = []
    gathered: list[tuple[str, int]] = []
    for turn in range(3):
        with stream(ann, last_id) as member:
            for number in range(4):
                ann.say(f"{turn} {number}", room=("lobby", "ops")[number % 2])
            bob.say("a private one", type="0", userto=ann.userid)
            while member.count < 5 * (turn > 0) + 5:
                member.receive()
            answer = poll(
                ann, poll_id, wait=5, **({} if poll_id else {"last": {"lobby": 0, "ops": 0, "@1.2": 0}})
            ).json()
            if turn == 2:
                ann.say("the last one")
            server.kill()
            member.read_to_end()
        got += [(frame["data"]["room"], frame["data"]["seq"]) for _, frame in member.frames if "data" in frame]
        gathered += [(frame["data"]["room"], frame["data"]["seq"]) for frame in answer["events"]]
        last_id, poll_id = member.id, answer["id"]
        server.start()
        for number in range(4):
            ann.say(f"while away {number}", room=("lobby", "ops")[number % 2])
        bob.say("meanwhile", type="0", userto=ann.userid)
    with stream(ann, last_id) as member:
        got += [(frame["data"]["room"], frame["data"]["seq"]) for _, frame in member.frames if "data" in frame]
        assert member.names == []
    gathered += [(frame["data"]["room"], frame["data"]["seq"]) for frame in poll(ann, poll_id, wait=1).json()["events"]]
    heads = {"lobby": 13, "ops": 12, "@1.2": 6}
    for found in (got, gathered):
        for room, head in heads.items():
            assert [seq for where, seq in found if where == room] == list(range(1, head + 1)), room
    assert server.faults() == []


def test_a_poll_waits_for_an_event_of_the_log_and_for_nothing_else(server: Server) -> None:
    ann, bob = server.people(2)
    assert poll(ann, wait=0).json()["events"] == []
    waiting = in_thread(lambda: poll(ann, wait=55))
    wait_until(lambda: ann.userid in bob.sees_online())
    with bob.greeted() as socket:
        for frame in ({"type": "typing", "room": "lobby"}, {"type": "read", "room": "lobby", "seq": 0}):
            socket.send(json.dumps(frame))
        socket.send('{"type":"ping"}')
        receive(socket, "pong")
        assert not waiting.done()
        bob.say("at last")
        answer = waiting.result(10)
    told = answer.json()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert [event["data"]["msg"] for event in told["events"]] == ["at last"]
    assert told["last"] == {"lobby": 1}
    assert poll(ann, wait=1, last=told["last"], epoch=told["epoch"]).json()["events"] == []
    waiting = in_thread(lambda: poll(ann, told["id"], wait=55))
    wait_until(lambda: ann.userid in bob.sees_online())
    bob.say("a new chat", type="0", userto=ann.userid)
    assert [event["data"]["msg"] for event in waiting.result(10).json()["events"]] == ["a new chat"]
    assert server.faults() == []


def test_many_missed_events_come_poll_by_poll_and_page_by_page(server: Server) -> None:
    [ann] = server.people(1)
    server.run("-m", "tests.support.backlog", "450")
    gathered = [event["data"]["seq"] for event in polled(ann, last={"lobby": 0})]
    with stream(ann, rooms="lobby", last={"lobby": 0}) as member:
        assert gathered == seqs(member) == list(range(1, 451))


@once
def test_what_is_no_id_of_this_server_resets(server: Server) -> None:
    ann, bob = server.people(2)
    bob.say("one")
    with stream(ann) as member:
        assert member.id is not None
        epoch = member.id.split()[0]
    for wrong in ("garbage", f"{epoch} lobby:99", "0123456789abcdef lobby:1", f"{epoch} %FF:1", f"{epoch}+", "é" * 9):
        with stream(ann, wrong) as member:
            assert member.names == ["reset"]
            assert [frame["room"] for _, frame in member.frames if frame["type"] == "reset"] == ["lobby"]
            head = bob.say("live")["seq"]
            assert member.read_until(1)["data"]["seq"] == head
        told = poll(ann, wrong, wait=55).json()
        assert (told["reset"], told["events"], told["last"]) == (["lobby"], [], {"lobby": head})
    for wrong in ({"last": {"lobby": 99}}, {"last": {"lobby": 1}, "epoch": "other"}):
        assert poll(ann, wait=55, **wrong).json()["reset"] == ["lobby"]
        with stream(ann, **wrong) as member:
            assert member.names == ["reset"]
    assert server.faults() == []


def test_who_is_removed_gets_the_event_that_says_so_and_nothing_after_it(server: Server) -> None:
    ann, bob = server.people(2)
    assert ann.post("/rooms/", title="plans", room="plans", kind="open", members=bob.userid).status == 200
    with stream(bob) as whole, stream(bob, rooms="plans,lobby") as named:
        ann.say("for all", room="plans")
        assert poll(bob, wait=55, rooms="plans", last={"plans": 0}).json()["events"]
        assert ann.post("/rooms/plans/members/", userid=bob.userid, remove=1).status == 200
        ann.say("secret", room="plans")
        ann.say("the end")
        for member in (whole, named):
            while member.frames[-1][1].get("data", {}).get("msg") != "the end":
                member.receive()
            told = [frame["data"] for _, frame in member.frames if frame.get("data", {}).get("room") == "plans"]
            assert told[-1]["what"] == "removed"
            assert "secret" not in json.dumps(member.frames)
    assert poll(bob, wait=0, rooms="plans").status == 403
    assert poll(bob, wait=0, last={"plans": 1}).json()["last"].keys() == {"lobby"}


def test_they_end_with_the_session_the_token_and_the_account(server: Server) -> None:
    ann, bob, eve, dan = server.people(4)
    program, polling = program_of(ann), program_of(dan)
    session, token, watcher = stream(ann), stream(program), stream(eve)
    waiting = in_thread(lambda: poll(polling, wait=55))
    wait_until(lambda: {ann.userid, dan.userid} <= bob.sees_online())
    for person in (ann, dan):
        [row] = person.get("/tokens/").json()["tokens"]
        assert person.post("/tokens/", end=row["id"]).status == 200
    token.read_to_end()
    assert token.close_code == CloseCode.SIGNED_OUT
    assert waiting.result(10).json()["events"] == []
    assert [poll(each, wait=0).status for each in (program, polling)] == [401, 401]
    assert ann.post("/logout/").status == 302
    session.read_to_end()
    assert session.close_code == CloseCode.SIGNED_OUT
    close = "from Dweb.models import User; User.objects.filter(pk={pk}).update(is_active=False)"
    server.run("manage.py", "shell", "--no-imports", "-c", close.format(pk=eve.userid))
    watcher.read_to_end()
    assert watcher.close_code == CloseCode.ACCOUNT_CLOSED
    assert server.faults() == []


@once
def test_who_reads_too_slowly_is_ended_and_resumes(server: Server) -> None:
    ann, bob = server.people(2)
    with stream(ann) as slow:
        before = slow.id
        sent = 0
        while ann.userid in bob.sees_online() and sent < 3_000:
            sent = [bob.say("x" * 4_000)["seq"] for _ in range(20)][-1]
        slow.read_to_end()
    assert slow.close_code in (None, CloseCode.TOO_SLOW)  # who reads nothing for longer does not read that, either
    assert before != slow.id
    with stream(ann, slow.id) as again:
        assert seqs(slow) + seqs(again) == list(range(1, sent + 1))


@once
def test_a_server_that_stops_ends_all_of_them_at_once(server: Server) -> None:
    ann, bob = server.people(2)
    with stream(ann) as member:
        waiting = in_thread(lambda: poll(bob, wait=55))
        wait_until(lambda: bob.userid in ann.sees_online())
        assert server.stop() < 10
        member.read_to_end()
        assert member.close_code == CloseCode.SERVICE_RESTART
        assert waiting.result(10).json()["events"] == []
    assert server.faults() == []


@once
def test_connections_are_bounded_and_come_back(make_server: Callable[..., Server]) -> None:
    server = make_server(MAX_SOCKETS=6, MAX_SOCKETS_PER_USER=3, SOCKETS_OF_PEOPLE=0)
    ann, bob, eve = server.people(3)
    program = program_of(ann)
    held = [stream(program) for _ in range(3)]
    for refused in (poll(program, wait=5), ann.get("/events/")):
        assert (refused.status, refused.json()["error"]) == (429, "too_fast")
        assert int(refused.headers["Retry-After"]) > 0
    held += [stream(bob) for _ in range(3)]
    assert (poll(eve, wait=5).status, poll(eve, wait=0).status) == (503, 503)
    for each in held:
        each.close()
    wait_until(lambda: poll(program, wait=1).status == 200)
    assert server.faults() == []


@once
def test_who_waits_holds_no_thread(make_server: Callable[..., Server]) -> None:
    server = make_server(HTTP_THREADS=2, MAX_SOCKETS_PER_USER=100, **FAST)
    ann, bob = server.people(2)
    streams, polls = Crowd([ann] * 30, "/events/", make=StreamMember), Crowd([ann] * 30, POLL, make=PollMember)
    with streams, polls:
        bob.say("for all")
        assert streams.wait(lambda: all(each.messages() for each in streams.members))
        assert polls.wait(lambda: all(each.messages() for each in polls.members))
    assert server.faults() == []


@once
@pytest.mark.long
def test_they_end_at_the_other_server_too(redis: RedisServer, make_server: Callable[..., Server]) -> None:
    one, two = make_cluster(redis, make_server).servers
    ann, bob = one.people(2)
    there = Program(two, ann, program_of(ann).token)
    with stream(there, rooms="lobby") as member:
        bob.say("from here")
        assert member.read_until(1)["data"]["msg"] == "from here"
        [row] = ann.get("/tokens/").json()["tokens"]
        ann.post("/tokens/", end=row["id"])
        member.read_to_end()
        assert member.close_code == CloseCode.SIGNED_OUT
