"""The JavaScript client in Node, as a program uses it, at a whole server."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ..support import chronicle, nginx
from ..support.javascript import NODE, PATIENCE, NodeProgram
from ..support.nginx import STRIPPED, Nginx
from ..support.programs import program_of
from ..support.server import ROOT, Server, Visitor
from ..support.waiting import wait_until

pytestmark = [pytest.mark.once, pytest.mark.service]

Starter = Callable[..., NodeProgram]

ROOMS = 150  # more than STREAM_ROOMS


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts a program of this person's, which ends by itself in the end."""
    programs: list[NodeProgram] = []

    def make(person: Visitor, scopes: str = "read,write", **options: Any) -> NodeProgram:
        token = options.get("token") or program_of(person, scopes=scopes).token
        programs.append(NodeProgram(tmp_path, **{"url": person.server.url, "token": token, **options}))
        return programs[-1]

    yield make
    assert [program.close() for program in programs] == [0] * len(programs)


def texts(events: list[dict[str, object]]) -> list[object]:
    return [event["msg"] for event in events]


def test_every_event_comes_once_in_order_through_a_kill_of_the_server(
    make_server: Callable[..., Server], start: Starter
) -> None:
    server = make_server()
    ann, bob = server.people(2)
    bob.say("before all")
    program = start(ann, **{"from": "start", "rooms": ["lobby"]})
    program.call("connect")
    program.until_online()
    sent = [program.call("send", {"txt": f"first {number}"}) for number in range(20)]
    program.answer(sent[5])
    server.kill()
    sent += [program.call("send", {"txt": f"second {number}"}) for number in range(20)]
    wait_until(lambda: "lost" in program.states())
    server.start()
    bob.say("after it")
    answers = [program.answer(call)["result"] for call in sent]
    bob.say("the end")
    events = program.until_events(43)
    assert [event["seq"] for event in events] == list(range(1, 44))
    assert texts(events)[0] == "before all"
    assert texts(events)[-1] == "the end"
    said = {event["seq"]: event["msg"] for event in events}
    wanted = [f"{when} {number}" for when in ("first", "second") for number in range(20)]
    assert [said[answer["seq"]] for answer in answers] == wanted


def test_a_program_goes_on_where_another_one_stopped(shared: Server, start: Starter) -> None:
    ann, bob = shared.people(2)
    first = start(ann)
    first.call("connect")
    first.until_online()
    bob.say("one")
    bob.say("private", type="0", userto=ann.userid)
    first.until_events(2)
    position = first.position()
    first.close()
    bob.say("two")
    bob.post("/rooms/", title="new", room="new", members=ann.userid)
    bob.say("private two", type="0", userto=ann.userid)
    second = start(ann, **{"from": position})
    second.call("connect")
    assert sorted(texts(second.until_events(2))) == ["private two", "two"]
    bob.say("three")
    assert texts(second.until_events(3))[-1] == "three"


def test_a_place_is_behind_the_events_that_a_program_has_not_taken(shared: Server, start: Starter) -> None:
    ann, bob = shared.people(2)
    for person in (ann, bob):
        person.get("/news_chat/?num=behind")
    program = start(ann, rooms=["behind"])
    taken = program.call("next")
    program.until_online()
    for text in ("one", "two", "three"):
        bob.say(text, room="behind")
    program.until_events(3)
    assert program.answer(taken)["result"]["msg"] == "one"
    assert program.answer(program.call("position"))["result"]["last"] == {"behind": 1}
    assert program.answer(program.call("next"))["result"]["msg"] == "two"
    assert program.answer(program.call("position"))["result"]["last"] == {"behind": 2}


def test_rooms_that_are_wanted_are_joined_and_others_pass(shared: Server, start: Starter) -> None:
    ann, bob = shared.people(2)
    bob.post("/rooms/", title="ops", room="ops")
    program = start(ann, rooms=["ops"])
    program.call("connect")
    wait_until(lambda: "ops" in ann.get("/rooms/?q=ops").body.decode() and ann.get("/history/?room=ops").status == 200)
    bob.say("for all")
    bob.say("deployed", room="ops")
    [event] = program.until_events(1)
    assert (event["room"], event["msg"]) == ("ops", "deployed")
    again = program.call("open", "ops", 0)
    assert program.answer(again)["result"] is True
    events = program.until_events(2)
    assert texts(events) == ["deployed", "deployed"]


