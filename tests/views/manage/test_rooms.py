"""/manage/rooms/ and /manage/invitations/: admins archive and delete rooms, name owners, and revoke invitations."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from Dweb.models import Invitation, Membership, Record, Role, Room, RoomKind
from Dweb.models.invitations import digest_of

from ...support.cases import ViewTestCase
from ...support.fakes import make_room, make_user, sign_in


class Rooms(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.admin = sign_in(make_user("root", is_staff=True, is_superuser=True))
        self.room = make_room("team", self.alice)
        Room.objects.filter(pk=self.room.pk).update(kind=RoomKind.PRIVATE)

    def do(self, deed: str, **fields: Any) -> Any:
        return self.admin.post(f"/manage/rooms/{self.room.pk}/", {"deed": deed, **fields})

    def test_all_group_rooms_are_listed_and_found(self) -> None:
        make_room("other", self.bob)
        make_room(f"@{self.alice.pk}.{self.bob.pk}", self.alice, self.bob)
        self.assertContains(self.admin.get("/manage/rooms/"), "2 rooms")
        found = self.admin.get("/manage/rooms/", {"q": "TEA"})
        self.assertContains(found, "team")
        self.assertNotContains(found, "other")

    def test_a_room_is_archived_and_taken_out_again(self) -> None:
        for archived in (True, False):
            self.assertEqual(self.do("archive").status_code, 302)
            self.room.refresh_from_db()
            self.assertEqual(self.room.archived, archived)
        self.assertEqual(Record.objects.filter(deed="room").count(), 2)

    def test_an_owner_is_named_by_their_account(self) -> None:
        self.assertEqual(self.do("own", account=" BOB ").status_code, 302)
        self.assertEqual(Membership.objects.get(room=self.room, user=self.bob).role, Role.OWNER)
        self.assertContains(self.admin.get(f"/manage/rooms/{self.room.pk}/"), "Bob")
        self.assertEqual(self.do("own", account="nobody").status_code, 404)

    def test_a_room_is_deleted_by_its_title(self) -> None:
        self.assertContains(self.do("delete", title="Team"), "This is not the title", status_code=400)
        self.assertEqual(self.do("delete", title="team", reason="old").status_code, 302)
        self.room.refresh_from_db()
        self.assertEqual((self.room.kind, Record.objects.get(deed="delete_room").reason), (RoomKind.GONE, "old"))
        self.assertEqual(self.admin.get(f"/manage/rooms/{self.room.pk}/").status_code, 404)
        self.assertContains(self.admin.get("/manage/record/"), "deleted the room")

    def test_bad_input(self) -> None:
        self.assertEqual(self.do("nothing").status_code, 400)
        self.assertEqual(self.do("delete", title="x" * 81).status_code, 400)
        lobby = Room.objects.get(name="lobby")
        self.assertEqual(self.admin.get(f"/manage/rooms/{lobby.pk}/").status_code, 404)


class Invitations(ViewTestCase):
    def test_those_that_hold_are_listed_and_revoked(self) -> None:
        admin = sign_in(make_user("root", is_staff=True, is_superuser=True))
        now = timezone.now()
        made = {
            name: Invitation.objects.create(
                digest=digest_of(name), by=self.alice, uses_left=uses, expires=now + timedelta(hours=hours)
            )
            for name, uses, hours in (("holds", 3, 1), ("used", 0, 1), ("over", 3, -1))
        }
        self.assertContains(admin.get("/manage/invitations/"), "0 used, 3 left", count=1)
        for _ in range(2):
            self.assertEqual(admin.post("/manage/invitations/", {"revoke": made["holds"].pk}).status_code, 302)
        self.assertEqual(self.client.get("/join/holds/").status_code, 410)
        self.assertNotContains(admin.get("/manage/invitations/"), "left")
        self.assertEqual(Record.objects.get(deed="revoke").whom, self.alice)
        self.assertContains(admin.get("/manage/record/"), "revoked an invitation of")
        self.assertEqual(admin.post("/manage/invitations/", {"revoke": 9_999}).status_code, 404)
