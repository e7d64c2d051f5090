"""The addresses of files: read by whoever may read a room that has them, by ranges too, and listed for a room."""

from django.test import Client as Browser
from django.test import override_settings

from Dweb.files import storage
from Dweb.models import File, User

from ..support.fakes import make_room, make_user, sign_in
from ..support.sending import FilesTestCase, picture


class Reading(FilesTestCase):
    def test_a_text_is_shown_in_place_and_nothing_in_it_runs(self) -> None:
        answer = self.got(self.sent(name="größe.txt"), path="anything")
        self.assertEqual(answer.body, b"some text")
        self.assertEqual(answer["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(answer["Content-Disposition"], "inline; filename*=utf-8''gr%C3%B6%C3%9Fe.txt")
        self.assertEqual(answer["X-Content-Type-Options"], "nosniff")
        self.assertTrue(answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'"))
        self.assertEqual(answer["Cache-Control"], "private, max-age=31536000, immutable")

    def test_what_may_run_is_downloaded(self) -> None:
        script = b"<script>alert(1)</script>"
        for data in (b"<!doctype html>" + script, b'<svg xmlns="http://www.w3.org/2000/svg">' + script + b"</svg>"):
            answer = self.got(self.sent(data, "a.png"))
            self.assertEqual(answer["Content-Type"], "application/octet-stream")
            self.assertTrue(answer["Content-Disposition"].startswith("attachment"))

    def test_ranges(self) -> None:
        file_id = self.sent(b"0123456789")
        answer = self.got(file_id, Range="bytes=2-4")
        self.assertEqual((answer.status_code, answer.body), (206, b"234"))
        self.assertEqual((answer["Content-Range"], answer["Content-Length"]), ("bytes 2-4/10", "3"))
        answer = self.got(file_id, Range="bytes=10-")
        self.assertEqual((answer.status_code, answer["Content-Range"]), (416, "bytes */10"))
        answer = self.got(file_id, Range="bytes=" + "0-1," * 1_000)
        self.assertEqual((answer.status_code, answer.body), (200, b"0123456789"))
        tag = answer["ETag"]
        self.assertEqual(self.got(file_id, **{"Range": "bytes=0-1", "If-Range": tag}).status_code, 206)
        self.assertEqual(self.got(file_id, **{"Range": "bytes=0-1", "If-Range": '"other"'}).status_code, 200)
        answer = self.browser.head(f"/files/{file_id}/a")
        self.assertEqual(answer["Content-Length"], "10")

    def test_a_preview_comes_when_it_is_made(self) -> None:
        file_id = self.sent(picture(), "a.png")
        for state in (File.Preview.MAKING, File.Preview.AGAIN, File.Preview.WAITING):
            File.objects.update(preview=state)
            answer = self.got(file_id, path="preview")
            self.assertEqual((answer.status_code, answer["Retry-After"]), (404, "1"))
        file = File.objects.get()
        for size in storage.PREVIEW_SIZES:
            (storage.incoming() / "p").write_bytes(size.encode())
            storage.move_in(storage.incoming() / "p", storage.preview_name(file.stored, size))
        File.objects.update(preview=File.Preview.MADE)
        answer = self.got(file_id, path="preview")
        self.assertEqual((answer["Content-Type"], answer.body), ("image/webp", b"small"))
        self.assertEqual(self.got(file_id, path="preview?size=large").body, b"large")
        self.assert_error(self.got(file_id, path="preview?size=../x"), 404, "not_found")
        File.objects.update(preview=File.Preview.FAILED)
        self.assert_error(self.got(file_id, path="preview"), 404, "not_found")

    def test_an_nginx_in_front_sends_them(self) -> None:
        file_id = self.sent()
        with override_settings(FILES_ACCEL="/stored/"):
            answer = self.got(file_id)
        self.assertEqual(answer["X-Accel-Redirect"], f"/stored/{File.objects.get().stored}")
        self.assertEqual(answer.content, b"")

    def test_a_file_is_read_by_those_who_read_a_room_that_has_it(self) -> None:
        room = make_room("~secretroom", self.alice, self.bob, kind=2)
        eve, guest = make_user("eve"), make_user("guest", is_guest=True)
        file_id = self.sent()
        readers = {user: sign_in(user) for user in (self.bob, eve, guest)}
        self.assertEqual(self.answers(file_id, readers), {self.bob: 404, eve: 404, guest: 404})
        self.posted(room.name, file_id)
        self.assertEqual(self.answers(file_id, readers), {self.bob: 200, eve: 404, guest: 404})
        self.posted("lobby", file_id)
        self.assertEqual(self.answers(file_id, readers), {self.bob: 200, eve: 200, guest: 404})
        room.membership_set.filter(user=self.bob).delete()
        self.assertEqual(self.answers(file_id, readers)[self.bob], 200)
        self.assertEqual(self.say(type="delete", room="lobby", seq=1).status_code, 200)
        self.assertEqual(self.answers(file_id, readers), {self.bob: 404, eve: 404, guest: 404})
        self.assertEqual(self.got(file_id).status_code, 200)
        self.assert_error(self.got(file_id, self.client), 401, "not_signed_in")

    def answers(self, file_id: str, readers: dict[User, Browser]) -> dict[User, int]:
        unknown = {self.got("B" * 16, browser).body for browser in readers.values()}
        answers = {user: self.got(file_id, browser) for user, browser in readers.items()}
        self.assertTrue({answer.body for answer in answers.values() if answer.status_code == 404} <= unknown)
        return {user: answer.status_code for user, answer in answers.items()}


class Listing(FilesTestCase):
    def test_the_files_of_a_room(self) -> None:
        room = make_room("ops", self.alice, self.bob)
        first, second = self.sent(name="plan.txt"), self.sent(name="Größe, ＰＬＡＮ B.txt")
        third = self.sent(name="other.txt")
        self.posted("ops", first, second)
        self.posted("ops", third)
        answer = self.browser.get("/files/", {"room": "ops"}).json()
        self.assertEqual([each["id"] for each in answer["files"]], [third, first, second])
        self.assertEqual((answer["more"], answer["files"][0]["seq"], answer["files"][0]["user"]), (False, 2, "Alice"))
        for query, those in {"plan": [first, second], "GRÖSSE": [second], "100%": []}.items():
            found = self.browser.get("/files/", {"room": "ops", "q": query}).json()["files"]
            self.assertEqual([each["id"] for each in found], those)
        with override_settings(FILES_LISTED=2):
            answer = self.browser.get("/files/", {"room": "ops"}).json()
            self.assertEqual(([each["id"] for each in answer["files"]], answer["more"]), ([third], True))
            before = answer["files"][-1]["event"]
            answer = self.browser.get("/files/", {"room": "ops", "before": before}).json()
            self.assertEqual(([each["id"] for each in answer["files"]], answer["more"]), ([first, second], False))
        room.membership_set.filter(user=self.bob).delete()
        self.assert_error(sign_in(self.bob).get("/files/", {"room": "ops"}), 403, "forbidden")
        self.assert_error(self.browser.get("/files/", {"room": "~unknownxyz"}), 404, "not_found")
        self.assert_error(self.client.get("/files/", {"room": "ops"}), 401, "not_signed_in")
