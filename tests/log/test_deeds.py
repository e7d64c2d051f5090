"""Deeds: done in the committer's transaction, with their notices; what stands behind them there meets what they did."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from Dweb.chat import members, messages, permissions, room_changes, rooms
from Dweb.chat.room_changes import Changes
from Dweb.live.wire import Event as WireEvent
from Dweb.live.wire import Kind
from Dweb.log.committer import NotStored
from Dweb.log.entry import Deed, Draft, Entry
from Dweb.log.standing import Denied, Standing
from Dweb.log.transaction import Outcome, store
from Dweb.models import Event, Membership, Record, Role, Room, RoomKind, User
from Dweb.refusal import Refusal
from Dweb.runtime import Runtime

from ..support.drafts import draft_of
from ..support.fakes import make_room, make_user

Act = Callable[[Runtime, User, User], Draft]  # of an owner, concerning a member


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    """Alice's, with Bob in it."""
    return make_room("team", bob, owner=alice)


def message(live: Runtime, sender: User, text: str = "hello") -> Draft:
    return draft_of(live, messages.submit, sender, Entry(Kind.MESSAGE, text=text, room="team"))


def change(live: Runtime, user: User, **changes: Any) -> Draft:
    return draft_of(live, room_changes.change, user, "team", Changes(**changes))


def removal(live: Runtime, owner: User, other: User, *, ban: bool = False) -> Draft:
    return draft_of(live, members.remove, owner, "team", other.pk, "", ban=ban)


def role(live: Runtime, owner: User, other: User, role: Role) -> Draft:
    return draft_of(live, members.give_role, owner, "team", other.pk, role)


def mute(live: Runtime, owner: User, other: User, minutes: int = 5) -> Draft:
    return draft_of(live, members.mute, owner, "team", other.pk, minutes, "")


def words(outcomes: Sequence[Outcome]) -> list[str]:
    """Of each outcome the text, the word of the notice, or the reason why not."""
    return [
        str(each) if not isinstance(each, WireEvent) else each.text or (each.data or {}).get("what", "changed")
        for each in outcomes
    ]


# What stands behind a deed in one transaction.


@pytest.mark.parametrize(
    ("act", "done", "reason"),
    [
        (lambda live, alice, bob: change(live, alice, frozen=True), "frozen", "frozen"),
        (lambda live, alice, bob: change(live, alice, archived=True), "archived", "archived"),
        (lambda live, alice, bob: mute(live, alice, bob), "muted", "muted"),
        (lambda live, alice, bob: removal(live, alice, bob), "removed", "outside"),
        (lambda live, alice, bob: removal(live, alice, bob, ban=True), "removed", "outside"),
    ],
    ids=["freeze", "archive", "mute", "remove", "ban"],
)
def test_it_holds_for_what_stands_behind_it(
    live: Runtime, room: Room, alice: User, bob: User, act: Act, done: str, reason: str
) -> None:
    messages.submit(live, bob, Entry(Kind.MESSAGE, text="old", room="team"))
    drafts = [message(live, bob, "before"), act(live, alice, bob), message(live, bob, "behind")]
    drafts.append(draft_of(live, messages.submit, bob, Entry(Kind.EDIT, text="new", room="team", of=1)))
    outcomes, new = store(drafts)
    assert words(outcomes) == ["before", done, reason, reason]
    assert [event.seq for event in new] == [2, 3]
    assert list(Event.objects.order_by("seq").values_list("text", flat=True)) == ["old", "before", ""]


def test_in_a_private_room_the_removed_one_finds_no_room(live: Runtime, room: Room, alice: User, bob: User) -> None:
    drafts = [change(live, alice, kind=RoomKind.PRIVATE), removal(live, alice, bob), message(live, bob)]
    assert words(store(drafts)[0]) == ["kind", "removed", "absent"]


