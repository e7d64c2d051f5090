"""GET /chat/: the socket's wait() loop, `clients`, the user list, and what reaches which socket."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client as Browser
from django.test import override_settings
from websockets.frames import Frame, Opcode
from websockets.protocol import CLIENT, Protocol

from Dweb.live.client import Client
from Dweb.models import LOBBY, Membership, User

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in

HELLO = {"type": "hello"}
PING = {"type": "ping"}
HANDSHAKE = {
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
}


class WaitLoop(ViewTestCase):
    """`while (message := request.websocket.wait()) is not None`: talk() scripts what wait() returns."""

    def test_frames_are_answered_in_the_order_in_which_they_come(self) -> None:
        message = {"type": "1", "txt": "hi", "cid": "c"}
        frames = self.talk(self.alice, PING, HELLO, message, "no JSON", PING)
        self.assertEqual([frame["type"] for frame in frames], ["pong", 0, 1, "ack", "error", "pong"])

    def test_each_frame_is_answered_before_the_next_one_is_read(self) -> None:
        stored: list[int] = []

        def count() -> None:
            stored.append(self.live.committer.stored)

        message = {"type": "1", "txt": "hi"}
        self.talk(self.alice, count, message, count, message, count)
        self.assertEqual(stored, [0, 1, 2])

    def test_none_ends_the_view_without_a_word(self) -> None:
        self.assertEqual(self.talk(self.alice), [])

    def test_the_hub_knows_the_client_while_the_loop_lasts_and_not_afterwards(self) -> None:
        seen: list[list[int]] = []

        def look() -> None:
            seen.append([client.user_id for client in self.live.hub.connections()])

        self.talk(self.alice, look, HELLO, look)
        look()
        self.assertEqual(seen, [[self.alice.pk], [self.alice.pk], []])

    def test_a_loop_that_ends_gives_its_place_back(self) -> None:
        self.live.hub._max_sockets = 1
        for _ in range(2):
            self.assertEqual(self.talk(self.alice, PING), [{"type": "pong"}])

    def test_a_fault_in_the_loop_takes_the_client_out_of_the_hub_as_well(self) -> None:
        def fault() -> None:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            self.talk(self.alice, fault)
        self.assertEqual(self.live.hub.connections(), [])

    def test_frames_that_come_after_the_servers_close_are_not_answered(self) -> None:
        def close() -> None:
            [client] = self.live.hub.connections()
            client.close(4000, "bye")

        frames = self.talk(self.alice, PING, close, PING, {"type": "1", "txt": "too late"})
        self.assertEqual(frames, [{"type": "pong"}, {"type": "close", "code": 4000}])
        self.assertEqual(self.live.committer.stored, 0)

    def test_a_stopping_server_closes_with_1012(self) -> None:
        self.assertEqual(self.talk(self.alice, self.live.stop), [{"type": "close", "code": 1012}])


@override_settings(PRESENCE_GRACE_SECONDS=0)
class Clients(ViewTestCase):
    """`clients` of the hub: online users by the session's user id."""

    def test_the_key_is_the_sessions_user_id(self) -> None:
        tab = self.connected(self.alice)
        self.assertEqual(self.live.hub.clients.keys(), {self.alice.pk})
        self.assertEqual(self.live.hub.clients[self.alice.pk].username, "Alice")
        self.assertEqual(self.sockets(self.alice), [tab.client])

    def test_the_tabs_of_a_user_stand_under_one_key(self) -> None:
        tabs = [self.connected(self.alice) for _ in range(2)]
        self.connected(self.bob)
        self.assertEqual(self.live.hub.clients.keys(), {self.alice.pk, self.bob.pk})
        self.assertCountEqual(self.sockets(self.alice), [tab.client for tab in tabs])

    def test_a_user_stays_until_the_last_tab_has_left(self) -> None:
        first, last = (self.connected(self.alice) for _ in range(2))
        self.leave(first)
        self.live.hub.tick()
        self.assertEqual(self.sockets(self.alice), [last.client])
        self.leave(last)
        self.live.hub.tick()
        self.assertEqual(self.live.hub.clients, {})

    def test_the_view_enters_its_socket_beside_the_others(self) -> None:
        tab = self.connected(self.alice)
        seen: list[int] = []
        self.talk(self.alice, lambda: seen.append(len(self.sockets(self.alice))))
        self.assertEqual(seen, [2])
        self.assertEqual(self.sockets(self.alice), [tab.client])

    def test_one_user_has_so_many_sockets(self) -> None:
        self.live.hub._max_per_user = 2
        tabs = [self.connected(self.alice) for _ in range(3)]
        closed = [tab.closed for tab in tabs]
        self.assertEqual(closed, [[], [], [(4003, "at most 2 connections for one user")]])

    def sockets(self, user: User) -> list[Client]:
        return self.live.hub.connections(user.pk)


