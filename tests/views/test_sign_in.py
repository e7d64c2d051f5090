"""`/`: the sign-in page, for those who know their password."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils import timezone

from Dweb.accounts.session_store import SessionStore
from Dweb.models import User

from ..support.fakes import CHEAP_HASHER, sign_in

PASSWORD = " correct horse "


@pytest.fixture
def alice(db: None, settings: Any) -> User:
    settings.PASSWORD_HASHERS = CHEAP_HASHER
    return User.objects.create_user("alice", PASSWORD, "Alice")


def enter(browser: Browser, account: str = "alice", password: str = PASSWORD, **fields: str) -> Any:
    return browser.post("/", {"userNameOrEmailAddress": account, "password": password} | fields)


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def test_the_page_is_a_form_with_a_csrf_token(db: None) -> None:
    response = Browser().get("/")
    assert response.status_code == 200
    assert "csrftoken" in response.cookies
    for name in ("userNameOrEmailAddress", "password", "csrfmiddlewaretoken"):
        assert f'name="{name}"' in response.content.decode()
    assert "no-cache" in response["Cache-Control"]


def test_the_right_password_leads_to_the_chat(alice: User) -> None:
    browser = Browser()
    response = enter(browser)
    assert (response.status_code, response["Location"]) == (302, "/news_chat/")
    assert signed_in(browser)


def test_the_session_gets_another_id_at_sign_in(alice: User) -> None:
    browser = Browser()
    browser.cookies["sessionid"] = "chosen-by-somebody-else"
    enter(browser)
    assert browser.cookies["sessionid"].value != "chosen-by-somebody-else"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(alice: User) -> None:
    cookie = enter(Browser()).cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_next_leads_on_within_this_site(alice: User) -> None:
    assert enter(Browser(), next="/news_chat/?num=7")["Location"] == "/news_chat/?num=7"
    assert 'name="next" value="/news_chat/?num=7"' in Browser().get("/?next=/news_chat/%3Fnum%3D7").content.decode()


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_leads_nowhere_else(alice: User, next_page: str) -> None:
    assert enter(Browser(), next=next_page)["Location"] == "/news_chat/"


@pytest.mark.parametrize(
    ("account", "password"),
    [("alice", "wrong"), ("alice", PASSWORD.strip()), ("nobody", PASSWORD), ("alice", PASSWORD.upper())],
)
def test_a_wrong_pair_gets_a_sentence_and_lets_nobody_in(alice: User, account: str, password: str) -> None:
    browser = Browser()
    response = enter(browser, account, password)
    assert response.status_code == 200
    assert "Account and password do not match." in response.content.decode()
    assert password not in response.content.decode().replace(account, "")
    assert not signed_in(browser)


@pytest.mark.parametrize(
    ("account", "password"), [("", "x"), ("alice", ""), ("a\0", "x"), ("a" * 300, "x"), ("alice", "x" * 5_000)]
)
def test_what_cannot_be_right_is_said_at_the_field(alice: User, account: str, password: str) -> None:
    response = enter(Browser(), account, password)
    assert response.status_code == 200
    assert 'class="error"' in response.content.decode()


def test_a_closed_account_is_as_good_as_none(alice: User) -> None:
    User.objects.update(is_active=False)
    assert "Account and password do not match." in enter(Browser()).content.decode()


def test_whoever_asks_is_whom_django_would_find(alice: User, rf: Any) -> None:
    """Session and user are looked up in SQL of ours; what it leaves out is read when it is asked for."""
    browser = sign_in(alice)
    request = rf.get("/")
    request.session = SessionStore(browser.session.session_key)
    user = get_user(request)
    assert dict(request.session.items()) == dict(DjangosStore(browser.session.session_key).items())
    assert (user, user.date_joined) == (alice, alice.date_joined)
    fields = [(name, value, type(value)) for name, value in vars(user).items() if name != "_state"]
    assert sorted(fields, key=str) == sorted(
        [(name, getattr(alice, name), type(getattr(alice, name))) for name, _, _ in fields], key=str
    )
    user.username = "Alicia"
    user.save()
    assert User.objects.get(pk=alice.pk).username == "Alicia"


def test_an_expired_session_is_as_good_as_none(alice: User) -> None:
    browser = sign_in(alice)
    Session.objects.update(expire_date=timezone.now())
    assert browser.get("/news_chat/").status_code == 302
    assert not SessionStore(browser.session.session_key).exists("x")
    assert dict(SessionStore(browser.cookies["sessionid"].value).items()) == {}


def test_who_is_signed_in_goes_on_to_the_chat(alice: User) -> None:
    response = sign_in(alice).get("/")
    assert (response.status_code, response["Location"]) == (302, "/news_chat/")


@pytest.mark.parametrize("next_page", ["/", "/?next=/"])
def test_next_does_not_lead_around_in_a_circle(alice: User, next_page: str) -> None:
    response = sign_in(alice).get("/", {"next": next_page}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/news_chat/")


def test_it_says_why_one_is_here_and_takes_the_aim_along_to_registration(db: None) -> None:
    why = "Sign in to go on."
    assert why not in Browser().get("/").content.decode()
    page = Browser().get("/news_chat/?num=7", follow=True).content.decode()
    assert why in page
    assert 'href="/register/?next=%2Fnews_chat%2F%3Fnum%3D7"' in page


def test_the_focus_is_where_something_is_to_be_done(alice: User) -> None:
    assert focus(Browser().get("/")) == "userNameOrEmailAddress"
    assert focus(enter(Browser(), "", "x")) == "userNameOrEmailAddress"
    assert focus(enter(Browser(), "alice", "wrong")) == "password"


def focus(response: Any) -> str:
    """The name of the one field that has the focus when the page opens."""
    (field,) = re.findall(r"<input [^>]*autofocus[^>]*>", response.content.decode())
    return field.split('name="')[1].split('"')[0]


def test_the_form_needs_its_csrf_token(alice: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    assert enter(browser).status_code == 403
    token = browser.get("/").cookies["csrftoken"].value
    assert enter(browser, csrfmiddlewaretoken=token).status_code == 302


def test_the_page_is_framed_by_nobody_and_runs_only_our_scripts(db: None) -> None:
    response = Browser().get("/")
    assert response["X-Frame-Options"] == "DENY"
    assert "script-src 'self'" in response["Content-Security-Policy"]
