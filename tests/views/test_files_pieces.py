"""Uploads in pieces: from where they stopped, once, and by their owner alone."""

import fcntl
from datetime import timedelta
from io import FileIO
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from Dweb.chat import uploads
from Dweb.files import cleaner, content, storage
from Dweb.models import File

from ..support.fakes import sign_in
from ..support.sending import PIECE, FilesTestCase
from ..support.stored import names_in


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
                uploads.add_piece(self.live, user, wanted, 0, uploads.Piece(9, lambda file: file.write(b"some text")))
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

    def test_one_that_is_being_stored_is_asked_for_again(self) -> None:
        """It has come whole, and another request has it."""
        file_id = self.begun(9)
        with (storage.incoming() / f"{file_id}.part").open("ab", buffering=0) as other:
            other.write(b"some text")
            fcntl.flock(other, fcntl.LOCK_EX)
            answer = self.browser.get(f"/files/{file_id}/")
            self.assert_error(answer, 429, "too_fast")
            self.assertIn("Retry-After", answer)
        self.assertEqual(self.browser.get(f"/files/{file_id}/").json()["type"], "text/plain")

    def test_one_that_took_a_day_is_new_when_it_is_whole(self) -> None:
        file_id = self.begun(9)
        File.objects.update(made=timezone.now() - timedelta(days=1, minutes=1))
        self.assertEqual(self.piece(file_id, 0, b"some text").status_code, 200)
        cleaner.clean()
        self.assertTrue(File.objects.filter(pk=file_id).exists())

    def test_promises_count_in_the_place(self) -> None:
        with override_settings(PLACE_FILES_BYTES=1_000):
            self.begun(600)
            answer = self.browser.post("/files/", {"name": "b", "size": 600})
            self.assert_error(answer, 507, "no_space")

    def test_what_is_too_much_is_taken_back(self) -> None:
        file_id = self.begun(4)
        self.assert_error(self.piece(file_id, 0, b"12345"), 413, "too_large")
        with override_settings(FILE_PIECE_BYTES=2):
            self.assert_error(self.piece(file_id, 0, b"123"), 413, "too_large")
        self.assertEqual(self.browser.get(f"/files/{file_id}/").json()["offset"], 0)
        self.assertEqual(self.piece(file_id, 0, b"1234").status_code, 200)

    def test_of_a_piece_that_does_not_fit_on_the_disk_nothing_stays(self) -> None:
        class Spool:
            def copy_to(self, file: FileIO) -> None:
                file.write(b"some")
                raise OSError(28, "no space")

        file_id = self.begun(9)
        self.piece(file_id, 0, b"some ")
        path = f"/files/{file_id}/?offset=5"
        answer = self.browser.post(path, b"text", content_type=PIECE, **{"dweb.spool": Spool()})
        self.assert_error(answer, 507, "no_space")
        self.assertEqual(self.piece(file_id, 5, b"text").json()["type"], "text/plain")
        self.assertEqual(self.got(file_id).body, b"some text")

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