class UserList(ViewTestCase):
    """The greeting has all users who are online; presence frames tell the changes."""

    def test_the_greeting_has_the_user_list_with_oneself(self) -> None:
        self.connected(self.bob)
        [greeting] = self.talk(self.alice, HELLO)
        self.assertEqual(greeting["userlist"], [person(self.bob), person(self.alice)])
        self.assertEqual((greeting["type"], greeting["online"]), (0, 2))

    def test_two_tabs_are_one_user(self) -> None:
        self.connected(self.alice)
        [greeting] = self.talk(self.alice, HELLO)
        self.assertEqual((greeting["userlist"], greeting["online"]), ([person(self.alice)], 1))

    def test_a_user_who_comes_is_told_to_all_who_are_greeted(self) -> None:
        tab = self.connected(self.alice)
        self.live.hub.tick()
        tab.frames()
        self.connected(self.bob)
        self.live.hub.tick()
        change = {"type": "presence", "joined": [person(self.bob)], "left": [], "online": 2}
        self.assertEqual(tab.frames(), [change])

    def test_a_user_who_leaves_is_told_once_the_last_tab_is_gone(self) -> None:
        self.live.hub._presence._grace = 0
        tab, first, last = (self.connected(user) for user in (self.alice, self.bob, self.bob))
        self.live.hub.tick()
        tab.frames()
        self.leave(first)
        self.live.hub.tick()
        self.assertEqual(tab.frames(), [])
        self.leave(last)
        self.live.hub.tick()
        change = {"type": "presence", "joined": [], "left": [person(self.bob)], "online": 1}
        self.assertEqual(tab.frames(), [change])

    def test_a_reload_changes_nothing(self) -> None:
        tab, before = self.connected(self.alice), self.connected(self.bob)
        self.live.hub.tick()
        tab.frames()
        self.leave(before)
        self.live.hub.tick()
        self.connected(self.bob)
        self.live.hub.tick()
        self.assertEqual(tab.frames(), [])

    def test_a_client_that_has_not_said_hello_is_sent_no_change(self) -> None:
        self.assertEqual(self.talk(self.alice, self.live.hub.tick), [])


class Deliveries(ViewTestCase):
    """What is POSTed to /msg_send/, and which sockets get it."""

    def test_a_group_message_reaches_everyone_in_the_lobby(self) -> None:
        tabs = [self.connected(user) for user in (self.alice, self.bob, make_user("carol"))]
        self.say("hello")
        self.assertEqual([tab.messages() for tab in tabs], [["hello"]] * 3)

    def test_a_group_message_reaches_all_sockets_of_the_room_and_no_others(self) -> None:
        carol = make_user("carol")
        make_room("111", self.alice, self.bob)
        inside = [self.connected(user) for user in (self.alice, self.alice, self.bob)]
        outside = self.connected(carol)
        self.say("hello", room="111")
        for tab in inside:
            [message] = tab.frames()
            self.assertEqual((message["type"], message["data"]["room"]), (1, "111"))
            self.assertEqual(
                (message["data"]["msg"], message["data"]["userid"], message["data"]["seq"]), ("hello", self.alice.pk, 1)
            )
        self.assertEqual(outside.frames(), [])

    def test_the_cid_comes_back_to_the_senders_tabs_alone(self) -> None:
        own, other = [self.connected(self.alice) for _ in range(2)], self.connected(self.bob)
        self.say(cid="c1")
        self.assertEqual([frame["data"]["cid"] for tab in own for frame in tab.frames()], ["c1", "c1"])
        [message] = other.frames()
        self.assertNotIn("cid", message["data"])

    def test_a_private_message_reaches_all_sockets_of_both_people_and_no_others(self) -> None:
        pair = [self.connected(user) for user in (self.alice, self.alice, self.bob, self.bob)]
        outside = self.connected(make_user("carol"))
        self.say("psst", type="0", userto=self.bob.pk)
        for tab in pair:
            [message] = tab.frames()
            self.assertEqual(message["type"], 1)
            self.assertEqual(
                {key: message["data"][key] for key in ("msg", "room", "userid", "userto")},
                {
                    "msg": "psst",
                    "room": f"@{self.alice.pk}.{self.bob.pk}",
                    "userid": self.alice.pk,
                    "userto": self.bob.pk,
                },
            )
        self.assertEqual(outside.frames(), [])

    def test_a_refused_message_reaches_nobody(self) -> None:
        make_room("111", self.bob)
        tabs = [self.connected(user) for user in (self.alice, self.bob)]
        self.assert_error(self.say(room="111"), 403, "forbidden")
        self.assert_error(self.say(" "), 400, "bad_input")
        self.assertEqual([tab.frames() for tab in tabs], [[], []])

    def test_messages_come_in_the_order_of_their_numbers(self) -> None:
        tab = self.connected(self.bob)
        for text in ("one", "two", "three"):
            self.say(text)
        frames = tab.frames()
        self.assertEqual([frame["data"]["seq"] for frame in frames], [1, 2, 3])
        self.assertEqual([frame["data"]["msg"] for frame in frames], ["one", "two", "three"])

    def test_a_socket_in_its_loop_gets_them_between_two_frames(self) -> None:
        frames = self.talk(self.bob, HELLO, lambda: self.say("meanwhile"), PING)
        self.assertEqual([frame["type"] for frame in frames], [0, 1, "pong"])
        self.assertEqual(frames[1]["data"]["msg"], "meanwhile")

    def test_who_left_a_room_gets_nothing_more_from_it(self) -> None:
        make_room("111", self.alice, self.bob)
        frames = self.talk(self.bob, HELLO, {"type": "leave", "room": "111"}, lambda: self.say(room="111"))
        self.assertEqual([frame["type"] for frame in frames], [0, "room"])
        self.assertFalse(Membership.objects.filter(user=self.bob).exists())

    def test_the_lobby_is_what_no_room_means(self) -> None:
        tab = self.connected(self.bob)
        self.say()
        self.say(room=LOBBY)
        self.assertEqual([frame["data"]["room"] for frame in tab.frames()], [LOBBY, LOBBY])