def test_what_is_refused_is_told_and_ends_the_tries(shared: Server, start: Starter) -> None:
    [ann] = shared.people(1)
    reader = start(ann, scopes="read")
    reader.call("connect")
    reader.until_online()
    refused = reader.answer(reader.call("send", {"txt": "x"}))
    assert (refused["error"], refused["status"]) == ("forbidden", 403)
    stranger = start(ann, token="dweb_none")
    stranger.call("connect")
    wait_until(lambda: stranger.states()[-1:] == ["signed_out"])
    refused = stranger.answer(stranger.call("send", {"txt": "x"}))
    assert (refused["error"], refused["status"]) == ("not_signed_in", 401)
    assert "x" not in texts_of(ann, "lobby")


def test_a_program_hears_that_its_token_has_ended(make_server: Callable[..., Server], start: Starter) -> None:
    server = make_server(SESSION_CHECK_SECONDS=1)
    [ann] = server.people(1)
    program = start(ann)
    program.call("connect")
    program.until_online()
    [token] = ann.get("/tokens/").json()["tokens"]
    ann.post("/tokens/", end=token["id"])
    wait_until(lambda: program.states()[-1:] == ["signed_out"])


def test_the_program_in_the_document_runs(make_server: Callable[..., Server], tmp_path: Path) -> None:
    [source] = re.findall(r"```js\n(.*?)```", (ROOT / "docs/javascript.md").read_text(), re.DOTALL)
    server = make_server(SEND_RATE=100_000, SEND_BURST=100_000)  # it is asked again and again
    ann, bob = server.people(2)
    ann.post("/rooms/", title="ops", room="ops")
    (tmp_path / "client").symlink_to(ROOT / "static/js/client")
    module = tmp_path / "program.mjs"
    module.write_text(source.replace("https://chat.example.org", server.url))
    process = subprocess.Popen([str(NODE), str(module)], env={**os.environ, "TOKEN": program_of(ann).token})
    try:
        wait_until(lambda: texts_of(ann, "ops") == ["deployed"], PATIENCE)
        wait_until(lambda: asked_until_answered(bob), PATIENCE)
    finally:
        process.kill()
        process.wait()


def asked_until_answered(person: Visitor) -> bool:
    """A program that listens from now on may begin after the first question."""
    person.say("status?")
    with suppress(AssertionError):
        wait_until(lambda: "all is well" in texts_of(person, "lobby"), 2)
    return "all is well" in texts_of(person, "lobby")


def texts_of(person: Visitor, room: str) -> list[object]:
    return texts([each["data"] for each in person.get(f"/history/?room={room}").json()["events"]])


@pytest.fixture
def stripped(tmp_path: Path) -> Iterator[Callable[[Server], Nginx]]:
    """Starts a proxy that lets no WebSocket through in front of a server."""
    nginx.needed()
    proxies: list[Nginx] = []

    def make(server: Server) -> Nginx:
        folder = tmp_path / "nginx"
        folder.mkdir()
        proxies.append(Nginx(folder, server.port, server.port, STRIPPED))
        return proxies[-1].start()

    yield make
    for proxy in proxies:
        proxy.close()


@pytest.mark.long
def test_every_event_comes_once_in_order_without_a_websocket(
    make_server: Callable[..., Server], start: Starter, stripped: Callable[[Server], Nginx]
) -> None:
    """In more rooms than the address of a stream can name, through a kill of the server."""
    server = make_server(TRUSTED_PROXIES="127.0.0.1", SEND_RATE=1_000, SEND_BURST=1_000, SESSION_CHECK_SECONDS=1)
    ann, bob = server.people(2)
    rooms = chronicle.fill_rooms(server, ROOMS, [ann, bob])
    proxy = stripped(server)
    program = start(ann, url=proxy.url, trust=proxy.folder / "fullchain.pem")
    program.call("connect")
    wait_until(program.streams, PATIENCE)
    for room in rooms:
        bob.say("before", room=room)
    sent = [program.call("send", {"room": room, "txt": "from the program"}) for room in rooms[:20]]
    program.answer(sent[0])
    server.kill()
    server.start()
    for room in rooms:
        bob.say("after", room=room)
    assert all("result" in program.answer(call) for call in sent)
    wanted = 2 * len(rooms) + len(sent)
    events = program.until_events(wanted)
    seqs: dict[str, list[int]] = {}
    for event in events:
        seqs.setdefault(event["room"], []).append(event["seq"])
    assert len(events) == wanted
    assert set(seqs) == set(rooms)
    assert all(found == list(range(found[0], found[0] + len(found))) for found in seqs.values())
    [token] = ann.get("/tokens/").json()["tokens"]
    ann.post("/tokens/", end=token["id"])
    wait_until(lambda: program.states()[-1:] == ["signed_out"], PATIENCE)
