"""POST /msg_send/: what is stored, and every error as JSON with its code and status."""

from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile

from Dweb.chat.rates import Rates
from Dweb.models import LOBBY, Event, Membership, User

from ..support.cases import CSRF_TOKEN, ViewTestCase
from ..support.fakes import make_room, make_user, sign_in

FORM = "application/x-www-form-urlencoded"
STATUS = {"bad_input": 400, "forbidden": 403, "not_found": 404, "too_large": 413}


class MsgSendTestCase(ViewTestCase):
    def assert_refused(self, response: Any, status: int, code: str) -> None:
        """An error, and nothing was stored."""
        self.assert_error(response, status, code)
        self.assertFalse(Event.objects.exists())


class GroupMessages(MsgSendTestCase):
    def test_it_is_stored_in_the_lobby(self) -> None:
        response = self.say("hello")
        event = Event.objects.get()
        self.assertEqual(response.json(), {"msg": "success", "room": LOBBY, "seq": 1, "id": event.pk})
        self.assertEqual((event.text, event.user, event.room.name), ("hello", self.alice, LOBBY))
        self.assertEqual((event.seq, event.room.seq), (1, 1))

    def test_numbers_of_a_room_have_no_gaps_and_rooms_count_apart(self) -> None:
        make_room("111", self.alice)
        self.assertEqual([self.say().json()["seq"] for _ in range(3)], [1, 2, 3])
        self.assertEqual(self.say(room="111").json()["seq"], 1)
        self.assertEqual(self.say().json()["seq"], 4)

    def test_a_reply_names_a_message_of_the_same_room(self) -> None:
        make_room("111", self.alice)
        self.say("question")
        self.assertEqual(self.say("answer", reply=1).status_code, 200)
        self.assertEqual(Event.objects.get(seq=2).reply, 1)
        self.assertEqual(self.say("answer", reply=1, room="111").status_code, 404)


class PrivateMessages(MsgSendTestCase):
    def test_it_makes_the_room_of_two(self) -> None:
        answer = self.say(type="0", userto=self.bob.pk).json()
        self.assertEqual(answer["room"], f"@{self.alice.pk}.{self.bob.pk}")
        members = Membership.objects.filter(room__name=answer["room"]).values_list("user", flat=True)
        self.assertCountEqual(members, [self.alice.pk, self.bob.pk])
        back = self.say(browser=sign_in(self.bob), type="0", userto=self.alice.pk).json()
        self.assertEqual(back, answer | {"seq": 2, "id": answer["id"] + 1})

    def test_one_may_write_to_oneself(self) -> None:
        answer = self.say(type="0", userto=self.alice.pk).json()
        self.assertEqual(answer["room"], f"@{self.alice.pk}.{self.alice.pk}")

    def test_a_direct_room_of_others_is_forbidden(self) -> None:
        carol = make_user("carol")
        room = make_room(f"@{self.bob.pk}.{carol.pk}", self.bob, carol)
        self.assert_refused(self.say(room=room.name), 403, "forbidden")

    def test_a_closed_account_can_be_neither_sender_nor_receiver(self) -> None:
        bobs = sign_in(self.bob)
        User.objects.filter(pk=self.bob.pk).update(is_active=False)
        self.assert_refused(self.say(type="0", userto=self.bob.pk), 404, "not_found")
        self.assert_refused(self.say(browser=bobs), 401, "not_signed_in")


class Fields(MsgSendTestCase):
    def test_text_survives_as_it_is(self) -> None:
        for text in (
            "x" * 4_000,
            "😀" * 4_000,
            "中文，测试",
            "👩‍👩‍👧‍👦 é é",
            "<b>&amp;</b>",
            " lead",
            "a\r\nb\tc",
            "\u202eabc",
        ):
            with self.subTest(text=text[:20]):
                answer = self.say(text)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(Event.objects.get(pk=answer.json()["id"]).text, text)

    def test_ones_own_userfrom_is_fine(self) -> None:
        self.assertEqual(self.say(userfrom=self.alice.pk).status_code, 200)

    def test_a_multipart_form_is_as_good(self) -> None:
        self.assertEqual(self.browser.post("/msg_send/", {"type": "1", "txt": "multipart"}).status_code, 200)
        self.assertEqual(self.browser.post("/msg_send/", "type=1&txt=urlencoded", FORM).status_code, 200)
        texts = Event.objects.order_by("id").values_list("text", flat=True)
        self.assertSequenceEqual(texts, ["multipart", "urlencoded"])

    def test_what_is_wrong_is_refused(self) -> None:
        make_room("foreign", self.bob)
        for fields, code in (
            ({"type": "2"}, "bad_input"),
            ({"type": ""}, "bad_input"),
            ({"txt": ""}, "bad_input"),
            ({"txt": " \n\t\u3000"}, "bad_input"),
            ({"txt": "a\0b"}, "bad_input"),
            ({"txt": "x" * 4_001}, "too_large"),
            ({"room": "a b"}, "bad_input"),
            ({"room": "x" * 65}, "bad_input"),
            ({"room": "../etc"}, "bad_input"),
            ({"room": "a\0"}, "bad_input"),
            ({"room": "nowhere"}, "not_found"),
            ({"room": "foreign"}, "forbidden"),
            ({"room": "@900001.900002"}, "forbidden"),
            ({"room": "@x"}, "bad_input"),
            ({"type": "0"}, "bad_input"),
            ({"type": "0", "userto": "bob"}, "bad_input"),
            ({"type": "0", "userto": "-1"}, "bad_input"),
            ({"type": "0", "userto": "1.0"}, "bad_input"),
            ({"type": "0", "userto": "٣"}, "bad_input"),
            ({"type": "0", "userto": "0"}, "not_found"),
            ({"type": "0", "userto": "9" * 18}, "not_found"),
            ({"type": "0", "userto": "9" * 19}, "bad_input"),
            ({"type": "0", "userto": "9" * 5_000}, "bad_input"),
            ({"userfrom": "0"}, "forbidden"),
            ({"userfrom": "999999"}, "forbidden"),
            ({"userfrom": "me"}, "bad_input"),
            ({"cid": "x" * 65}, "bad_input"),
            ({"cid": "\0"}, "bad_input"),
            ({"reply": "x"}, "bad_input"),
            ({"reply": "1"}, "not_found"),
            ({"reply": "0"}, "not_found"),
            ({"reply": str(2**63 - 1)}, "not_found"),
        ):
            with self.subTest(str(fields)[:60]):
                self.live.rates._buckets.clear()
                self.assert_refused(self.say("hi", **fields), STATUS[code], code)

    def test_missing_fields_are_bad_input(self) -> None:
        self.assert_refused(self.browser.post("/msg_send/"), 400, "bad_input")
        self.assert_refused(self.browser.post("/msg_send/", {"type": "1"}), 400, "bad_input")


