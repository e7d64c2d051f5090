"""GET /search/: what people wrote, in every script, found in one's own rooms only, newest first."""

from datetime import timedelta
from typing import Any

from django.test import override_settings

from Dweb.chat.rates import Rates
from Dweb.models import LOBBY, Membership, Posting, Room, event_id

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in
from ..support.said import START, ask, hits, write

NOTHING = {"events": [], "more": False}

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


@override_settings(SEARCH_SECONDS=60)  # a busy machine may stop for longer than a second
class SearchTestCase(ViewTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.lobby = Room.objects.get(name=LOBBY)

    def ask(self, q: str, **fields: Any) -> dict[str, Any]:
        return ask(self.browser, q, **fields)

    def hits(self, q: str, **fields: Any) -> list[str]:
        return hits(self.browser, q, **fields)


class Matches(SearchTestCase):
    def test_found(self) -> None:
        for text, query in FOUND:
            with self.fresh_subtest(text=text[:30], query=query[:30]):
                write(Room.objects.get(name=LOBBY), self.alice, ["something else, 别的", text])
                self.assertEqual(self.hits(query), [text])

    def test_not_found(self) -> None:
        for text, query in NOT_FOUND:
            with self.fresh_subtest(text=text[:30], query=query[:30]):
                write(Room.objects.get(name=LOBBY), self.alice, [text])
                self.assertEqual(self.ask(query), NOTHING)

    def test_a_query_without_a_word_finds_nothing(self) -> None:
        write(self.lobby, self.alice, ["!!! % _ 👍 。、 \\ " + "-" * 200])
        for query in ("!!!", "%", "_", "👍", "。、", "\\", "-" * 200):
            with self.subTest(query=query[:30]):
                self.assertEqual(self.ask(query), NOTHING)
                self.assertEqual(self.ask(query, before=1, room=LOBBY), NOTHING)

    def test_of_one_message_so_many_terms_are_indexed(self) -> None:
        chinese, words = "".join(chr(0x4E00 + number) for number in range(20)), [f"w{n}x" for n in range(20)]
        with self.settings(SEARCH_MAX_TERMS=10):
            write(self.lobby, self.alice, [chinese, " ".join(words)])
            self.assertEqual(Posting.objects.count(), 20)
            self.assertEqual([len(self.hits(query)) for query in ("w9x", "w10x")], [1, 0])

    def test_the_end_of_a_long_message_in_chinese_is_found(self) -> None:
        text = "".join(chr(0x4E00 + number * 7 % 9_973) for number in range(3_996)) + "尾巴结束"
        write(self.lobby, self.alice, [text])
        self.assertEqual([len(self.hits(query)) for query in ("尾巴", "结束")], [1, 1])

    def test_edits_and_deletions_change_what_is_found(self) -> None:
        self.say("first wrod 你好")
        self.say("second word")
        edit = {"type": "edit", "room": LOBBY, "seq": 1, "txt": "first word 再见"}
        self.assertEqual(self.browser.post("/msg_send/", edit).status_code, 200)
        self.assertEqual(self.hits("word"), ["second word", "first word 再见"])
        self.assertEqual(self.hits("wrod"), [])
        self.assertEqual(self.hits("你好"), [])
        self.assertTrue(self.ask("再见")["events"][0]["data"]["edited"])
        delete = {"type": "delete", "room": LOBBY, "seq": 1}
        self.assertEqual(self.browser.post("/msg_send/", delete).status_code, 200)
        self.assertEqual(self.hits("word"), ["second word"])
        self.assertEqual(set(Posting.objects.values_list("term", flat=True)), {"second", "word"})

    def test_a_search_that_looks_through_too_much_says_that_there_may_be_more(self) -> None:
        write(self.lobby, self.alice, ["中国人"] + ["国人中国"] * 150)
        self.assertEqual(self.hits("中国人"), ["中国人"])
        with self.settings(SEARCH_MAX_CANDIDATES=100):
            self.assertEqual(self.ask("中国人"), {"events": [], "more": True})
            self.assertEqual(self.hits("中国人", room=LOBBY, before=event_id(self.lobby.pk, 50)), ["中国人"])


class Rooms(SearchTestCase):
    def test_an_event_is_as_in_the_history(self) -> None:
        self.say("question")
        self.say("answer 你好", cid="c1", reply=1)
        [event] = self.browser.get("/history/", {"after": 1}).json()["events"]
        self.assertEqual(self.ask("你好"), {"events": [event], "more": False})
        self.assertEqual(event["data"]["cid"], "c1")
        self.assertNotIn("cid", ask(sign_in(self.bob), "你好")["events"][0]["data"])

    def test_only_in_rooms_of_ones_own(self) -> None:
        carol = make_user("carol")
        direct = make_room(f"@{self.alice.pk}.{self.bob.pk}", self.alice, self.bob)
        rooms = [self.lobby, make_room("mine", self.alice, self.bob), direct]
        foreign = [make_room("foreign", self.bob), make_room(f"@{self.bob.pk}.{carol.pk}", self.bob, carol)]
        for number, room in enumerate(rooms + foreign):
            write(room, self.bob, [f"word in {room.name}"], START + timedelta(seconds=number))
        self.assertEqual(self.hits("word"), [f"word in {room.name}" for room in reversed(rooms)])
        for room in rooms:
            self.assertEqual(self.hits("word", room=room.name), [f"word in {room.name}"])
        for room in foreign:
            fields = {"q": "word", "room": room.name}
            self.assert_error(self.browser.get("/search/", fields), 403, "forbidden")
            fields = {"q": "word", "before": event_id(room.pk, 1)}
            self.assert_error(self.browser.get("/search/", fields), 404, "not_found")
        self.assert_error(self.browser.get("/search/", {"q": "word", "room": "nowhere"}), 404, "not_found")
        self.assertEqual(self.ask("word", room=f"@{self.alice.pk}.{carol.pk}"), NOTHING)

    def test_a_room_that_was_left_is_not_searched(self) -> None:
        room = make_room("left", self.alice)
        write(room, self.alice, ["word"])
        self.assertEqual(self.hits("word"), ["word"])
        Membership.objects.filter(room=room).delete()
        self.assertEqual(self.hits("word"), [])


class Pages(SearchTestCase):
    def test_newest_first_across_rooms_and_pages_go_on_where_the_last_one_ended(self) -> None:
        rooms = [self.lobby, make_room("one", self.alice), make_room("two", self.alice)]
        for number, room in enumerate(rooms):  # the seconds 0, 3, 6 …, 1, 4, 7 … and 2, 5, 8 …
            texts = [f"{'word' if at % 10 else 'other'} {at}" for at in range(number, 150, 3)]
            write(room, self.alice, texts, START + timedelta(seconds=number), 3)
        expected = [f"word {at}" for at in reversed(range(150)) if at % 10]
        seen, fields = [], {}
        for more in (True, True, False):
            page = self.ask("word", **fields)
            seen += [event["data"]["msg"] for event in page["events"]]
            self.assertIs(page["more"], more)
            fields = {"before": page["events"][-1]["data"]["id"]}
        self.assertEqual(seen, expected)
        self.assertEqual(self.ask("word", **fields), NOTHING)

    def test_pages_of_one_room(self) -> None:
        write(self.lobby, self.alice, [f"word {number}" for number in range(120)])
        pages = [self.ask("word", room=LOBBY)]
        while pages[-1]["more"]:
            pages.append(self.ask("word", room=LOBBY, before=pages[-1]["events"][-1]["data"]["id"]))
        self.assertEqual([len(page["events"]) for page in pages], [50, 50, 20])
        numbers = [event["data"]["seq"] for page in pages for event in page["events"]]
        self.assertEqual(numbers, list(range(120, 0, -1)))
        before = event_id(self.lobby.pk, 3)
        self.assertEqual(self.hits("word", room=LOBBY, before=before), ["word 1", "word 0"])
        self.assertEqual(len(self.hits("word", room=LOBBY, before=2**63 - 1)), 50)
        self.assertEqual(self.hits("word", room=LOBBY, before=0), [])
        self.assertEqual(self.hits("word", room=LOBBY, before=7), [])

    def test_who_said_it_and_when(self) -> None:
        write(self.lobby, self.alice, ["word 0", "word 1"])
        write(self.lobby, self.bob, ["word 2", "word 3"], START + timedelta(seconds=2))
        self.assertEqual(self.hits("word", **{"from": self.bob.pk}), ["word 3", "word 2"])
        self.assertEqual(self.hits("word", **{"from": 2**63 - 1}), [])
        second, third = ((START + timedelta(seconds=at)).isoformat() for at in (1, 3))
        self.assertEqual(self.hits("word", since=second), ["word 3", "word 2", "word 1"])
        self.assertEqual(self.hits("word", until=third), ["word 2", "word 1", "word 0"])
        self.assertEqual(self.hits("word", since=second, until=third, room=LOBBY), ["word 2", "word 1"])
        self.assertEqual(self.hits("word", since=third, until=second), [])
        self.assertEqual(self.hits("word", since="", until="", **{"from": ""}), [f"word {n}" for n in (3, 2, 1, 0)])

    def test_exactly_a_page_has_no_more(self) -> None:
        write(self.lobby, self.alice, ["word"] * 50 + ["other"] * 5)
        self.assertIs(self.ask("word")["more"], False)


class Refusals(SearchTestCase):
    def test_what_is_wrong_is_bad_input(self) -> None:
        for fields in (
            {},
            {"q": ""},
            {"q": "  \n"},
            {"q": "a" * 201},
            {"q": "a\0b"},
            {"q": "word", "before": "x"},
            {"q": "word", "from": "alice"},
            {"q": "word", "since": "yesterday"},
            {"q": "word", "since": "2026-01-31T09:00:00"},
            {"q": "word", "until": "0001-01-01T00:00:00+23:00"},
            {"q": "word", "until": "2026-13-01T00:00Z"},
            {"q": "word", "before": "-1"},
            {"q": "word", "before": str(2**63)},
            {"q": "word", "room": "a b"},
            {"q": "word", "room": "@1"},
        ):
            with self.subTest(str(fields)[:40]):
                self.assert_error(self.browser.get("/search/", fields), 400, "bad_input")

    def test_bytes_that_are_no_text_find_nothing(self) -> None:
        write(self.lobby, self.alice, ["word"])
        self.assertEqual(self.browser.get("/search/?q=%ED%A0%80%FF").json(), NOTHING)

    def test_who_may_ask(self) -> None:
        self.assert_error(self.client.get("/search/", {"q": "word"}), 401, "not_signed_in")
        self.assert_error(self.browser.post("/search/", {"q": "word"}), 405, "bad_input")

    def test_searching_without_end_is_slowed_down(self) -> None:
        self.live.rates = Rates(0.01, 1)
        self.assertEqual(self.hits("word"), [])
        self.assert_error(self.browser.get("/search/", {"q": "word"}), 429, "too_fast")
