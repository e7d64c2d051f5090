"""`manage.py admin ACCOUNT`: an operator makes an admin of somebody, and it is recorded."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from Dweb.models import Record, User

from ..support.fakes import make_user

MEMBER, GUEST = {}, {"is_guest": True}
CLOSED, WAITING = {"is_active": False, "is_superuser": True}, {"is_active": False, "waiting": True}


def admin(account: str) -> str:
    out = StringIO()
    call_command("admin", account, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("fields", "before"), [(MEMBER, "member"), (GUEST, "guest"), (CLOSED, "member")])
def test_whoever_it_was_is_an_admin_then(db: None, fields: dict[str, Any], before: str) -> None:
    user = make_user("ann", **fields)
    assert admin("ANN") == "ann is an admin.\n"
    user.refresh_from_db()
    assert (user.is_admin, user.is_staff, user.is_guest) == (True, True, False)
    [record] = Record.objects.all()
    assert (record.deed, record.by, record.whom, record.about) == ("role", None, user, {"from": before, "to": "admin"})
    assert admin("ann") == "ann is an admin.\n"
    assert Record.objects.count() == 1  # nothing was changed


def test_who_waits_waits_no_more(db: None) -> None:
    make_user("ann", **WAITING)
    admin("ann")
    assert [*User.objects.values_list("is_active", "waiting")] == [(True, False)]


def test_an_unknown_account_is_one_clear_sentence(db: None) -> None:
    with pytest.raises(CommandError, match=r"^There is no account nobody\.$"):
        admin("nobody")
    assert not Record.objects.exists()
