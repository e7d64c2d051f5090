"""POST /files/: whole or in pieces; what is refused leaves nothing."""

import fcntl
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from Dweb.chat import uploads
from Dweb.files import cleaner, content, storage
from Dweb.models import File, Leftover, Place

from ..files.crafted import chunk
from ..support.fakes import sign_in
from ..support.sending import PIECE, FilesTestCase, picture
from ..support.stored import names_in


class Sending(FilesTestCase):
    def test_a_file(self) -> None:
        answer = self.send(b"some text", "../notes.txt").json()
        file = File.objects.get()
        told = {"msg": "success", "id": file.pk, "name": "notes.txt", "size": 9, "type": "text/plain"}
        self.assertEqual(answer, told)
        self.assertEqual(names_in(self.folder), {file.stored})
        self.assertEqual([*storage.incoming().iterdir()], [])
        self.assertFalse(Leftover.objects.exists())

    def test_a_picture(self) -> None:
        answer = self.send(picture(), "a.png").json()
        self.assertEqual((answer["type"], answer["width"], answer["height"]), ("image/png", 3, 2))
        self.assertEqual(File.objects.get().preview, File.Preview.WAITING)

    def test_a_picture_that_is_too_large_to_be_shown_has_no_place_either(self) -> None:
        data = picture()
        placed = data[:33] + chunk(b"tEXt", b"Place\0Berlin") + data[33:]
        with override_settings(PICTURE_MAX_PIXELS=1):
            answer = self.send(placed, "a.png").json()
        self.assertEqual((answer["type"], answer["size"], answer.get("width")), ("image/png", len(data), None))
        with storage.files_storage().open(File.objects.get().stored) as stored:
            self.assertNotIn(b"Berlin", stored.read())

    def test_nothing_is_kept_of_what_is_refused(self) -> None:
        refused = [
            (413, "too_large", {"FILE_MAX_BYTES": 8}),
            (507, "no_space", {"USER_FILES_BYTES": 8}),
            (507, "no_space", {"PLACE_FILES_BYTES": 8}),
            (507, "no_space", {"DISK_SPARE_SHARE": 1}),
        ]
        for status, code, limit in refused:
            with self.subTest(limit=limit), override_settings(**limit):
                self.assert_error(self.send(), status, code)
        self.assert_nothing()

    def test_a_place_may_take_pictures_alone_or_nothing(self) -> None:
        for allowed, data, status in (
            ("pictures", picture(), 200),
            ("pictures", b"text", 415),
            ("nothing", picture(), 403),
        ):
            Place.objects.update_or_create(pk=1, defaults={"files": allowed})
            self.live.place.load()
            self.assertEqual(self.send(data).status_code, status)
        self.assertEqual(File.objects.count(), 1)

    def test_what_is_no_file(self) -> None:
        self.assert_error(self.browser.post("/files/", {}), 400, "bad_input")
        self.assert_error(self.browser.post("/files/", {"file": "text"}), 400, "bad_input")
        two = [SimpleUploadedFile(name, b"x") for name in "ab"]
        self.assert_error(self.browser.post("/files/", {"file": two}), 400, "bad_input")
        self.assert_error(self.browser.post("/files/", {"picture": two[0]}), 400, "bad_input")
        self.assert_error(self.send(name="n" * 5_000), 400, "bad_input")
        many = {f"f{number}": "x" for number in range(10_000)}
        self.assert_error(self.browser.post("/files/", many), 400, "bad_input")
        self.assert_nothing()

    def test_a_body_that_is_cut_off_leaves_nothing(self) -> None:
        whole = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            + b"y" * 200_000
            + b"\r\n--x--\r\n"
        )
        kind = "multipart/form-data; boundary=x"
        for length in (10, 60, 80, 100_000):
            answer = self.browser.generic("POST", "/files/", whole[:length], kind)
            self.assert_error(answer, 400, "bad_input")
        self.assert_nothing()

    def test_the_head_of_a_part_names_no_charset(self) -> None:
        kind = "multipart/form-data; boundary=x"
        begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename'
        for name in (b"*=nobody''a", b"=\"a\"; x*=nobody''a", b"=\"a\\\\\"; x*=nobody''a", b"=\"a; x*=nobody''a"):
            head = begin + name + b"\r\n\r\ny\r\n--x--\r\n"
            self.assert_error(self.browser.generic("POST", "/files/", head, kind), 400, "bad_input")
        self.assertEqual(self.send(name="best*.jpg").json()["name"], "best*.jpg")
        self.assertEqual(self.send(head).status_code, 200)

    def test_a_disk_that_is_full_in_the_middle(self) -> None:
        with mock.patch("Dweb.files.storage.os.fsync", side_effect=OSError(28, "no space")):
            self.assert_error(self.send(), 507, "no_space")
        self.assertFalse(File.objects.exists())
        self.assertEqual([*storage.incoming().iterdir()], [])

    def test_a_slot_is_free_again_if_the_disk_takes_no_further_file(self) -> None:
        class Offer:
            size = 300_000

            def accept(self, *_: object) -> None:
                raise OSError(28, "no space")

        for _ in range(settings.UPLOADS_PER_USER + 1):
            answer = self.browser.post("/files/", {}, **{"dweb.offer": Offer()})
            self.assert_error(answer, 507, "no_space")
        self.assertEqual(self.live.files.uploads.reserved, 0)

    def test_what_is_on_its_way_counts_before_it_is_there(self) -> None:
        class Offer:
            size = 300_000

            def accept(self, *_: object) -> None:
                pass

        with mock.patch("Dweb.files.storage.shutil.disk_usage") as usage:
            usage.return_value = mock.Mock(total=20_000_000, free=1_000_000 + 3 * 2 * Offer.size)
            statuses = [self.browser.post("/files/", {}, **{"dweb.offer": Offer()}).status_code for _ in range(3)]
        self.assertEqual(statuses, [204, 204, 507])

    def test_outsiders_send_nothing(self) -> None:
        self.assert_error(self.send(browser=self.client), 401, "not_signed_in")
        self.assert_error(self.client.post("/files/", {"name": "a", "size": 1}), 401, "not_signed_in")
        strict = sign_in(self.alice, enforce_csrf_checks=True)
        self.assert_error(self.send(browser=strict), 403, "forbidden")
        self.assert_nothing()

    def assert_nothing(self) -> None:
        self.assertFalse(File.objects.exists())
        self.assertEqual(names_in(self.folder), set())
        self.assertEqual([*storage.incoming().iterdir()] if settings.UPLOAD_DIR.exists() else [], [])


