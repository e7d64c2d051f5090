"""What people who mean harm do, once each: from outside, and with an account. Each returns soon, or raises."""

import json
import secrets
import socket
import struct
import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from .crowd import Member, masked
from .raw import talk
from .server import CSRF, Server, Visitor
from .slow import HALF_BODY, HALF_HEAD, dial, many

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF}
HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 4_000)))
PAUSE_SECONDS = 0.5  # between two attacks with many connections, which the attacker's own machine has to make


def half_requests(server: Server, person: Visitor) -> None:
    for data in (HALF_HEAD, HALF_BODY, b""):
        with many(server, 50, data, "127.0.0.3", "127.0.0.4"):
            time.sleep(PAUSE_SECONDS)


def unread_answers(server: Server, person: Visitor) -> None:
    request = f"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {person.headers['Cookie']}\r\n\r\n".encode() * 50
    with many(server, 20, request, "127.0.0.5", unread=True):
        time.sleep(PAUSE_SECONDS)


def guessed_passwords(server: Server, person: Visitor) -> None:
    fields = {"userNameOrEmailAddress": f"user{secrets.randbelow(200)}", "password": secrets.token_hex(4)}
    server.request("POST", "/", urlencode(fields).encode(), FORM)


def registrations(server: Server, person: Visitor) -> None:
    fields = {"account": secrets.token_hex(8), "username": "Anna Boss", "password": secrets.token_hex(8)}
    server.request("POST", "/register/", urlencode(fields).encode(), FORM)


def odd_headers(server: Server, person: Visitor) -> None:
    talk(server.port, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: x/y; charset=rot13\r\n\r\n")


def searches(server: Server, person: Visitor) -> None:
    person.post(type="1", txt="a" * 24 + "x " + "\ufdfa" * 200)
    person.get(f"/search/?q={quote('a' * 24 + 'y')}")


def greetings(server: Server, person: Visitor) -> None:
    member = Member(person)
    for _ in range(20):
        member.send({"type": "hello", "last": {"lobby": 0}})
    time.sleep(PAUSE_SECONDS)
    member.sock.close()


def histories(server: Server, person: Visitor) -> None:
    person.get("/history/?room=lobby&limit=200")
    person.get("/users/")


def control_frames(server: Server, person: Visitor) -> None:
    member = Member(person)
    member.sock.sendall(masked(0x9, b"") * 5_000 + masked(0x1, b"", 0x00) + masked(0x0, b"", 0x00) * 5_000)
    member.sock.close()


def long_messages(server: Server, person: Visitor) -> None:
    person.post(type="1", txt=HAN, room=f"r{person.userid}")


def rooms(server: Server, person: Visitor) -> None:
    name = secrets.token_hex(8)
    person.get(f"/news_chat/?group_id={name}")
    member = Member(person)
    member.send({"type": "leave", "room": name})
    member.sock.close()


def private_chats(server: Server, person: Visitor) -> None:
    person.post(type="0", txt="hello", userto=1 + secrets.randbelow(120))


def broken_frames(server: Server, person: Visitor) -> None:
    member = Member(person)
    member.sock.sendall(secrets.token_bytes(500))
    member.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    member.sock.close()


def typing(server: Server, person: Visitor) -> None:
    member = Member(person)
    for _ in range(500):
        member.sock.sendall(masked(0x1, json.dumps({"type": "typing", "room": "lobby"}).encode()))
    member.sock.close()


def resets(server: Server, person: Visitor) -> None:
    for _ in range(20):
        dial(server, "127.0.0.6", b"GET /chat/ HTTP/1.1\r\n").close()


ATTACKS: tuple[Callable[[Server, Visitor], None], ...] = (
    half_requests, unread_answers, guessed_passwords, registrations, odd_headers, searches, greetings, histories,
    control_frames, long_messages, rooms, private_chats, broken_frames, typing, resets,
)  # fmt: skip
