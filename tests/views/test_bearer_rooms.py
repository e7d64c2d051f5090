"""A token for one room: at no address is it told of another one, though its person is in both."""

from Dweb.accounts.access import Scope
from Dweb.models import Block, Room

from ..support.fakes import make_room, sign_in
from ..support.sending import FilesTestCase, picture
from .test_bearer import BearerTestCase


class OneRoom(BearerTestCase, FilesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.plant, self.office = (make_room(name, self.bob, owner=self.alice) for name in ("plant", "office"))
        self.one = self.program(scopes=frozenset(Scope), rooms=frozenset({"plant"}))

    def test_a_cid_that_was_used_elsewhere(self) -> None:
        self.say("secret", room="office", cid="c1")
        answer = self.post(self.one, room="plant", cid="c1")
        self.assert_error(answer, 409, "conflict")
        self.assertNotIn("office", answer.content.decode())
        self.assert_error(self.post(self.one, room="office", cid="c1"), 409, "conflict")
        self.assertEqual(Room.objects.get(pk=self.plant.pk).seq, 0)

    def test_a_cid_of_the_room(self) -> None:
        first = self.post(self.one, room="plant", cid="c1").json()
        self.assertEqual(self.post(self.one, room="plant", cid="c1").json(), first)

    def test_pictures(self) -> None:
        for room in (self.plant, self.office):
            shown = self.sent(picture(), browser=sign_in(self.bob))
            Room.objects.filter(pk=room.pk).update(picture=shown)
            status = 200 if room == self.plant else 404
            self.assertEqual(self.got(shown, self.one).status_code, status)
        found = self.one.get("/pictures/?rooms=plant,office").json()["rooms"]
        self.assertEqual(found, {"plant": Room.objects.get(pk=self.plant.pk).picture})

    def test_files_that_its_person_sent_elsewhere(self) -> None:
        unsent, here, elsewhere = (self.sent(picture()) for _ in range(3))
        self.say(room="plant", files=here)
        self.say(room="office", files=elsewhere)
        for file_id, status in ((unsent, 200), (here, 200), (elsewhere, 404)):
            with self.subTest(status=status):
                self.assertEqual(self.got(file_id, self.one).status_code, status)
                self.assertEqual(self.one.get(f"/files/{file_id}/").status_code, status)
                self.assertEqual(self.post(self.one, room="plant", files=file_id).status_code, status)
        self.assert_error(self.one.post("/rooms/plant/", {"picture": elsewhere}), 404, "not_found")
        self.assertEqual(self.got(elsewhere).status_code, 200)

    def test_the_card_of_a_person(self) -> None:
        Block.objects.create(user=self.alice, other=self.bob)
        with self.settings(ROOMS_IN_COMMON=1):  # of both rooms the office comes first
            card = self.one.get(f"/people/{self.bob.pk}/").json()
        self.assertEqual([room["room"] for room in card["rooms"]], ["plant"])
        self.assertFalse(card["more"])
        self.assertFalse(card["blocked"])
