"""POST /msg_send/: what is stored, and every error as JSON with its code and status."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from Dweb.models import LOBBY, Event, Membership, User
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user, say, sign_in
from ..support.server import CSRF

STATUS = {"bad_input": 400, "forbidden": 403, "not_found": 404, "too_large": 413}


def refused(response: Any, status: int, code: str) -> bool:
    """It is JSON, has this code and a sentence for people, and nothing was stored."""
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"msg", "error", "detail"}
    assert body["detail"].endswith(".")
    assert (response.status_code, body["msg"], body["error"]) == (status, "error", code)
    return not Event.objects.exists()


def test_group_message_is_stored_in_the_lobby(browser: Browser, alice: User) -> None:
    response = say(browser, "hello")
    event = Event.objects.get()
    assert response.json() == {"msg": "success", "room": LOBBY, "seq": 1, "id": event.pk}
    assert (event.text, event.user, event.room.name, event.seq, event.room.seq) == ("hello", alice, LOBBY, 1, 1)


def test_numbers_of_a_room_have_no_gaps_and_rooms_count_apart(browser: Browser, alice: User) -> None:
    make_room("111", alice)
    assert [say(browser).json()["seq"] for _ in range(3)] == [1, 2, 3]
    assert say(browser, room="111").json()["seq"] == 1
    assert say(browser).json()["seq"] == 4


def test_private_message_makes_the_room_of_two(browser: Browser, alice: User, bob: User) -> None:
    answer = say(browser, type="0", userto=bob.pk).json()
    assert answer["room"] == f"@{alice.pk}.{bob.pk}"
    assert set(Membership.objects.filter(room__name=answer["room"]).values_list("user", flat=True)) == {
        alice.pk,
        bob.pk,
    }
    assert say(sign_in(bob), type="0", userto=alice.pk).json() == answer | {"seq": 2, "id": answer["id"] + 1}


def test_one_may_write_to_oneself(browser: Browser, alice: User) -> None:
    assert say(browser, type="0", userto=alice.pk).json()["room"] == f"@{alice.pk}.{alice.pk}"


def test_ones_own_userfrom_is_fine(browser: Browser, alice: User) -> None:
    assert say(browser, userfrom=alice.pk).status_code == 200


@pytest.mark.parametrize(
    "text", ["x" * 4_000, "😀" * 4_000, "中文，测试", "👩‍👩‍👧‍👦 é é", "<b>&amp;</b>", " lead", "a\r\nb\tc", "\u202eabc"]
)
def test_text_survives_as_it_is(browser: Browser, text: str) -> None:
    assert say(browser, text).status_code == 200
    assert Event.objects.get().text == text


def test_a_multipart_form_is_as_good(browser: Browser) -> None:
    assert browser.post("/msg_send/", {"type": "1", "txt": "multipart"}).status_code == 200
    body = "type=1&txt=urlencoded"
    assert browser.post("/msg_send/", body, "application/x-www-form-urlencoded").status_code == 200
    assert [event.text for event in Event.objects.order_by("id")] == ["multipart", "urlencoded"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "2"}, "bad_input"),
        ({"type": ""}, "bad_input"),
        ({"txt": ""}, "bad_input"),
        ({"txt": " \n\t\u3000"}, "bad_input"),
        ({"txt": "a\0b"}, "bad_input"),
        ({"txt": "x" * 4_001}, "too_large"),
        ({"room": "a b"}, "bad_input"),
        ({"room": "x" * 65}, "bad_input"),
        ({"room": "../etc"}, "bad_input"),
        ({"room": "a\0"}, "bad_input"),
        ({"room": "nowhere"}, "not_found"),
        ({"room": "foreign"}, "forbidden"),
        ({"room": "@900001.900002"}, "forbidden"),
        ({"room": "@x"}, "bad_input"),
        ({"type": "0"}, "bad_input"),
        ({"type": "0", "userto": "bob"}, "bad_input"),
        ({"type": "0", "userto": "-1"}, "bad_input"),
        ({"type": "0", "userto": "1.0"}, "bad_input"),
        ({"type": "0", "userto": "٣"}, "bad_input"),
        ({"type": "0", "userto": "0"}, "not_found"),
        ({"type": "0", "userto": "9" * 18}, "not_found"),
        ({"type": "0", "userto": "9" * 19}, "bad_input"),
        ({"type": "0", "userto": "9" * 5_000}, "bad_input"),
        ({"userfrom": "0"}, "forbidden"),
        ({"userfrom": "999999"}, "forbidden"),
        ({"userfrom": "me"}, "bad_input"),
        ({"cid": "x" * 65}, "bad_input"),
        ({"cid": "\0"}, "bad_input"),
        ({"reply": "x"}, "bad_input"),
        ({"reply": "1"}, "not_found"),
        ({"reply": "0"}, "not_found"),
        ({"reply": str(2**63 - 1)}, "not_found"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_wrong_is_refused(browser: Browser, bob: User, fields: dict[str, str], code: str) -> None:
    make_room("foreign", bob)
    assert refused(say(browser, **({"txt": "hi"} | fields)), STATUS[code], code)


def test_missing_fields_are_bad_input(browser: Browser) -> None:
    assert refused(browser.post("/msg_send/"), 400, "bad_input")
    assert refused(browser.post("/msg_send/", {"type": "1"}), 400, "bad_input")


def test_who_is_not_signed_in_gets_401(db: None) -> None:
    assert refused(say(Browser()), 401, "not_signed_in")


def test_a_closed_account_can_be_neither_sender_nor_receiver(browser: Browser, bob: User) -> None:
    bobs = sign_in(bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert refused(say(browser, type="0", userto=bob.pk), 404, "not_found")
    assert refused(say(bobs), 401, "not_signed_in")


def test_without_a_csrf_token_it_is_403(alice: User) -> None:
    browser = sign_in(alice, enforce_csrf_checks=True)
    assert refused(say(browser), 403, "forbidden")
    browser.cookies["csrftoken"] = CSRF
    assert refused(say(browser), 403, "forbidden")
    assert browser.post("/msg_send/", {"type": "1", "txt": "x"}, headers={"x-csrftoken": CSRF}).status_code == 200


def test_a_direct_room_of_others_is_forbidden(browser: Browser, bob: User) -> None:
    carol = make_user("carol")
    make_room(f"@{bob.pk}.{carol.pk}", bob, carol)
    assert refused(say(browser, room=f"@{bob.pk}.{carol.pk}"), 403, "forbidden")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_other_methods_get_405(browser: Browser, method: str) -> None:
    response = getattr(browser, method)("/msg_send/")
    assert refused(response, 405, "bad_input")
    assert response["Allow"] == "POST"


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
@pytest.mark.parametrize("csrf", [False, True])
def test_a_body_that_is_too_large_gets_413(alice: User, form: str, csrf: bool) -> None:
    browser = sign_in(alice, enforce_csrf_checks=csrf, headers={"x-csrftoken": CSRF})
    browser.cookies["csrftoken"] = CSRF
    text = "x" * 300_000
    if form == "multipart":
        assert refused(say(browser, text), 413, "too_large")
    else:
        body = f"type=1&txt={text}"
        assert refused(browser.post("/msg_send/", body, "application/x-www-form-urlencoded"), 413, "too_large")


def test_who_sends_too_fast_gets_429_and_nobody_else(live: Runtime, browser: Browser, bob: User) -> None:
    live.rates._burst = 2.0
    assert [say(browser).status_code for _ in range(2)] == [200, 200]
    response = say(browser)
    assert (response.status_code, response.json()["error"], response["Retry-After"]) == (429, "too_fast", "1")
    assert say(sign_in(bob)).status_code == 200
    assert Event.objects.count() == 3


@pytest.mark.parametrize("statement", ["HEADS", "MOVE"])
def test_a_failed_database_is_503_and_nothing_is_stored(
    browser: Browser, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"Dweb.log.transaction.{statement}", "it fails here")
        response = say(browser, "lost", cid="c")
        assert refused(response, 503, "unavailable")
    assert response["Retry-After"] == "1"
    assert say(browser, "again", cid="c").json()["seq"] == 1
    assert Event.objects.get().text == "again"


def test_the_same_cid_gets_the_first_answer_and_no_second_message(browser: Browser, alice: User, bob: User) -> None:
    make_room("111", alice)
    first = say(browser, "once", cid="c1").json()
    say(browser, "between")
    assert say(browser, "once", cid="c1").json() == first
    assert say(browser, "other words, another room", cid="c1", room="111").json() == first
    assert say(browser, "C1 is another cid", cid="C1").json()["seq"] == 3
    assert say(sign_in(bob), "of another sender", cid="c1").json()["seq"] == 4
    assert Event.objects.count() == 4


def test_a_blank_cid_is_none(browser: Browser) -> None:
    assert [say(browser, cid="").json()["seq"] for _ in range(2)] == [1, 2]


def test_a_reply_names_a_message_of_the_same_room(browser: Browser, alice: User) -> None:
    make_room("111", alice)
    say(browser, "question")
    assert say(browser, "answer", reply=1).status_code == 200
    assert Event.objects.get(seq=2).reply == 1
    assert say(browser, "answer", reply=1, room="111").status_code == 404


def test_files_are_refused(browser: Browser) -> None:
    fields = {"type": "1", "txt": "hi", "file": SimpleUploadedFile("file.txt", b"x" * 1_000)}
    assert refused(browser.post("/msg_send/", fields), 413, "too_large")
    assert Event.objects.count() == 0


def test_a_cid_gets_its_first_answer_though_the_rules_have_changed(browser: Browser, alice: User) -> None:
    room = make_room("111", alice)
    first = say(browser, room="111", cid="c").json()
    assert first["seq"] == 1
    Membership.objects.filter(room=room).delete()
    assert say(browser, room="111", cid="c").json() == first
    assert say(browser, room="111", cid="d").status_code == 403
