"""GET and POST /profile/: one's own name."""

from typing import Any
from unittest import mock

from django.test import override_settings

from Dweb.chat import prices, quotas
from Dweb.chat.rates import Rates
from Dweb.models import User

from ..support.cases import ViewTestCase
from ..support.fakes import make_user, sign_in


class ProfileTestCase(ViewTestCase):
    def rename(self, name: str) -> Any:
        return self.browser.post("/profile/", {"username": name})

    def name(self) -> str:
        return str(User.objects.get(pk=self.alice.pk).username)


class Shown(ProfileTestCase):
    def test_it_is_ones_own_with_the_name_alone(self) -> None:
        make_user("other", username="Alice")
        User.objects.filter(account="alice").update(shows_account=True)
        answer = self.browser.get("/profile/").json()
        since = answer.pop("since")
        self.assertEqual(answer, {"userid": self.alice.pk, "account": "alice", "username": "Alice"})
        self.assertRegex(since, r"^\d{4}-\d\d-\d\dT.*Z$")


class Renamed(ProfileTestCase):
    def test_the_new_name_is_found_and_logged(self) -> None:
        with self.assertLogs("dweb.security") as logged:
            answer = self.rename("  爱丽丝 Liddell ")
        self.assertEqual(answer.json(), {"msg": "success", "userid": self.alice.pk, "username": "爱丽丝 Liddell"})
        self.assertEqual(self.name(), "爱丽丝 Liddell")
        found = sign_in(self.bob).get("/users/", {"q": "lidd"}).json()["users"]
        self.assertEqual([each["userid"] for each in found], [self.alice.pk])
        self.assertIn(f"name_changed address=127.0.0.1 user={self.alice.pk} name=", logged.records[-1].getMessage())

    def test_open_sockets_show_it_at_once(self) -> None:
        websocket = self.connected(self.alice)
        with self.captureOnCommitCallbacks(execute=True):
            self.rename("Alicia")
        assert websocket.client is not None
        self.assertEqual((websocket.client.username, websocket.closed), ("Alicia", []))
        self.assertEqual(self.live.hub.people(), {self.alice.pk: "Alicia"})

    def test_a_name_like_anothers_is_shown_with_the_account(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.assertEqual(self.rename("Bob").json()["username"], "Bob")
        self.assertEqual({each.shown_name for each in User.objects.all()}, {"Bob (alice)", "Bob (bob)"})

    def test_nothing_else_of_the_account_changes(self) -> None:
        self.rename("Ally")
        before = User.objects.filter(pk=self.alice.pk).values().get()
        self.rename("Alicia")
        after = User.objects.filter(pk=self.alice.pk).values().get()
        changed = {name for name in before if before[name] != after[name]}
        self.assertEqual(changed, {"username", "name_key", "skeleton"})


class Refusals(ProfileTestCase):
    def test_the_rules_are_those_of_registration(self) -> None:
        for name in ("", "   ", "a" * 61, "a\u200bb", "\u0430lice", "a\0b"):
            with self.subTest(name=name):
                self.assert_error(self.rename(name), 400, "bad_input")
        self.assert_error(self.browser.post("/profile/"), 400, "bad_input")
        self.assertEqual(self.name(), "Alice")

    def test_a_name_of_before_the_rules_may_stay(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(username="\u0430lice")
        self.assertEqual(self.rename("\u0430lice").status_code, 200)

    @override_settings(NAME_CHANGES_PER_HOUR=2)
    def test_so_many_names_an_hour(self) -> None:
        for name in ("One", "One", "Two"):  # the same name again is none
            self.assertEqual(self.rename(name).status_code, 200)
        answer = self.rename("Three")
        self.assert_error(answer, 429, "too_fast")
        self.assertGreater(int(answer["Retry-After"]), 1_000)
        self.assertEqual(self.name(), "Two")
        self.assertEqual(self.rename("Two").status_code, 200)

    def test_who_may_ask(self) -> None:
        self.assert_error(self.client.get("/profile/"), 401, "not_signed_in")
        self.assert_error(self.client.post("/profile/", {"username": "A"}), 401, "not_signed_in")
        self.assert_error(self.browser.delete("/profile/"), 405, "bad_input")
        strict = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_error(strict.post("/profile/", {"username": "A"}), 403, "forbidden")

    def test_asking_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(0.001, 2 * prices.ACCOUNT)
        self.browser.get("/profile/")
        self.rename("Alicia")
        with mock.patch.object(quotas, "use") as use:
            self.assert_error(self.rename("Ally"), 429, "too_fast")
        use.assert_not_called()
        self.assert_error(self.browser.get("/profile/"), 429, "too_fast")
