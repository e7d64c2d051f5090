"""An address that is refused again and again gets lines of text; others, and those who only look, get pages."""

from typing import Any

from django.test import Client, override_settings

from Dweb.models import User

from ..support.cases import ViewTestCase

PAGE, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


@override_settings(REFUSED_PAGES=2, SIGNIN_ADDRESS_FAILURES=1, REGISTRATIONS_PER_HOUR=1)
class Floods(ViewTestCase):
    def sign_in(self, number: int, **address: str) -> Any:
        fields = {"userNameOrEmailAddress": f"nobody{number}", "password": "guessed"}
        return Client(**address).post("/", fields)

    def register(self, number: int, **address: str) -> Any:
        fields = {"account": f"robot{number}", "username": f"Robot {number}", "password": "correct horse"}
        return Client(**address).post("/register/", fields)

    def assert_refused(self, answers: list[Any], kinds: list[str]) -> None:
        self.assertEqual([answer.status_code for answer in answers], [429] * len(kinds))
        self.assertEqual([answer["Content-Type"] for answer in answers], kinds)
        for answer in answers:
            self.assertGreater(int(answer["Retry-After"]), 0)

    def test_refused_sign_ins_are_pages_until_there_are_many(self) -> None:
        self.assertEqual(self.sign_in(0).status_code, 200)  # a wrong password is no refusal
        answers = [self.sign_in(number) for number in range(1, 5)]
        self.assert_refused(answers, [PAGE, PAGE, TEXT, TEXT])
        self.assertRegex(answers[-1].content.decode(), r"^Too many failed attempts: try again in \d+ \w+\.$")
        self.assertEqual(self.sign_in(5, REMOTE_ADDR="10.0.0.9").status_code, 200)
        self.assert_refused([self.sign_in(6, REMOTE_ADDR="10.0.0.9")], [PAGE])
        self.assertEqual(Client().get("/")["Content-Type"], PAGE)

    def test_refused_registrations_too_and_then_nothing_of_them_is_looked_at(self) -> None:
        self.assertEqual(self.register(0).status_code, 302)
        self.assert_refused([self.register(number) for number in range(1, 3)], [PAGE, PAGE])
        with self.assertNumQueries(0):
            self.assert_refused([self.register(3)], [TEXT])
        self.assertEqual(self.register(4, REMOTE_ADDR="10.0.0.9").status_code, 302)
        self.assertEqual(
            sorted(User.objects.filter(account__startswith="robot").values_list("account", flat=True)),
            ["robot0", "robot4"],
        )

    def test_a_flood_of_guesses_keeps_nobody_from_registering(self) -> None:
        for number in range(5):
            self.sign_in(number)
        self.assertEqual(self.register(0).status_code, 302)
