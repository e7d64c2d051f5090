"""Outsiders at every address of files: who has not signed in, a guest, one who was removed from the room."""

from django.test import Client as Browser

from ..support.fakes import make_room, make_user, sign_in
from ..support.sending import FilesTestCase, picture


class Outsiders(FilesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.room = make_room("ops", self.alice, self.bob)
        self.file_id = self.sent(picture(), "a.png")
        self.posted("ops", self.file_id)
        self.upload_id = self.begun(9)

    def asked(self, browser: Browser) -> dict[str, int]:
        """The statuses of all addresses of a file and an upload that are Alice's."""
        file, upload = f"/files/{self.file_id}", f"/files/{self.upload_id}/"
        answers = {
            "read": browser.get(f"{file}/a.png"),
            "preview": browser.get(f"{file}/preview"),
            "state": browser.get(upload),
            "piece": self.piece(self.upload_id, 0, b"some text", browser),
            "discard": browser.post(upload, {"discard": "1"}),
            "list": browser.get("/files/", {"room": "ops"}),
            "attach": browser.post("/msg_send/", {"type": "1", "txt": "", "files": self.file_id}),
        }
        return {name: answer.status_code for name, answer in answers.items()}

    def test_who_has_not_signed_in(self) -> None:
        self.assertEqual({*self.asked(self.client).values()}, {401})
        self.assert_error(self.send(browser=self.client), 401, "not_signed_in")
        self.assert_error(self.client.get("/files/"), 401, "not_signed_in")

    def test_one_who_was_removed(self) -> None:
        self.room.membership_set.filter(user=self.bob).delete()
        asked = self.asked(sign_in(self.bob))
        self.assertEqual(asked.pop("list"), 403)
        self.assertEqual({*asked.values()}, {404})

    def test_a_guest(self) -> None:
        guest = sign_in(make_user("guest", is_guest=True))
        self.assertEqual({*self.asked(guest).values()}, {404})
        self.assertEqual(self.send(browser=guest).status_code, 200)  # for the rooms that they were invited to

    def test_nothing_has_changed(self) -> None:
        self.asked(sign_in(make_user("stranger")))
        self.assertEqual(self.got(self.file_id).status_code, 200)
        self.assertEqual(self.browser.get(f"/files/{self.upload_id}/").json()["offset"], 0)
