"""GET and POST /sessions/: one's own devices, and nobody else's."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils import timezone

from Dweb.chat import prices
from Dweb.chat.rates import Rates
from Dweb.models import Handover, User, UserSession

from ..support.cases import ViewTestCase
from ..support.fakes import connected, make_user, sign_in

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/139.0.0.0 Mobile Safari/537.36"}


class SessionsTestCase(ViewTestCase):
    def listed(self, browser: Browser | None = None) -> list[dict[str, Any]]:
        answer = (browser or self.browser).get("/sessions/")
        self.assertEqual(answer.status_code, 200, answer.content)
        self.assertIn("no-store", answer["Cache-Control"])
        found: list[dict[str, Any]] = answer.json()["sessions"]
        return found

    def id_of(self, browser: Browser) -> int:
        return UserSession.objects.get(key=browser.session.session_key).pk

    def end(self, what: object, browser: Browser | None = None) -> Any:
        return (browser or self.browser).post("/sessions/", {"end": what})

    def is_in(self, *browsers: Browser) -> list[bool]:
        return [browser.get("/chat/").status_code == 426 for browser in browsers]


class Listed(SessionsTestCase):
    def test_each_has_its_device_its_address_and_its_times(self) -> None:
        phone = sign_in(self.alice, headers=PHONE, REMOTE_ADDR="192.0.2.7")
        phone.get("/sessions/")
        self.live.seen.store(self.live.hub)
        UserSession.objects.filter(key=phone.session.session_key).update(seen=timezone.now() - timedelta(hours=1))
        here, there = self.listed()
        self.assertEqual([here["current"], there["current"]], [True, False])
        self.assertEqual((there["id"], there["address"]), (self.id_of(phone), "192.0.2.7"))
        self.assertEqual(set(there), {"id", "device", "address", "since", "seen", "current"})
        self.assertLess(datetime.fromisoformat(there["seen"]), datetime.fromisoformat(here["seen"]))

    def test_signing_in_tells_the_device(self) -> None:
        User.objects.create_user("carol", "correct horse")
        phone = Browser(headers=PHONE, REMOTE_ADDR="2001:db8::7")
        phone.post("/", {"userNameOrEmailAddress": "carol", "password": "correct horse"})
        [only] = self.listed(phone)
        self.assertEqual((only["device"], only["address"]), ("Chrome on Android", "2001:db8::7"))

    def test_the_session_that_asks_is_always_among_them(self) -> None:
        key = self.browser.session.session_key
        UserSession.objects.all().delete()
        self.assertEqual([each["current"] for each in self.listed()], [True])
        self.assertNotIn(key, self.browser.get("/sessions/").content.decode())

    def test_those_that_let_nobody_in_are_not(self) -> None:
        expired, outdated = sign_in(self.alice), sign_in(self.alice)
        Session.objects.filter(pk=expired.session.session_key).update(expire_date=timezone.now())
        self.assertEqual(len(self.listed()), 2)
        session = outdated.session
        session["_auth_user_hash"] = "of another password"
        session.save()
        self.assertEqual([each["current"] for each in self.listed()], [True])


class Ended(SessionsTestCase):
    def test_one_ends_and_its_sockets_close(self) -> None:
        self.browser, phone, laptop = (sign_in(self.alice) for _ in range(3))
        sockets = [connected(self.live, self.alice, each.session.session_key) for each in (phone, laptop)]
        with self.captureOnCommitCallbacks(execute=True), self.assertLogs("dweb.security") as logged:
            answer = self.end(self.id_of(phone))
        self.assertEqual(answer.json(), {"msg": "success", "ended": 1})
        self.assertEqual(self.is_in(self.browser, phone, laptop), [True, False, True])
        self.assertEqual([bool(each.closed) for each in sockets], [True, False])
        self.assertEqual(sockets[0].closed[0][0], 4001)
        line = f"session_ended address=127.0.0.1 user={self.alice.pk} why=ended count=1"
        self.assertEqual([each.getMessage() for each in logged.records], [line])
        for each in sockets:
            each.end()

    def test_all_others_end(self) -> None:
        others, bob = [sign_in(self.alice) for _ in range(2)], sign_in(self.bob)
        self.assertEqual(self.end("others").json(), {"msg": "success", "ended": 2})
        self.assertEqual(self.is_in(self.browser, bob, *others), [True, True, False, False])
        self.assertEqual(len(self.listed()), 1)

    def test_codes_for_further_devices_are_void_then(self) -> None:
        for number in range(2):
            with self.subTest(number):
                other = sign_in(self.alice)
                self.browser.post("/handover/")
                self.assertTrue(Handover.objects.exists())
                self.end(self.id_of(other) if number else "others")
                self.assertFalse(Handover.objects.exists())

    def test_others_find_nothing_to_end(self) -> None:
        bob = sign_in(self.bob)
        alone = self.end(999, bob)
        for number in (self.id_of(self.browser), 2**63 - 1):
            with self.subTest(number):
                answer = self.end(number, bob)
                self.assert_error(answer, 404, "not_found")
                self.assertEqual(answer.content, alone.content)
        self.assertEqual(self.is_in(self.browser), [True])

    def test_what_is_wrong_is_bad_input(self) -> None:
        for what in ("", "all", "-1", "1.0", "others "):
            with self.subTest(what):
                self.assert_error(self.end(what), 400, "bad_input")


class Refusals(SessionsTestCase):
    def test_who_may_ask(self) -> None:
        self.assert_error(self.client.get("/sessions/"), 401, "not_signed_in")
        self.assert_error(self.end("others", self.client), 401, "not_signed_in")
        self.assert_error(self.browser.put("/sessions/"), 405, "bad_input")
        self.assertEqual(self.browser.put("/sessions/")["Allow"], "GET, POST")
        strict = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_error(self.end("others", strict), 403, "forbidden")

    def test_asking_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(0.001, 2 * prices.ACCOUNT)
        self.listed()
        self.end("others")
        self.assert_error(self.browser.get("/sessions/"), 429, "too_fast")
        self.assert_error(self.end("others"), 429, "too_fast")

    def test_a_closed_account_sees_nothing(self) -> None:
        carol = make_user("carol")
        browser = sign_in(carol)
        User.objects.filter(pk=carol.pk).update(is_active=False)
        self.assert_error(browser.get("/sessions/"), 401, "not_signed_in")
