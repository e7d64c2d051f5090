"""POST /files/: whole or in pieces; what is refused leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from Dweb.files import storage
from Dweb.models import File, Leftover, Place

from ..files.crafted import chunk
from ..support.fakes import sign_in
from ..support.sending import FilesTestCase, picture
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

    def test_what_has_come_whole_has_its_room(self) -> None:
        """What it has reserved is no longer needed, but for one more copy."""
        self.live.files.uploads.reserved = 10_000_000
        with mock.patch("Dweb.files.storage.shutil.disk_usage") as usage:
            usage.return_value = mock.Mock(total=20_000_000, free=2_000_000)
            self.assert_error(self.send(), 507, "no_space")
            file = SimpleUploadedFile("a.txt", b"some text")
            answer = self.browser.post("/files/", {"file": file}, **{"dweb.spool": True})
        self.live.files.uploads.reserved = 0
        self.assertEqual(answer.status_code, 200)

    def test_few_wait_to_be_stored(self) -> None:
        with self.each_waits():
            answer = self.send()
        self.assert_error(answer, 429, "too_fast")
        self.assertIn("Retry-After", answer)
        self.assertEqual(self.send().status_code, 200)

    @contextmanager
    def each_waits(self) -> Iterator[None]:
        waiting = self.live.files.waiting
        for _ in range(settings.FILES_WAITING):
            self.assertTrue(waiting.acquire(blocking=False))
        yield
        for _ in range(settings.FILES_WAITING):
            waiting.release()

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