class Pieces(FilesTestCase):
    def test_a_file_in_pieces(self) -> None:
        file_id = self.begun(9)
        told = {"msg": "success", "id": file_id, "name": "film.mp4", "size": 9, "offset": 5}
        self.assertEqual(self.piece(file_id, 0, b"some ").json(), told)
        self.assertEqual(self.browser.get(f"/files/{file_id}/").json()["offset"], 5)
        answer = self.piece(file_id, 5, b"text").json()
        self.assertEqual((answer["type"], answer["size"], answer["offset"]), ("text/plain", 9, 9))
        self.assertEqual(self.got(file_id).body, b"some text")
        self.assertEqual([*storage.incoming().iterdir()], [])
        self.assert_error(self.piece(file_id, 9, b"x"), 404, "not_found")

    def test_what_is_whole_and_was_not_stored_is_stored_by_who_asks(self) -> None:
        """As when the server was killed in between."""
        file_id = self.begun(9)
        with mock.patch("Dweb.files.storage.os.fsync", side_effect=OSError(28, "no space")):
            self.assert_error(self.piece(file_id, 0, b"some text"), 507, "no_space")
        answer = self.browser.get(f"/files/{file_id}/").json()
        self.assertEqual((answer["offset"], answer["type"]), (9, "text/plain"))
        self.assertEqual(self.got(file_id).body, b"some text")
        self.assertEqual([*storage.incoming().iterdir()], [])

    def test_one_that_is_discarded_while_it_is_stored_stays_so(self) -> None:
        file_id = self.begun(9)
        seen = content.look

        def look(*args: Any) -> Any:
            File.objects.filter(pk=file_id).delete()
            return seen(*args)

        with mock.patch("Dweb.files.content.look", look):
            self.assert_error(self.piece(file_id, 0, b"some text"), 404, "not_found")
        self.assertFalse(File.objects.exists())
        cleaner.delete_leftovers()
        self.assertEqual(names_in(self.folder), set())

    def test_who_comes_late_finds_it_complete(self) -> None:
        """The row was unfinished when the request began, and is not any more once it has the lock."""
        file_id = self.begun(9)
        unfinished = uploads._unfinished

        def after_another(user: Any, wanted: str) -> Any:
            file = unfinished(user, wanted)
            with mock.patch.object(uploads, "_unfinished", unfinished):
                uploads.add_piece(self.live, user, wanted, 0, [b"some text"])
            return file

        with mock.patch.object(uploads, "_unfinished") as fake:
            fake.side_effect = lambda user, wanted: (
                after_another(user, wanted) if fake.call_count == 1 else unfinished(user, wanted)
            )
            self.assert_error(self.piece(file_id, 0, b"text some"), 404, "not_found")
        self.assertEqual(self.got(file_id).body, b"some text")
        self.assertEqual([*storage.incoming().iterdir()], [])

    def test_a_piece_at_another_place_tells_the_right_one(self) -> None:
        file_id = self.begun(9)
        self.piece(file_id, 0, b"some ")
        for offset in (0, 4, 6, 2**62):
            answer = self.piece(file_id, offset, b"text")
            self.assertEqual(
                (answer.status_code, answer.json()["error"], answer.json()["offset"]), (409, "conflict", 5)
            )
        self.assertEqual(self.piece(file_id, 5, b"text").status_code, 200)

    def test_of_two_pieces_at_once_one_is_told_to_wait(self) -> None:
        file_id = self.begun(9)
        with (storage.incoming() / f"{file_id}.part").open("ab") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            self.assertEqual(self.piece(file_id, 0, b"some ").status_code, 409)
        self.assertEqual(self.piece(file_id, 0, b"some ").status_code, 200)

    def test_what_is_too_much_is_taken_back(self) -> None:
        file_id = self.begun(4)
        self.assert_error(self.piece(file_id, 0, b"12345"), 413, "too_large")
        with override_settings(FILE_PIECE_BYTES=2):
            self.assert_error(self.piece(file_id, 0, b"123"), 413, "too_large")
        self.assertEqual(self.browser.get(f"/files/{file_id}/").json()["offset"], 0)
        self.assertEqual(self.piece(file_id, 0, b"1234").status_code, 200)

    def test_a_promise_counts_and_can_be_taken_back(self) -> None:
        with override_settings(USER_FILES_BYTES=10):
            file_id = self.begun(9)
            self.assertEqual(self.browser.get("/files/").json(), {"used": 9, "most": 10})
            self.assert_error(self.browser.post("/files/", {"name": "b", "size": 2}), 507, "no_space")
            self.piece(file_id, 0, b"1")
            self.assertEqual(self.browser.post(f"/files/{file_id}/", {"discard": 1}).status_code, 200)
            self.assertEqual(self.browser.get("/files/").json()["used"], 0)
        self.assertEqual([*storage.incoming().iterdir()], [])

    def test_bounds(self) -> None:
        for fields in ({"name": "a"}, {"size": 3}, {"name": "a", "size": "x"}, {"name": "a", "size": 0}):
            self.assert_error(self.browser.post("/files/", fields), 400, "bad_input")
        too_large = {"name": "a", "size": settings.FILE_MAX_BYTES + 1}
        self.assert_error(self.browser.post("/files/", too_large), 413, "too_large")
        with override_settings(UNFINISHED_UPLOADS=1):
            file_id = self.begun(1)
            self.assert_error(self.browser.post("/files/", {"name": "a", "size": 1}), 429, "too_fast")
        self.assert_error(self.browser.post(f"/files/{file_id}/", {"x": 1}), 400, "bad_input")
        self.assert_error(self.browser.post(f"/files/{file_id}/", b"x", content_type=PIECE), 400, "bad_input")

    def test_it_is_nobody_elses(self) -> None:
        file_id = self.begun(9)
        bob = sign_in(self.bob)
        told = [
            self.piece(each, 0, b"x", bob).content for each in (file_id, "A" * 16)
        ] + [bob.post(f"/files/{each}/", {"discard": 1}).content for each in (file_id, "A" * 16)] + [
            bob.get(f"/files/{each}/").content for each in (file_id, "A" * 16)
        ]  # fmt: skip
        self.assertEqual(len({*told}), 1)
        self.assert_error(self.piece(file_id, 0, b"x", self.client), 401, "not_signed_in")
