"""2 GB that 20 people send at once, beside 100 who talk: what the worker holds, and what the talkers wait.

Those who send are in a process of their own. On one machine what they do themselves costs the talkers, too: so they
send to another server as well, of no priority, in turns, and what people wait then is what this one is measured by.
Medians of the turns are compared: a few messages make a 99th percentile, and a machine may stop for a moment.
"""

import http.client
import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings

from ..conftest import LONG
from ..support import talk
from ..support.crowd import Crowd
from ..support.server import Server, Visitor
from ..support.uploads import TYPE, form

pytestmark = [pytest.mark.once, *LONG]

MB = 1_000_000
TALKERS = 100
SENDERS = 20
SIZES = ((1, 1, 100), (2, 8, 40, 50))  # in MB, of one person and the next
IN_PIECES = 5 * MB  # the page sends larger ones so
QUIET_SECONDS = 30
MOST_MEMORY = 30 * MB
TIMES = 1.5  # of the 99th percentile while the uploads go to another server
TURNS = 3


class Sender:
    """One person, who sends one file after the other as the page does, over a connection of their own."""

    def __init__(self, person: Visitor) -> None:
        self._headers = person.headers
        self._http = http.client.HTTPConnection(person.server.host, person.server.port, timeout=120)

    def send(self, data: memoryview) -> None:
        if len(data) <= IN_PIECES:
            self._post("/files/", form(bytes(data)), TYPE)
            return
        upload = self._post("/files/", f"name=film.mp4&size={len(data)}".encode())
        while upload["offset"] < len(data):
            offset = upload["offset"]
            piece = data[offset : offset + settings.FILE_PIECE_BYTES]
            upload = self._post(f"/files/{upload['id']}/?offset={offset}", piece, "application/octet-stream")

    def _post(self, path: str, body: object, kind: str = "application/x-www-form-urlencoded") -> Any:
        while True:
            self._http.request("POST", path, body, self._headers | {"Content-Type": kind})  # type: ignore[arg-type]
            answer = self._http.getresponse()
            told = json.loads(answer.read())
            if answer.status == 200:
                return told
            assert answer.status == 429, told
            time.sleep(float(answer.headers["Retry-After"]))


def send_all(people: list[Visitor]) -> None:
    data = memoryview(os.urandom(max(map(max, SIZES)) * MB))

    def work(person: Visitor, sizes: tuple[int, ...]) -> None:
        sender = Sender(person)
        for size in sizes:
            sender.send(data[: size * MB])

    threads = [Thread(target=work, args=(person, SIZES[index % 2])) for index, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def beside_uploads(crowd: Crowd, people: list[Visitor]) -> tuple[float, int, float]:
    """The talkers' 99th percentile and the most memory that the worker held, in bytes, and the seconds that it took."""
    worker = people[0].server.worker
    most, began = 0, time.monotonic()
    with talk.beside(send_all, people) as process:

        def over() -> bool:
            nonlocal most
            most = max(most, worker.memory_info().rss)
            return not process.is_alive()

        delays = talk.talk(crowd, over)
        assert process.exitcode == 0
    return talk.p99(delays), most, time.monotonic() - began


def test_two_gigabytes_beside_people_who_talk(make_server: Callable[..., Server], tmp_path: Path) -> None:
    server = make_server()
    people = server.people(TALKERS + SENDERS)
    elsewhere = Server(tmp_path)
    with ExitStack() as stack:
        stack.callback(elsewhere.close)
        elsewhere.start(("nice", "-n", "19", "scripts/serve", "--port"))
        crowd = stack.enter_context(Crowd(people[:TALKERS]))
        talk.talk(crowd, talk.seconds(5))
        others = elsewhere.people(SENDERS)
        before = server.worker.memory_info().rss
        turns = []
        for _ in range(TURNS):
            quiet = talk.p99(talk.talk(crowd, talk.seconds(QUIET_SECONDS)))
            floor = beside_uploads(crowd, others)[0]
            here, most, took = beside_uploads(crowd, people[TALKERS:])
            turns.append((quiet, floor, here))
            print(
                f"99th percentile: quiet {1e3 * quiet:.1f} ms, uploads elsewhere {1e3 * floor:.1f}, "
                f"here {1e3 * here:.1f}; memory {before / MB:.0f} MB, then {most / MB:.0f}; {took:.1f} s"
            )
            assert most - before <= MOST_MEMORY
        quiet, floor, here = (statistics.median(each) for each in zip(*turns, strict=True))
        print(
            f"medians: {1e3 * quiet:.1f}, {1e3 * floor:.1f}, {1e3 * here:.1f} ms: {here / quiet:.2f} of the quiet one"
        )
        assert here <= TIMES * floor
        assert [member for member in crowd.members if member.close_code is not None] == []
    assert server.faults() == []
