"""GET and POST /events/ without a whole server: what is refused, polls that are answered at once, and frames."""

import json
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from Dweb.accounts import tokens
from Dweb.accounts.access import Scope
from Dweb.accounts.tokens import Wanted
from Dweb.models import LOBBY, User

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, say, sign_in


def poll(browser: Browser, last_id: str | None = None, **query: Any) -> Any:
    if "last" in query:
        query["last"] = json.dumps(query["last"])
    headers = {} if last_id is None else {"Last-Event-ID": last_id}
    return browser.get("/events/", {"wait": 0} | query, headers=headers)


def frame(browser: Browser, **fields: object) -> Any:
    return browser.post("/events/", {"frame": json.dumps(fields)})


def told(answer: Any) -> list[tuple[str, int]]:
    return [(each["data"]["room"], each["data"]["seq"]) for each in answer.json()["events"]]


class EventsTestCase(ViewTestCase):
    def program(self, user: User | None = None, **wanted: Any) -> Browser:
        token = tokens.make(user or self.alice, Wanted("test", **wanted))[1]
        return Browser(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})


class Outsiders(EventsTestCase):
    def test_nobody_who_is_not_signed_in(self) -> None:
        for answer in (poll(Browser()), Browser().get("/events/"), frame(Browser(), type="ping")):
            self.assert_error(answer, 401, "not_signed_in")

    def test_a_token_without_the_scope(self) -> None:
        writes = self.program(scopes=frozenset({Scope.WRITE}))
        self.assert_error(poll(writes), 403, "forbidden")
        self.assert_error(writes.get("/events/"), 403, "forbidden")
        reads = self.program(scopes=frozenset({Scope.READ}))
        self.assertEqual(poll(reads).status_code, 200)
        self.assert_error(frame(reads, type="1", room=LOBBY, txt="x"), 403, "forbidden")

    def test_a_token_gets_its_rooms_alone(self) -> None:
        for name in ("plant", "office"):
            room = make_room(name, self.alice)
            say(self.browser, f"in {name}", room=room.name)
        say(self.browser, "in the lobby")
        program = self.program(rooms=frozenset({"plant"}))
        answer = poll(program, last={"plant": 0, "office": 0, LOBBY: 0})
        self.assertEqual((told(answer), answer.json()["last"]), ([("plant", 1)], {"plant": 1}))
        for rooms in ("office", "lobby", "plant,office", "none"):
            self.assert_error(poll(program, rooms=rooms), 404, "not_found")
        self.assert_error(frame(program, type="1", room="office", txt="x"), 404, "not_found")
        self.assertEqual(frame(program, type="1", room="plant", txt="x", cid="c").json()["frames"][0]["seq"], 2)

    def test_a_guest_has_the_rooms_of_invitations(self) -> None:
        guest = make_user("guest", is_guest=True)
        room = make_room("visit", guest, self.alice)
        say(self.browser, "welcome", room=room.name)
        say(self.browser, "among us")
        answer = poll(sign_in(guest), last={"visit": 0, LOBBY: 0})
        self.assertEqual((told(answer), answer.json()["last"]), ([("visit", 1)], {"visit": 1}))
        self.assert_error(poll(sign_in(guest), rooms=LOBBY), 404, "not_found")

    def test_rooms_of_others(self) -> None:
        make_room("open", self.bob)
        self.assert_error(poll(self.browser, rooms="open"), 403, "forbidden")
        self.assert_error(self.browser.get("/events/", {"rooms": "nothing"}), 404, "not_found")
        self.assert_error(poll(self.browser, rooms=f"@{self.bob.pk}.{make_user('carol').pk}"), 403, "forbidden")
        ours = f"@{self.alice.pk}.{self.bob.pk}"  # it may begin at any time
        self.assertEqual(poll(self.browser, rooms=ours).json()["last"], {})

    def test_too_many_connections(self) -> None:
        self.enterContext(self.settings(MAX_SOCKETS_PER_USER=2))
        for _ in range(2):
            self.connected(self.alice)
        self.assert_error(poll(self.browser), 429, "too_fast")
        self.assert_error(self.browser.get("/events/"), 429, "too_fast")
        self.assertEqual(poll(sign_in(self.bob)).status_code, 200)

    def test_who_asks_too_often(self) -> None:
        statuses = [poll(self.browser).status_code for _ in range(3 * int(settings.SEND_BURST))]
        self.assertEqual({*statuses}, {200, 429})


class BadInput(EventsTestCase):
    def test_fields(self) -> None:
        many = {f"room{number}": 1 for number in range(settings.STREAM_ROOMS + 1)}
        for query in (
            {"wait": -1},
            {"wait": 56},
            {"wait": "soon"},
            {"last": [1]},
            {"last": {"lobby": -1}},
            {"last": {"lobby": "x"}},
            {"last": {"no room!": 1}},
            {"last": many},
            {"rooms": ",".join(many)},
            {"rooms": "no room!"},
            {"cid": "x" * 65},
        ):
            with self.subTest(query=query):
                self.assert_error(poll(self.browser, **query), 400, "bad_input")
        for last in ("[", "nonsense", "[" * 3_000, '{"lobby":NaN}', "1", "é"):
            with self.subTest(last=last[:9]):
                self.assert_error(self.browser.get("/events/", {"wait": 0, "last": last}), 400, "bad_input")

    def test_methods(self) -> None:
        for method in ("put", "delete", "head", "options"):
            with self.subTest(method=method):
                self.assertEqual(getattr(self.browser, method)("/events/").status_code, 405)

    def test_a_server_without_a_socket(self) -> None:
        for query in ({}, {"wait": 5}):
            answer = self.browser.get("/events/", query)
            self.assertEqual((answer.status_code, answer.json()["error"]), (501, "unavailable"))

    def test_ids_that_are_none(self) -> None:
        say(self.browser)
        epoch = poll(self.browser).json()["epoch"]
        for wrong in ("garbage", f"{epoch} lobby:2", "other lobby:1", f"{epoch} a/b:1", f"{epoch}", f"{epoch}+ x:1"):
            with self.subTest(wrong=wrong):
                answer = poll(self.browser, wrong).json()
                self.assertEqual((answer["reset"], answer["events"], answer["last"]), (["lobby"], [], {"lobby": 1}))
        self.assertNotIn("reset", poll(self.browser, f"{epoch} lobby:1").json())


