"""GET /news_chat/: the chat page, and the room that it opens with."""

import re
from typing import Any

from django.test import Client as Browser

from Dweb.chat import rooms
from Dweb.models import LOBBY, Membership, Room, RoomKind

from ..support.cases import ViewTestCase
from ..support.fakes import make_room, make_user, sign_in


class NewsChatTestCase(ViewTestCase):
    def opened(self, query: str = "") -> str:
        """The room that the page names."""
        response = self.browser.get(f"/news_chat/{query}")
        self.assertEqual(response.status_code, 200)
        found = re.search(r'data-room="([^"]*)"', response.content.decode())
        assert found
        return found[1]


class Page(NewsChatTestCase):
    def test_it_opens_the_lobby_and_says_who_one_is(self) -> None:
        response = self.browser.get("/news_chat/")
        self.assertEqual(self.opened(), LOBBY)
        self.assertContains(response, f'data-userid="{self.alice.pk}"')
        self.assertContains(response, "Alice")
        self.assertIn("no-store", response["Cache-Control"])

    def test_it_sets_the_csrf_cookie_with_which_messages_can_be_sent(self) -> None:
        browser = sign_in(self.alice, enforce_csrf_checks=True)
        token = browser.get("/news_chat/").cookies["csrftoken"].value
        self.assertEqual(self.say(browser=browser).status_code, 403)
        fields = {"type": "1", "txt": "hello"}
        self.assertEqual(browser.post("/msg_send/", fields, headers={"X-CSRFToken": token}).status_code, 200)

    def test_who_is_not_signed_in_goes_to_the_sign_in_page_and_comes_back(self) -> None:
        for query in ("", "?num=7", "?group_id=111&x=a%20b"):
            with self.subTest(query=query):
                response = Browser().get(f"/news_chat/{query}", follow=True)
                self.assertEqual([status for _, status in response.redirect_chain], [302])
                self.assertEqual(response.context["next"], f"/news_chat/{query}")
                self.assertFalse(Room.objects.exclude(name=LOBBY).exists())

    def test_it_says_which_files_may_be_sent(self) -> None:
        for allowed in ("everything", "pictures", "nothing"):
            with self.settings(PLACE={"files": allowed}), self.fresh_subtest(allowed=allowed):
                page = self.browser.get("/news_chat/").content.decode()
                self.assertEqual(f'data-allowed="{allowed}"' in page, allowed != "everything")
                self.assertEqual('accept="image/jpeg,' in page, allowed == "pictures")
                self.assertEqual('id="add" class="icon-button" hidden' in page, allowed == "nothing")

    def test_other_methods_are_refused(self) -> None:
        self.assertEqual(self.browser.post("/news_chat/").status_code, 405)
        self.assertEqual(self.browser.head("/news_chat/").status_code, 200)


class OpeningARoom(NewsChatTestCase):
    def test_group_id_and_num_make_the_room_and_join_it(self) -> None:
        for field in ("group_id", "num"):
            for room in ("111", "课堂", "a-b_c", "été", "x" * 64):
                with self.fresh_subtest(field=field, room=room):
                    for _ in range(2):
                        self.assertEqual(self.opened(f"?{field}={room}"), room)
                    self.assertEqual(Membership.objects.get(user=self.alice).room.name, room)
                    self.assertEqual(self.say(room=room).status_code, 200)

    def test_an_existing_room_is_joined(self) -> None:
        room = make_room("111", self.bob)
        self.assertEqual(self.say(room="111").status_code, 403)
        self.opened("?num=111")
        self.assertEqual(room.members.count(), 2)
        self.assertEqual(self.say(room="111").status_code, 200)

    def test_open_tabs_get_the_room_and_what_is_said_there(self) -> None:
        tab = self.connected(self.alice)
        self.opened("?num=111")
        self.say("hello", room="111")
        room, message = tab.frames()
        expected = {"type": "room", "room": "111", "name": "111", "joined": True, "seq": 0, "role": "owner"}
        self.assertEqual(room, room | expected)
        self.assertEqual(message["data"]["msg"], "hello")

    def test_who_is_in_as_many_rooms_as_one_may_be_must_leave_one_first(self) -> None:
        with self.settings(MAX_ROOMS_PER_USER=2):
            self.opened("?num=1")
            self.opened("?num=2")
            self.say(type="0", userto=self.bob.pk)  # a private chat is none of them
            self.assertContains(self.browser.get("/news_chat/?num=3"), "leave one first", status_code=403)
            self.assertFalse(Room.objects.filter(name="3").exists())
            self.opened("?num=2")
            make_room("4", make_user("carol"))
            self.assertEqual(self.browser.get("/news_chat/?num=4").status_code, 403)
            rooms.leave(self.live, self.alice, "1")
            self.assertEqual(self.opened("?num=4"), "4")

    def test_the_lobby_needs_no_membership(self) -> None:
        self.assertEqual(self.opened(f"?num={LOBBY}"), LOBBY)
        self.assertEqual(self.opened("?num=&group_id="), LOBBY)
        self.assertFalse(Membership.objects.exists())

    def test_where_there_is_no_room_the_page_comes_all_the_same(self) -> None:
        make_room("~aaaaaaaaaa", self.bob, kind=RoomKind.PRIVATE)
        for name in ("~aaaaaaaaaa", "~bbbbbbbbbb"):
            response = self.browser.get(f"/news_chat/?num={name}")
            self.assertContains(response, f'data-room="{name}"', status_code=404)

    def test_direct_rooms_open_for_their_people_alone(self) -> None:
        carol = make_user("carol")
        mine = make_room(f"@{self.alice.pk}.{self.bob.pk}", self.alice, self.bob)
        theirs = make_room(f"@{self.bob.pk}.{carol.pk}", self.bob, carol)
        self.assertEqual(self.opened(f"?num={mine.name}"), mine.name)
        self.assertEqual(self.browser.get(f"/news_chat/?num={theirs.name}").status_code, 403)
        self.assertEqual(self.browser.get("/news_chat/?num=@900001.900002").status_code, 403)  # as if they talked
        self.assertEqual(theirs.members.count(), 2)


