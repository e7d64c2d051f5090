"""Pictures of people and rooms: who may choose one, who sees it, and who learns of another one."""

from django.test import Client as Browser
from django.test import override_settings

from Dweb.files import cleaner
from Dweb.models import File, Room, User

from ..support.fakes import make_room, make_user, sign_in
from ..support.sending import FilesTestCase, picture


class Pictures(FilesTestCase):
    def chosen(self, browser: Browser | None = None) -> str:
        file_id = self.sent(picture(), "me.png", browser)
        answer = (browser or self.browser).post("/profile/", {"picture": file_id})
        self.assertEqual(answer.json(), {"msg": "success", "userid": answer.json()["userid"], "picture": file_id})
        return file_id

    def test_others_see_it_and_learn_of_it(self) -> None:
        stranger = make_user("guest", is_guest=True)
        companion = make_user("visitor", is_guest=True)
        make_room("ops", self.alice, companion)
        sockets = {user: self.connected(user) for user in (self.alice, self.bob, stranger, companion)}
        file_id = self.chosen()
        frame = {"type": "picture", "userid": self.alice.pk, "picture": file_id}
        told = {user for user, socket in sockets.items() if frame in socket.frames()}
        self.assertEqual(told, {self.alice, self.bob, companion})
        users = {"users": f"{self.alice.pk},{self.bob.pk}"}
        for user in (self.alice, self.bob, companion):
            answer = sign_in(user).get("/pictures/", users).json()
            self.assertEqual(answer, {"users": {str(self.alice.pk): file_id}, "rooms": {}})
            self.assertEqual(self.got(file_id, sign_in(user)).status_code, 200)
        self.assertEqual(sign_in(stranger).get("/pictures/", users).json()["users"], {})
        self.assert_error(self.got(file_id, sign_in(stranger)), 404, "not_found")
        self.assertEqual(self.browser.get("/profile/").json()["picture"], file_id)

    def test_a_page_loads_what_shows_them_if_there_are_any(self) -> None:
        self.assertNotContains(self.browser.get("/news_chat/"), "data-pictures")
        file_id = self.chosen()
        self.assertContains(self.browser.get("/news_chat/"), "data-pictures")
        self.browser.post("/profile/", {"picture": ""})
        self.assertNotContains(self.browser.get("/news_chat/"), "data-pictures")
        make_room("ops", owner=self.alice)
        self.browser.post("/rooms/ops/", {"picture": file_id})
        self.assertContains(self.browser.get("/news_chat/"), "data-pictures")

    def test_one_that_is_taken_away_is_seen_by_nobody_else(self) -> None:
        file_id = self.chosen()
        self.assertEqual(self.browser.post("/profile/", {"picture": ""}).status_code, 200)
        self.assertEqual(self.browser.get("/pictures/", {"users": self.alice.pk}).json()["users"], {})
        self.assert_error(self.got(file_id, sign_in(self.bob)), 404, "not_found")

    def test_it_is_ones_own_and_a_picture(self) -> None:
        bobs = self.sent(picture(), "b.png", sign_in(self.bob))
        for file_id, status, code in (
            (bobs, 404, "not_found"),
            ("A" * 16, 404, "not_found"),
            (self.begun(9), 404, "not_found"),
            (self.sent(b"text"), 400, "bad_input"),
            ("../etc", 400, "bad_input"),
        ):
            self.assert_error(self.browser.post("/profile/", {"picture": file_id}), status, code)
        self.assertFalse(User.objects.exclude(picture="").exists())

    def test_so_many_in_an_hour(self) -> None:
        file_id = self.sent(picture(), "me.png")
        with override_settings(PICTURE_CHANGES_PER_HOUR=1):
            self.assertEqual(self.browser.post("/profile/", {"picture": file_id}).status_code, 200)
            self.assert_error(self.browser.post("/profile/", {"picture": file_id}), 429, "too_fast")

    def test_the_cleaner_leaves_it_and_so_does_a_deletion(self) -> None:
        mine, rooms = self.chosen(), self.sent(picture(), "room.png")
        make_room("ops", owner=self.alice)
        self.assertEqual(self.browser.post("/rooms/ops/", {"picture": rooms}).json()["picture"], rooms)
        self.posted("lobby", mine)
        self.assertEqual(self.say(type="delete", room="lobby", seq=1).status_code, 200)
        with override_settings(UNSENT_FILE_SECONDS=-60):
            unsent = self.sent(picture(), "unsent.png")
            cleaner.clean()
        self.assertEqual({*File.objects.values_list("pk", flat=True)}, {mine, rooms})
        self.assert_error(self.got(unsent), 404, "not_found")

    def test_a_rooms_picture_is_told_in_its_log(self) -> None:
        room = make_room("~secretroom", self.bob, owner=self.alice, kind=2)
        eve = sign_in(make_user("eve"))
        file_id = self.sent(picture(), "room.png")
        bob = self.connected(self.bob)
        self.browser.post(f"/rooms/{room.name}/", {"picture": file_id})
        frames = bob.frames()
        [notice] = [frame["data"] for frame in frames if frame["type"] == "notice"]
        self.assertEqual((notice["what"], notice["picture"], notice["by"]), ("picture", file_id, self.alice.pk))
        self.assertIn(file_id, [frame.get("picture") for frame in frames if frame["type"] == "room"])
        asked = {"rooms": f"{room.name},nowhere"}
        self.assertEqual(sign_in(self.bob).get("/pictures/", asked).json()["rooms"], {room.name: file_id})
        self.assertEqual(eve.get("/pictures/", asked).json()["rooms"], {})
        self.assert_error(self.got(file_id, eve), 404, "not_found")
        self.browser.post(f"/rooms/{room.name}/", {"picture": ""})
        self.assertEqual(Room.objects.get(pk=room.pk).picture, "")

    def test_who_asks(self) -> None:
        self.assert_error(self.client.get("/pictures/", {"users": 1}), 401, "not_signed_in")
        self.assert_error(self.client.post("/profile/", {"picture": ""}), 401, "not_signed_in")
        self.assert_error(self.browser.get("/pictures/", {"users": "x"}), 400, "bad_input")
        with override_settings(PICTURES_ASKED=1):
            self.assert_error(self.browser.get("/pictures/", {"users": "1,2"}), 400, "bad_input")
            self.assert_error(self.browser.get("/pictures/", {"rooms": "a,b"}), 400, "bad_input")