class Polls(EventsTestCase):
    def test_without_numbers_it_begins_now(self) -> None:
        say(self.browser)
        answer = poll(self.browser)
        self.assertEqual((told(answer), answer.json()["last"]), ([], {"lobby": 1}))
        self.assertIn("no-store", answer["Cache-Control"])

    def test_events_come_once_and_with_their_cids_to_their_sender(self) -> None:
        first = poll(self.browser).json()
        say(self.browser, "one", cid="c1")
        say(sign_in(self.bob), "two", cid="c2")
        for query in ({"last": first["last"], "epoch": first["epoch"]}, {"last_id": first["id"]}):
            answer = poll(self.browser, **query).json()
            self.assertEqual([each["data"].get("cid") for each in answer["events"]], ["c1", None])
            self.assertEqual(poll(self.browser, last=answer["last"]).json()["events"], [])
            self.assertEqual(poll(self.browser, answer["id"]).json()["events"], [])

    def test_an_answer_has_so_many_events(self) -> None:
        self.enterContext(self.settings(POLL_EVENTS=2))
        for number in range(5):
            say(self.browser, f"{number}")
        make_room("x", self.alice)
        say(self.browser, "x", room="x")
        last: Any = {"lobby": 0, "x": 0}
        seen = []
        while events := (answer := poll(self.browser, last=last).json())["events"]:
            self.assertLessEqual(len(events), 2)
            seen += [(each["data"]["room"], each["data"]["seq"]) for each in events]
            last = answer["last"]
        self.assertEqual(sorted(seen), [*(("lobby", seq) for seq in range(1, 6)), ("x", 1)])

    def test_rooms_that_became_the_users_between_two_polls(self) -> None:
        last_id = poll(self.browser).json()["id"]
        say(sign_in(self.bob), "hello", type="0", userto=self.alice.pk)
        room = make_room("club", self.alice, self.bob)
        say(sign_in(self.bob), "before", room=room.name)
        answer = poll(self.browser, last_id)
        direct = f"@{self.alice.pk}.{self.bob.pk}"
        self.assertEqual((told(answer), answer.json()["reset"]), ([(direct, 1)], ["club"]))

    def test_of_named_rooms_alone(self) -> None:
        make_room("x", self.alice)
        say(self.browser, "x", room="x")
        say(self.browser)
        answer = poll(self.browser, rooms="x", last={"x": 0, LOBBY: 0})
        self.assertEqual((told(answer), answer.json()["last"]), ([("x", 1)], {"x": 1}))

    def test_numbers_of_another_epoch(self) -> None:
        say(self.browser)
        answer = poll(self.browser, last={"lobby": 0}, epoch="other").json()
        self.assertEqual((answer["reset"], answer["events"], answer["last"]), (["lobby"], [], {"lobby": 1}))


class Frames(EventsTestCase):
    def test_what_a_socket_would_be_answered(self) -> None:
        for said, kinds in (
            ({"type": "1", "room": LOBBY, "txt": "hello", "cid": "c"}, ["ack"]),
            ({"type": "ping"}, ["pong"]),
            ({"type": "typing", "room": LOBBY}, []),
            ({"type": "read", "room": LOBBY, "seq": 1}, []),
            ({"type": "join", "room": "club"}, []),
            ({"type": "level", "room": "club", "level": "nothing"}, []),
            ({"type": "leave", "room": "club"}, []),
        ):
            with self.subTest(said=said):
                answer = frame(self.browser, **said)
                self.assertEqual(answer.status_code, 200, answer.content)
                self.assertEqual([each["type"] for each in answer.json()["frames"]], kinds)

    def test_refusals(self) -> None:
        for text in ("", "x", "[]", "{}", '{"type":"hello"}', '{"type":"nothing"}', '{"type":"ping","cid":7}', "test"):
            with self.subTest(text=text):
                self.assert_error(self.browser.post("/events/", {"frame": text}), 400, "bad_input")
        self.assert_error(frame(self.browser, type="1", room="none", txt="x"), 404, "not_found")
        self.assert_error(self.browser.post("/events/"), 400, "bad_input")
        strict = sign_in(self.alice, enforce_csrf_checks=True)
        self.assertEqual(frame(strict, type="ping").status_code, 403)

    def test_too_many_frames(self) -> None:
        statuses = [frame(self.browser, type="ping").status_code for _ in range(2 * int(settings.FRAME_BURST))]
        self.assertEqual({*statuses}, {200, 429})
