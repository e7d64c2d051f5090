"""Malformed frames and requests by the thousand: never a 500, never a traceback, never a thread left behind."""

import json
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from ..conftest import LONG
from ..support.crowd import masked
from ..support.raw import Raw, talk
from ..support.server import CSRF, Server, Visitor
from ..support.waiting import wait_until

AT_ONCE = 8
SEED = 6455

ODD = [
    None, True, False, 0, -1, 1, 1.5, 10**30, "", " ", "0", "1", "lobby", "nowhere", "@1.2", "@2.1", "@x.y", "@1", "@",
    "1" * 40, "x" * 5_000, "\0", "a\0b", "\ud800", "‮", "é̂" * 9, "名" * 65, "²", "٣", [], [1], {}, {"a": 1}, "NaN",
]  # fmt: skip
FIELDS = ["type", "txt", "room", "userto", "userfrom", "cid", "reply", "last", "epoch", "seq", "of", "q", "limit"]
PATHS = [
    "/msg_send/", "/msg_send/", "/history/", "/users/", "/members/", "/search/", "/chat/", "/news_chat/", "/",
    "/register/", "/profile/", "/sessions/", "/handover/", "/handover/x/",
    "/password_change/", "/nowhere",
]  # fmt: skip
TYPES = ["0", "1", 0, 1, "hello", "join", "leave", "typing", "read", "level", "edit", "delete", "", "x", None, [], 2.5]
ERRORS = {
    "bad_input", "not_signed_in", "forbidden", "not_found", "too_large", "too_fast", "unavailable", "upgrade_required",
}  # fmt: skip

pytestmark = pytest.mark.once


def odd_object(dice: random.Random) -> dict[str, object]:
    """Odd fields; three in ten are otherwise all right, so that they get past the first checks."""
    right = {"room": "lobby", "seq": dice.randrange(50), "txt": "x", "q": "x"} if dice.random() < 0.3 else {}
    fields = {dice.choice(FIELDS): dice.choice(ODD) for _ in range(dice.randrange(2 if right else 5))}
    return right | fields | ({"type": dice.choice(TYPES)} if dice.random() < 0.9 else {})


def odd_text(dice: random.Random) -> bytes:
    """A text frame's payload: odd JSON, broken JSON, no JSON."""
    text = json.dumps(odd_object(dice)).encode()
    match dice.randrange(6):
        case 0:
            return text[: dice.randrange(len(text))]
        case 1:
            return b"[" * dice.randrange(1, 60_000)
        case 2:
            return dice.choice(
                [b"NaN", b"1e999", b"-" * 99, b"9" * 9_999, b'"\\ud800"', b"{}", b"null", b"\xef\xbb\xbf{}"]
            )
        case _:
            return text


def fuzz_frames(person: Visitor, count: int, seed: int) -> Counter[str]:
    """Send odd frames until `count` are sent, on new connections when the server has closed the last one."""
    dice = random.Random(seed)
    seen: Counter[str] = Counter()
    sent = 0
    while sent < count:
        with Raw(person) as raw:
            for _ in range(min(50, count - sent)):
                sent += 1
                if dice.random() < 0.02:
                    raw.write(dice.randbytes(dice.randrange(1, 200)))
                    break  # after this the server may take nothing for a frame any more
                elif dice.random() < 0.02:
                    raw.send(dice.randrange(16), dice.randbytes(dice.randrange(150)), first=dice.randrange(16) << 4)
                    break
                else:
                    raw.write(masked(0x1, odd_text(dice)))
            raw.write(masked(0x8, struct.pack("!H", 1000)))
            raw.sock.shutdown(socket.SHUT_WR)  # of half a frame, the server would wait for the rest
            while (frame := raw.frame()) is not None:
                opcode, payload = frame
                if opcode == 0x8:
                    seen[f"close {struct.unpack('!H', payload[:2])[0] if payload else 1005}"] += 1
                elif opcode == 0x1:
                    event = json.loads(payload)
                    seen[f"{event['type']} {event.get('error', '')}"] += 1
                    assert event.get("error", "bad_input") in ERRORS
    return seen


