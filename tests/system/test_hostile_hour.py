"""Everything hostile at once, for ATTACK_SECONDS (an hour has 3600), beside 100 people who talk.

The people are in a process of their own, as the attackers are: what an attack costs the one who makes it must not count
as the server's. On one machine it does: so the same attackers first turn to another server, of no priority, and what
people wait then is printed, too.
"""

import http.client
import json
import multiprocessing
import os
import time
from array import array
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from ..conftest import LONG
from ..support import talk
from ..support.attacks import ATTACKS
from ..support.crowd import Crowd
from ..support.server import Server, Visitor

pytestmark = [pytest.mark.once, *LONG]

PEOPLE = 100
ATTACKERS = 20
QUIET_SECONDS = 20
TIMES = 3  # of the 99th percentile without the attackers


def attack(server: Server, people: list[Visitor], seconds: float, counts: "multiprocessing.Queue[str]") -> None:
    """Runs each attack in a thread of its own, again and again; an attack may fail, since the server defends itself."""
    end = time.monotonic() + seconds
    done = dict.fromkeys((work.__name__ for work in ATTACKS), 0)

    def repeat(work: Callable[[Server, Visitor], None], person: Visitor) -> None:
        while time.monotonic() < end:
            try:
                work(server, person)
                done[work.__name__] += 1
            except (OSError, AssertionError, ValueError, http.client.HTTPException):
                person.leave()  # a connection on which an answer is due takes no other request
                time.sleep(0.01)

    threads = [
        Thread(target=repeat, args=(ATTACKS[number % len(ATTACKS)], person)) for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put(json.dumps(done))


def under_attack(crowd: Crowd, target: Server, attackers: list[Visitor], seconds: float) -> "array[float]":
    """Lets people talk while others attack a server, theirs or another one. Returns the delays."""
    counts: multiprocessing.Queue[str] = multiprocessing.get_context("fork").Queue()
    with talk.beside(attack, target, attackers, seconds + 5, counts):
        crowd.wait(lambda: False, 3)
        delays = talk.talk(crowd, talk.seconds(seconds))
        print("attacks:", counts.get(timeout=120))
        return delays


def test_people_talk_while_others_attack(make_server: Callable[..., Server], tmp_path: Path) -> None:
    seconds = float(os.environ.get("ATTACK_SECONDS", "60"))
    server = make_server()
    people = server.people(PEOPLE + ATTACKERS)
    elsewhere = Server(tmp_path)
    with ExitStack() as stack:
        stack.callback(elsewhere.close)
        elsewhere.start(("nice", "-n", "19", "scripts/serve", "--port"))
        crowd = stack.enter_context(Crowd(people[:PEOPLE]))
        talk.talk(crowd, talk.seconds(5))
        quiet = talk.p99(talk.talk(crowd, talk.seconds(QUIET_SECONDS)))
        floor = talk.p99(under_attack(crowd, elsewhere, elsewhere.people(PEOPLE + ATTACKERS)[PEOPLE:], QUIET_SECONDS))
        elsewhere.close()
        busy = talk.p99(under_attack(crowd, server, people[PEOPLE:], seconds))
        print(
            f"99th percentile: quiet {1e3 * quiet:.1f} ms, attackers elsewhere {1e3 * floor:.1f}, here {1e3 * busy:.1f}"
        )
        assert not any(member.ended for member in crowd.members)
        assert [member for member in crowd.members if member.close_code is not None] == []
        assert busy <= TIMES * quiet
    assert server.faults() == []
    for person in people[:3]:  # nobody is locked out
        with person.greeted():
            person.say("still here")
