"""/manage/record/: the newest first, in pages, of one person or of one deed; and nothing there can be changed."""

import re
from pathlib import Path
from typing import Any

import Dweb
from Dweb.models import Record, Room, RoomKind, User
from Dweb.views.manage.deeds import DEEDS

from ...support.cases import ViewTestCase
from ...support.fakes import make_user, sign_in


class Read(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root, self.carol = make_user("root", is_staff=True, is_superuser=True), make_user("carol")
        self.admin = sign_in(self.root)

    def add(self, deed: str, whom: User | None = None, by: User | None = None, **fields: Any) -> Record:
        return Record.objects.create(by=by or self.root, deed=deed, whom=whom, **fields)

    def rows(self, **query: object) -> list[int]:
        return [row.pk for row in self.admin.get("/manage/record/", query).context["rows"]]

    def page(self, **query: object) -> str:
        return self.admin.get("/manage/record/", query).content.decode()

    def test_each_deed_has_its_sentence_and_its_reason(self) -> None:
        root, bob = (f"<b><bdi>{name}</bdi></b>" for name in ("Root", "Bob"))
        room = "<b><bdi>The &lt;crew&gt;</bdi></b>"
        Room.objects.create(name="~secret", title="The <crew>", kind=RoomKind.PRIVATE)
        for deed, about, sentence, further in (
            ("role", {"from": "member", "to": "guest"}, f"{root} changed the role of {bob}", "from member to guest"),
            ("suspended", None, f"{root} suspended {bob}", ""),
            ("emptied", None, f"{root} emptied {bob}", ""),
            ("account_made", {"to": "admin"}, f"{root} made the account of {bob}", "admin"),
            (
                "place",
                {"rooms_by": {"from": "members", "to": "admins"}, "members_invite": {"from": False, "to": True}},
                f"{root} changed the settings of the place",
                "Who may make rooms: “Members”, then “Admins”; Members may invite people: “no”, then “yes”",
            ),
            (
                "room",
                {"topic": "Ships", "frozen": 1},
                f"{root} changed the room {room}",
                "topic: “Ships”; only moderators write: “yes”",
            ),
            ("add", None, f"{root} added {bob} to {room}", ""),
            (
                "mute",
                {"until": "2026-12-01T10:00:00.000Z"},
                f"{root} muted {bob} in {room}",
                "until 2026-12-01 10:00 UTC",
            ),
            ("mute", {"until": None}, f"{root} muted {bob} in {room}", "ended"),
            ("delete", None, f"{root} deleted a message of {bob} in {room}", ""),
            ("of_tomorrow", {"x": 1}, f"{root}: of_tomorrow {bob}", ""),
        ):
            with self.subTest(deed=deed):
                self.add(deed, self.bob, about=about, reason=f"why {deed}", room="~secret" if room in sentence else "")
                page = self.page()
                self.assertIn(sentence, page)
                self.assertIn(f"<q><bdi>why {deed}</bdi></q>", page)
                self.assertIn(f'<p class="note">{further}</p>' if further else sentence, page)

    def test_a_role_in_a_room_is_no_role_in_the_place(self) -> None:
        self.add("role", self.bob, room="gone", about={"role": "moderator"})
        page = self.page()
        self.assertIn("changed the role of <b><bdi>Bob</bdi></b> in <b><bdi>gone</bdi></b>", page)
        self.assertIn('<p class="note">moderator</p>', page)

    def test_every_deed_that_the_code_records_has_its_sentence(self) -> None:
        code = "".join(path.read_text() for path in Path(Dweb.__path__[0]).rglob("*.py"))
        written = {*re.findall(r"Record(?:\.objects\.create)?\([^)]*?deed=\"(\w+)\"", code)}
        written |= {*re.findall(r"_do\(by, user_id, \"(\w+)\"", code)}
        for call in re.findall(r"notices\.record\(user, ([^,]*),", code):
            written |= {*re.findall(r"\"(\w+)\"", call)}
        self.assertGreater(len(written), 12)
        self.assertEqual(written - DEEDS.keys(), set())

    def test_the_server_and_a_room_have_names_too(self) -> None:
        Record.objects.create(deed="of_tomorrow", room="<room>")
        self.assertIn("<b><bdi>The server</bdi></b>: of_tomorrow  <b><bdi>&lt;room&gt;</bdi></b>", self.page())

    def test_a_deed_that_looks_like_a_place_for_a_name_breaks_nothing(self) -> None:
        self.add("100% %(x)s %", self.bob)
        self.assertIn("100% %(x)s %", self.page())

    def test_the_newest_comes_first_fifty_on_a_page(self) -> None:
        made = [self.add("suspended", self.bob).pk for _ in range(60)][::-1]
        self.assertEqual(self.rows(), made[:50])
        self.assertEqual(self.rows(page=2), made[50:])
        self.assertIn('rel="next"', self.page())

    def test_rows_are_chosen_by_person_and_by_deed(self) -> None:
        of_bob, of_carol = self.add("suspended", self.bob).pk, self.add("restored", self.carol).pk
        by_bob = self.add("restored", self.alice, by=self.bob).pk
        for query, found in (
            ({"q": "bob"}, [by_bob, of_bob]),
            ({"person": self.bob.pk}, [by_bob, of_bob]),
            ({"person": self.bob.pk, "deed": "restored"}, [by_bob]),
            ({"deed": "restored"}, [by_bob, of_carol]),
            ({"deed": "no such"}, [by_bob, of_carol, of_bob]),
            ({"q": "nobody"}, []),
            ({"person": 99_999}, []),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.rows(**query), found)
        for bad in ({"person": "x"}, {"q": "x" * 61}):
            self.assertEqual(self.admin.get("/manage/record/", bad).status_code, 400)

    def test_nothing_is_changed_here(self) -> None:
        self.add("suspended", self.bob)
        for method in ("post", "put", "delete", "patch"):
            self.assertEqual(getattr(self.admin, method)("/manage/record/").status_code, 405)
        self.assertEqual(Record.objects.count(), 1)
