"""What a program may do over its socket, and what it is told there, with a token that may not do everything."""

from typing import Any

from Dweb.accounts.access import USUAL, Scope
from Dweb.models import Access, Room, User

from ..support.cases import ViewTestCase
from ..support.fakes import Step, make_room

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
