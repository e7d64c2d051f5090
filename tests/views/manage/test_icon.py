"""The icon of the place: admins choose it, and everybody sees it."""

from django.urls import reverse

from Dweb.files import cleaner
from Dweb.models import File, Place, Record

from ...support.fakes import make_user, sign_in
from ...support.sending import FilesTestCase, picture

ADDRESS = "/manage/place/"


class Icon(FilesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.admin = make_user("ada", is_superuser=True)
        self.admins = sign_in(self.admin)

    def chosen(self) -> str:
        file_id = self.sent(picture(), "icon.png", self.admins)
        answer = self.admins.post(ADDRESS, {"icon": file_id})
        self.assertRedirects(answer, ADDRESS)
        return file_id

    def test_everybody_sees_it(self) -> None:
        file_id = self.chosen()
        for browser in (self.client, self.browser, sign_in(make_user("guest", is_guest=True))):
            self.assertEqual(self.got(file_id, browser).status_code, 200)
        for address in (reverse("sign_in"), "/register/"):
            self.assertContains(self.client.get(address), f"/files/{file_id}/preview")
        self.assertContains(self.browser.get("/news_chat/"), f"/files/{file_id}/preview")
        self.assertContains(self.admins.get("/manage/place/"), "data-has")

    def test_without_one_there_is_a_sign_and_the_picture_is_gone(self) -> None:
        file_id = self.chosen()
        self.assertRedirects(self.admins.post(ADDRESS, {"icon": ""}), ADDRESS)
        self.assertNotContains(self.client.get(reverse("sign_in")), "/preview")
        self.assert_error(self.got(file_id, self.client), 401, "not_signed_in")
        self.assert_error(self.got(file_id), 404, "not_found")

    def test_it_is_recorded(self) -> None:
        self.chosen()
        row = Record.objects.get(deed="place")
        self.assertEqual((row.by, row.about), (self.admin, {"icon": {"from": False, "to": True}}))
        self.assertContains(self.admins.get("/manage/record/"), "Icon: “no”, then “yes”")

    def test_it_is_kept_while_it_is_the_icon(self) -> None:
        file_id = self.chosen()
        with self.settings(UNSENT_FILE_SECONDS=-1):
            cleaner.clean()
            self.assertTrue(File.objects.filter(pk=file_id).exists())
            Place.objects.update(icon="")
            cleaner.clean()
        self.assertFalse(File.objects.filter(pk=file_id).exists())

    def test_it_is_a_picture_of_the_admins_own(self) -> None:
        others = self.sent(picture(), "b.png")
        text = self.sent(b"text", browser=self.admins)
        for file_id, status in ((others, 404), ("A" * 16, 404), (text, 400), ("../x", 400)):
            answer = self.admins.post(ADDRESS, {"icon": file_id})
            self.assertContains(answer, 'class="error" role="alert"', status_code=status)
        self.assertEqual(Place.stored().icon, "")

    def test_for_others_the_address_does_not_exist(self) -> None:
        file_id = self.sent(picture(), "b.png")
        for browser in (self.client, self.browser, sign_in(make_user("guest2", is_guest=True))):
            self.assertEqual(browser.post(ADDRESS, {"icon": file_id}).status_code, 404)
        self.assertEqual(Place.stored().icon, "")
