"""Sends what Hypothesis makes to a whole server: python -m tests.fuzz.sent COUNT FOLDER."""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from ..support.crowd import masked
from ..support.raw import Raw, talk
from ..support.server import CSRF, Server, Visitor
from ..support.waiting import wait_until
from .inputs import requests, texts

AT_ONCE = 4
BATCH = 10  # frames of one connection
POOLS = {"HTTP_THREADS": 4, "DB_MAX_CONNECTIONS": 3}
LIMITS = {"SEND_RATE": 100_000, "SEND_BURST": 100_000, "MAX_SOCKETS_PER_USER": 100, **POOLS}
SPARE_FILES = 20  # what SQLite keeps of closed connections while the file is open elsewhere
GROWTH = 1.25  # of the memory, between the first tenth and the end
SESSION = "the-session"  # stands in a request until it is sent
SPARE_PEOPLE = 20  # who are made at once
SIGNED_OUT = b'sessionid=""'


def send_requests(person: Visitor, count: int, seed: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    host = f"127.0.0.1:{person.server.port}"
    spare: list[Visitor] = []

    @seeded(seed)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(requests(host, f"sessionid={SESSION}; csrftoken={CSRF}", CSRF))
    def send(request: bytes) -> None:
        answer = talk(person.server.port, request.replace(SESSION.encode(), person.session.encode()))
        if SIGNED_OUT in answer:  # or all that follows would be refused
            spare.extend(() if spare else person.server.people(SPARE_PEOPLE))
            person.session = spare.pop().session
            seen["signed out"] += 1
        status = answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.") else "no answer"
        seen[status] += 1
        assert status != "500", request

    send()
    return seen


def send_frames(person: Visitor, count: int, seed: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    pending: list[bytes] = []

    @seeded(seed)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def send(text: bytes) -> None:
        pending.append(text)
        if len(pending) >= BATCH:
            seen.update(_exchange(person, pending))
            pending.clear()

    send()
    return seen + _exchange(person, pending)


def _exchange(person: Visitor, payloads: list[bytes]) -> Counter[str]:
    """Sends these texts on one connection, and reads all that comes until it is closed."""
    seen: Counter[str] = Counter()
    with Raw(person) as raw:
        for payload in payloads:
            raw.write(masked(0x1, payload))
        raw.write(masked(0x8, b"\x03\xe8"))
        while (frame := raw.frame()) is not None:
            if frame[0] == 0x1:
                event = json.loads(frame[1])
                seen[f"{event['type']} {event.get('error', '')}"] += 1
    return seen


def main(count: int, folder: Path) -> None:
    """Raises AssertionError: a 500, a fault in the log, or a thread, a file or memory that is left."""
    server = Server(folder, **LIMITS).start()
    try:
        people = server.people(AT_ONCE)
        _send(people, count // 10, 1)
        before = _at_rest(server.worker)
        _send(people, count, 1_000)
        threads, files, memory = _at_rest(server.worker)
        print("threads, files and memory before and after:", before, (threads, files, memory))
        assert threads <= before[0] + sum(POOLS.values())
        assert files <= before[1] + SPARE_FILES
        assert memory <= GROWTH * before[2]
        assert server.faults() == [], server.faults()
        people[0].say("still well")
    finally:
        server.close()


def _send(people: list[Visitor], count: int, seed: int) -> None:
    """Half of them are requests, half frames."""
    each = max(1, count // 2 // len(people))
    for work in (send_requests, send_frames):
        # One after the other within Hypothesis, whose engine is not made for threads; the server has no need of more.
        with ThreadPoolExecutor(1) as pool:
            parts = [pool.submit(work, person, each, seed + number) for number, person in enumerate(people)]
            print(work.__name__, dict(sum((part.result() for part in parts), Counter()).most_common(12)), flush=True)


def _at_rest(worker: psutil.Process) -> tuple[int, int, int]:
    """The worker's threads, open files and resident bytes, once its sockets are gone."""
    seen: list[tuple[int, int]] = []

    def steady() -> bool:
        seen.append((worker.num_threads(), worker.num_fds()))
        time.sleep(0.1)
        return len(seen) > 10 and len(set(seen[-10:])) == 1

    wait_until(steady, 60)
    return *seen[-1], worker.memory_info().rss


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
