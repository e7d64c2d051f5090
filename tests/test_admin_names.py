"""/admin/: names that look like others are listed, and names from before stay as they are."""

import pytest
from django.test import Client as Browser

from Dweb.models import Room, User

from .support.fakes import make_user, sign_in

PEOPLE, ROOMS = "/admin/Dweb/user/", "/admin/Dweb/room/"
OLD = "\u202eAnna\u200b Boss"


@pytest.fixture
def admin(db: None) -> Browser:
    return sign_in(make_user("root", is_staff=True, is_superuser=True))


def listed(admin: Browser, page: str, choice: str) -> set[str]:
    return {str(row) for row in admin.get(f"{page}?name={choice}").context["cl"].queryset}


def test_people_whose_names_look_the_same_are_listed(admin: Browser) -> None:
    for account, name in (("a", "Anna Boss"), ("b", OLD), ("c", "Bob"), ("d", "ИВАН"), ("e", "иван")):
        User.objects.create_user(account, username=name)
    assert listed(admin, PEOPLE, "alike") == {"Anna Boss", OLD, "ИВАН", "иван"}
    assert listed(admin, PEOPLE, "refused") == {OLD}


def test_rooms_whose_names_look_the_same_are_listed(admin: Browser) -> None:
    for name in ("Lobby", "l\u043ebby", "@1.2", "other", "\u3164"):
        Room.objects.create(name=name)
    assert listed(admin, ROOMS, "alike") == {"lobby", "Lobby", "l\u043ebby"}
    assert listed(admin, ROOMS, "refused") == {"l\u043ebby", "\u3164"}


def test_a_person_with_an_old_name_can_be_changed(admin: Browser) -> None:
    user = User.objects.create_user("\u0430nna", username=OLD)
    page = f"{PEOPLE}{user.pk}/change/"
    assert admin.post(page, {"account": user.account, "username": OLD}).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.is_active) == (OLD, False)
    assert admin.post(page, {"account": user.account, "username": f"{OLD}!"}).status_code == 200


@pytest.mark.parametrize("field", ["account", "username"])
def test_a_bad_name_is_said_so(admin: Browser, field: str) -> None:
    fields = {"account": "anna", "username": "Anna", "password1": "correct horse", "password2": "correct horse"}
    answer = admin.post(f"{PEOPLE}add/", fields | {"usable_password": "true", field: "\u0430nna"})
    assert field in answer.context["adminform"].form.errors
    assert not User.objects.filter(username="Anna").exists()


def test_others_do_not_see_the_lists(admin: Browser) -> None:
    assert sign_in(make_user("bob")).get(f"{PEOPLE}?name=alike").status_code == 302
    assert Browser().get(f"{ROOMS}?name=alike").status_code == 302