def test_what_is_allowed_again_is_allowed_from_then_on(live: Runtime, room: Room, alice: User, bob: User) -> None:
    """Also with a role that was just given, or without one that was just taken."""
    store([change(live, alice, frozen=True)])
    drafts = [
        message(live, bob, "too early"),
        role(live, alice, bob, Role.MODERATOR),
        message(live, bob, "as a moderator"),
        change(live, bob, topic="his"),
        role(live, alice, bob, Role.MEMBER),
        change(live, bob, topic="no more"),
        change(live, alice, frozen=False),
        message(live, bob, "thawed"),
    ]
    expected = ["frozen", "role", "as a moderator", "topic", "role", "rank", "frozen", "thawed"]
    assert words(store(drafts)[0]) == expected
    assert Room.objects.get(name="team").topic == "his"


def test_a_message_that_was_written_is_there_for_the_moderator_behind_it(
    live: Runtime, room: Room, alice: User, bob: User
) -> None:
    deletion = Entry(Kind.DELETION, room="team", of=1, reason="rude")
    outcomes, _ = store([message(live, bob), draft_of(live, messages.submit, alice, deletion)])
    assert outcomes[1].data == {"by": alice.pk, "byname": "Alice", "reason": "rude"}  # type: ignore[union-attr]
    stored = Event.objects.get(seq=1)
    assert (stored.text, stored.data) == ("", {"by": alice.pk, "reason": "rude"})  # names are those of the reader's day
    record = Record.objects.get()
    assert (record.by, record.deed, record.whom, record.reason) == (alice, "delete", bob, "rude")
    assert record.about == {"seq": 1}


# All or nothing.


def draft(room: Room, user: User, deed: Deed) -> Draft:
    entry = Entry(Kind.NOTICE, room=room.name)
    return Draft(entry, room.pk, room.name, user, permissions.check_any, deed)


def test_one_that_is_denied_half_way_has_changed_nothing(live: Runtime, room: Room, alice: User, bob: User) -> None:
    def half(standing: Standing, now: datetime) -> list[dict[str, Any]]:
        Room.objects.filter(pk=room.pk).update(topic="half")
        Record.objects.create(by=alice, deed="half", room=room.name)
        raise Denied("rank")

    outcomes, new = store([message(live, bob, "a"), draft(room, alice, half), message(live, bob, "b")])
    assert words(outcomes) == ["a", "rank", "b"]
    assert [event.seq for event in new] == [1, 2]
    assert (Room.objects.get(pk=room.pk).topic, Record.objects.count()) == ("", 0)


def test_of_several_changes_none_is_made_if_one_is_denied(live: Runtime, room: Room, alice: User, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role=Role.MODERATOR)
    for changes, reason in (({"kind": RoomKind.PRIVATE}, "rank"), ({"title": "lobby"}, "taken")):
        assert words(store([change(live, bob, topic="new", **changes)])[0]) == [reason]
    assert Room.objects.get(pk=room.pk).topic == ""
    assert (Event.objects.count(), Record.objects.count()) == (0, 0)


def test_several_notices_of_one_deed_have_numbers_in_their_order(live: Runtime, room: Room, alice: User) -> None:
    outcomes, new = store([change(live, alice, topic="new", frozen=True)])
    assert [(event.seq, event.data) for event in new] == [
        (1, {"what": "topic", "topic": "new"}),
        (2, {"what": "frozen", "frozen": True}),
    ]
    assert outcomes == [new[-1]]


def test_what_is_so_already_is_no_event(live: Runtime, room: Room, alice: User, bob: User) -> None:
    drafts = [change(live, alice, frozen=False), role(live, alice, bob, Role.MEMBER), mute(live, alice, bob, 0)]
    assert store(drafts) == ([None, None, None], [])
    assert (Event.objects.count(), Record.objects.count()) == (0, 0)


# A COMMIT that fails.


class Commits:
    """In place of COMMIT: the first `times` are done or not, and then the connection is lost."""

    def __init__(self, times: int, done: bool) -> None:
        self._left = times
        self._done = done

    def __call__(self, database: BaseDatabaseWrapper) -> None:
        self._left -= 1
        if self._left < 0 or self._done:
            COMMIT(database)
        if self._left >= 0:
            raise LOST


