"""Files in the committer's transaction: looked at and locked there, noted, and deleted with their last message."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from Dweb.chat import permissions
from Dweb.live.wire import Event as WireEvent
from Dweb.live.wire import Kind
from Dweb.log.entry import Draft, Entry
from Dweb.log.transaction import FileGone, Outcome, RolledBack, store
from Dweb.models import LOBBY, Attachment, Event, File, Room, User
from Dweb.runtime import Runtime

from ..support.attached import attached, kept, make_file
from ..support.fakes import make_room, make_user
from .test_deeds import at_once


@pytest.fixture
def lobby(db: None) -> Room:
    return Room.objects.get(name=LOBBY)


def message(room: Room, user: User, *files: str, text: str = "", **more: Any) -> Draft:
    entry = Entry(Kind.MESSAGE, text=text, room=room.name, files=files, **more)
    return Draft(entry, room.pk, room.name, user, permissions.check_write)


def deletion(room: Room, user: User, of: int) -> Draft:
    return Draft(
        Entry(Kind.DELETION, room=room.name, of=of), room.pk, room.name, user, permissions.check_delete(user.pk)
    )


def told(outcomes: Sequence[Outcome]) -> list[object]:
    """Of each outcome the number of its event, or the exception."""
    return [each.seq if isinstance(each, WireEvent) else type(each) for each in outcomes]


def test_a_draft_whose_file_is_gone_is_refused_and_the_others_are_stored(lobby: Room, alice: User) -> None:
    make_file(alice)
    make_file(alice, "coming", stored="")
    drafts = [
        message(lobby, alice, text="before"),
        message(lobby, alice, "picture", "gone", text="none"),
        message(lobby, alice, "coming"),
        message(lobby, alice, "picture", cid="c"),
        message(lobby, alice, "gone", cid="c"),
        message(lobby, alice, text="behind"),
    ]
    outcomes, new = store(drafts)
    assert told(outcomes) == [1, FileGone, FileGone, 2, 2, 3]
    assert [event.seq for event in new] == [1, 2, 3]
    assert attached(lobby.pk) == {2: ["picture"]}
    assert list(Event.objects.order_by("seq").values_list("text", flat=True)) == ["before", "", "behind"]


def test_what_is_sent_and_deleted_in_one_transaction_leaves_nothing(lobby: Room, alice: User) -> None:
    make_file(alice)
    make_file(alice, "other")
    drafts = [message(lobby, alice, "picture", "other"), message(lobby, alice, "other"), deletion(lobby, alice, 1)]
    outcomes, new = store(drafts)
    assert told(outcomes) == [1, 2, 3]
    assert [bool(event.files) for event in new] == [True, True, False]  # as they were told then
    assert Event.objects.get(seq=1).data is None
    assert attached(lobby.pk) == {2: ["other"]}
    assert kept() == (["other"], ["ab/picture"])


@pytest.mark.parametrize("first", ["deletion", "message"])
def test_who_sends_on_what_the_same_transaction_deletes_keeps_it(lobby: Room, alice: User, first: str) -> None:
    make_file(alice)
    store([message(lobby, alice, "picture")])
    drafts = [deletion(lobby, alice, 1), message(lobby, alice, "picture")]
    outcomes, _ = store(drafts if first == "deletion" else drafts[::-1])
    assert told(outcomes) == [2, 3]
    assert [*attached(lobby.pk).values()] == [["picture"]]
    assert kept() == (["picture"], [])


def test_a_deletion_that_is_rolled_back_deletes_nothing(
    lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_file(alice)
    store([message(lobby, alice, "picture")])
    with monkeypatch.context() as patch:
        patch.setattr("Dweb.log.transaction.is_passing", lambda error: True)
        patch.setattr("Dweb.log.transaction.Batch._save_mentions", lambda batch: connection.cursor().execute("no SQL"))
        with pytest.raises(RolledBack):
            store([deletion(lobby, alice, 1), message(lobby, alice, "picture")])
    assert attached(lobby.pk) == {1: ["picture"]}
    assert kept() == (["picture"], [])
    assert Event.objects.get().data is not None


def test_plain_messages_ask_nothing_of_files(lobby: Room, alice: User) -> None:
    store([message(lobby, alice, text="first")])
    with CaptureQueriesContext(connection) as queries:
        store([message(lobby, alice, text="second"), deletion(lobby, alice, 1)])
    assert not [each for each in queries.captured_queries if "file" in each["sql"] or "attachment" in each["sql"]]


@pytest.fixture
def rooms(transactional_db: None) -> tuple[User, Room, Room]:
    """Two rooms; the first has a message with a file."""
    alice = make_user("alice")
    one, other = make_room("one", alice), make_room("other", alice)
    make_file(alice, name="…")  # not in the index, in which the two would wait for each other
    store([message(one, alice, "picture")])
    return alice, one, other


def test_a_file_that_is_sent_on_while_its_message_is_deleted_is_whole_or_gone(
    live: Runtime, rooms: tuple[User, Room, Room]
) -> None:
    """As two processes would: the locks of their rooms do not hold each other up."""
    alice, one, other = rooms
    deleted, sent = at_once(
        [lambda: store([deletion(one, alice, 1)]), lambda: store([message(other, alice, "picture")])]
    )
    assert told(deleted[0]) == [2]
    is_sent = told(sent[0]) == [1]
    assert is_sent or told(sent[0]) == [FileGone]
    assert attached(other.pk) == ({1: ["picture"]} if is_sent else {})
    assert kept() == ((["picture"], []) if is_sent else ([], ["ab/picture"]))
    assert Attachment.objects.count() == File.objects.count()


def test_two_messages_with_one_file_that_are_deleted_at_once_take_it_along(
    live: Runtime, rooms: tuple[User, Room, Room]
) -> None:
    """Each of them would leave the file to the other one, if both looked before either is stored."""
    alice, one, other = rooms
    store([message(other, alice, "picture")])
    both = Barrier(1 if connection.vendor == "sqlite" else 2)

    def meet(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        result = execute(sql, *more)
        if sql.startswith("DELETE FROM") and "attachment" in sql:
            with suppress(BrokenBarrierError):  # the other one waits for the lock
                both.wait(0.5)
        return result

    def delete(room: Room) -> Sequence[Outcome]:
        with connection.execute_wrapper(meet):
            return store([deletion(room, alice, 1)])[0]

    outcomes = at_once([partial(delete, one), partial(delete, other)])
    assert [told(each) for each in outcomes] == [[2], [2]]
    assert (Attachment.objects.count(), kept()) == (0, ([], ["ab/picture"]))
