"""/manage/place/: admins change the settings of the place; those that PLACE pins stay as they are."""

from typing import Any
from unittest import mock

from django.test import override_settings

from Dweb.accounts import place
from Dweb.models import Place, Record, User

from ...support.cases import ViewTestCase
from ...support.fakes import make_user, sign_in

FIELDS = {
    "name": "Harbour",
    "registration": "closed",
    "rooms_by": "admins",
    "chats_by": "members",
    "chats_with": "moderators",
    "files": "pictures",
}


class Settings(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.admin = sign_in(self.root)

    def change(self, **fields: str) -> Any:
        return self.admin.post("/manage/place/", FIELDS | fields)

    def test_a_change_holds_at_once_and_is_recorded_and_logged(self) -> None:
        with self.assertLogs("dweb.security") as log:
            self.assertRedirects(self.change(), "/manage/place/", fetch_redirect_response=False)
        now = self.live.place.current
        self.assertEqual({name: getattr(now, name) for name in FIELDS}, FIELDS)
        self.assertEqual((Record.objects.get().by, Record.objects.get().deed), (self.root, "place"))
        self.assertIn(f"place_changed address=127.0.0.1 user={self.root.pk} fields=", log.output[0])
        page = self.admin.get("/manage/place/")
        self.assertContains(page, "The settings hold from now on")
        self.assertContains(page, 'value="Harbour"')
        self.assertContains(page, '<option value="closed" selected>')

    def test_what_is_wrong_is_said_at_the_field(self) -> None:
        for field, value in (("registration", "king"), ("name", "x" * 61), ("name", "a\u200bb"), ("rooms_by", "")):
            with self.subTest(field=field):
                answer = self.change(**{field: value})
                self.assertEqual(answer.status_code, 400)
                self.assertEqual([*answer.context["form"].errors], [field])
        self.assertFalse(Record.objects.exists())

    @override_settings(PLACE={"registration": "invite"})
    def test_a_pinned_setting_is_shown_so_and_stays(self) -> None:
        self.assertRedirects(self.change(), "/manage/place/", fetch_redirect_response=False)
        self.assertEqual(self.live.place.current.registration, "invite")
        self.assertNotEqual(Place.objects.get().registration, "closed")
        page = self.admin.get("/manage/place/").content.decode()
        self.assertIn("fixed by the variable <code>PLACE</code>", page)
        self.assertRegex(page, r'<select name="registration"[^>]*disabled')
        self.assertNotRegex(page, r'<select name="rooms_by"[^>]*disabled')

    def test_an_admin_who_is_none_any_more_when_it_is_stored_changes_nothing(self) -> None:
        change = place.change

        def late(*arguments: Any, **wanted: Any) -> None:
            User.objects.filter(pk=self.root.pk).update(is_superuser=False)
            change(*arguments, **wanted)

        with mock.patch.object(place, "change", late):
            self.assertContains(self.change(), "Only admins may change", status_code=403)
        self.assertFalse(Record.objects.exists())
