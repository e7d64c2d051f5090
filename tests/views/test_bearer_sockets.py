"""What a program may do over its socket, and what it is told there, with a token that may not do everything."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from Dweb.accounts.access import USUAL, Scope
from Dweb.live.wire import CloseCode, Kind
from Dweb.models import Access, Block, Room, User

from ..support.cases import ViewTestCase
from ..support.fakes import Step, make_room, sign_in

Frames = list[dict[str, Any]]
HELLO = {"type": "hello"}


def program_of(user: User, *scopes: Scope, rooms: set[str] | None = None) -> User:
    """The user as a program with a token has them."""
    user = User.objects.get(pk=user.pk)
    user.access = Access(1, frozenset(scopes or USUAL), None if rooms is None else frozenset(rooms))
    return user


class ProgramTestCase(ViewTestCase):
    def errors(self, user: User, *script: Step) -> list[str]:
        return [frame["error"] for frame in self.talk(user, HELLO, *script) if frame["type"] == "error"]


class Joining(ProgramTestCase):
    def test_a_room_that_the_token_is_not_for_is_neither_joined_nor_made(self) -> None:
        office = make_room("office", owner=self.bob)
        program = program_of(self.alice, *Scope, rooms={"plant"})
        joins = [{"type": "join", "room": room} for room in ("office", "nowhere")]
        self.assertEqual(self.errors(program, *joins), ["not_found", "not_found"])
        self.assertFalse(office.membership_set.filter(user=self.alice).exists())
        self.assertIsNone(Room.named("nowhere"))

    def test_writing_joins_a_room_and_makes_none(self) -> None:
        office = make_room("office", owner=self.bob)
        program = program_of(self.alice)
        joins = [{"type": "join", "room": room} for room in ("office", "nowhere")]
        self.assertEqual(self.errors(program, *joins), ["forbidden"])
        self.assertTrue(office.membership_set.filter(user=self.alice).exists())
        self.assertIsNone(Room.named("nowhere"))
        self.assertEqual(self.errors(program_of(self.alice, *Scope), joins[1]), [])
        self.assertIsNotNone(Room.named("nowhere"))


class Moderating(ProgramTestCase):
    def test_messages_of_others_are_deleted_by_programs_that_manage_alone(self) -> None:
        room = make_room("plant", self.bob, owner=self.alice)
        for browser in (sign_in(self.bob), self.browser):
            self.say("hello", browser=browser, room="plant")
        of_bob, own = ({"type": "delete", "room": "plant", "seq": seq} for seq in (1, 2))
        self.assertEqual(self.errors(program_of(self.alice), of_bob, own), ["forbidden"])
        self.assertEqual([*room.event_set.filter(kind=Kind.DELETION).values_list("of", flat=True)], [2])
        self.assertEqual(self.errors(program_of(self.alice, Scope.WRITE, Scope.READ, Scope.MANAGE), of_bob), [])


class OfThePerson(ProgramTestCase):
    """What is of no room: a program for some rooms is neither told of it, nor changes it."""

    def test_a_greeting_has_neither_blocks_nor_the_time_without_alerts(self) -> None:
        make_room("plant", self.alice)
        Block.objects.create(user=self.alice, other=self.bob)
        User.objects.filter(pk=self.alice.pk).update(quiet_until=timezone.now() + timedelta(hours=1))
        [greeting, *_rest] = self.talk(program_of(self.alice), HELLO)
        self.assertEqual(greeting["blocked"], [self.bob.pk])
        self.assertIn("quiet", greeting)
        [greeting, *_rest] = self.talk(program_of(self.alice, rooms={"plant"}), HELLO)
        self.assertEqual([room["room"] for room in greeting["rooms"]], ["plant"])
        self.assertNotIn("blocked", greeting)
        self.assertNotIn("quiet", greeting)

    def test_the_time_without_alerts_is_changed_by_programs_for_all_rooms(self) -> None:
        until = {"type": "quiet", "until": (timezone.now() + timedelta(hours=1)).isoformat()}
        self.assertEqual(self.errors(program_of(self.alice, rooms={"lobby"}), until), ["forbidden"])
        self.assertIsNone(User.objects.get(pk=self.alice.pk).quiet_until)
        self.assertEqual(self.errors(program_of(self.alice), until), [])


class Places(ProgramTestCase):
    def test_programs_leave_sockets_to_their_person(self) -> None:
        program = program_of(self.alice)
        self.live.hub._max_per_user = 3
        with self.settings(SOCKETS_OF_PEOPLE=1):
            told: list[Frames] = []
            self.connected(self.alice)
            self.connected(self.alice)
            told += [self.talk(program, HELLO), self.talk(self.alice, HELLO)]
        self.assertEqual([[frame["type"] for frame in frames] for frames in told], [["close"], [0]])
        self.assertEqual(told[0][0]["code"], CloseCode.TOO_MANY_SOCKETS)

    def test_one_socket_of_a_program_there_may_be(self) -> None:
        self.live.hub._max_per_user = 1
        self.assertEqual([frame["type"] for frame in self.talk(program_of(self.alice), HELLO)], [0])