COMMIT = BaseDatabaseWrapper._commit
LOST = OperationalError(2013, "Lost connection to server during query")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize(("times", "done"), [(1, True), (1, False), (3, False)])
def test_a_commit_that_fails_is_called_done_only_if_it_is(
    live: Runtime, monkeypatch: pytest.MonkeyPatch, tells: bool, times: int, done: bool
) -> None:
    """Without an event, only another try can tell."""
    alice = make_user("alice")
    room = make_room("team", owner=alice)
    calls: list[datetime] = []

    def deed(standing: Standing, now: datetime) -> list[dict[str, Any]]:
        calls.append(now)
        Room.objects.filter(pk=room.pk).update(topic="new")
        return [{"what": "topic", "topic": "new"}] if tells else []

    made = draft(room, alice, deed)
    commits = Commits(times, done)
    monkeypatch.setattr("Dweb.log.transaction.is_passing", lambda error: error is LOST)
    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lambda database: commits(database))
    if times == 3:
        with pytest.raises(NotStored):
            live.committer.commit(made)
        monkeypatch.undo()
        assert Room.objects.get(pk=room.pk).topic == ""
        return
    event = live.committer.commit(made)
    monkeypatch.undo()
    assert (event is not None) == tells
    assert Room.objects.get(pk=room.pk).topic == "new"
    assert Event.objects.count() == tells
    assert len(calls) == (1 if tells and done else 2)


# The last owner.


def test_the_last_owner_stays_while_others_are_there(live: Runtime, room: Room, alice: User, bob: User) -> None:
    root = make_user("root", is_superuser=True)
    drafts = [
        role(live, alice, alice, Role.MEMBER),
        role(live, root, alice, Role.MODERATOR),
        removal(live, alice, alice),
        removal(live, root, alice, ban=True),
    ]
    assert words(store(drafts)[0]) == ["last_owner"] * 4
    with pytest.raises(Refusal, match="make another member an owner first"):
        rooms.leave(live, alice, "team")
    assert Membership.objects.get(user=alice).role == Role.OWNER
    rooms.leave(live, bob, "team")
    rooms.leave(live, alice, "team")
    assert not Membership.objects.exists()


def test_one_whose_account_is_closed_is_no_owner(live: Runtime, room: Room, alice: User) -> None:
    carol = make_user("carol")
    Membership.objects.create(room=room, user=carol, role=Role.OWNER)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert words(store([role(live, alice, alice, Role.MEMBER)])[0]) == ["last_owner"]
    assert words(store([removal(live, alice, carol)])[0]) == ["removed"]


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """What they return or raise. In SQLite's memory one after the other: threads that write at once would fail."""
    begin = Barrier(len(actions))

    def act(action: Callable[[], Any]) -> Any:
        begin.wait(10)
        try:
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        begin = Barrier(1)
        return [act(action) for action in actions]
    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


@pytest.fixture
def owners(transactional_db: None) -> tuple[User, User]:
    """Two, of a room with a third member."""
    alice, bob = make_user("alice"), make_user("bob")
    room = make_room("team", make_user("carol"), owner=alice)
    Membership.objects.create(room=room, user=bob, role=Role.OWNER)
    return alice, bob


def test_two_owners_who_demote_or_remove_each_other_at_once_leave_one(live: Runtime, owners: tuple[User, User]) -> None:
    """As two processes would: both have looked before either is stored."""
    alice, bob = owners
    for one, other in (
        (role(live, alice, bob, Role.MEMBER), role(live, bob, alice, Role.MEMBER)),
        (removal(live, alice, bob), removal(live, bob, alice)),
        (role(live, alice, alice, Role.MEMBER), removal(live, bob, bob)),
    ):
        outcomes = at_once([lambda one=one: store([one]), lambda other=other: store([other])])
        assert sorted(isinstance(outcomes[at][0][0], Denied) for at in (0, 1)) == [False, True]
        assert Membership.objects.filter(role=Role.OWNER).count() == 1
        for user in owners:
            Membership.objects.update_or_create(
                room=Room.objects.get(name="team"), user=user, defaults={"role": Role.OWNER}
            )


def test_of_two_owners_who_leave_at_once_one_stays(live: Runtime, owners: tuple[User, User]) -> None:
    outcomes = at_once([lambda user=user: rooms.leave(live, user, "team") for user in owners])
    assert sorted(isinstance(each, Refusal) for each in outcomes) == [False, True]
    assert Membership.objects.filter(role=Role.OWNER).count() == 1