class Handshake(ViewTestCase):
    """Why a socket is refused, and a whole connection: middleware, view and a real socket."""

    def test_without_an_upgrade_it_says_426(self) -> None:
        response = self.browser.get("/chat/")
        self.assert_error(response, 426, "upgrade_required")
        self.assertEqual(response["Upgrade"], "websocket")
        self.assertIn("no-store", response["Cache-Control"])

    def test_who_is_not_signed_in_gets_401(self) -> None:
        for upgrade in ({}, HANDSHAKE):
            with self.subTest(upgrade=bool(upgrade)), loopback() as (near, _):
                response = self.client.get("/chat/", **upgrade, **{"gunicorn.socket": near})
                self.assertEqual(response.status_code, 401)
                refusal = {"msg": "error", "error": "not_signed_in", "detail": "Sign in first."}
                self.assertEqual(response.json(), refusal)

    def test_a_full_server_says_503_and_when_to_come_back(self) -> None:
        self.live.hub._max_sockets = 1
        for upgrade in ({}, HANDSHAKE):
            with self.subTest(upgrade=bool(upgrade)), loopback() as (near, _):
                self.assertIsNone(self.live.hub.reserve())
                response = self.browser.get("/chat/", **upgrade, **{"gunicorn.socket": near})
                self.assert_error(response, 503, "unavailable")
                self.assertEqual(response["Retry-After"], "10")
                self.live.hub.release()
                self.assertEqual(self.browser.get("/chat/").status_code, 426)

    def test_a_stopping_server_takes_nobody_in(self) -> None:
        self.live.stop()
        self.assertEqual(self.browser.get("/chat/").status_code, 503)

    def test_a_foreign_origin_is_refused(self) -> None:
        handshake = HANDSHAKE | {"HTTP_ORIGIN": "https://evil.example"}
        with loopback() as (near, _):
            self.assert_error(self.browser.get("/chat/", **handshake, **{"gunicorn.socket": near}), 403, "forbidden")

    def test_a_closed_account_gets_401(self) -> None:
        browser = sign_in(self.alice)
        User.objects.filter(pk=self.alice.pk).update(is_active=False)
        self.assertEqual(browser.get("/chat/").status_code, 401)

    def test_other_methods_do_not_open_a_socket(self) -> None:
        for method in ("post", "put", "delete"):
            with self.subTest(method=method):
                response = getattr(self.browser, method)("/chat/")
                self.assert_error(response, 405, "bad_input")
                self.assertEqual(response["Allow"], "GET")

    def test_a_connection_is_greeted_answered_and_ended(self) -> None:
        received: list[object] = []
        browser: Browser = self.browser
        with loopback() as (near, far):
            peer = threading.Thread(target=greet_say_and_close, args=(far, received))
            peer.start()
            browser.get("/chat/", **HANDSHAKE, **{"gunicorn.socket": near})
            peer.join(10)
        self.assertEqual(received, [0, 1, "ack", b"\x03\xe8"])
        self.assertEqual(self.live.hub.connections(), [])
        self.assertIsNone(self.live.hub.reserve())


def person(user: User) -> dict[str, object]:
    return {"username": user.username, "userid": user.pk}


@contextmanager
def loopback() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: the server's, the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname(), timeout=10)
        near, _ = listener.accept()
    with near, far:
        yield near, far


def greet_say_and_close(far: socket.socket, received: list[object]) -> None:
    """The client's side; `received` gets the types of the frames, and the code with which the server closed."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += far.recv(1)
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    client = Protocol(CLIENT)
    for frame in (b'{"type":"hello"}', '{"type":"1","txt":"你好","cid":"c"}'.encode()):
        far.sendall(Frame(Opcode.TEXT, frame).serialize(mask=True))
    while data := far.recv(1 << 16):
        client.receive_data(data)
        for frame in client.events_received():
            received.append(frame.data if frame.opcode is Opcode.CLOSE else json.loads(bytes(frame.data))["type"])
        if received[-1] == "ack":
            far.sendall(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
