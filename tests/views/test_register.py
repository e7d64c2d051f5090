"""/register/: who makes an account is signed in; what is wrong is said at the field, and no account is made."""

import re
from typing import Any

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import identify_hasher
from django.test import Client as Browser

from Dweb.models import User
from Dweb.views.accounts import SignIn

from ..support.fakes import CHEAP_HASHER, make_user, sign_in

GOOD = {"account": "alice", "password": "correct horse", "username": "Alice 爱丽丝"}


@pytest.fixture(autouse=True)
def cheap(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = CHEAP_HASHER


def register(browser: Browser | None = None, **fields: str) -> Any:
    return (browser or Browser()).post("/register/", GOOD | fields)


def test_who_registers_is_signed_in_and_comes_to_the_chat() -> None:
    browser = Browser()
    response = browser.post("/register/", GOOD, follow=True)
    assert response.redirect_chain == [("/", 302), ("/news_chat/", 302)]
    user = User.objects.get()
    assert (user.account, user.username, user.is_staff, user.is_superuser) == ("alice", "Alice 爱丽丝", False, False)
    assert user.check_password("correct horse")
    assert browser.session["_auth_user_id"] == str(user.pk)


def test_the_password_is_kept_as_a_slow_hash(settings: Any) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    register()
    stored = User.objects.get().password
    assert identify_hasher(stored).algorithm == "pbkdf2_sha256"
    assert "correct horse" not in stored


def test_nobody_makes_themselves_staff() -> None:
    register(is_staff="on", is_superuser="on", user_id="1")
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)


@pytest.mark.parametrize("account", ["alice", "ALICE", "ａｌｉｃｅ"])
def test_a_taken_account_is_said_so_in_whatever_spelling(account: str) -> None:
    make_user("alice")
    response = register(account=account)
    assert response.status_code == 200
    assert "This account is taken" in response.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"account": ""},
        {"account": "a b"},
        {"account": "a/b"},
        {"account": "a\0"},
        {"account": "a" * 151},
        {"account": "ﬀ" * 150},
        {"account": "ﷺ"},
        {"username": ""},
        {"username": "  "},
        {"username": "a" * 61},
        {"username": "a\0b"},
        {"password": ""},
        {"password": "short"},
        {"password": "password"},
        {"password": "72635481920"},
        {"password": "x" * 5_000},
        {"account": "rumpelstiltskin", "password": "rumpelstiltskin1"},
        {"username": "Rumpelstilzchen", "password": "rumpelstilzchen"},
    ],
    ids=lambda fields: ascii(fields)[:50],
)
def test_what_is_wrong_is_said_and_makes_no_account(fields: dict[str, str]) -> None:
    response = register(**fields)
    assert response.status_code == 200
    assert 'class="error"' in response.content.decode()
    assert not User.objects.exists()


def test_names_are_escaped_in_the_pages() -> None:
    browser = Browser()
    register(browser, username="<script>alert(1)</script>")
    page = browser.get("/news_chat/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_name_keeps_any_script() -> None:
    register(username="👩‍👩‍👧‍👦 Ünï 中文")
    assert User.objects.get().username == "👩‍👩‍👧‍👦 Ünï 中文"


def test_who_is_signed_in_goes_to_the_chat() -> None:
    browser = sign_in(make_user("bob"))
    assert register(browser)["Location"] == "/"
    assert User.objects.count() == 1


def test_closed_registration_is_said_and_the_sign_in_page_does_not_offer_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REGISTRATION_OPEN = False
    for response in (Browser().get("/register/"), register()):
        assert response.status_code == 403
        assert "Registration is closed here" in response.content.decode()
    assert not User.objects.exists()
    monkeypatch.setitem(SignIn.extra_context, "registration_open", False)
    assert "/register/" not in Browser().get("/").content.decode()


@pytest.mark.parametrize(
    ("next_page", "end"), [("/news_chat/?num=7", "/news_chat/?num=7"), ("//evil.example/", "/news_chat/")]
)
def test_next_leads_on_within_this_site(next_page: str, end: str) -> None:
    browser = Browser()
    assert "Sign in" in browser.get("/register/", {"next": next_page}).content.decode()
    response = browser.post("/register/", GOOD | {"next": next_page}, follow=True)
    assert response.redirect_chain[-1] == (end, 302)


def test_the_focus_is_at_the_first_bad_field() -> None:
    for bad, response in (("account", Browser().get("/register/")), ("password", register(password="12345"))):
        (field,) = re.findall(r"<input [^>]*autofocus[^>]*>", response.content.decode())
        assert f'name="{bad}"' in field


def test_the_form_needs_its_csrf_token() -> None:
    assert register(Browser(enforce_csrf_checks=True)).status_code == 403
    assert not User.objects.exists()
