"""The first run: who sets the place up is its admin, and nobody else is."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from Dweb.accounts import first_run
from Dweb.models import Epoch, Place, Record, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.fakes import make_user
from ..support.process import new_runtime


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Any) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_the_code_is_kept_in_a_file_of_its_own_until_there_is_an_account(var: Path) -> None:
    code = first_run.prepare()
    assert code is not None
    assert len(code) == 32
    path = var / first_run.FILE
    assert path.read_text().strip() == code
    assert path.stat().st_mode & 0o777 == 0o600
    assert first_run.prepare() == code  # of a second server, or after a restart
    make_user("alice")
    assert first_run.prepare() is None
    assert [*var.iterdir()] == []


@pytest.mark.django_db
def test_another_key_or_database_has_another_code(settings: Any) -> None:
    codes = {first_run.code_of(Epoch.current()), first_run.code_of("another")}
    settings.SECRET_KEY = "another"
    codes.add(first_run.code_of(Epoch.current()))
    assert len(codes) == 3


@pytest.mark.django_db
def test_whoever_makes_an_account_it_is_over_and_that_is_asked_once(live: Runtime) -> None:
    assert not live.first_run.is_over
    user = make_user("alice")
    assert live.first_run.is_over
    with CaptureQueriesContext(connection) as queries:
        assert live.first_run.is_over
    assert len(queries) == 0
    user.delete()
    assert live.first_run.is_over
    with new_runtime() as restarted:
        assert not restarted.first_run.is_over


@pytest.mark.django_db
def test_the_first_account_is_an_admins_and_names_the_place(live: Runtime, var: Path) -> None:
    first_run.prepare()
    user = first_run.set_up(live, User(account="ann", username="Ann", password="!"), "Harbour")
    stored = User.objects.get()
    assert (stored, stored.is_admin, stored.is_staff) == (user, True, True)
    assert live.place.current.name == Place.stored().name == "Harbour"
    assert live.first_run.is_over
    assert [*var.iterdir()] == []
    assert [(record.deed, record.by, record.whom) for record in Record.objects.order_by("pk")] == [
        ("role", user, user),
        ("place", user, None),
    ]


@pytest.mark.django_db
def test_a_pinned_name_stays(live: Runtime, settings: Any) -> None:
    settings.PLACE = {"name": "Pinned"}
    first_run.set_up(live, User(account="ann", username="Ann", password="!"), "Pinned")
    assert live.place.current.name == "Pinned"
    assert Place.stored().name == ""


@pytest.mark.django_db
def test_who_comes_later_makes_nothing(live: Runtime) -> None:
    """Whoever comes at the same moment does neither: tests/system/test_first_run."""
    first_run.set_up(live, User(account="ann", username="Ann", password="!"), "Harbour")
    with pytest.raises(Refusal) as refusal:
        first_run.set_up(live, User(account="eve", username="Eve", password="!"), "Mine")
    assert refusal.value.code == "not_found"
    assert (User.objects.get().account, Place.stored().name, live.place.current.name) == ("ann", "Harbour", "Harbour")
