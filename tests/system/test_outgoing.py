"""Outgoing webhooks of a whole server: an answer in the room, hostile receivers, and kills of either side."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from http.client import HTTPException
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest

from ..support.receivers import Raw, Receiver
from ..support.receiving import ReceiverProcess
from ..support.redis import RedisServer
from ..support.server import Server, Visitor, receive
from ..support.waiting import wait_until
from .test_servers import make_cluster

BOT = """
from Dweb.models import BotKind, Membership, OutgoingHook, Room, Trigger, User
bot = User(account="robo", username="Robo", bot=BotKind.BOT)
bot.set_unusable_password()
bot.save()
for name in {rooms}:
    Membership.objects.create(room=Room.objects.get(name=name), user=bot)
from Dweb.outgoing.signature import new_secret
for trigger, word, url in {hooks}:
    OutgoingHook.objects.create(
        name=word, bot=bot, trigger=Trigger[trigger], word=word, url=url, private=True, secret=new_secret())
"""
ROOMS = ("one", "two", "three", "four")
EACH = 250  # messages in a room
LONG = 300.0


def prepare(server: Server, person: Visitor, rooms: tuple[str, ...], hooks: list[tuple[str, str, str]]) -> None:
    """Makes rooms of a person's, a bot that is in them, and webhooks: each a trigger, a word and an address."""
    for room in rooms:
        assert person.post("/rooms/", title=room, room=room).status == 200
    server.run("manage.py", "shell", "--no-imports", "-c", BOT.format(rooms=rooms, hooks=hooks))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver().start()
    yield receiver
    receiver.stop()


def test_a_command_is_answered_while_another_receiver_hangs(
    make_server: Callable[..., Server], receiver: Receiver
) -> None:
    """A receiver that hangs keeps its own messages, and nobody else's."""
    receiver.reply = lambda got: (200, "application/json", json.dumps({"text": f"done: {got.told['text']}"}).encode())
    hanging = Raw(lambda sock: time.sleep(LONG))
    server = make_server(SESSION_CHECK_SECONDS=0.2, HOOK_POLL_SECONDS=0.2)
    [ann] = server.people(1)
    prepare(server, ann, ("team",), [("EVERY", "", hanging.url), ("COMMAND", "deploy", receiver.url)])
    listed = ann.get("/commands/?room=team").json()["commands"]
    assert [each["name"] for each in listed] == ["deploy"]
    with ann.greeted() as tab:
        wait_until(lambda: ann.say("/deploy web", room="team") and receiver.got)  # until the server knows the webhooks
        answer = receive(tab, 1)
        while answer["data"]["user"] != "Robo":
            answer = receive(tab, 1)
        assert answer["data"]["msg"] == "done: web"
        assert answer["data"]["reply"] >= 1
    assert hanging.taken
    hanging.stop()
    assert server.faults() == []


@pytest.mark.long
def test_of_two_servers_one_sends_and_the_other_goes_on(
    redis: RedisServer, make_server: Callable[..., Server], receiver: Receiver
) -> None:
    limits = {"SESSION_CHECK_SECONDS": 0.2, "HOOK_POLL_SECONDS": 0.2, "HOOK_LEASE_SECONDS": 4, "HOOK_SECONDS": 1}
    one, two = make_cluster(redis, make_server, **limits).servers
    [ann] = one.people(1)
    prepare(one, ann, ("team",), [("EVERY", "", receiver.url)])
    there = ann.at(two)
    wait_until(lambda: there.say("first", room="team") and receiver.got)
    for server in (one, two):
        for person in (ann, there):
            person.say("more", room="team")
        wait_until(lambda: len({got.headers["webhook-id"] for got in receiver.got}) == len(seqs(receiver)))
        if server is one:
            one.kill()
            one.start()
            before = len(receiver.got)
            there.say("after the kill", room="team")
            wait_until(lambda count=before: len(receiver.got) > count, 30)
    assert seqs(receiver) == sorted(seqs(receiver))


def seqs(receiver: Receiver) -> list[int]:
    return list(dict.fromkeys(got.told["message"]["seq"] for got in receiver.got))


@pytest.mark.long
def test_a_thousand_messages_through_kills_of_both_sides(make_server: Callable[..., Server], tmp_path: Path) -> None:
    """Each arrives at least once, in order for its room, with one id; none again once it was answered and noted."""
    receiver = ReceiverProcess(tmp_path).start()
    server = make_server(
        SESSION_CHECK_SECONDS=0.5,
        HOOK_POLL_SECONDS=0.5,
        HOOK_PAUSE_MAX_SECONDS=1,
        SEND_RATE=100_000,
        SEND_BURST=100_000,
    )
    people = server.people(len(ROOMS))
    prepare(server, people[0], ROOMS, [("EVERY", "", receiver.url)])
    for person, room in zip(people, ROOMS, strict=True):
        person.get(f"/news_chat/?group_id={room}")
    server.kill()
    server.start()
    writers = [Thread(target=write, args=(person, room)) for person, room in zip(people, ROOMS, strict=True)]
    for writer in writers:
        writer.start()
    kills = []
    try:
        for number, count in enumerate((150, 300, 450, 600, 750)):
            wait_until(lambda least=count: len({line.id for line in receiver.lines()}) >= least, LONG)
            if number % 2:
                receiver.kill()
                time.sleep(0.5)
                receiver.start()
            else:
                kills.append(time.monotonic())
                server.kill()
                server.start()
        for writer in writers:
            writer.join(LONG)
        total = len(ROOMS) * EACH
        wait_until(lambda: len({line.id for line in receiver.lines() if line.what == "answered"}) >= total, LONG)
        wait_until(lambda: all(len(answers(people[0], room)) == EACH for room in ROOMS), LONG)
    finally:
        receiver.kill()
    check(receiver, people[0], kills)
    assert server.faults() == []


def write(person: Visitor, room: str) -> None:
    """Each message until the server has said that it is stored."""
    for number in range(EACH):
        while True:
            try:
                answer = person.post(type="1", txt=f"{number}", room=room, cid=f"{room}-{number}")
            except (OSError, HTTPException):  # it was killed meanwhile
                person.leave()
                time.sleep(0.1)
                continue
            if answer.status == 200:
                break
            time.sleep(0.1)


def answers(person: Visitor, room: str) -> list[str]:
    """What the bot has said in a room."""
    said: list[str] = []
    after = 0
    while True:
        page = person.get(f"/history/?room={room}&after={after}&limit=200").json()
        said += [each["data"]["msg"] for each in page["events"] if each["data"].get("user") == "Robo"]
        if not page["more"]:
            return said
        after = page["events"][-1]["data"]["seq"]


def check(receiver: ReceiverProcess, person: Visitor, kills: list[float]) -> None:
    firsts: dict[str, list[int]] = defaultdict(list)
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    answered: dict[str, float] = {}
    again = 0
    for line in receiver.lines():
        if line.what == "answered":
            answered.setdefault(line.id, line.at)
            continue
        if line.id not in {id for found in ids.values() for id in found}:
            firsts[line.room].append(line.seq)
        ids[line.room, line.seq].add(line.id)
        if line.id in answered:  # then the server was killed before it had noted the answer
            again += 1
            assert any(answered[line.id] <= kill + 1 and kill <= line.at for kill in kills)
    assert all(len(found) == 1 for found in ids.values())
    assert again <= 2 * len(kills)
    for room in ROOMS:
        assert all(one < other for one, other in pairwise(firsts[room]))
        assert len(firsts[room]) == EACH
        assert Counter(answers(person, room)) == Counter(f"did {number}" for number in range(EACH))
