"""GET /search/: what people wrote, in every script, found in one's own rooms only, newest first."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from Dweb.chat.rates import Rates
from Dweb.models import LOBBY, Membership, Posting, Room, User, event_id
from Dweb.runtime import Runtime

from ..support.fakes import make_room, make_user, say, sign_in
from ..support.said import START, ask, hits, write


def error(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/json"
    assert set(response.json()) == {"msg", "error", "detail"}
    return response.status_code, response.json()["error"]


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.get(name=LOBBY)


# What matches.

LONG = "so much to say " * 266 + "at the end"  # 4,000 characters
FOUND = [
    ("The deployment is done.", "deployment"),
    ("The deployment is done.", "DEPLOY"),
    ("The deployment is done.", "done deploy"),
    ("The deployment is done.", "is"),
    ("The deployment is done.", "deployment, done!"),
    ("Größe und Straße", "grosse STRASSE"),
    ("a naïve café", "naive cafe"),
    ("a naive cafe", "naïve CAFÉ"),
    ("a naive cafe", "cafe\u0301"),
    ("Ｄｗｅｂ ２０２４", "dweb 2024"),
    ("dweb 2024", "ＤＷＥＢ"),
    ("ﬁne print", "fine"),
    ("Привет, как дела?", "ПРИВЕТ"),
    ("Ελληνικά κείμενα", "ελληνικα"),
    ("हिन्दी में संदेश", "हिन्दी"),
    ("שלום עולם", "שלום"),
    ("我们明天开会", "明天"),
    ("我们明天开会", "开会"),
    ("我们明天开会", "会"),
    ("我们明天开会", "天"),
    ("我们明天开会", "我们明天开会"),
    ("会", "会"),
    ("中国人", "中国人"),
    ("明天的meeting在三楼", "明天 meeting"),
    ("明天的meeting在三楼", "meeting在三楼"),
    ("明天的meeting在三楼", "meet 三楼"),
    ("カタカナのテスト", "テスト"),
    ("ｶﾀｶﾅのﾃｽﾄ", "カタカナ"),
    ("ひらがなの文", "がな"),
    ("한국어를 배워요", "한국어"),
    ("ภาษาไทยง่าย", "ไทย"),
    ("𠀀𠀁 rare characters", "𠀀𠀁"),
    ("well done 👍🏽", "done 👍"),
    ("👍done👍", "done"),
    ("100% of a_b", "100%"),
    ("100% of a_b", "a_b"),
    ("x'; DROP TABLE posting; --", "drop table posting"),
    ("x'; DROP TABLE posting; --", "'; DROP"),
    ("https://example.org/path?x=1", "example.org"),
    ("w" * 60, "w" * 30),
    ("w" * 60, "w" * 60),
    (LONG, "end much"),
    ("很" * 3_998 + "长的", "长的"),
]
NOT_FOUND = [
    ("The deployment is done.", "deployed"),
    ("The deployment is done.", "eployment"),
    ("The deployment is done.", "deployment failed"),
    ("island", "is"),
    ("中国…国人", "中国人"),
    ("中国 国人", "中国人"),
    ("中 国", "中国"),
    ("国中", "中国"),
    ("かき", "がき"),
    ("axb", "a_b"),
    ("abc 1000", "a%c"),
    ("100 percent", "1_0"),
    ("w" * 60, "w" * 61),
    ("w" * 30 + "a", "w" * 30 + "b"),
    ("a b", "' OR 1=1 --"),
]


@pytest.mark.parametrize(("text", "query"), FOUND, ids=lambda text: ascii(text)[:30])
def test_found(browser: Browser, alice: User, lobby: Room, text: str, query: str) -> None:
    write(lobby, alice, ["something else, 别的", text])
    assert hits(browser, query) == [text]


@pytest.mark.parametrize(("text", "query"), NOT_FOUND, ids=lambda text: ascii(text)[:30])
def test_not_found(browser: Browser, alice: User, lobby: Room, text: str, query: str) -> None:
    write(lobby, alice, [text])
    assert ask(browser, query) == {"events": [], "more": False}


@pytest.mark.parametrize("query", ["!!!", "%", "_", "👍", "。、", "\\", "-" * 200])
def test_a_query_without_a_word_finds_nothing(browser: Browser, alice: User, lobby: Room, query: str) -> None:
    write(lobby, alice, ["!!! % _ 👍 。、 \\ " + "-" * 200])
    assert ask(browser, query) == {"events": [], "more": False}
    assert ask(browser, query, before=1, room=LOBBY) == {"events": [], "more": False}


def test_of_one_message_so_many_terms_are_indexed(browser: Browser, alice: User, lobby: Room, settings: Any) -> None:
    settings.SEARCH_MAX_TERMS = 10
    write(lobby, alice, ["".join(chr(0x4E00 + number) for number in range(20)), " ".join(f"w{n}x" for n in range(20))])
    assert Posting.objects.count() == 20
    assert [len(hits(browser, query)) for query in ("w9x", "w10x")] == [1, 0]


def test_the_end_of_a_long_message_in_chinese_is_found(browser: Browser, alice: User, lobby: Room) -> None:
    write(lobby, alice, ["".join(chr(0x4E00 + number * 7 % 9_973) for number in range(3_996)) + "尾巴结束"])
    assert [len(hits(browser, query)) for query in ("尾巴", "结束")] == [1, 1]


# Where it is looked for.


def test_an_event_is_as_in_the_history(browser: Browser, bob: User) -> None:
    say(browser, "question")
    say(browser, "answer 你好", cid="c1", reply=1)
    [event] = browser.get("/history/", {"after": 1}).json()["events"]
    assert ask(browser, "你好") == {"events": [event], "more": False}
    assert event["data"]["cid"] == "c1"
    assert "cid" not in ask(sign_in(bob), "你好")["events"][0]["data"]


def test_only_in_rooms_of_ones_own(browser: Browser, alice: User, bob: User, lobby: Room) -> None:
    carol = make_user("carol")
    rooms = [lobby, make_room("mine", alice, bob), make_room(f"@{alice.pk}.{bob.pk}", alice, bob)]
    foreign = [make_room("foreign", bob), make_room(f"@{bob.pk}.{carol.pk}", bob, carol)]
    for number, room in enumerate(rooms + foreign):
        write(room, bob, [f"word in {room.name}"], START + timedelta(seconds=number))
    assert hits(browser, "word") == [f"word in {room.name}" for room in reversed(rooms)]
    for room in rooms:
        assert hits(browser, "word", room=room.name) == [f"word in {room.name}"]
    for room in foreign:
        assert error(browser.get("/search/", {"q": "word", "room": room.name})) == (403, "forbidden")
        assert error(browser.get("/search/", {"q": "word", "before": event_id(room.pk, 1)})) == (404, "not_found")
    assert error(browser.get("/search/", {"q": "word", "room": "nowhere"})) == (404, "not_found")
    assert ask(browser, "word", room=f"@{alice.pk}.{carol.pk}") == {"events": [], "more": False}


def test_a_room_that_was_left_is_not_searched(browser: Browser, alice: User) -> None:
    room = make_room("left", alice)
    write(room, alice, ["word"])
    assert hits(browser, "word") == ["word"]
    Membership.objects.filter(room=room).delete()
    assert hits(browser, "word") == []


def test_newest_first_across_rooms_and_pages_go_on_where_the_last_one_ended(
    browser: Browser, alice: User, lobby: Room
) -> None:
    rooms = [lobby, make_room("one", alice), make_room("two", alice)]
    for number, room in enumerate(rooms):  # the seconds 0, 3, 6 …, 1, 4, 7 … and 2, 5, 8 …
        texts = [f"{'word' if at % 10 else 'other'} {at}" for at in range(number, 150, 3)]
        write(room, alice, texts, START + timedelta(seconds=number), 3)
    expected = [f"word {at}" for at in reversed(range(150)) if at % 10]
    seen, fields = [], {}
    for more in (True, True, False):
        page = ask(browser, "word", **fields)
        seen += [event["data"]["msg"] for event in page["events"]]
        assert page["more"] is more
        fields = {"before": page["events"][-1]["data"]["id"]}
    assert seen == expected
    assert ask(browser, "word", **fields) == {"events": [], "more": False}


def test_pages_of_one_room(browser: Browser, alice: User, lobby: Room) -> None:
    write(lobby, alice, [f"word {number}" for number in range(120)])
    pages = [ask(browser, "word", room=LOBBY)]
    while pages[-1]["more"]:
        pages.append(ask(browser, "word", room=LOBBY, before=pages[-1]["events"][-1]["data"]["id"]))
    assert [len(page["events"]) for page in pages] == [50, 50, 20]
    assert [event["data"]["seq"] for page in pages for event in page["events"]] == list(range(120, 0, -1))
    assert hits(browser, "word", room=LOBBY, before=event_id(lobby.pk, 3)) == ["word 1", "word 0"]
    assert len(hits(browser, "word", room=LOBBY, before=2**63 - 1)) == 50
    assert hits(browser, "word", room=LOBBY, before=0) == hits(browser, "word", room=LOBBY, before=7) == []


def test_exactly_a_page_has_no_more(browser: Browser, alice: User, lobby: Room) -> None:
    write(lobby, alice, ["word"] * 50 + ["other"] * 5)
    assert ask(browser, "word")["more"] is False


def test_edits_and_deletions_change_what_is_found(browser: Browser, alice: User) -> None:
    say(browser, "first wrod 你好")
    say(browser, "second word")
    assert (
        browser.post("/msg_send/", {"type": "edit", "room": LOBBY, "seq": 1, "txt": "first word 再见"}).status_code
        == 200
    )
    assert hits(browser, "word") == ["second word", "first word 再见"]
    assert hits(browser, "wrod") == hits(browser, "你好") == []
    assert ask(browser, "再见")["events"][0]["data"]["edited"]
    assert browser.post("/msg_send/", {"type": "delete", "room": LOBBY, "seq": 1}).status_code == 200
    assert hits(browser, "word") == ["second word"]
    assert set(Posting.objects.values_list("term", flat=True)) == {"second", "word"}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"q": ""},
        {"q": "  \n"},
        {"q": "a" * 201},
        {"q": "a\0b"},
        {"q": "word", "before": "x"},
        {"q": "word", "before": "-1"},
        {"q": "word", "before": str(2**63)},
        {"q": "word", "room": "a b"},
        {"q": "word", "room": "@1"},
    ],
    ids=lambda fields: str(fields)[:40],
)
def test_what_is_wrong_is_bad_input(browser: Browser, fields: dict[str, str]) -> None:
    assert error(browser.get("/search/", fields)) == (400, "bad_input")


def test_bytes_that_are_no_text_find_nothing(browser: Browser, alice: User, lobby: Room) -> None:
    write(lobby, alice, ["word"])
    assert browser.get("/search/?q=%ED%A0%80%FF").json() == {"events": [], "more": False}


def test_who_may_ask(browser: Browser) -> None:
    assert error(Browser().get("/search/", {"q": "word"})) == (401, "not_signed_in")
    assert error(browser.post("/search/", {"q": "word"})) == (405, "bad_input")


def test_searching_without_end_is_slowed_down(browser: Browser, live: Runtime) -> None:
    live.rates = Rates(0.01, 1)
    assert hits(browser, "word") == []
    assert error(browser.get("/search/", {"q": "word"})) == (429, "too_fast")


def test_a_search_that_looks_through_too_much_says_that_there_may_be_more(
    browser: Browser, alice: User, lobby: Room, settings: Any
) -> None:
    write(lobby, alice, ["中国人"] + ["国人中国"] * 150)
    assert hits(browser, "中国人") == ["中国人"]
    settings.SEARCH_MAX_CANDIDATES = 100
    assert ask(browser, "中国人") == {"events": [], "more": True}
    assert hits(browser, "中国人", room=LOBBY, before=event_id(lobby.pk, 50)) == ["中国人"]
