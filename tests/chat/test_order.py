"""Order: messages are reported and settled, people are blocked, private chats are hidden."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client, override_settings

from Dweb.chat import choices
from Dweb.live.client import Client as LiveClient
from Dweb.models import LOBBY, Record, Report, Room, User
from Dweb.runtime import Runtime

from ..support.fakes import connected, make_room, make_user, sign_in, talk

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def post(browser: Client, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = browser.post(path, fields)
    return answer.status_code, answer.json()


def private_message(sender: User, to: User, text: str = "psst") -> tuple[int, dict[str, Any]]:
    return post(sign_in(sender), "/msg_send/", type="0", userto=to.pk, txt=text)


class TestReports:
    @pytest.fixture
    def team(self, live: Runtime, alice: User, bob: User) -> str:
        """Alice owns the room; Bob has written three messages there."""
        post(sign_in(alice), "/rooms/", title="team", members=bob.pk)
        for text in ("before", "an insult", "behind"):
            post(sign_in(bob), "/msg_send/", type="1", room="team", txt=text)
        return "team"

    def test_moderators_see_a_report_in_its_context_and_resolve_it(self, team: str, alice: User, bob: User) -> None:
        assert post(sign_in(bob), "/reports/", room=team, seq=2, reason="rude")[0] == 200
        assert post(sign_in(alice), "/reports/", room=team, seq=2)[0] == 200
        assert post(sign_in(bob), "/reports/", room=team, seq=2)[0] == 200  # once is enough
        assert Report.objects.count() == 2
        found = sign_in(alice).get("/reports/").json()
        first = found["reports"][0]
        assert (first["title"], first["seq"], first["reason"], first["by"]["username"]) == ("team", 2, "rude", "Bob")
        assert [event["data"]["msg"] for event in first["events"]] == ["before", "an insult", "behind"]
        assert post(sign_in(alice), f"/reports/{first['id']}/", reason="talked to them")[0] == 200
        assert sign_in(alice).get("/reports/").json() == {"reports": [], "more": False}
        record = Record.objects.get(deed="settle")
        assert (record.by, record.room, record.reason, record.about["seq"]) == (alice, team, "talked to them", 2)

    def test_others_neither_see_nor_resolve_it(self, team: str, bob: User) -> None:
        stranger, admin = make_user("Carol"), make_user("Root", is_superuser=True)
        assert post(sign_in(stranger), "/reports/", room=team, seq=2)[0] == 403
        post(sign_in(bob), "/reports/", room=team, seq=2)
        for user in (bob, stranger):
            assert sign_in(user).get("/reports/").json()["reports"] == []
            assert post(sign_in(user), f"/reports/{Report.objects.get().pk}/")[0] == 404
        assert len(sign_in(admin).get("/reports/").json()["reports"]) == 1

    def test_outsiders_get_nothing_of_it(self, team: str, alice: User, bob: User) -> None:
        guest = make_user("Gus", is_guest=True)
        post(sign_in(bob), "/reports/", room=team, seq=2)
        path = f"/reports/{Report.objects.get().pk}/"
        assert Client().get("/reports/").status_code == 401
        assert post(Client(), "/reports/", room=team, seq=2)[0] == post(Client(), path)[0] == 401
        members = f"/rooms/{team}/members/"
        post(sign_in(alice), members, userid=bob.pk, role="moderator")
        assert len(sign_in(bob).get("/reports/").json()["reports"]) == 1
        post(sign_in(alice), members, userid=bob.pk, remove=1)
        for user, status in ((bob, 403), (guest, 404)):
            browser = sign_in(user)
            assert browser.get("/reports/").json() == {"reports": [], "more": False}
            assert post(browser, "/reports/", room=team, seq=2)[0] == status
            assert post(browser, path)[0] == 404
        assert not Report.objects.exclude(settled=None).exists()

    @override_settings(REPORTS_LISTED=1)
    def test_more_of_them_come_page_after_page(self, team: str, alice: User, bob: User) -> None:
        for seq in (1, 3):
            post(sign_in(bob), "/reports/", room=team, seq=seq)
        browser = sign_in(alice)
        first = browser.get("/reports/").json()
        [report] = first["reports"]
        rest = browser.get("/reports/", {"after": report["id"]}).json()
        assert [(page["reports"][0]["seq"], page["more"]) for page in (first, rest)] == [(1, True), (3, False)]
        assert browser.get("/reports/", {"after": 2**63 - 1}).json() == {"reports": [], "more": False}
        for after in ("-1", "x", 2**63):
            assert browser.get("/reports/", {"after": after}).status_code == 400

    def test_what_is_no_message_cannot_be_reported(self, team: str, bob: User) -> None:
        for seq in (0, 4, 2**40):
            assert post(sign_in(bob), "/reports/", room=team, seq=seq)[0] == 404
        with override_settings(REPORTS_PER_DAY=1):
            assert post(sign_in(bob), "/reports/", room=team, seq=1)[0] == 200
            status, refused = post(sign_in(bob), "/reports/", room=team, seq=2)
            assert (status, refused["error"]) == (429, "too_fast")


class TestBlocks:
    def test_who_is_blocked_writes_no_private_message(self, live: Runtime, alice: User, bob: User) -> None:
        assert private_message(bob, alice)[0] == 200
        assert post(sign_in(alice), "/blocks/", userid=bob.pk)[0] == 200
        room = f"@{alice.pk}.{bob.pk}"
        assert private_message(bob, alice)[0] == 403
        assert post(sign_in(bob), "/msg_send/", type="1", room=room, txt="psst")[0] == 403
        assert post(sign_in(bob), "/msg_send/", type="1", room=LOBBY, txt="hello")[0] == 200
        assert private_message(alice, bob)[0] == 200
        assert post(sign_in(alice), "/blocks/", userid=bob.pk, blocked=0)[0] == 200
        assert private_message(bob, alice)[0] == 200

    def test_nor_begins_a_chat(self, live: Runtime, alice: User, bob: User) -> None:
        post(sign_in(alice), "/blocks/", userid=bob.pk)
        assert private_message(bob, alice)[0] == 403
        assert post(sign_in(bob), "/rooms/", kind="direct", members=alice.pk)[0] == 403

    def test_the_own_sockets_and_greetings_have_it(self, live: Runtime, alice: User, bob: User) -> None:
        tabs = [connected(live, user) for user in (alice, bob)]
        post(sign_in(alice), "/blocks/", userid=bob.pk)
        assert [tab.frames() for tab in tabs] == [[{"type": "blocked", "users": [bob.pk]}], []]
        assert talk(live, alice, {"type": "hello"})[0]["blocked"] == [bob.pk]
        assert "blocked" not in talk(live, bob, {"type": "hello"})[0]
        assert sign_in(alice).get("/blocks/").json() == {"blocked": [{"userid": bob.pk, "username": "Bob"}]}
        for tab in tabs:
            tab.end()

    def test_their_mentions_are_not_counted(self, live: Runtime, alice: User, bob: User) -> None:
        post(sign_in(alice), "/rooms/", title="team", members=bob.pk)
        for text in ("@Alice look", "@all look"):
            post(sign_in(bob), "/msg_send/", type="1", room="team", txt=text)

        def count() -> tuple[int, int]:
            rooms = {each["room"]: each for each in talk(live, alice, {"type": "hello"})[0]["rooms"]}
            return rooms["team"]["unread"], rooms["team"].get("mentions", 0)

        assert count() == (2, 2)
        post(sign_in(alice), "/blocks/", userid=bob.pk)
        assert count() == (2, 0)
        post(sign_in(alice), "/blocks/", userid=bob.pk, blocked=0)
        assert count() == (2, 2)

    def test_guests_block_those_whom_they_see(self, live: Runtime, alice: User, bob: User) -> None:
        guest = make_user("guest", is_guest=True)
        room = make_room("team", guest, bob)
        assert post(sign_in(guest), "/blocks/", userid=bob.pk)[0] == 200
        status, refused = post(sign_in(guest), "/blocks/", userid=alice.pk)
        assert (status, refused["detail"]) == (404, f"There is no user {alice.pk}.")
        room.delete()
        assert post(sign_in(guest), "/blocks/", userid=bob.pk, blocked=0)[0] == 200

    def test_bad_input(self, live: Runtime, alice: User, bob: User) -> None:
        assert post(Client(), "/blocks/", userid=bob.pk)[0] == 401
        browser = sign_in(alice)
        assert [post(browser, "/blocks/", userid=each)[0] for each in (alice.pk, 9_999, "x")] == [400, 404, 400]
        with override_settings(MAX_BLOCKS=0):
            assert post(browser, "/blocks/", userid=bob.pk)[0] == 403


class TestHiding:
    def test_a_private_chat_is_hidden_until_the_next_message(self, live: Runtime, alice: User, bob: User) -> None:
        private_message(bob, alice)
        room = f"@{alice.pk}.{bob.pk}"

        def is_hidden(user: User) -> bool | None:
            return {each["room"]: each.get("hidden") for each in talk(live, user, {"type": "hello"})[0]["rooms"]}[room]

        wanted = {"type": "hidden", "room": room, "hidden": True}
        assert talk(live, alice, {"type": "hello"}, wanted)[-1] == wanted
        assert (is_hidden(alice), is_hidden(bob)) == (True, None)
        private_message(bob, alice)
        assert is_hidden(alice) is None

    def test_a_message_that_comes_while_a_chat_is_hidden_shows_it(self, live: Runtime, alice: User, bob: User) -> None:
        """It was in this tab before the frame that hides the chat."""
        private_message(bob, alice)
        room = Room.objects.get(name=f"@{alice.pk}.{bob.pk}")
        hide = {"type": "hidden", "room": room.name, "hidden": True}
        talk(live, alice, {"type": "hello"}, hide)
        tab = connected(live, alice)

        def clients() -> Iterable[LiveClient]:
            if Room.objects.get(pk=room.pk).seq == room.seq:
                private_message(bob, alice)
                tab.frames()
            return live.hub.greeted(alice.pk, room.name)

        choices.show(alice.pk, room.pk, room.name, clients, ["hidden"])
        assert tab.frames() == [hide, hide | {"hidden": False}]
        tab.end()

    def test_only_who_is_in_a_chat_hides_it(self, live: Runtime, alice: User, bob: User) -> None:
        private_message(bob, alice)
        room, guest = f"@{alice.pk}.{bob.pk}", make_user("Gus", is_guest=True)
        hide = {"type": "hidden", "room": room, "hidden": True}
        assert talk(live, make_user("Carol"), {"type": "hello"}, hide)[-1]["error"] == "forbidden"
        assert talk(live, guest, {"type": "hello"}, hide)[-1]["error"] == "forbidden"
        for wrong in (None, 1, "true"):
            assert talk(live, alice, {"type": "hello"}, hide | {"hidden": wrong})[-1]["error"] == "bad_input"
        nobody = hide | {"room": f"@{alice.pk}.{guest.pk}"}
        assert talk(live, alice, {"type": "hello"}, nobody)[-1]["error"] == "not_found"

    def test_a_guest_hides_a_chat_in_all_of_their_tabs(self, live: Runtime, alice: User) -> None:
        guest = make_user("Gus", is_guest=True)
        private_message(alice, guest)
        tabs = [connected(live, user) for user in (guest, alice)]
        hide = {"type": "hidden", "room": f"@{alice.pk}.{guest.pk}", "hidden": True}
        talk(live, guest, {"type": "hello"}, hide, hide | {"hidden": False})
        assert [tab.frames() for tab in tabs] == [[hide, hide | {"hidden": False}], []]
        for tab in tabs:
            tab.end()

    def test_group_rooms_are_not_hidden(self, live: Runtime, alice: User) -> None:
        frames = talk(live, alice, {"type": "hello"}, {"type": "hidden", "room": LOBBY, "hidden": True})
        assert frames[-1]["error"] == "bad_input"