class OpeningFromElsewhere(NewsChatTestCase):
    def follow(self, room: str, site: str) -> Any:
        """Follows a link on a page that the browser calls by this word."""
        return self.browser.get("/news_chat/", {"num": room}, headers={"Sec-Fetch-Site": site})

    def test_a_link_of_another_site_asks_before_a_room_is_joined_or_made(self) -> None:
        make_room("111", self.bob)
        for site in ("cross-site", "same-site"):
            for room, words in (("111", "open it to join"), ("222", "There is no room 222.")):
                with self.subTest(site=site, room=room):
                    response = self.follow(room, site)
                    self.assertContains(response, words)
                    self.assertContains(response, 'href=""')
                    self.assertNotContains(response, "data-room")
        self.assertFalse(Membership.objects.filter(user=self.alice).exists())
        self.assertFalse(Room.objects.filter(name="222").exists())

    def test_a_link_of_this_site_and_a_typed_address_ask_nothing(self) -> None:
        for room, site in (("111", "same-origin"), ("222", "none")):
            self.assertContains(self.follow(room, site), f'data-room="{room}"')
            self.assertTrue(Membership.objects.filter(user=self.alice, room__name=room).exists())

    def test_ones_own_rooms_open_from_everywhere(self) -> None:
        for room in ("111", f"@{self.alice.pk}.{self.bob.pk}"):
            make_room(room, self.alice, self.bob)
        for room in ("111", f"@{self.alice.pk}.{self.bob.pk}", LOBBY, ""):
            with self.subTest(room=room):
                self.assertContains(self.follow(room, "cross-site"), f'data-room="{room or LOBBY}"')
        self.assertEqual(self.follow("@900001.900002", "cross-site").status_code, 403)


class Names(NewsChatTestCase):
    def test_composed_and_decomposed_letters_are_one_room(self) -> None:
        for spelling in ("e\u0301te\u0301", "\xe9t\xe9"):
            self.assertEqual(self.opened(f"?num={spelling}"), "\xe9t\xe9")
        self.assertEqual(Membership.objects.count(), 1)

    def test_a_name_like_that_of_another_room_is_refused(self) -> None:
        self.opened("?num=Room")
        for name in ("room", "Ro\u043em", "Room\ufe0f", "R00m", "LOBBY", "Iobby"):
            with self.subTest(ascii(name)):
                self.assertEqual(self.browser.get("/news_chat/", {"num": name}).status_code, 400)
        self.assertEqual(Room.objects.count(), 2)

    def test_a_bad_name_is_a_page_that_says_what_a_name_is(self) -> None:
        for name in ("a b", "a/b", "<b>", "%00", "x" * 65, "😀", "@x", "@1", "@1.2.3", "%20", "%FF"):
            with self.subTest(name=name):
                response = self.browser.get(f"/news_chat/?num={name}")
                self.assertEqual(response.status_code, 400)
                self.assertIn("text/html", response["Content-Type"])
                self.assertRegex(response.content.decode(), "must be|letters, digits")
                self.assertEqual(Room.objects.count(), 1)
