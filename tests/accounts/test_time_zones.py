"""Time zones: a form with which somebody signs in may name theirs."""

import pytest
from django.test import Client

from Dweb.models import User
from Dweb.runtime import Runtime

from ..support.fakes import connected

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PASSWORD = "correct horse battery"


def zone_of(account: str) -> str | None:
    zone: str | None = User.objects.get(account=account).time_zone
    return zone


def sign_in(account: str, **fields: str) -> None:
    answer = Client().post("/", {"userNameOrEmailAddress": account, "password": PASSWORD, **fields})
    assert answer.status_code == 302


def test_it_is_set_at_registration_and_moves_at_sign_in(live: Runtime, alice: User) -> None:
    fields = {"account": "anna", "username": "Anna", "password": PASSWORD, "timezone": "Europe/Berlin"}
    assert Client().post("/register/", fields).status_code == 302
    assert zone_of("anna") == "Europe/Berlin"
    socket = connected(live, User.objects.get(account="anna"))
    sign_in("anna", timezone="Asia/Shanghai")
    assert zone_of("anna") == "Asia/Shanghai"
    assert (socket.frames(), socket.closed) == ([], [])  # nothing is told of it
    socket.end()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe/Berlin ", "x" * 10_000, "\0"])
def test_what_is_no_zone_changes_nothing(live: Runtime, zone: str) -> None:
    user = User.objects.create_user("anna", PASSWORD)
    User.objects.filter(pk=user.pk).update(time_zone="Europe/Berlin")
    sign_in("anna", timezone=zone)
    sign_in("anna")
    assert zone_of("anna") == "Europe/Berlin"


def test_a_form_that_signs_nobody_in_sets_none(live: Runtime) -> None:
    User.objects.create_user("anna", PASSWORD)
    wrong = {"userNameOrEmailAddress": "anna", "password": "wrong", "timezone": "Europe/Berlin"}
    assert Client().post("/", wrong).status_code == 200
    assert zone_of("anna") is None