class Requests(MsgSendTestCase):
    def test_who_is_not_signed_in_gets_401(self) -> None:
        self.assert_refused(self.say(browser=self.client), 401, "not_signed_in")

    def test_without_a_csrf_token_it_is_403(self) -> None:
        browser = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_refused(self.say(browser=browser), 403, "forbidden")
        browser.cookies["csrftoken"] = CSRF_TOKEN
        self.assert_refused(self.say(browser=browser), 403, "forbidden")
        fields = {"type": "1", "txt": "x"}
        self.assertEqual(browser.post("/msg_send/", fields, headers={"x-csrftoken": CSRF_TOKEN}).status_code, 200)

    def test_other_methods_get_405(self) -> None:
        for method in ("get", "put", "delete", "patch", "options"):
            with self.subTest(method=method):
                response = getattr(self.browser, method)("/msg_send/")
                self.assert_refused(response, 405, "bad_input")
                self.assertEqual(response["Allow"], "POST")

    def test_a_body_that_is_too_large_gets_413(self) -> None:
        text = "x" * 300_000
        for csrf in (False, True):
            browser = sign_in(self.alice, enforce_csrf_checks=csrf, headers={"x-csrftoken": CSRF_TOKEN})
            browser.cookies["csrftoken"] = CSRF_TOKEN
            with self.subTest(form="multipart", enforce_csrf_checks=csrf):
                self.assert_refused(self.say(text, browser=browser), 413, "too_large")
            with self.subTest(form="urlencoded", enforce_csrf_checks=csrf):
                response = browser.post("/msg_send/", f"type=1&txt={text}", FORM)
                self.assert_refused(response, 413, "too_large")

    def test_files_are_refused(self) -> None:
        fields = {"type": "1", "txt": "hi", "file": SimpleUploadedFile("file.txt", b"x" * 1_000)}
        self.assert_refused(self.browser.post("/msg_send/", fields), 413, "too_large")

    def test_who_sends_too_fast_gets_429_and_nobody_else(self) -> None:
        self.live.rates = Rates(0.5, 2)
        with mock.patch("Dweb.chat.rates.time") as clock:
            clock.monotonic.return_value = 1_000.0
            self.assertEqual([self.say().status_code for _ in range(2)], [200, 200])
            response = self.say()
        self.assert_error(response, 429, "too_fast")
        self.assertEqual(response["Retry-After"], "2")
        self.assertEqual(self.say(browser=sign_in(self.bob)).status_code, 200)
        self.assertEqual(Event.objects.count(), 3)

    def test_a_failed_database_is_503_and_nothing_is_stored(self) -> None:
        for statement in ("standing.ROOMS", "transaction.MOVE"):
            with self.fresh_subtest(statement=statement):
                with mock.patch(f"Dweb.log.{statement}", "it fails here"):
                    response = self.say("lost", cid="c")
                    self.assert_refused(response, 503, "unavailable")
                self.assertEqual(response["Retry-After"], "1")
                self.assertEqual(self.say("again", cid="c").json()["seq"], 1)
                self.assertEqual(Event.objects.get().text, "again")


class Cids(MsgSendTestCase):
    def test_the_same_cid_gets_the_first_answer_and_no_second_message(self) -> None:
        make_room("111", self.alice)
        first = self.say("once", cid="c1").json()
        self.say("between")
        self.assertEqual(self.say("once", cid="c1").json(), first)
        self.assertEqual(self.say("other words, another room", cid="c1", room="111").json(), first)
        self.assertEqual(self.say("C1 is another cid", cid="C1").json()["seq"], 3)
        another = self.say("of another sender", browser=sign_in(self.bob), cid="c1")
        self.assertEqual(another.json()["seq"], 4)
        self.assertEqual(Event.objects.count(), 4)

    def test_a_blank_cid_is_none(self) -> None:
        self.assertEqual([self.say(cid="").json()["seq"] for _ in range(2)], [1, 2])

    def test_a_cid_gets_its_first_answer_though_the_rules_have_changed(self) -> None:
        room = make_room("111", self.alice)
        first = self.say(room="111", cid="c").json()
        self.assertEqual(first["seq"], 1)
        Membership.objects.filter(room=room).delete()
        self.assertEqual(self.say(room="111", cid="c").json(), first)
        self.assertEqual(self.say(room="111", cid="d").status_code, 403)