def odd_request(dice: random.Random, person: Visitor) -> bytes:
    """A request in bytes: odd fields, odd headers, odd bodies."""
    path = dice.choice(PATHS)
    pairs = [(key, str(value)) for key, value in odd_object(dice).items()]
    fields = urlencode(pairs, errors="surrogatepass").encode()
    headers = {"Host": f"127.0.0.1:{person.server.port}", "Connection": "close"}
    if dice.random() < 0.8:
        headers |= {"Cookie": f"sessionid={person.session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
    method = dice.choice(["GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"])
    body = fields if method == "POST" else b""
    kind = dice.randrange(12)
    if kind == 0:
        headers["Content-Type"] = dice.choice(
            ["multipart/form-data; boundary=x", "multipart/form-data", "text/\xff", "x"]
        )
    elif kind == 1:
        headers |= {"Upgrade": "websocket", "Connection": dice.choice(["Upgrade", "close", ""])}
        headers |= {
            "Sec-WebSocket-Version": dice.choice(["13", "8", "", "x"]),
            "Sec-WebSocket-Key": dice.choice(["", "x"]),
        }
    elif kind == 2:
        headers[dice.choice(["Host", "Origin", "Referer", "Cookie", "Accept-Language"])] = dice.choice(
            ["", "evil.example", "http://[", "null", "\xff\xfe", "x" * 4_000, "sessionid=%00; csrftoken=", ";;;==;"]
        )
    elif kind == 3:
        body = b"txt=" + b"x" * dice.choice([70_000, 300_000])
    elif kind == 4:
        body = b"&".join(b"a%d=1" % number for number in range(200))
    elif kind == 5:
        body = dice.randbytes(dice.randrange(300))
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    headers["Content-Length"] = str(len(body) + (dice.choice([0, 0, 7, -1]) if kind == 6 and body else 0))
    query = b"?" + fields if dice.random() < 0.5 and len(fields) < 3_000 else b""
    head = "".join(f"{key}: {value}\r\n" for key, value in headers.items()).encode("latin-1")
    request = f"{method} {path}".encode() + query + b" HTTP/1.1\r\n" + head + b"\r\n" + body
    if kind == 7:
        position = dice.randrange(len(request))
        request = request[:position] + dice.randbytes(3) + request[position:]
    return request


def fuzz_requests(person: Visitor, count: int, seed: int) -> Counter[str]:
    dice = random.Random(seed)
    seen: Counter[str] = Counter()
    for _ in range(count):
        request = odd_request(dice, person)
        answer = talk(person.server.port, request)
        status = answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.1 ") else "no answer"
        seen[status] += 1
        assert status != "500", request
        head, _, body = answer.partition(b"\r\n\r\n")
        if b"application/json" in head and status >= "400" and body:
            assert body.split(b'"error": "')[1].split(b'"')[0].decode() in ERRORS
    return seen


def in_parallel(work: Callable[[Visitor, int, int], Counter[str]], people: list[Visitor], count: int) -> Counter[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = pool.map(work, people, [count // AT_ONCE] * AT_ONCE, range(SEED, SEED + AT_ONCE))
        return sum(parts, Counter())


@pytest.mark.parametrize(("count", "acks"), [(1_000, 1), pytest.param(10_000, 101, marks=LONG)])
def test_malformed_input_harms_nothing(make_server: Callable[..., Server], count: int, acks: int) -> None:
    pools = {"HTTP_THREADS": 4, "DB_MAX_CONNECTIONS": 2}
    server = make_server(SEND_RATE=100_000, SEND_BURST=100_000, MAX_SOCKETS_PER_USER=100, **pools)
    people = server.people(AT_ONCE)
    in_parallel(fuzz_frames, people, 10 * AT_ONCE)
    in_parallel(fuzz_requests, people, 10 * AT_ONCE)
    threads, files = at_rest(server)
    frames = in_parallel(fuzz_frames, people, count)
    print(frames)
    assert frames["ack "] >= acks  # not all of them were refused
    print(in_parallel(fuzz_requests, people, count))
    # The pools fill up as they are needed. Of files there are the committer's connection, too, and what SQLite keeps of
    # closed ones to use again while the file is open elsewhere.
    wait_until(lambda: server.worker.num_threads() <= threads + sum(pools.values()), 30)
    wait_until(lambda: server.worker.num_fds() <= files + 3 + 2 * AT_ONCE, 30)
    assert server.faults() == []
    with people[0].greeted():
        people[1].say("still well")


def at_rest(server: Server) -> tuple[int, int]:
    """The worker's threads and open files once they change no more."""
    counts: list[tuple[int, int]] = []
    for _ in range(100):
        counts.append((server.worker.num_threads(), server.worker.num_fds()))
        if len(counts) > 10 and len(set(counts[-10:])) == 1:
            break
        time.sleep(0.1)
    return counts[-1]
