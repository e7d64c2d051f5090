"""The settings of the place: who changes them, what is recorded, which are pinned, and when they hold."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from chatproj import env
from Dweb.accounts import place
from Dweb.accounts.forms import PlaceForm
from Dweb.models import SETTINGS, Place, Record, User
from Dweb.refusal import Refusal
from Dweb.runtime import HANDLERS, JOBS, Runtime

from ..support.fakes import make_user
from ..support.process import new_runtime

CLOSED = {"registration": "closed"}


@pytest.fixture
def admin(db: None) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


def refused(live: Runtime, by: User, **wanted: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        place.change(live, by, **wanted)
    return refusal.value


def test_a_new_place_is_open(db: None, live: Runtime) -> None:
    now = live.place.current
    assert {name: getattr(now, name) for name in SETTINGS} == {
        "name": "",
        "registration": "open",
        "rooms_by": "members",
        "chats_by": "everyone",
        "chats_with": "everyone",
        "files": "everything",
        "members_invite": False,
    }
    assert not Place.objects.exists()  # to look makes no row


def test_a_change_holds_at_once_and_is_recorded_with_it(live: Runtime, admin: User) -> None:
    assert live.place.current.name == ""
    place.change(live, admin, name="Harbour", registration="closed", rooms_by="members")
    assert (live.place.current.name, live.place.current.registration) == ("Harbour", "closed")
    record = Record.objects.get()
    assert (record.by, record.deed, record.whom) == (admin, "place", None)
    assert record.about == {"name": {"from": "", "to": "Harbour"}, "registration": {"from": "open", "to": "closed"}}
    place.change(live, admin, name="Harbour")
    assert Record.objects.count() == 1  # nothing was changed


def test_other_processes_read_it(live: Runtime, admin: User) -> None:
    [again] = [job for job in JOBS if job.name == "place"]
    assert again.resyncs
    with new_runtime() as other:
        for name, notice in (
            ("One", lambda: HANDLERS["place"].work(other, {"type": "place"})),
            ("Two", lambda: again.work(other)),
        ):
            before = other.place.current.name
            place.change(live, admin, name=name)
            assert other.place.current.name == before
            notice()
            assert other.place.current.name == name


def test_looking_asks_the_database_once(db: None, live: Runtime) -> None:
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            assert live.place.current.registration == "open"
    assert len(queries) == 1


@pytest.mark.parametrize("fields", [{}, {"is_staff": True}, {"is_superuser": True, "is_active": False}])
def test_only_admins_change_settings(live: Runtime, alice: User, fields: dict[str, bool]) -> None:
    User.objects.filter(pk=alice.pk).update(**fields)
    assert refused(live, alice, **CLOSED).code == "forbidden"
    assert live.place.current.registration == "open"
    assert not Record.objects.exists()


def test_who_is_no_admin_any_more_changes_nothing(live: Runtime, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    assert admin.is_admin  # as the request began
    assert refused(live, admin, **CLOSED).code == "forbidden"


@pytest.mark.parametrize(
    "wanted",
    [{"registration": "perhaps"}, {"name": "x" * 61}, {"name": "a\0b"}, {"name": "a\u200bb"}, {"name": "Dwеb"}],
    ids=ascii,
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_stored(
    live: Runtime, admin: User, wanted: dict[str, str]
) -> None:
    assert refused(live, admin, rooms_by="admins", **wanted).code == "bad_input"
    assert live.place.current.rooms_by == "members"
    assert not Record.objects.exists()


@override_settings(PLACE={"name": "Pinned", "members_invite": True})
def test_what_is_pinned_holds_and_cannot_be_changed(live: Runtime, admin: User) -> None:
    assert set(place.pinned()) == {"name", "members_invite"}
    assert (live.place.current.name, live.place.current.members_invite) == ("Pinned", True)
    refusal = refused(live, admin, name="Other", rooms_by="admins")
    assert (refusal.code, "PLACE" in refusal.detail) == ("forbidden", True)
    assert live.place.current.rooms_by == "members"
    place.change(live, admin, name="Pinned", rooms_by="admins")
    assert live.place.current.rooms_by == "admins"
    assert Record.objects.get().about.keys() == {"rooms_by"}
    assert Place.stored().name == ""  # without the pin, it is what it was


def test_the_form_shows_what_holds_and_gives_what_the_rule_takes(live: Runtime, admin: User) -> None:
    with override_settings(PLACE=CLOSED):
        shown = PlaceForm(live.place.current)
        assert (shown["registration"].value(), shown.fields["registration"].disabled) == ("closed", True)
        sent = {
            "name": " Harbour ",
            "registration": "open",
            "rooms_by": "admins",
            "chats_by": "members",
            "files": "nothing",
        }
        form = PlaceForm(live.place.current, sent | {"chats_with": "moderators"})
        assert form.is_valid(), form.errors
        place.change(live, admin, **form.cleaned_data)
        now = live.place.current
    assert (now.name, now.registration, now.rooms_by) == ("Harbour", "closed", "admins")
    assert (now.chats_by, now.chats_with, now.members_invite) == ("members", "moderators", False)
    assert [*PlaceForm(now, sent | {"chats_with": "x", "name": "a\u200bb"}).errors] == ["name", "chats_with"]


def test_the_variable_knows_the_settings_and_their_values() -> None:
    fields = {name: Place._meta.get_field(name) for name in SETTINGS}
    assert {field.name for field in Place._meta.fields} == {"id", "icon", *SETTINGS}
    assert [*env.PLACE] == [*SETTINGS]
    assert fields["name"].max_length == env.MOST_NAME_CHARS
    for name, field in fields.items():
        for value, _ in field.choices or ():
            assert env.PLACE[name](value) == value
    assert settings.PLACE == {}
